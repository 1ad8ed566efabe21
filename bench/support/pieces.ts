import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";

const repeats = 9;

/** Milliseconds that a piece of work takes. */
export function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** The median of nine measurements. */
export function median(measure: () => number): number {
  const sorted = Array.from({ length: repeats }, measure).sort((one, other) => one - other);
  return sorted[Math.floor(repeats / 2)] ?? 0;
}

/** Milliseconds of the longest turn of the loop until it is so. */
export async function longestPiece(isSo: () => boolean): Promise<number> {
  let longest = 0;
  let before = performance.now();
  while (!isSo()) {
    await setImmediate();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return longest;
}
