import { useCallback } from "react";
import type { ListQuery, Within } from "../../../shared/live.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";
import { foldList } from "../../widgets/table/list-window.ts";

const fromTheFirst = foldList(0);

/** The first few of a live list, without what a whole table has. `query` must stay the same object. */
export function useShortList(within: Within, query: Partial<ListQuery>) {
  const words = JSON.stringify(within);
  const open = useCallback(
    (client: Client, signal: AbortSignal) =>
      client.resources.list({ ...query, within: JSON.parse(words) }, { signal }),
    [query, words],
  );
  return useLiveFold(open, fromTheFirst);
}
