import { useCallback } from "react";
import type { PraRunView } from "../../../shared/pra.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";

/** Milliseconds up to which two clocks are one: an answer takes its time as well. */
const same = 2000;

/** What a run says, and when it was last heard of, by the clock of the console that it runs at. */
interface HeardOf {
  view: PraRunView;
  at: number;
  /** Milliseconds that this clock is ahead of the window's. */
  ahead: number;
}

/** What a run says to whoever follows it, live; the last of it is kept while main does not answer. */
export function useRunView(id: string) {
  const open = useCallback((client: Client, signal: AbortSignal) => client.pra.run({ id }, { signal }), [id]);
  return useLiveFold(open, heard);
}

function heard(_before: HeardOf | null, { view, now }: { view: PraRunView; now: number }): HeardOf {
  const ahead = now - Date.now();
  return { view, at: now, ahead: Math.abs(ahead) <= same ? 0 : Math.round(ahead / 1000) * 1000 };
}
