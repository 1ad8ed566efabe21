import type { Cluster } from "../cluster/cluster.ts";
import { placeNamespace } from "../cluster/furnishing.ts";
import { type Captured, putBack } from "../kasten/capture.ts";
import { isObject, items, type KubeObject, read, stamp, words } from "../store/object.ts";
import { durations, slowness, type VeleroOptions } from "./options.ts";
import { veleroNames } from "./resources.ts";
import type { VeleroWork } from "./work.ts";

/** What a Restore wants. */
interface Wish {
  restore: KubeObject;
  backup: string;
  application: string;
  target: string;
  objects: readonly Captured[];
}

/** Restores what Restores name, with the data of the volumes that are not there yet. */
export class Restores {
  private readonly cluster: Cluster;
  private readonly work: VeleroWork;
  private readonly options: VeleroOptions;

  constructor(parts: { cluster: Cluster; work: VeleroWork; options: VeleroOptions }) {
    this.cluster = parts.cluster;
    this.work = parts.work;
    this.options = parts.options;
  }

  /** Follows the Restores from now on. */
  start(): void {
    this.cluster.collection(veleroNames.restores).onChange((after, before) => {
      if (after && !before) this.work.plan(after.metadata.uid, durations.reaction, () => this.begin(after));
    });
  }

  private begin(restore: KubeObject): void {
    const { options, work } = this;
    const backup = words(restore.spec, "backupName");
    const saved = options.location.get(backup);
    if (!saved) {
      this.end(restore, "FailedValidation", {
        validationErrors: [`Error retrieving backup: backup.velero.io "${backup}" not found`],
      });
      return;
    }
    const [application = ""] = items(restore.spec, "includedNamespaces").filter(
      (each) => typeof each === "string",
    );
    const leftOut = items(restore.spec, "excludedResources");
    const target = targetOf(restore, application);
    const claims = this.cluster.collection("persistentvolumeclaims");
    const objects = (saved.applications.get(application) ?? []).filter(({ resource, object }) => {
      // A claim that is there is never replaced, nor is its data.
      const isKept = resource === "persistentvolumeclaims" && claims.get(target, object.metadata.name);
      return !leftOut.includes(resource) && !isKept;
    });
    const totalItems = objects.length;
    work.set(veleroNames.restores, restore, {
      phase: "InProgress",
      startTimestamp: stamp(this.cluster.now()),
      progress: { totalItems, itemsRestored: 0 },
    });
    work.run(
      restore.metadata.uid,
      { takes: () => durations.restore, stalls: () => this.stalls() },
      {
        step: (share) =>
          void work.set(veleroNames.restores, restore, {
            progress: { totalItems, itemsRestored: Math.floor(totalItems * share) },
          }),
        done: () => this.download({ restore, backup, application, target, objects }),
      },
    );
  }

  private download(wish: Wish): void {
    const { options, work } = this;
    const { restore, application, target, objects } = wish;
    const claims = objects.filter(({ resource }) => resource === "persistentvolumeclaims");
    if (claims.length === 0) {
      this.bring(wish);
      this.end(restore, "Completed");
      return;
    }
    const forgets = options.faults?.forgetsData?.() === true;
    if (forgets) this.end(restore, "Completed");
    else work.set(veleroNames.restores, restore, { phase: "WaitingForPluginOperations" });
    let open = claims.length;
    let errors = 0;
    const ended = (why: string | null) => {
      open -= 1;
      errors += why === null ? 0 : 1;
      if (open > 0) return;
      if (errors === 0) this.bring(wish);
      if (!forgets)
        this.end(restore, errors > 0 ? "PartiallyFailed" : "Completed", errors > 0 ? { errors } : {});
    };
    const pace = {
      takes: () => durations.download * (options.faults?.slowRestore?.() ? slowness : 1),
      stalls: () => this.stalls(),
      fails: () =>
        options.faults?.isCorrupt?.(application) && options.location.isNewest(wish.backup, application)
          ? "unable to open snapshot: BLOB not found"
          : null,
    };
    for (const claim of claims) {
      work.move(veleroNames.downloads, { of: restore, application, target, claim }, pace, ended);
    }
  }

  /** Puts the objects into the target, each with the marks that Velero gives to what it restores. */
  private bring({ restore, backup, target, objects }: Wish): void {
    const namespaces = this.cluster.collection("namespaces");
    if (!namespaces.get(undefined, target)) placeNamespace(this.cluster, target);
    const marks = { "velero.io/restore-name": restore.metadata.name, "velero.io/backup-name": backup };
    const marked = objects.map(({ resource, object }) => ({
      resource,
      object: {
        ...object,
        metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...marks } },
      },
    }));
    putBack(this.cluster, marked, target);
  }

  private end(restore: KubeObject, phase: string, more: object = {}): void {
    const status = { phase, completionTimestamp: stamp(this.cluster.now()), ...more };
    this.work.set(veleroNames.restores, restore, status);
  }

  private stalls(): boolean {
    return !this.options.runs() || !this.options.reachesLocation();
  }
}

function targetOf({ spec }: KubeObject, application: string): string {
  const mapping = read(spec, "namespaceMapping");
  return (isObject(mapping) && words(mapping, application)) || application;
}
