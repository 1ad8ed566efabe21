import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { badRequest } from "../api/failure.ts";
import { SpdyConnection, type SpdyStream } from "./spdy/connection.ts";

const spdy = "SPDY/3.1";
const streamsWithin = 30_000;

/** What a client wants its connection to become. Throws a Failure 400 when that is neither of the two. */
export function wishOf(request: IncomingMessage): "websocket" | "spdy" {
  const wish = request.headers.upgrade?.toLowerCase();
  if (wish === "websocket") return wish;
  if (wish === spdy.toLowerCase()) return "spdy";
  throw badRequest("unable to upgrade: only WebSocket and SPDY/3.1 are spoken here");
}

/** The protocols that a client offers in a header, in its order. */
export function offered(request: IncomingMessage, header: string): string[] {
  const value = request.headers[header];
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).split(",").map((entry) => entry.trim());
}

/**
 * Answers an upgrade to SPDY with the first of `known` that the client offers. Throws a Failure 400 when there is none.
 */
export function acceptSpdy(request: IncomingMessage, wire: Duplex, known: readonly string[]): void {
  const header = "x-stream-protocol-version";
  const asked = offered(request, header);
  const chosen = known.find((protocol) => asked.includes(protocol));
  if (chosen === undefined) {
    throw badRequest(`unable to upgrade: none of the protocols is known: ${asked.join(",").slice(0, 200)}`);
  }
  wire.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${spdy}\r\nX-Stream-Protocol-Version: ${chosen}\r\n\r\n`,
  );
}

/** Waits until a client has opened the streams of these types; rejects when it goes away or takes too long. */
export function gatherStreams(
  wire: Duplex,
  head: Uint8Array,
  wanted: readonly string[],
): { connection: SpdyConnection; streams: Promise<Map<string, SpdyStream>> } {
  const { promise: streams, resolve, reject } = Promise.withResolvers<Map<string, SpdyStream>>();
  const found = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(wire, head, (stream) => {
    const type = stream.headers.get("streamtype") ?? "";
    if (!wanted.includes(type) || found.has(type)) {
      stream.destroy();
      return;
    }
    found.set(type, stream);
    if (found.size === wanted.length) resolve(found);
  });
  const limit = setTimeout(() => {
    connection.close();
    reject(new Error("the client opened no streams in time"));
  }, streamsWithin);
  limit.unref();
  streams.then(
    () => clearTimeout(limit),
    () => clearTimeout(limit),
  );
  connection.closed.then(() => reject(new Error("the client is gone")));
  return { connection, streams };
}
