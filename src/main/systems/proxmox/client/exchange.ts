import { type Agent, type IncomingMessage, request } from "node:http";
import { OpsError } from "../../../../shared/errors.ts";
import { abortFault } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import { closed, garbage, tooLarge } from "./faults.ts";

const mostHeaderBytes = 64 * 1024;
const mostBytes = 64 * 1024 * 1024;

export interface Outgoing {
  name: string;
  address: string;
  port: number;
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** From `/api2/json` on, with the query. */
  path: string;
  /** Sent as `application/x-www-form-urlencoded`. */
  form: string | null;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Called right before the request leaves over an open connection. */
  onSent?(): void;
}

/** What came back; `date` is the far side's clock in epoch milliseconds. */
export interface Incoming {
  status: number;
  reason: string;
  type: string;
  date: number | null;
  words: string;
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
 * One request over HTTP/1.1 and its whole answer, of 64 MiB at most. Redirections are not followed. Throws NotSent,
 * Withheld, Unanswered, `proxmox.closed`, `.garbage`, `.too-large`, or what the signal was aborted with.
 */
export async function exchange(agent: Agent, outgoing: Outgoing): Promise<Incoming> {
  const incoming = await send(agent, outgoing);
  try {
    const words = await read(incoming, outgoing.name, outgoing.signal);
    const date = Date.parse(incoming.headers.date ?? "");
    return {
      status: incoming.statusCode ?? 0,
      reason: reasonOf(incoming.statusMessage ?? ""),
      type: incoming.headers["content-type"] ?? "",
      date: Number.isNaN(date) ? null : date,
      words,
    };
  } catch (error) {
    incoming.destroy();
    if (outgoing.signal.aborted) throw abortFault(outgoing.signal);
    throw error;
  }
}

function send(agent: Agent, outgoing: Outgoing): Promise<IncomingMessage> {
  const { name, address, port, method, path, form, headers, signal, onSent } = outgoing;
  const bytes = form === null ? null : Buffer.from(form, "utf8");
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFault(signal));
    const asked = request({
      agent,
      method,
      path,
      host: address,
      port,
      maxHeaderSize: mostHeaderBytes,
      headers: {
        ...headers,
        host: hostAndPort(address, port),
        accept: "application/json",
        "user-agent": "passerelle",
        ...(bytes === null
          ? {}
          : { "content-type": "application/x-www-form-urlencoded", "content-length": bytes.length }),
      },
    });
    let connected = false;
    const onAbort = () => {
      asked.destroy();
      reject(abortFault(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    asked.once("close", () => signal.removeEventListener("abort", onAbort));
    asked.once("socket", () => {
      connected = true;
    });
    asked.on("error", (error: NodeJS.ErrnoException) => {
      const fault = explain(name, error);
      if (!connected) reject(new NotSent(fault));
      else reject(fault.code === "proxmox.closed" ? new Unanswered(fault, asked.reusedSocket) : fault);
    });
    asked.once("response", resolve);
    // What was written before there is a connection waits for it: only what is sent over one counts as sent.
    asked.once("socket", () => {
      if (signal.aborted) return;
      try {
        onSent?.();
      } catch (error) {
        asked.destroy();
        reject(new Withheld(error));
        return;
      }
      asked.end(bytes ?? undefined);
    });
  });
}

function explain(name: string, error: NodeJS.ErrnoException): OpsError {
  if (error instanceof OpsError) return error;
  if (error.code === "HPE_HEADER_OVERFLOW") return tooLarge(name, 1);
  return error.code?.startsWith("HPE_") ? garbage(name, error) : closed(name, error);
}

async function read(incoming: IncomingMessage, name: string, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > mostBytes) throw tooLarge(name, mostBytes / 1024 / 1024);
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    throw error instanceof OpsError ? error : closed(name, error);
  }
  if (!incoming.complete) throw closed(name);
  return Buffer.concat(chunks).toString("utf8");
}

/** The reason phrase, in which Proxmox VE sends UTF-8 and Node reads Latin-1; without control characters, bounded. */
function reasonOf(phrase: string): string {
  return printable(Buffer.from(phrase, "latin1").toString("utf8"));
}

/** A server's words on one line, of bounded length. */
export function printable(words: string): string {
  return words.slice(0, 4000).replace(/\s+/g, " ").replace(/\p{C}/gu, "").trim().slice(0, 500);
}
