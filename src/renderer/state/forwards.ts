import type { PortForward } from "../../shared/forwards.ts";
import type { Client } from "./client.ts";
import { type Live, useLive } from "./live.ts";

const open = (client: Client, signal: AbortSignal) => client.forwards.watch(undefined, { signal });

/** The ports that are forwarded now, oldest first, as they change. */
export function useForwards(): Live<{ forwards: PortForward[] }> {
  return useLive(open);
}

/** What is typed into other programs to use a forward. */
export function addressOf({ localPort }: Pick<PortForward, "localPort">): string {
  return `127.0.0.1:${localPort}`;
}
