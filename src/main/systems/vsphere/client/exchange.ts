import type { Agent, IncomingMessage } from "node:http";
import { TextDecoder } from "node:util";
import { abortFault } from "../../../reach/abort.ts";
import { bodyOf, type HttpFaults, sendHttp } from "../../../reach/http-exchange.ts";
import { type XmlElement, type XmlPick, XmlReader } from "../../xml.ts";
import { httpFaults, notVsphere } from "./faults.ts";

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
  /** Called right before the request leaves over an open connection. */
  onSent?(): void;
}

/** What came back: the SOAP body, and the session's cookie where one was set. */
export interface Incoming {
  body: XmlElement;
  cookie: string | null;
}

/**
 * Posts one envelope to `/sdk` and reads the answer as it comes (SOAP 1.1 over HTTP, as vim25 speaks it). Throws what
 * `sendHttp` does, `vsphere.closed`, `.garbage`, `.not-vsphere`, `.too-large`, or what the signal was aborted with.
 */
export async function exchange(agent: Agent, outgoing: Outgoing): Promise<Incoming> {
  const { name, address, port, version, envelope, cookie, pick, signal, onSent } = outgoing;
  const faults = httpFaults(name);
  const incoming = await sendHttp(
    {
      over: agent,
      ...{ method: "POST", path: "/sdk", address, port, signal },
      headers: {
        "content-type": "text/xml; charset=utf-8",
        soapaction: `"urn:vim25/${version}"`,
        ...(cookie === null ? {} : { cookie }),
      },
      body: Buffer.from(envelope, "utf8"),
      ...(onSent && { onSent }),
    },
    faults,
  );
  const status = incoming.statusCode ?? 0;
  try {
    // A fault comes with status 500.
    if (status !== 200 && status !== 500) throw notVsphere(name, status);
    if (/html/i.test(incoming.headers["content-type"] ?? "")) throw notVsphere(name, status);
    const root = await read(incoming, faults, pick, signal);
    const body = root.name === "Envelope" ? root.children.find((each) => each.name === "Body") : undefined;
    if (!body) throw faults.garbage();
    return { body, cookie: cookieOf(incoming) };
  } catch (error) {
    incoming.destroy();
    if (signal.aborted) throw abortFault(signal);
    throw error;
  }
}

async function read(
  incoming: IncomingMessage,
  faults: HttpFaults,
  pick: XmlPick | null,
  signal: AbortSignal,
): Promise<XmlElement> {
  const reader = new XmlReader(limits, pick);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const understood = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw faults.garbage(error);
    }
  };
  for await (const chunk of bodyOf(incoming, mostBytes, faults, signal)) {
    understood(() => reader.write(decoder.decode(chunk, { stream: true })));
  }
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
