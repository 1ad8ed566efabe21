import { type Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import type { Duplex } from "node:stream";
import { OpsError } from "../../shared/errors.ts";
import { abortFault } from "./abort.ts";
import { hostAndPort } from "./place.ts";

const mostHeaderBytes = 64 * 1024;
const mebibyte = 1024 * 1024;

/** The errors of an exchange, in the words of whoever asks. */
export interface HttpFaults {
  closed(cause?: unknown): OpsError;
  garbage(cause?: unknown): OpsError;
  tooLarge(mebibytes: number): OpsError;
}

export interface HttpRequest {
  /** What keeps the connections, or one that is open already and is closed with the answer. */
  over: Agent | { stream: Duplex };
  address: string;
  port: number;
  method: string;
  /** With the query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer | null;
  signal: AbortSignal;
  /** Called right before the request leaves over an open connection: from here on it may have been taken. */
  onSent?(): void;
}

/** No connection came about: nothing of the request has left. */
export class NotSent extends Error {
  readonly fault: OpsError;
  constructor(fault: OpsError) {
    super(fault.message, { cause: fault });
    this.fault = fault;
  }
}

/** Whoever sends was told to stop in the last moment, which is the cause: nothing of the request has left. */
export class Withheld extends Error {
  constructor(cause: unknown) {
    super("not sent", { cause });
  }
}

/** The connection was closed before anything of an answer came; `kept` where it was one of before. */
export class Unanswered extends Error {
  readonly fault: OpsError;
  readonly kept: boolean;
  constructor(fault: OpsError, kept: boolean) {
    super(fault.message, { cause: fault });
    this.fault = fault;
    this.kept = kept;
  }
}

/**
 * Sends one request over HTTP/1.1 (RFC 9112) and resolves with the head of its answer; redirections are not followed.
 * Throws NotSent, Withheld, Unanswered, the given faults, or what the signal was aborted with.
 */
export function sendHttp(asked: HttpRequest, faults: HttpFaults): Promise<IncomingMessage> {
  const { signal, body } = asked;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFault(signal));
    const sent = request(optionsOf(asked));
    let connected = false;
    const onAbort = () => {
      sent.destroy();
      reject(abortFault(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    sent.once("close", () => signal.removeEventListener("abort", onAbort));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (!connected) return reject(new NotSent(explained(error, faults)));
      const broke = !(error instanceof OpsError) && !isParsing(error);
      const fault = explained(error, faults);
      reject(broke ? new Unanswered(fault, sent.reusedSocket) : fault);
    });
    sent.once("response", resolve);
    // What was written before there is a connection waits for it: only what is sent over one counts as sent.
    const onConnected = () => {
      connected = true;
      if (signal.aborted) return;
      try {
        asked.onSent?.();
      } catch (error) {
        sent.destroy();
        return reject(new Withheld(error));
      }
      sent.end(body ?? undefined);
    };
    sent.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", onConnected);
      else onConnected();
    });
  });
}

function optionsOf({ over, address, port, method, path, headers, body }: HttpRequest): RequestOptions {
  const { stream, agent } =
    "stream" in over ? { stream: over.stream, agent: null } : { stream: null, agent: over };
  return {
    ...(stream ? { createConnection: () => stream } : { agent: agent ?? undefined }),
    method,
    path,
    host: address,
    port,
    maxHeaderSize: mostHeaderBytes,
    headers: {
      ...headers,
      host: headers.host ?? hostAndPort(address, port),
      "user-agent": "passerelle",
      ...(stream ? { connection: "close" } : {}),
      ...(body ? { "content-length": String(body.length) } : {}),
    },
  };
}

/** The body of an answer as it comes, `mostBytes` of it at most. Throws the given faults, or what the signal says. */
export async function* bodyOf(
  incoming: IncomingMessage,
  mostBytes: number,
  faults: HttpFaults,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const chunk of incoming) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > mostBytes) throw faults.tooLarge(mostBytes / mebibyte);
      yield chunk;
    }
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    throw error instanceof OpsError ? error : faults.closed(error);
  } finally {
    if (!incoming.complete) incoming.destroy();
  }
  if (!incoming.complete) throw faults.closed();
}

/** The same in one piece. */
export async function wholeBody(
  incoming: IncomingMessage,
  mostBytes: number,
  faults: HttpFaults,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bodyOf(incoming, mostBytes, faults, signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const isParsing = (error: NodeJS.ErrnoException) => error.code?.startsWith("HPE_") ?? false;

function explained(error: NodeJS.ErrnoException, faults: HttpFaults): OpsError {
  if (error instanceof OpsError) return error;
  if (error.code === "HPE_HEADER_OVERFLOW") return faults.tooLarge(mostHeaderBytes / mebibyte);
  return isParsing(error) ? faults.garbage(error) : faults.closed(error);
}
