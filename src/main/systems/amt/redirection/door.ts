import type { Duplex } from "node:stream";
import { abortable } from "../../../reach/abort.ts";
import type { Reach } from "../../../reach/reach.ts";
import type { SecretValue } from "../../../secrets/resolver.ts";
import type { AmtPlace } from "../client/place.ts";
import { type AmtTls, secure } from "../client/secure.ts";

/** The way to one machine's AMT, and who knocks there. */
export interface Door {
  place: AmtPlace;
  tls: AmtTls | null;
  user: string;
  password(): Promise<SecretValue>;
  dial: Reach["dial"];
}

/** Milliseconds after which a connection without a word is asked by TCP whether its other end is still there. */
const keepAliveAfter = 15_000;

/**
 * A new connection to a port of the machine, TLS included where the estate says so. Throws what `reach` and `secure`
 * throw. Behind a hop the hop's own keep-alive watches over it.
 */
export async function openDoor(door: Door, port: number, signal: AbortSignal): Promise<Duplex> {
  const { via, address, allowlist } = door.place;
  const stream = await abortable(door.dial({ via, address, port, allowlist }, signal), signal, (late) =>
    late.destroy(),
  );
  // What happens to it later is told by whoever uses it.
  stream.on("error", () => undefined);
  if ("setKeepAlive" in stream && typeof stream.setKeepAlive === "function") {
    stream.setKeepAlive(true, keepAliveAfter);
  }
  if (!door.tls) return stream;
  const secured = await secure(stream, { ...door.place, port }, door.tls, signal);
  secured.on("error", () => undefined);
  // To TLS a connection below that breaks looks like one that ends.
  stream.on("error", (error) => secured.destroy(error));
  return secured;
}
