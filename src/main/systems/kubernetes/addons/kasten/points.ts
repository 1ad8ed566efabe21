import type { ClusterAccess } from "../../cluster-access.ts";
import type { Gatherer, Mirrored, PointPart } from "../../kinds/kind.ts";
import { numberAt, resourceIds, type Seen, timeAt, timeOf, wordAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { kastenObjects } from "./lists.ts";
import { kastenIds, labels, prefixes } from "./names.ts";
import { doesOf } from "./policy.ts";

/** A RestorePointContent, which is there whether or not its namespace is. Source: apps.kio.kasten.io/v1alpha1. */
export function pointPart({ metadata, object }: Item): PointPart | null {
  const application = metadata.labels[labels.namespace] ?? metadata.labels[labels.application];
  if (application === undefined || object === null) return null;
  const policy = metadata.labels[labels.policy];
  const namespace = metadata.labels[labels.policyNamespace];
  const state = wordAt(object, "status", "state");
  return {
    is: "point",
    name: metadata.name,
    application,
    policy: policy !== undefined && namespace !== undefined ? `${namespace}/${policy}` : null,
    madeAt: timeAt(object, "status", "actionTime") ?? timeOf(metadata.creationTimestamp),
    bytes: numberAt(object, "status", "physicalSizeBytes") ?? numberAt(object, "status", "logicalSizeBytes"),
    state: state === "Failed" || state === "Deleting" ? "failed" : "good",
    location: metadata.labels[labels.profile] ?? null,
    expires: timeAt(object, "status", "expiresAt") ?? timeAt(object, "spec", "expiresAt"),
  };
}

/**
 * Restore points. Those that an import policy has brought are of the namespaces of the cluster that exported them, which
 * the estate names; nothing in the cluster does.
 */
export class PointGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  #importing: ReadonlySet<string> = new Set();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const points = new Map<string, Mirrored>();
    for (const { part } of objects) {
      if (part?.is !== "point") continue;
      points.set(part.name, { seen: this.#seen(part), attached: null, part: null });
    }
    return points;
  }

  async complete(_objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    const importing = await importPolicies(this.#access, signal);
    const isSame =
      importing.size === this.#importing.size && [...importing].every((each) => this.#importing.has(each));
    this.#importing = importing;
    return !isSame;
  }

  #seen(point: PointPart): Seen {
    const { system, importsFrom } = this.#access;
    const isImported = point.policy !== null && this.#importing.has(point.policy);
    const [namespace = "", policy = ""] = point.policy?.split("/") ?? [];
    return {
      id: kastenIds.point(system, point.name),
      kind: "restore-point",
      name: point.name,
      parent: resourceIds.cluster(system),
      facts: {
        "kubernetes.type": "RestorePointContent",
        "kasten.application": point.application,
        "kasten.imported": isImported,
        "backup.of": ofWhat(point.application, isImported ? importsFrom : system),
        "backup.madeAt": point.madeAt,
        "backup.size": point.bytes,
        "backup.state": point.state,
        "backup.location": point.location,
        "backup.offSite": point.location !== null,
        "backup.policy": point.policy === null ? null : kastenIds.policy(system, namespace, policy),
        "backup.expires": point.expires,
      },
      problems: [],
    };
  }
}

/** The identifier of what a restore point is of, or its name where the estate does not say which cluster it came from. */
export function ofWhat(application: string, system: string | null): string {
  return system === null ? application : resourceIds.namespace(system, application);
}

/** The policies of a cluster that import, by namespace and name. Throws what KubernetesApi throws. */
export async function importPolicies(access: ClusterAccess, signal: AbortSignal): Promise<Set<string>> {
  const policies = await kastenObjects(access, `${prefixes.config}/policies`, undefined, signal);
  return new Set(
    policies.flatMap(({ metadata, object }) =>
      doesOf(object) === "import" ? [`${metadata.namespace ?? ""}/${metadata.name}`] : [],
    ),
  );
}
