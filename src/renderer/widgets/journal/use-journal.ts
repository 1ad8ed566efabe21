import { useCallback, useEffect, useMemo, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { JournalEvent } from "../../../shared/journal.ts";
import type { Client } from "../../state/client.ts";
import { useClient, useLive } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";

export interface JournalQuery {
  text: string;
  types: readonly string[];
  subject: string | null;
  task: string | null;
}

interface Pages {
  events: readonly JournalEvent[];
  types: readonly string[];
  /** The journal's newest sequence when the first page was read. */
  head: number | null;
  complete: boolean;
}

const pageSize = 100;
const nothing: Pages = { events: [], types: [], head: null, complete: false };
const openHead = (client: Client, signal: AbortSignal) => client.journal.watch(undefined, { signal });

/**
 * Pages of the journal, newest first. What is shown stays while new events arrive: `newer` counts them until
 * `reload` asks for the first page again, so that nothing moves under the reader's eye.
 */
export function useJournal(query: JournalQuery) {
  const client = useClient();
  const live = useLive(openHead);
  const [pages, setPages] = useState(nothing);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState(0);
  const { text, subject, task } = query;
  const types = query.types.join(" ");
  const filter = useMemo(
    () => ({ text, subject, task, types: types === "" ? [] : types.split(" "), limit: pageSize }),
    [text, subject, task, types],
  );
  const readPage = useCallback(
    async (before: number | null, signal?: AbortSignal) => {
      setBusy(true);
      setError(null);
      try {
        const page = await client.journal.page({ ...filter, before }, signal ? { signal } : {});
        setPages((known) => ({
          events: before === null ? page.events : [...known.events, ...page.events],
          types: page.types,
          head: before === null ? (page.events[0]?.sequence ?? 0) : known.head,
          complete: page.events.length < pageSize,
        }));
      } catch (thrown) {
        if (!signal?.aborted) setError(toWireError(thrown));
      } finally {
        if (!signal?.aborted) setBusy(false);
      }
    },
    [client, filter],
  );
  useEffect(() => {
    const controller = new AbortController();
    if (round >= 0) void readPage(null, controller.signal);
    return () => controller.abort();
  }, [readPage, round]);
  const filtered = text !== "" || types !== "" || subject !== null || task !== null;
  const [seen, setSeen] = useState<number | null>(null);
  const head = live.value?.head ?? null;
  if (seen === null && head !== null) setSeen(head);
  // Without a filter the first page ends where the journal did; with one only the head itself tells what is new.
  const read = filtered ? seen : pages.head;
  return {
    ...pages,
    error: error ?? live.error,
    busy,
    newer: head === null || read === null ? 0 : Math.max(0, head - read),
    reload: () => {
      setSeen(head);
      setRound(round + 1);
    },
    older: () => {
      const last = pages.events.at(-1);
      if (last) void readPage(last.sequence);
    },
  };
}
