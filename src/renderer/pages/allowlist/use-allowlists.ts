import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";

const open = (client: Client, signal: AbortSignal) => client.allowlists.watch(undefined, { signal });

/** The provider's allowlists, live. */
export function useAllowlists() {
  return useLive(open);
}
