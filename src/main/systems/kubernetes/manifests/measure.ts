import { isTree } from "../list-watch/items.ts";

/** The most that is shown or taken of one object, in characters of its values: an API server takes less. */
export const largest = 2_000_000;
/** The most values: YAML of more would keep everything else of the console waiting. */
const mostValues = 10_000;
const mostPieces = 20_000;
const deepest = 100;

/** Whether a text is more than is read as YAML, by its length and by how many lines and entries it may have. */
export function isTooMuch(source: string): boolean {
  if (source.length > largest) return true;
  let pieces = 0;
  for (const found of source.matchAll(/[\n,[{]/g)) {
    pieces += found.length;
    if (pieces > mostPieces) return true;
  }
  return false;
}

export type Excess = "too-large" | "too-deep" | "inexact-number" | "no-json";

/**
 * Why a value cannot be an object of the API: null when it can. Stops as soon as it is too much, so that aliases that
 * multiply and values that hold themselves end here.
 */
export function excessOf(value: unknown): Excess | null {
  let left = largest;
  let values = mostValues;
  const look = (part: unknown, depth: number): Excess | null => {
    left -= typeof part === "string" ? part.length + 2 : 4;
    values -= 1;
    if (left < 0 || values < 0) return "too-large";
    if (depth > deepest) return "too-deep";
    if (typeof part === "number") {
      if (!Number.isFinite(part)) return "no-json";
      return Number.isInteger(part) && !Number.isSafeInteger(part) ? "inexact-number" : null;
    }
    if (part === null || typeof part === "string" || typeof part === "boolean") return null;
    if (Array.isArray(part)) return first(part, (each) => look(each, depth + 1));
    if (!isTree(part) || !isPlain(part)) return "no-json";
    return first(Object.entries(part), ([key, each]) => {
      left -= key.length;
      return look(each, depth + 1);
    });
  };
  return look(value, 0);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function first<Part>(parts: readonly Part[], look: (part: Part) => Excess | null): Excess | null {
  for (const part of parts) {
    const found = look(part);
    if (found) return found;
  }
  return null;
}
