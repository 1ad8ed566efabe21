import { useCallback, useMemo, useState } from "react";
import type { Within } from "../../../shared/live.ts";
import type { ResourceKind } from "../../../shared/resource.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";
import type { ListView } from "./list-settings.ts";
import { foldList, type ListWindow, windowSize } from "./list-window.ts";

/**
 * The live window of a list at `offset`. While main answers for a new window or filter, the rows of the one before
 * stay on the screen.
 */
export function useList(kind: ResourceKind, within: Within, view: ListView, offset: number) {
  const { text, facets, sort, columns, group, fold } = view;
  const open = useCallback(
    (client: Client, signal: AbortSignal) =>
      client.resources.list(
        { kinds: [kind], within, text, facets, sort, columns, group, fold, offset, limit: windowSize },
        { signal },
      ),
    [kind, within, text, facets, sort, columns, group, fold, offset],
  );
  const add = useMemo(() => foldList(offset), [offset]);
  const live = useLiveFold(open, add);
  const [kept, setKept] = useState<ListWindow | null>(null);
  if (live.value !== null && live.value !== kept) setKept(live.value);
  return { ...live, value: live.value ?? kept, current: live.value !== null };
}
