import { useCallback, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { LogFrame, LogPattern } from "../../../shared/logs.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";

/** Lines that are asked for at once: several screens, so that a turn of the wheel finds them there. */
export const windowLines = 400;
/** Lines more than are in sight that are asked for at the end. */
const spare = 20;
/** Lines on either side of what is in sight that must be there, or a new window is asked for. */
const margin = 60;

/**
 * The first line of the window to ask for so that `first` to `last` are in it with some to spare; the one that is
 * asked for already when it serves. `from` null follows the end.
 */
export function windowFrom(asked: number | null, first: number, last: number): number {
  const serves =
    asked !== null && (asked === 0 || asked <= first - margin) && asked + windowLines >= last + margin;
  if (serves) return asked;
  const middle = Math.floor((first + last) / 2);
  return Math.max(0, middle - windowLines / 2);
}

/**
 * What main last showed of a log. A new window leaves the old one in sight until its first frame is there: then it is
 * `fresh`. `rows` is how many lines are in sight.
 */
export function useLogWindow(
  log: string,
  from: number | null,
  only: LogPattern | null,
  rows: number,
): { frame: LogFrame | null; fresh: boolean; error: WireError | null } {
  // The end may move on with every frame: what is not in sight would come in vain.
  const count = from === null ? Math.min(windowLines, rows + spare) : windowLines;
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.logs.watch({ log, from, count, only }, { signal }),
    [log, from, count, only],
  );
  const { value, error } = useLive(open);
  const [shown, setShown] = useState<{ frame: LogFrame; only: LogPattern | null } | null>(null);
  if (value && value !== shown?.frame) setShown({ frame: value, only });
  // Places in another filter's order mean other lines.
  const frame = value ?? (shown?.only === only ? shown?.frame : null) ?? null;
  return { frame, fresh: value !== null, error };
}

/** How many lines a pattern matches, as main counts them; null while nothing is searched for. */
export function useMatchCount(
  log: string,
  pattern: LogPattern | null,
): { count: number; complete: boolean } | null {
  const open = useCallback(
    async (client: Client, signal: AbortSignal): Promise<AsyncIterable<LogFrame>> =>
      pattern ? client.logs.watch({ log, from: 0, count: 1, only: pattern }, { signal }) : nothing(),
    [log, pattern],
  );
  const { value } = useLive(open);
  return pattern && value ? { count: value.matching, complete: value.filtered } : null;
}

async function* nothing(): AsyncGenerator<LogFrame> {}
