import { useCallback } from "react";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";

/** What rules have found, live: of one resource, or of everything. */
export function useFindings(resource: string | null) {
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.rules.watch({ resource }, { signal }),
    [resource],
  );
  return useLive(open);
}
