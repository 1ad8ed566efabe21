import type { Language } from "../../../shared/text.ts";
import { formatClock, formatDuration } from "../../widgets/format.ts";

/** Below this, in milliseconds, seconds matter. */
const secondsMatter = 10 * 60_000;

/** A length of time on a clock: hours and minutes, and seconds only where they matter ("2 h 31 min", "9:05"). */
export function clockWords(milliseconds: number, language: Language): string {
  return milliseconds < secondsMatter ? formatClock(milliseconds) : formatDuration(milliseconds, language);
}

/** How often a clock that shows this length is drawn again, in milliseconds. */
export function stepOf(milliseconds: number): number {
  return Math.abs(milliseconds) < secondsMatter ? 1000 : 10_000;
}
