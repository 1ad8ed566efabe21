import type { SlotState } from "../../shared/protection.ts";
import type { PointRecord, PolicyRecord } from "./records.ts";
import type { Slots } from "./schedule.ts";

/** What became of one slot of a policy, for one thing. */
export interface JudgedSlot {
  at: number;
  policy: string;
  state: SlotState;
  point: PointRecord | null;
}

const quarterHour = 900_000;
const sixHours = 21_600_000;

/**
 * How long after a slot something of it may still come: a quarter of the time between two slots, a quarter of an hour at
 * least and six hours at most. Milliseconds.
 */
export function graceOf(interval: number | null): number {
  return Math.min(sixHours, Math.max(quarterHour, (interval ?? sixHours * 4) / 4));
}

/** The order in which what came of a slot is preferred. */
const preferred: readonly PointRecord["state"][] = ["good", "running", "partial", "failed"];

/**
 * What became of the past slots of a policy for one thing, the oldest first. `points` are those of the thing, the oldest
 * first; those of other policies do not count. Where nothing is left of a slot it was missed when nothing newer came either,
 * or when there were points at two slots in a row before it: otherwise it may have been pruned, and nobody can tell.
 */
export function judgeSlots(
  policy: PolicyRecord,
  { past, interval }: Slots,
  points: readonly PointRecord[],
  now: number,
): JudgedSlot[] {
  const grace = graceOf(interval);
  // The clocks of two machines differ a little.
  const early = Math.min(300_000, (interval ?? sixHours) / 10);
  const own = points.filter(({ policy: by, madeAt }) => madeAt !== null && (by === null || by === policy.id));
  const newest = own.at(-1)?.madeAt ?? null;
  const oldest = own[0]?.madeAt ?? null;
  const judged: JudgedSlot[] = [];
  let at = 0;
  let inARow = 0;
  let wasDense = false;
  for (const [index, slot] of past.entries()) {
    const end = (past[index + 1] ?? Number.POSITIVE_INFINITY) - early;
    let found: PointRecord | null = null;
    for (; at < own.length; at += 1) {
      const point = own[at];
      const madeAt = point?.madeAt ?? 0;
      if (!point || madeAt >= end) break;
      if (madeAt < slot - early) continue;
      if (!found || preferred.indexOf(point.state) < preferred.indexOf(found.state)) found = point;
    }
    inARow = found ? inARow + 1 : 0;
    const without = (): SlotState => {
      if (now < slot + grace) return "pending";
      if (failedAt(policy, slot - early, end)) return "failed";
      if (oldest === null || slot < oldest) return "unknown";
      return wasDense || slot > (newest ?? 0) ? "missed" : "unknown";
    };
    judged.push({ at: slot, policy: policy.id, state: found ? found.state : without(), point: found });
    wasDense ||= inARow >= 2;
  }
  return judged;
}

/** Whether the policy itself says that a run of that time failed. */
function failedAt({ lastRun, lastState, failedRuns }: PolicyRecord, from: number, to: number): boolean {
  const within = (at: number) => at >= from && at < to;
  if (lastState === "failed" && lastRun !== null && within(lastRun)) return true;
  return failedRuns !== "" && failedRuns.split("\n").some((at) => within(Date.parse(at)));
}
