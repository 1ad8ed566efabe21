import type { Agent } from "node:http";
import { sendHttp, wholeBody } from "../../../reach/http-exchange.ts";
import { httpFaults } from "./faults.ts";

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

/**
 * One request and its whole answer, of 64 MiB at most. Throws what `sendHttp` does, `proxmox.closed`, `.garbage`,
 * `.too-large`, or what the signal was aborted with.
 */
export async function exchange(agent: Agent, outgoing: Outgoing): Promise<Incoming> {
  const { name, address, port, method, path, form, headers, signal, onSent } = outgoing;
  const faults = httpFaults(name);
  const incoming = await sendHttp(
    {
      over: agent,
      ...{ address, port, method, path, signal },
      headers: {
        ...headers,
        accept: "application/json",
        ...(form === null ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      body: form === null ? null : Buffer.from(form, "utf8"),
      ...(onSent && { onSent }),
    },
    faults,
  );
  const words = (await wholeBody(incoming, mostBytes, faults, signal)).toString("utf8");
  const date = Date.parse(incoming.headers.date ?? "");
  return {
    status: incoming.statusCode ?? 0,
    reason: reasonOf(incoming.statusMessage ?? ""),
    type: incoming.headers["content-type"] ?? "",
    date: Number.isNaN(date) ? null : date,
    words,
  };
}

/** The reason phrase, in which Proxmox VE sends UTF-8 and Node reads Latin-1; without control characters, bounded. */
function reasonOf(phrase: string): string {
  return printable(Buffer.from(phrase, "latin1").toString("utf8"));
}

/** A server's words on one line, of bounded length. */
export function printable(words: string): string {
  return words.slice(0, 4000).replace(/\s+/g, " ").replace(/\p{C}/gu, "").trim().slice(0, 500);
}
