import type { ReplicationJob } from "./records.ts";

/** A replication that should have run is late after so many milliseconds. */
const lateAfter = 600_000;

/** What is wrong with a replication job; null when nothing is. */
export type ReplicationTrouble =
  | { kind: "unknown" }
  | { kind: "failed"; failures: number; error: string | null }
  | { kind: "late"; minutes: number };

/** Judges a job that is not disabled by its last run and by when the next one was due. */
export function replicationTrouble({ run }: ReplicationJob, now: number): ReplicationTrouble | null {
  if (!run) return { kind: "unknown" };
  const { failures, error, nextAt } = run;
  if (failures > 0 || error !== null) return { kind: "failed", failures, error };
  if (nextAt === null || now - nextAt <= lateAfter) return null;
  return { kind: "late", minutes: Math.floor((now - nextAt) / 60_000) };
}
