import type { Agent } from "node:http";
import { abortFault } from "../../../../reach/abort.ts";
import {
  type HttpFaults,
  NotSent,
  sendHttp,
  Unanswered,
  wholeBody,
} from "../../../../reach/http-exchange.ts";
import { StaleConnection } from "../exchange.ts";
import { closed, garbage, notVsphere, tooLarge } from "../faults.ts";

/** Thirty thousand tagged objects are about 2 MiB. */
const mostBytes = 64 * 1024 * 1024;

export interface Outgoing {
  name: string;
  address: string;
  port: number;
  method: "GET" | "POST" | "DELETE";
  /** With the query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Sent as JSON; left out: no body. */
  body?: unknown;
  signal: AbortSignal;
}

/** What came back: the status, and the JSON of an answer that is one of success; null when it has none. */
export interface Incoming {
  status: number;
  value: unknown;
}

/**
 * One request to the vSphere Automation API and its whole answer. Redirections are not followed; what an error says in its
 * own words is not read. Throws StaleConnection, `vsphere.closed`, `.garbage`, `.not-vsphere`, `.too-large`, what opening
 * the connection threw, or what the signal was aborted with.
 */
export async function exchange(agent: Agent, outgoing: Outgoing): Promise<Incoming> {
  const { name, address, port, method, path, signal, body } = outgoing;
  const faults: HttpFaults = {
    closed: (cause) => closed(name, cause),
    garbage: (cause) => garbage(name, cause),
    tooLarge: (mebibytes) => tooLarge(name, mebibytes),
  };
  const bytes =
    body === undefined ? (method === "POST" ? Buffer.alloc(0) : null) : Buffer.from(JSON.stringify(body));
  const headers = {
    ...outgoing.headers,
    accept: "application/json",
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  try {
    const incoming = await sendHttp(
      { over: agent, address, port, method, path, headers, body: bytes, signal },
      faults,
    );
    const status = incoming.statusCode ?? 0;
    const words = (await wholeBody(incoming, mostBytes, faults, signal)).toString("utf8");
    if (status < 200 || status > 299) return { status, value: null };
    if (/html/i.test(incoming.headers["content-type"] ?? "")) throw notVsphere(name, status);
    return { status, value: words === "" ? null : parsed(words, name) };
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    if (error instanceof NotSent) throw error.fault;
    if (error instanceof Unanswered) throw error.kept ? new StaleConnection(error.fault) : error.fault;
    throw error;
  }
}

function parsed(words: string, name: string): unknown {
  try {
    return JSON.parse(words);
  } catch (error) {
    // What a parser says may quote what it was given.
    throw garbage(name, error instanceof SyntaxError ? undefined : error);
  }
}
