import type { Within } from "../../../shared/live.ts";
import type { ResourceKind } from "../../../shared/resource.ts";
import type { Client } from "../../state/client.ts";
import type { ListView } from "./list-settings.ts";

/** Identifier to name of what is selected; it outlives the window that the rows were seen in. */
export type Selection = ReadonlyMap<string, string>;

/** The selection with one resource taken in, or out when it was in. */
export function toggled(selection: Selection, id: string, name: string): Selection {
  const next = new Map(selection);
  if (!next.delete(id)) next.set(id, name);
  return next;
}

/** The selection with a whole group taken in, or out when all of it was in. */
export function withGroup(selection: Selection, group: Selection): Selection {
  const next = new Map(selection);
  const hasAll = [...group.keys()].every((id) => selection.has(id));
  for (const [id, name] of group) {
    if (hasAll) next.delete(id);
    else next.set(id, name);
  }
  return next;
}

const pageSize = 500;
/** As many as one action may be started on. */
const mostSelected = 10_000;

/** Everything that matches the view, page by page, at most `mostSelected`. */
export async function selectMatching(
  client: Client,
  kind: ResourceKind,
  within: Within,
  { text, facets, sort }: Pick<ListView, "text" | "facets" | "sort">,
  signal: AbortSignal,
): Promise<Selection> {
  const selection = new Map<string, string>();
  for (let offset = 0; offset < mostSelected; offset += pageSize) {
    const frames = await client.resources.list(
      { kinds: [kind], within, text, facets, sort, offset, limit: pageSize, columns: [] },
      { signal },
    );
    const first = await frames.next();
    await frames.return();
    if (first.done) break;
    for (const row of first.value.rows) selection.set(row.id, row.name);
    if (first.value.rows.length < pageSize) break;
  }
  return selection;
}
