import { type Agent, type IncomingMessage, request } from "node:http";
import { OpsError } from "../../../../../shared/errors.ts";
import { abortFault } from "../../../../reach/abort.ts";
import { hostAndPort } from "../../../../reach/place.ts";
import { StaleConnection } from "../exchange.ts";
import { closed, garbage, notVsphere, tooLarge } from "../faults.ts";

const mostHeaderBytes = 64 * 1024;
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
  const { name, signal } = outgoing;
  const incoming = await send(agent, outgoing);
  const status = incoming.statusCode ?? 0;
  try {
    const words = await read(incoming, name);
    if (status < 200 || status > 299) return { status, value: null };
    if (/html/i.test(incoming.headers["content-type"] ?? "")) throw notVsphere(name, status);
    return { status, value: words === "" ? null : parsed(words, name) };
  } catch (error) {
    incoming.destroy();
    if (signal.aborted) throw abortFault(signal);
    throw error;
  }
}

function send(agent: Agent, outgoing: Outgoing): Promise<IncomingMessage> {
  const { name, address, port, method, path, headers, body, signal } = outgoing;
  const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body), "utf8");
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
        ...(bytes && { "content-type": "application/json" }),
        ...(method === "POST" && { "content-length": bytes?.length ?? 0 }),
      },
    });
    const onAbort = () => {
      asked.destroy();
      reject(abortFault(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    asked.once("close", () => signal.removeEventListener("abort", onAbort));
    asked.on("error", (error) => reject(explain(name, error, asked.reusedSocket)));
    asked.once("response", resolve);
    asked.end(bytes ?? undefined);
  });
}

function explain(name: string, error: NodeJS.ErrnoException, reused: boolean): Error {
  if (error instanceof OpsError) return error;
  if (error.code === "HPE_HEADER_OVERFLOW") return tooLarge(name, 1);
  if (error.code?.startsWith("HPE_")) return garbage(name, error);
  const fault = closed(name, error);
  return reused ? new StaleConnection(fault) : fault;
}

async function read(incoming: IncomingMessage, name: string): Promise<string> {
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
    throw error instanceof OpsError ? error : closed(name, error);
  }
  if (!incoming.complete) throw closed(name);
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(words: string, name: string): unknown {
  try {
    return JSON.parse(words);
  } catch (error) {
    // What a parser says may quote what it was given.
    throw garbage(name, error instanceof SyntaxError ? undefined : error);
  }
}
