import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "../../../shared/text.ts";
import { abortFault } from "../../reach/abort.ts";
import { NotSent, sendHttp, Unanswered } from "../../reach/http-exchange.ts";
import { otherStatus, redirected, servedElsewhere, service, wordsMissing } from "./faults.ts";
import type { Found } from "./found.ts";

/** Of a body that is looked through for words. */
const mostBytes = 1024 * 1024;
const longestHeader = 200;
const usualPorts: Record<string, number> = { "https:": 443, "http:": 80 };

export interface AskedPage {
  url: string;
  status: readonly number[] | null;
  contains: string | null;
  redirections: number;
  servedBy: string | null;
  expectServedBy: string | null;
}

/** A connection to where a URL leads, with TLS where it says so. */
export type Connect = (
  url: { host: string; port: number; secure: boolean },
  signal: AbortSignal,
) => Promise<Duplex>;

/**
 * Asks for a page as a browser would (RFC 9110), follows a bounded number of redirections, never from https to http, and
 * looks at what it says. `elapsed` counts milliseconds. Throws `web.…`, what `connect` throws and what the signal says.
 */
export async function askPage(
  asked: AskedPage,
  connect: Connect,
  elapsed: () => number,
  found: Found,
  signal: AbortSignal,
): Promise<void> {
  let url = new URL(asked.url);
  const passed: string[] = [];
  for (;;) {
    const label = url.host;
    const { status, headers, words } = await ask(url, connect, elapsed, found, signal);
    found.facts["web.status"] = status;
    const { location } = headers;
    if (status >= 300 && status < 400 && location !== undefined && !asked.status?.includes(status)) {
      const next = URL.parse(location, url.href);
      if (passed.length >= asked.redirections) throw redirected(label, tooOften(asked.redirections));
      if (!next || !(next.protocol in usualPorts)) throw redirected(label, nowhere);
      if (url.protocol === "https:" && next.protocol === "http:") throw redirected(label, insecure);
      passed.push(`${next.origin}${next.pathname}`.slice(0, longestHeader));
      found.facts["web.redirections"] = [...passed];
      url = next;
      continue;
    }
    const by = asked.servedBy === null ? null : servedBy(headers[asked.servedBy.toLowerCase()]);
    if (asked.servedBy !== null) found.facts["web.servedBy"] = by;
    if (asked.status ? !asked.status.includes(status) : status < 200 || status > 299)
      throw otherStatus(label, status);
    if (asked.contains !== null && !words.includes(asked.contains)) throw wordsMissing(label, asked.contains);
    if (asked.expectServedBy !== null && by !== asked.expectServedBy) {
      throw servedElsewhere(label, by, asked.expectServedBy);
    }
    return;
  }
}

async function ask(
  url: URL,
  connect: Connect,
  elapsed: () => number,
  found: Found,
  signal: AbortSignal,
): Promise<{ status: number; headers: IncomingMessage["headers"]; words: string }> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (usualPorts[url.protocol] ?? 80) : Number(url.port);
  const stream = await connect({ host, port, secure: url.protocol === "https:" }, signal);
  const faults = service.http(url.host);
  try {
    const path = `${url.pathname}${url.search}`;
    const headers = {
      host: url.host,
      accept: "*/*",
      "accept-encoding": "identity",
      "cache-control": "no-cache",
    };
    const request = {
      over: { stream },
      address: host,
      port,
      method: "GET",
      path,
      headers,
      body: null,
      signal,
    };
    const incoming = await sendHttp(request, faults);
    found.facts["web.firstByte"] = Math.round(elapsed());
    return {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      words: await beginning(incoming, url, signal),
    };
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    throw error instanceof NotSent || error instanceof Unanswered ? error.fault : error;
  } finally {
    stream.destroy();
  }
}

/** The first MiB of a body; what is longer is not asked for, what ends too early is a fault. */
async function beginning(incoming: IncomingMessage, url: URL, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const faults = service.http(url.host);
  try {
    for await (const chunk of incoming) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      size += chunk.length;
      if (size >= mostBytes) return Buffer.concat(chunks).toString("utf8", 0, mostBytes);
    }
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    throw faults.closed(error);
  }
  if (!incoming.complete) throw faults.closed();
  return Buffer.concat(chunks).toString("utf8");
}

function servedBy(value: string | string[] | undefined): string | null {
  const words = Array.isArray(value) ? value.join(", ") : value;
  return words === undefined || words === "" ? null : words.slice(0, longestHeader);
}

const nowhere = text("the address is none", "l'adresse n'en est pas une");
const insecure = text("it leads from https to http", "elle mène de https à http");

function tooOften(most: number) {
  return text(`more than ${most} times in a row`, `plus de ${most} fois de suite`);
}
