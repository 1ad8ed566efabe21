import type { Cluster } from "../cluster/cluster.ts";
import { items, type KubeObject, words } from "../store/object.ts";
import type { ActionWork } from "./action-work.ts";
import { putBack } from "./capture.ts";
import { durations, type KastenOptions, slowness } from "./options.ts";
import type { Points } from "./points.ts";
import { actionsNamed, kastenNames } from "./resources.ts";

/** World milliseconds after which a RestoreAction is taken up. */
const reaction = 1_000;

/** Restores what RestoreActions name into their namespaces. */
export class Restores {
  private readonly cluster: Cluster;
  private readonly work: ActionWork;
  private readonly points: Points;
  private readonly options: KastenOptions;

  constructor(parts: { cluster: Cluster; work: ActionWork; points: Points; options: KastenOptions }) {
    this.cluster = parts.cluster;
    this.work = parts.work;
    this.points = parts.points;
    this.options = parts.options;
  }

  /** Follows the actions from now on. */
  start(): void {
    this.cluster.collection(actionsNamed("RestoreAction")).onChange((after, before) => {
      if (after && !before) this.work.plan(after.metadata.uid, reaction, () => this.begin(after));
    });
  }

  private begin(action: KubeObject): void {
    const { options, cluster } = this;
    const target = words(action.spec, "targetNamespace") || (action.metadata.namespace ?? "");
    const slow = () => options.faults?.slowRestore?.() === true;
    const point = cluster
      .collection(kastenNames.points)
      .get(words(action.spec, "subject", "namespace"), words(action.spec, "subject", "name"));
    const content = point && this.points.behind(point);
    if (!content) {
      this.work.end("RestoreAction", action, "the restore point has no content");
      return;
    }
    const pace = {
      takes: () => durations.restore * (slow() ? slowness : 1),
      stalls: () => !options.runs() || (content.isExported && !options.reachesLocation()),
    };
    this.work.run("RestoreAction", action, pace, () => {
      if (this.isCorrupt(content)) return "error reading content: unable to open object: BLOB not found";
      if (!cluster.collection("namespaces").get(undefined, target)) return `namespace ${target} is gone`;
      const leftOut = new Set(items(action.spec, "filters", "excludeResources").map(resourceName));
      putBack(
        cluster,
        content.objects.filter(({ resource }) => !leftOut.has(resource)),
        target,
      );
      return null;
    });
  }

  private isCorrupt({
    application,
    takenAt,
    isExported,
  }: {
    application: string;
    takenAt: number;
    isExported: boolean;
  }) {
    const { faults, location } = this.options;
    if (!isExported || faults?.isCorrupt?.(application) !== true) return false;
    return location.isNewest({ application, takenAt });
  }
}

/** The store's name of a resource that a filter names. */
function resourceName(filter: unknown): string {
  const [group, resource] = [words(filter, "group"), words(filter, "resource")];
  return group === "" ? resource : `${resource}.${group}`;
}
