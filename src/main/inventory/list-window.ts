import type { ListFrame, ListQuery, ListRow } from "../../shared/live.ts";
import type { Matches } from "./matches.ts";
import { rowOf, sameRow } from "./rows.ts";

/** What the reader of a window has been sent. */
interface Sent {
  order: readonly string[];
  rows: ReadonlyMap<string, ListRow>;
  total: number;
  matching: number;
  facets: string;
}

/** The part of a list that one reader looks at, and what that reader knows of it already. */
export class ListWindow {
  readonly #matches: Matches;
  readonly #query: Pick<ListQuery, "offset" | "limit" | "columns">;
  #sent: Sent | null = null;

  constructor(matches: Matches, query: Pick<ListQuery, "offset" | "limit" | "columns">) {
    this.#matches = matches;
    this.#query = query;
  }

  /** First the whole window, later what changed in it or in the counts; undefined when nothing did. */
  frame(asOf: number): ListFrame | undefined {
    const { offset, limit, columns } = this.#query;
    const sent = this.#sent;
    const { total, matching } = this.#matches;
    const { counts, words: facets } = this.#matches.facets();
    const order: string[] = [];
    const rows = new Map<string, ListRow>();
    const changed: ListRow[] = [];
    for (const entry of this.#matches.window(offset, limit)) {
      const row = rowOf(entry, columns);
      const before = sent?.rows.get(entry.id);
      const same = before !== undefined && sameRow(before, row);
      order.push(entry.id);
      rows.set(entry.id, same ? before : row);
      if (!same) changed.push(row);
    }
    this.#sent = { order, rows, total, matching, facets };
    const sameOrder = sent !== null && isSameOrder(sent.order, order);
    const sameFacets = sent?.facets === facets;
    const sameFigures = sent?.total === total && sent.matching === matching;
    if (sameOrder && sameFacets && sameFigures && changed.length === 0) return undefined;
    return {
      asOf,
      total,
      matching,
      order: sameOrder ? null : order,
      facets: sameFacets ? null : counts,
      rows: changed,
    };
  }
}

function isSameOrder(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
