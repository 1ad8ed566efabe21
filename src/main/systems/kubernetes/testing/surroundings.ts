import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { KubernetesApi, type KubernetesApiParts } from "../client/api.ts";
import type { Credentials, Endpoint } from "../client/login.ts";
import { LoginKeeper } from "../client/login-keeper.ts";

/** A clock that only waiting moves. */
export class FakeClock {
  at = 1_700_000_000_000;
  readonly waits: number[] = [];
  readonly now = (): number => this.at;
  readonly wait = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.waits.push(milliseconds);
    this.at += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  };
}

/** Plain connections on loopback. */
export async function dialLoopback(place: { address: string; port: number }): Promise<Duplex> {
  const socket = connect({ host: place.address, port: place.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return socket;
}

interface ApiOptions extends Partial<KubernetesApiParts> {
  tls?: Endpoint["tls"];
  credentials?: () => Promise<Credentials>;
}

/** A client of the API server at a port of loopback, logged in with a token. */
export function apiAt(port: number, options: ApiOptions = {}): KubernetesApi {
  const { tls = null, credentials, ...more } = options;
  const endpoint: Endpoint = { cluster: "east", address: "127.0.0.1", port, path: "", tls };
  const token = { headers: { authorization: "Bearer token-1" }, certificate: null, validUntil: null };
  return new KubernetesApi({
    keeper: new LoginKeeper({
      read: async () => ({ endpoint, credentials: credentials ?? (async () => token) }),
      stamp: async () => "same",
      now: Date.now,
      closing: new AbortController().signal,
    }),
    dial: dialLoopback,
    via: null,
    allowlist: null,
    wait: new FakeClock().wait,
    random: () => 0,
    ...more,
  });
}

/** A signal that nothing aborts. */
export const quiet = new AbortController().signal;

/** Waits until something holds, looking after each turn of the event loop, for five seconds at most. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
