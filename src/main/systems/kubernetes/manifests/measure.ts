import { isTree } from "../list-watch/items.ts";

/** The most that is shown or taken of one object, in characters of its values: an API server takes less. */
export const largest = 2_000_000;
const deepest = 100;

export type Excess = "too-large" | "too-deep" | "inexact-number" | "no-json";

/**
 * Why a value cannot be an object of the API: null when it can. Stops as soon as it is too much, so that aliases that
 * multiply and values that hold themselves end here.
 */
export function excessOf(value: unknown): Excess | null {
  let left = largest;
  const look = (part: unknown, depth: number): Excess | null => {
    left -= typeof part === "string" ? part.length + 2 : 4;
    if (left < 0) return "too-large";
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
