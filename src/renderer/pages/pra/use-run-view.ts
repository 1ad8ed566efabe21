import { useCallback } from "react";
import type { PraRunView } from "../../../shared/pra.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";

/** What a run says, and when it was last heard of, in epoch milliseconds. */
interface HeardOf {
  view: PraRunView;
  at: number;
}

/** What a run says to whoever follows it, live; the last of it is kept while main does not answer. */
export function useRunView(id: string) {
  const open = useCallback((client: Client, signal: AbortSignal) => client.pra.run({ id }, { signal }), [id]);
  return useLiveFold(open, heard);
}

function heard(_before: HeardOf | null, { view }: { view: PraRunView }): HeardOf {
  return { view, at: Date.now() };
}
