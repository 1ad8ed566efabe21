import { at, conditionOf, numberAt, wordAt } from "../../kinds/seen.ts";
import { type Item, isTree } from "../../list-watch/items.ts";
import { everyInstance, fencedAnnotation, hibernationAnnotation } from "./names.ts";

/** A Cluster of CloudNativePG, which is one database server with its standbys. Source: postgresql.cnpg.io/v1 Cluster. */
export interface Database {
  namespace: string;
  name: string;
  /** How many instances it should have, and how many are ready. */
  instances: number;
  ready: number;
  names: string[];
  /** Those that answer, by the operator's word. */
  healthy: string[];
  primary: string | null;
  /** What is to be the primary; another than the primary while it changes. */
  target: string | null;
  phase: string;
  phaseReason: string;
  fenced: string[];
  /** Whether it is to be shut down, with its volumes kept. */
  hibernated: boolean;
  /** What the operator says of its WAL archive and of its last backup: `False` and why, where something is wrong. */
  archiving: { status: string; message: string };
  lastBackup: { status: string; message: string };
  /** Where it replicates another database instead of having a primary of its own. */
  replica: Replica | null;
}

export interface Replica {
  source: string;
  /** `topology`: one of several that name their primary; `alone`: it replicates while it is told to. */
  mode: "topology" | "alone";
  /** Its own name in the topology. */
  self: string;
  isReplica: boolean;
}

/** What is known of a Cluster; null for what is none. */
export function databaseOf({ metadata, object }: Pick<Item, "object" | "metadata">): Database | null {
  if (metadata.namespace === null || object === null) return null;
  const words = (...path: string[]) => {
    const value = at(object, ...path);
    return Array.isArray(value) ? value.filter((each) => typeof each === "string").slice(0, 100) : [];
  };
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    instances: numberAt(object, "spec", "instances") ?? 1,
    ready: numberAt(object, "status", "readyInstances") ?? 0,
    names: words("status", "instanceNames"),
    healthy: words("status", "instancesStatus", "healthy"),
    primary: wordAt(object, "status", "currentPrimary"),
    target: wordAt(object, "status", "targetPrimary"),
    phase: wordAt(object, "status", "phase") ?? "",
    phaseReason: wordAt(object, "status", "phaseReason") ?? "",
    fenced: fencedIn(object),
    hibernated: isHibernated(object),
    archiving: conditionOf(object, "ContinuousArchiving"),
    lastBackup: conditionOf(object, "LastBackupSucceeded"),
    replica: replicaOf(object, metadata.name),
  };
}

/** The instances that are fenced by the annotation; none where it cannot be read as the operator reads it. */
export function fencedIn(object: Item["object"]): string[] {
  const written = at(object, "metadata", "annotations", fencedAnnotation);
  if (typeof written !== "string" || written.length > 10_000) return [];
  try {
    const listed: unknown = JSON.parse(written);
    return Array.isArray(listed) ? listed.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** Whether the annotation of a Cluster asks for hibernation. */
export function isHibernated(object: Item["object"]): boolean {
  return at(object, "metadata", "annotations", hibernationAnnotation) === "on";
}

export function isFenced({ fenced }: Pick<Database, "fenced">, instance: string): boolean {
  return fenced.includes(everyInstance) || fenced.includes(instance);
}

/** The phase of a Cluster that has nothing left to do. */
const healthyPhase = "Cluster in healthy state";

/** Whether it has the primary that it should have, every instance ready and nothing left to do. */
export function isSettled({ primary, target, ready, instances, phase }: Database): boolean {
  return primary !== null && primary === target && ready >= instances && phase === healthyPhase;
}

function replicaOf(object: Item["object"], name: string): Replica | null {
  const replica = at(object, "spec", "replica");
  if (!isTree(replica)) return null;
  const self = wordAt(object, "spec", "replica", "self") ?? name;
  const primary = wordAt(object, "spec", "replica", "primary");
  const source = wordAt(object, "spec", "replica", "source") ?? "";
  return primary === null
    ? { source, mode: "alone", self, isReplica: replica.enabled === true }
    : { source, mode: "topology", self, isReplica: primary !== self };
}
