import type { Folding, GroupHead } from "../../shared/live.ts";
import type { Entry } from "./entry.ts";
import type { Group } from "./grouping.ts";

/** What stands in a window, line by line: a resource, or the head of a group by its key. */
export interface Lines {
  lines: readonly (Entry | string)[];
  /** How many lines there are in all; undefined where the list is not grouped. */
  groups: { lines: number; heads: GroupHead[] } | undefined;
}

/**
 * The lines of a window over groups in their order: the head of each group and, where it is open, its members, which
 * `members` gives by their place among all. Its cost is that of the groups and of the window.
 */
export function groupedLines(
  groups: readonly Group[],
  { open, except }: Folding,
  { offset, limit }: { offset: number; limit: number },
  members: (from: number, count: number) => Entry[],
): Lines {
  const exceptions = new Set(except);
  const end = offset + limit;
  const lines: (Entry | string)[] = [];
  const heads: GroupHead[] = [];
  let place = 0;
  let before = 0;
  for (const { key, value, system, total, wrong } of groups) {
    const isOpen = exceptions.has(key) ? !open : open;
    const next = place + 1 + (isOpen ? total : 0);
    if (next > offset && place < end) {
      heads.push({ key, value, system, total, wrong, open: isOpen, place });
      if (place >= offset) lines.push(key);
      const from = Math.max(offset, place + 1);
      const count = Math.min(end, next) - from;
      if (count > 0) lines.push(...members(before + from - place - 1, count));
    }
    place = next;
    before += total;
  }
  return { lines, groups: { lines: place, heads } };
}
