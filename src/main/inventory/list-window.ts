import type { ListFrame, ListQuery, ListRow } from "../../shared/live.ts";
import { groupedLines, type Lines } from "./grouped-lines.ts";
import type { Matches } from "./matches.ts";
import { rowOf, sameRow } from "./rows.ts";

/** What the reader of a window has been sent. */
interface Sent {
  order: readonly string[];
  rows: ReadonlyMap<string, ListRow>;
  total: number;
  matching: number;
  facets: string;
  groups: string;
}

type Shown = Pick<ListQuery, "offset" | "limit" | "columns" | "fold">;

/** The part of a list that one reader looks at, and what that reader knows of it already. */
export class ListWindow {
  readonly #matches: Matches;
  readonly #query: Shown;
  #sent: Sent | null = null;

  constructor(matches: Matches, query: Shown) {
    this.#matches = matches;
    this.#query = query;
  }

  /** First the whole window, later what changed in it or in the counts; undefined when nothing did. */
  frame(asOf: number): ListFrame | undefined {
    const { columns } = this.#query;
    const sent = this.#sent;
    const { total, matching } = this.#matches;
    const { counts, words: facets } = this.#matches.facets();
    const shown = this.#lines();
    const groups = JSON.stringify(shown.groups ?? null);
    const order: string[] = [];
    const rows = new Map<string, ListRow>();
    const changed: ListRow[] = [];
    for (const line of shown.lines) {
      if (typeof line === "string") {
        order.push(line);
        continue;
      }
      const row = rowOf(line, columns);
      const before = sent?.rows.get(line.id);
      const same = before !== undefined && sameRow(before, row);
      order.push(line.id);
      rows.set(line.id, same ? before : row);
      if (!same) changed.push(row);
    }
    this.#sent = { order, rows, total, matching, facets, groups };
    const sameOrder = sent !== null && isSameOrder(sent.order, order);
    const sameFacets = sent?.facets === facets;
    const sameGroups = sent?.groups === groups;
    const sameFigures = sent?.total === total && sent.matching === matching;
    if (sameOrder && sameFacets && sameGroups && sameFigures && changed.length === 0) return undefined;
    return {
      asOf,
      total,
      matching,
      order: sameOrder ? null : order,
      facets: sameFacets ? null : counts,
      ...(shown.groups && !sameGroups && { groups: shown.groups }),
      rows: changed,
    };
  }

  #lines(): Lines {
    const { offset, limit, fold } = this.#query;
    const groups = this.#matches.groups();
    if (groups === null) return { lines: this.#matches.window(offset, limit), groups: undefined };
    return groupedLines(groups, fold, { offset, limit }, (from, count) => this.#matches.window(from, count));
  }
}

function isSameOrder(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
