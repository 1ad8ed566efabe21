import type { RemoteTaskLog } from "../../../../shared/remote-tasks.ts";

/** The end of a task's log: `dropped` lines before it are no longer held here. */
export interface HeldLog {
  lines: readonly string[];
  dropped: number;
  ended: boolean;
}

/** As many lines of one task as a window holds. */
export const mostLines = 5000;

/** Adds further lines; of a long log the last ones stay. */
export function foldLog(held: HeldLog | null, { lines, ended }: RemoteTaskLog): HeldLog {
  const all = [...(held?.lines ?? []), ...lines];
  const over = Math.max(0, all.length - mostLines);
  return { lines: over > 0 ? all.slice(over) : all, dropped: (held?.dropped ?? 0) + over, ended };
}
