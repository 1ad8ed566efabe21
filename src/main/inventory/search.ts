import type { Entry } from "./entry.ts";
import { fold } from "./fold.ts";
import { compareKeys } from "./sort-key.ts";

/**
 * The resources that a few typed letters mean most likely: the name itself, then names that begin so, then names
 * with a word that begins so, then names that hold it, then anything else that the text filter would find.
 * Case and accents do not count; all words must be there. Nothing typed finds nothing.
 */
export function searchEntries(entries: Iterable<Entry>, typed: string, limit: number): Entry[] {
  const wanted = fold(typed).trim();
  const words = wanted.split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found: { entry: Entry; rank: number }[] = [];
  for (const entry of entries) {
    const haystack = entry.haystack();
    if (!words.every((word) => haystack.includes(word))) continue;
    found.push({ entry, rank: rankOf(fold(entry.declaration.name), entry.id, wanted, words) });
  }
  return found
    .sort(
      (one, other) =>
        one.rank - other.rank ||
        compareKeys(one.entry.nameKey, other.entry.nameKey, 1) ||
        compareKeys(one.entry.id, other.entry.id, 1),
    )
    .slice(0, limit)
    .map(({ entry }) => entry);
}

function rankOf(name: string, id: string, wanted: string, words: readonly string[]): number {
  if (name === wanted || id === wanted) return 0;
  if (name.startsWith(wanted) || id.startsWith(wanted)) return 1;
  const parts = `${name} ${id}`.split(/[^\p{L}\p{N}]+/u);
  if (words.every((word) => parts.some((part) => part.startsWith(word)))) return 2;
  return words.every((word) => name.includes(word) || id.includes(word)) ? 3 : 4;
}
