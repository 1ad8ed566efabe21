import type { FacetName, ListFrame, ListRow } from "../../../shared/live.ts";

/** The part of a live list that is known here: `rows[i]` stands at place `offset + i` of the whole. */
export interface ListWindow {
  asOf: number;
  total: number;
  matching: number;
  offset: number;
  rows: readonly ListRow[];
  facets: Partial<Record<FacetName, Record<string, number>>>;
}

/**
 * Adds a frame to the window at `offset`. The order names identifiers; a row that main has not sent (it never
 * should be missing) leaves its place out rather than showing another's.
 */
export function foldList(offset: number): (value: ListWindow | null, frame: ListFrame) => ListWindow {
  return (value, frame) => {
    const known = new Map(value?.rows.map((row) => [row.id, row]));
    for (const row of frame.rows) known.set(row.id, row);
    const order = frame.order ?? value?.rows.map((row) => row.id) ?? [];
    return {
      asOf: frame.asOf,
      total: frame.total,
      matching: frame.matching,
      offset,
      rows: order.flatMap((id) => known.get(id) ?? []),
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
