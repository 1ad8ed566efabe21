import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import WebSocket from "ws";
import { OpsError } from "../../shared/errors.ts";
import { abortFault } from "./abort.ts";

/** A WebSocket that is wanted of a server, and what its refusals mean. */
export interface WantedWebSocket {
  /** For the `Host` header. */
  host: string;
  /** Path and query. */
  target: string;
  /** Sub-protocols in the order of preference. */
  protocols: readonly string[];
  headers?: Readonly<Record<string, string>>;
  /** Bytes of the largest message that is taken. */
  largestMessage: number;
  signal: AbortSignal;
  /** What it means that the connection broke; the words of `cause` may hold what is secret in the target. */
  broken(cause: Error): OpsError;
  /** What an answer means that is no upgrade; it is read before the connection is closed. */
  refused(answer: IncomingMessage): OpsError | Promise<OpsError>;
}

/**
 * Opens a WebSocket over a connection that is there already. It is paused at first, so that nothing is lost before somebody
 * listens. The stream belongs to it, and is closed when this throws: what `broken` and `refused` give, the OpsError that
 * the stream broke with, or what the signal was aborted with. Source: RFC 6455.
 */
export function openWebSocketOver(stream: Duplex, wanted: WantedWebSocket): Promise<WebSocket> {
  const { host, target, protocols, headers = {}, largestMessage, signal } = wanted;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      stream.destroy();
      return reject(abortFault(signal));
    }
    const socket = new WebSocket(`ws://${host}${target}`, [...protocols], {
      createConnection: () => stream,
      headers: { ...headers, host, "user-agent": "passerelle" },
      perMessageDeflate: false,
      maxPayload: largestMessage,
      followRedirects: false,
    });
    const give = (error: OpsError) => {
      signal.removeEventListener("abort", onAbort);
      reject(error);
      socket.terminate();
      stream.destroy();
    };
    const onAbort = () => give(abortFault(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    let isOpen = false;
    // It stays, for a socket that nobody listens to must not bring everything down.
    socket.on("error", (error) => {
      if (!isOpen) give(error instanceof OpsError ? error : wanted.broken(error));
    });
    socket.once("unexpected-response", (_request, answer: IncomingMessage) => {
      Promise.resolve(wanted.refused(answer)).then(give, (error: unknown) =>
        give(error instanceof OpsError ? error : wanted.broken(new Error("no refusal", { cause: error }))),
      );
    });
    socket.once("open", () => {
      isOpen = true;
      signal.removeEventListener("abort", onAbort);
      socket.pause();
      resolve(socket);
    });
  });
}
