import type { FacetName, GroupHead, ListFrame, ListRow } from "../../../shared/live.ts";

/** A line of a list: a resource, or the head of a group. */
export type Line = ListRow | GroupHead;

/** Whether a line is the head of a group. */
export function isHead(line: Line): line is GroupHead {
  return "place" in line;
}

/** The part of a live list that is known here: `lines[i]` stands at place `offset + i` of the whole. */
export interface ListWindow {
  asOf: number;
  total: number;
  matching: number;
  /** How many lines there are in all: resources, and the heads of groups. */
  length: number;
  offset: number;
  lines: readonly Line[];
  rows: readonly ListRow[];
  /** The heads among the lines, with that of the first row where it stands above them. */
  heads: readonly GroupHead[];
  facets: Partial<Record<FacetName, Record<string, number>>>;
}

const noHeads: readonly GroupHead[] = [];

/**
 * Adds a frame to the window at `offset`. The order names identifiers; a row that main has not sent (it never
 * should be missing) leaves its place out rather than showing another's.
 */
export function foldList(offset: number): (value: ListWindow | null, frame: ListFrame) => ListWindow {
  return (value, frame) => {
    const known = new Map<string, Line>(value?.rows.map((row) => [row.id, row]));
    for (const row of frame.rows) known.set(row.id, row);
    const heads = frame.groups?.heads ?? value?.heads ?? noHeads;
    for (const head of heads) known.set(head.key, head);
    const order = frame.order ?? value?.lines.map((line) => (isHead(line) ? line.key : line.id)) ?? [];
    const lines: Line[] = order.flatMap((id) => known.get(id) ?? []);
    const grouped = frame.groups?.lines ?? (heads.length > 0 ? value?.length : undefined);
    return {
      asOf: frame.asOf,
      total: frame.total,
      matching: frame.matching,
      length: grouped ?? frame.matching,
      offset,
      lines,
      rows: lines.filter((line): line is ListRow => !isHead(line)),
      heads,
      facets: frame.facets ?? value?.facets ?? {},
    };
  };
}

/** How many rows are asked for at once, and the step in which the window moves while scrolling. */
export const windowSize = 200;
const step = 50;

/**
 * Where the window should begin so that the visible rows (first and last place) lie well inside it; `current` is
 * kept as long as they do, so that a small scroll asks for nothing.
 */
export function windowOffset(current: number, first: number, last: number): number {
  const inside = first >= current && last < current + windowSize;
  const near = first - current < step / 2 && current > 0;
  const nearEnd = current + windowSize - last < step / 2;
  if (inside && !near && !nearEnd) return current;
  const middle = Math.floor((first + last) / 2);
  return Math.max(0, Math.floor((middle - windowSize / 2) / step) * step);
}
