import { useCallback } from "react";
import { useTimedWords } from "../../widgets/ticker.ts";

/** The time now in epoch milliseconds, rounded down to `step`: who uses it is drawn again once a step. */
export function useMoment(step: number): number {
  return Number(useTimedWords(useCallback((now: number) => String(now - (now % step)), [step])));
}
