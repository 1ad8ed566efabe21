import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";

const openPeople = (client: Client, signal: AbortSignal) => client.people.watch(undefined, { signal });

/** The operators of the estate, and whoever works here. */
export function usePeople() {
  return useLive(openPeople);
}
