import { parseDuration } from "../../../../shared/estate-words.ts";

/** A duration of a definition, which its schema has checked; null where there is none. */
export function millisecondsOf(words: string | undefined): number | null {
  return words === undefined ? null : parseDuration(words);
}
