import { text } from "../../../../../shared/text.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { Gatherer, Mirrored, SavedPart } from "../../kinds/kind.ts";
import {
  at,
  attachedTo,
  numberAt,
  problem,
  resourceIds,
  type Seen,
  timeAt,
  timeOf,
  wordAt,
} from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { veleroObjects } from "./lists.ts";
import { everything, labels, prefix, veleroIds } from "./names.ts";
import { includedIn, isReadOnly } from "./schedules.ts";
import { phaseOf, whyOf } from "./states.ts";

/** A Backup, whoever made it: those of other clusters that share a location appear in this one too. Source: velero.io/v1. */
export function savedPart({ metadata, object }: Item): SavedPart | null {
  if (metadata.namespace === null || object === null) return null;
  return {
    is: "saved",
    name: metadata.name,
    namespace: metadata.namespace,
    schedule: metadata.labels[labels.schedule] ?? null,
    applications: includedIn(at(object, "spec")),
    state: metadata.deletionTimestamp === null ? phaseOf(object) : "failed",
    madeAt: timeAt(object, "status", "startTimestamp") ?? timeOf(metadata.creationTimestamp),
    endedAt: timeAt(object, "status", "completionTimestamp"),
    expires: timeAt(object, "status", "expiration"),
    location: wordAt(object, "spec", "storageLocation") ?? "default",
    isOffSite: keepsAway(object),
    why: whyOf(object),
  };
}

/** Whether the volumes' data is at the location too; snapshots that are not moved are lost with their cluster. */
function keepsAway(object: Item["object"]): boolean {
  const snapshots =
    (numberAt(object, "status", "csiVolumeSnapshotsAttempted") ?? 0) +
    (numberAt(object, "status", "volumeSnapshotsAttempted") ?? 0);
  return (
    at(object, "spec", "snapshotMoveData") === true ||
    at(object, "spec", "defaultVolumesToFsBackup") === true ||
    snapshots === 0
  );
}

/** What tells backups of this cluster from those that it only finds at a location. */
interface Origins {
  readOnly: ReadonlySet<string>;
  schedules: ReadonlySet<string>;
}

/**
 * Whether a backup is of another cluster: it lies where this one only reads, or comes from a schedule that is not here while
 * the estate says that this cluster takes over another's. Nothing in the object itself says it.
 */
export function isForeign(
  { location, namespace, schedule }: Pick<SavedPart, "location" | "namespace" | "schedule">,
  { readOnly, schedules }: Origins,
  importsFrom: string | null,
): boolean {
  if (readOnly.has(`${namespace}/${location}`)) return true;
  return importsFrom !== null && schedule !== null && !schedules.has(`${namespace}/${schedule}`);
}

/** Reads the locations and schedules of a cluster. Throws what KubernetesApi throws. */
export async function originsOf(access: ClusterAccess, signal: AbortSignal): Promise<Origins> {
  const [locations, schedules] = await Promise.all([
    veleroObjects(access, `${prefix}/backupstoragelocations`, undefined, signal),
    veleroObjects(access, `${prefix}/schedules`, undefined, signal),
  ]);
  const key = ({ metadata }: Item) => `${metadata.namespace ?? ""}/${metadata.name}`;
  return {
    readOnly: new Set(locations.filter(({ object }) => isReadOnly(object)).map(key)),
    schedules: new Set(schedules.map(key)),
  };
}

/** The restore points of backups, one for each namespace, and the last run of each schedule. */
export class SavedGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  #origins: Origins | null = null;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const found = new Map<string, Mirrored>();
    const newest = new Map<string, SavedPart>();
    for (const { part } of objects) {
      if (part?.is !== "saved") continue;
      for (const application of part.applications) {
        const seen = this.#seen(part, application);
        found.set(seen.id, { seen, attached: null, part: null });
      }
      if (part.schedule === null) continue;
      const policy = veleroIds.schedule(this.#access.system, part.namespace, part.schedule);
      const before = newest.get(policy);
      if (!before || (before.madeAt ?? 0) <= (part.madeAt ?? 0)) newest.set(policy, part);
    }
    for (const [policy, run] of newest) {
      found.set(`run of ${policy}`, { seen: null, attached: attachedTo(policy, told(run)), part: null });
    }
    return found;
  }

  async complete(_objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    const before = this.#origins;
    const now = await originsOf(this.#access, signal);
    this.#origins = now;
    const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
      one.size === other.size && [...one].every((each) => other.has(each));
    return !(before && isSame(before.readOnly, now.readOnly) && isSame(before.schedules, now.schedules));
  }

  #seen(saved: SavedPart, application: string): Seen {
    const { system, importsFrom } = this.#access;
    const isImported = this.#origins !== null && isForeign(saved, this.#origins, importsFrom);
    const { namespace, name, schedule } = saved;
    return {
      id: veleroIds.point(system, { namespace, name }, application),
      kind: "restore-point",
      name: saved.applications.length > 1 ? `${name} (${application})` : name,
      parent: resourceIds.cluster(system),
      facts: {
        "kubernetes.type": "Backup",
        "velero.imported": isImported,
        "backup.of": savedOf(application, isImported ? importsFrom : system),
        "backup.madeAt": saved.madeAt,
        "backup.state": saved.state,
        "backup.location": saved.location,
        "backup.offSite": saved.isOffSite,
        "backup.policy":
          schedule === null || isImported ? null : veleroIds.schedule(system, namespace, schedule),
        "backup.expires": saved.expires,
      },
      problems: [],
    };
  }
}

/** The identifier of what a backup is of, or its name where the estate does not say which cluster it came from. */
export function savedOf(application: string, system: string | null): string {
  if (system === null) return application;
  return application === everything
    ? resourceIds.cluster(system)
    : resourceIds.namespace(system, application);
}

function told(run: SavedPart) {
  const facts = { "backup.lastRun": run.endedAt ?? run.madeAt, "backup.lastState": run.state };
  if (run.state === "good" || run.state === "running") return { facts };
  const why = run.why === "" ? "." : `: ${run.why}`;
  const raison = run.why === "" ? "." : ` : ${run.why}`;
  return {
    facts,
    problems: [
      run.state === "partial"
        ? problem(
            "velero-backup-partial",
            "critical",
            text(
              `The last backup of the schedule failed in part and is none to restore from${why}`,
              `La dernière sauvegarde de la planification a échoué en partie et ne permet pas de restaurer${raison}`,
            ),
          )
        : problem(
            "velero-backup-failed",
            "critical",
            text(
              `The last backup of the schedule failed${why}`,
              `La dernière sauvegarde de la planification a échoué${raison}`,
            ),
          ),
    ],
  };
}
