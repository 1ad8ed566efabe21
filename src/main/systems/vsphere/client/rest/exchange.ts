import type { Agent } from "node:http";
import { sendHttp, wholeBody } from "../../../../reach/http-exchange.ts";
import { garbage, httpFaults, notVsphere } from "../faults.ts";

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
 * own words is not read. Throws what `sendHttp` does, `vsphere.closed`, `.garbage`, `.not-vsphere`, `.too-large`, or what the
 * signal was aborted with.
 */
export async function exchange(agent: Agent, outgoing: Outgoing): Promise<Incoming> {
  const { name, address, port, method, path, signal, body } = outgoing;
  const faults = httpFaults(name);
  const bytes =
    body === undefined ? (method === "POST" ? Buffer.alloc(0) : null) : Buffer.from(JSON.stringify(body));
  const headers = {
    ...outgoing.headers,
    accept: "application/json",
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const incoming = await sendHttp(
    { over: agent, address, port, method, path, headers, body: bytes, signal },
    faults,
  );
  const status = incoming.statusCode ?? 0;
  const words = (await wholeBody(incoming, mostBytes, faults, signal)).toString("utf8");
  if (status < 200 || status > 299) return { status, value: null };
  if (/html/i.test(incoming.headers["content-type"] ?? "")) throw notVsphere(name, status);
  return { status, value: words === "" ? null : parsed(words, name) };
}

function parsed(words: string, name: string): unknown {
  try {
    return JSON.parse(words);
  } catch (error) {
    // What a parser says may quote what it was given.
    throw garbage(name, error instanceof SyntaxError ? undefined : error);
  }
}
