import type { HeatCell, Protection, ProtectionState, SlotState } from "../../../shared/protection.ts";
import type { Health } from "../../../shared/resource.ts";

/** How grave a state is, in the marks that health has everywhere. */
export const healthOf: Readonly<Record<ProtectionState, Health>> = {
  never: "critical",
  late: "critical",
  unknown: "unknown",
  due: "warning",
  unprotected: "warning",
  unmeasured: "unknown",
  ok: "ok",
};

/** How one slot is shown, in the same marks. */
export const healthOfSlot: Readonly<Record<SlotState, Health>> = {
  failed: "critical",
  missed: "critical",
  partial: "warning",
  running: "unknown",
  pending: "unknown",
  unknown: "unknown",
  good: "ok",
};

export type CellLook = "good" | "partial" | "bad" | "pending" | "unknown";

/** How a cell of the calendar looks: the gravest of its slots decides, and `bad` is how many were missed or failed. */
export function lookOf({ counts }: Pick<HeatCell, "counts">): { look: CellLook; bad: number } {
  const bad = (counts.missed ?? 0) + (counts.failed ?? 0);
  const look = ((): CellLook => {
    if (bad > 0) return "bad";
    if (counts.partial) return "partial";
    if (counts.pending || counts.running) return "pending";
    return counts.good ? "good" : "unknown";
  })();
  return { look, bad };
}

/** The age of the last good restore point as a share of its RPO, at most one; null where either is not known. */
export function shareOf({ lastGood, rpo }: Pick<Protection, "lastGood" | "rpo">, now: number): number | null {
  if (lastGood === null || rpo === null || rpo <= 0) return null;
  return Math.min(1, Math.max(0, (now - lastGood.at) / rpo));
}

/** Whether an action is about backups: of the many that a VM or a database has, only these are offered here. */
export function isAboutBackups(action: string): boolean {
  return /backup|restore|run-policy|run-now|import|dump|snapshot-create/.test(action);
}
