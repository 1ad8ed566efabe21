import { type Agent, type IncomingMessage, request } from "node:http";
import { TextDecoder } from "node:util";
import { OpsError } from "../../../../shared/errors.ts";
import { abortFault } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import { type XmlElement, type XmlPick, XmlReader } from "../../xml.ts";
import { closed, garbage, notVsphere, tooLarge } from "./faults.ts";

const mostHeaderBytes = 64 * 1024;
/** The inventory of ten thousand VMs in one answer, of a server that does not page, is about 60 MiB. */
const mostBytes = 256 * 1024 * 1024;
const limits = { depth: 64, elements: 6_000_000 };

export interface Outgoing {
  name: string;
  address: string;
  port: number;
  /** The version of the API whose types are asked for; later ones are left out by the server. */
  version: string;
  /** The whole envelope. */
  envelope: string;
  cookie: string | null;
  /** What of the answer is given away as it comes. */
  pick: XmlPick | null;
  signal: AbortSignal;
}

/** What came back: the SOAP body, and the session's cookie where one was set. */
export interface Incoming {
  body: XmlElement;
  cookie: string | null;
}

/** The kept connection had been closed by the far side before anything of an answer came. */
export class StaleConnection extends Error {
  readonly fault: OpsError;
  constructor(fault: OpsError) {
    super(fault.message, { cause: fault });
    this.fault = fault;
  }
}

/**
 * Posts one envelope to `/sdk` and reads the answer as it comes (SOAP 1.1 over HTTP, as vim25 speaks it). Throws
 * StaleConnection, `vsphere.closed`, `.garbage`, `.not-vsphere`, `.too-large`, what opening the connection threw, or what
 * the signal was aborted with.
 */
export async function exchange(agent: Agent, outgoing: Outgoing): Promise<Incoming> {
  const incoming = await send(agent, outgoing);
  const { name, pick, signal } = outgoing;
  const status = incoming.statusCode ?? 0;
  try {
    // A fault comes with status 500.
    if (status !== 200 && status !== 500) throw notVsphere(name, status);
    if (/html/i.test(incoming.headers["content-type"] ?? "")) throw notVsphere(name, status);
    const root = await read(incoming, name, { pick, signal });
    const body = root.name === "Envelope" ? root.children.find((each) => each.name === "Body") : undefined;
    if (!body) throw garbage(name);
    return { body, cookie: cookieOf(incoming) };
  } catch (error) {
    incoming.destroy();
    if (signal.aborted) throw abortFault(signal);
    throw error;
  }
}

function send(agent: Agent, outgoing: Outgoing): Promise<IncomingMessage> {
  const { name, address, port, version, envelope, cookie, signal } = outgoing;
  const bytes = Buffer.from(envelope, "utf8");
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFault(signal));
    const asked = request({
      agent,
      method: "POST",
      path: "/sdk",
      host: address,
      port,
      maxHeaderSize: mostHeaderBytes,
      headers: {
        host: hostAndPort(address, port),
        "user-agent": "passerelle",
        "content-type": "text/xml; charset=utf-8",
        "content-length": bytes.length,
        soapaction: `"urn:vim25/${version}"`,
        ...(cookie === null ? {} : { cookie }),
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
    asked.end(bytes);
  });
}

function explain(name: string, error: NodeJS.ErrnoException, reused: boolean): Error {
  if (error instanceof OpsError) return error;
  if (error.code === "HPE_HEADER_OVERFLOW") return tooLarge(name, 1);
  if (error.code?.startsWith("HPE_")) return garbage(name, error);
  const fault = closed(name, error);
  return reused ? new StaleConnection(fault) : fault;
}

async function read(
  incoming: IncomingMessage,
  name: string,
  { pick, signal }: Pick<Outgoing, "pick" | "signal">,
): Promise<XmlElement> {
  const reader = new XmlReader(limits, pick);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  const understood = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw garbage(name, error);
    }
  };
  try {
    for await (const chunk of incoming) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > mostBytes) throw tooLarge(name, mostBytes / 1024 / 1024);
      understood(() => reader.write(decoder.decode(chunk, { stream: true })));
    }
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    throw error instanceof OpsError ? error : closed(name, error);
  }
  if (!incoming.complete) throw closed(name);
  return understood(() => {
    reader.write(decoder.decode());
    return reader.end();
  });
}

/** The session, as vCenter sets it; quotation marks are part of the value. */
function cookieOf(incoming: IncomingMessage): string | null {
  for (const line of incoming.headers["set-cookie"] ?? []) {
    const pair = /^(vmware_soap_session=[\x21-\x3A\x3C-\x7E]{1,500})(;|$)/.exec(line)?.[1];
    if (pair) return pair;
  }
  return null;
}
