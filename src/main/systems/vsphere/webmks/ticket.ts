import { createHash, X509Certificate } from "node:crypto";
import type { XmlElement } from "../../xml.ts";
import { garbage } from "../client/faults.ts";
import type { VimSession } from "../client/session.ts";
import { child, children, numberAt, type Reference, wordsAt } from "../client/values.ts";

/** Admits one connection to the screen of one VM, within 30 s. The ticket is as good as a password. */
export interface ScreenTicket {
  ticket: string;
  /** Where the screen is shown: the VM's ESXi host; null: where vCenter itself is. */
  host: string | null;
  port: number;
  /** SHA-256 or SHA-1 of the certificate that must be shown there, upper-case hex digits; null: nothing was said of it. */
  pins: string[] | null;
}

const usualPort = 443;
/** The first version of the API that tells better than the SHA-1 of a certificate; hosts may leave that one out. */
const betterVersion = "7.0.3.1";

/**
 * Asks for a ticket to a VM's screen (vSphere Web Services API: AcquireTicket, VirtualMachineTicket, of type `webmks`).
 * Throws what VimSession throws.
 */
export async function acquireTicket(
  session: VimSession,
  vm: Reference,
  signal: AbortSignal,
): Promise<ScreenTicket> {
  const { apiVersion } = await session.content(signal);
  const response = await session.call({
    method: "AcquireTicket",
    on: vm,
    parameters: "<ticketType>webmks</ticketType>",
    ...(isAtLeast(apiVersion, betterVersion) && { version: betterVersion }),
    signal,
  });
  const value = child(response, "returnval");
  const ticket = child(value, "ticket")?.text ?? "";
  const port = numberAt(value, "port") ?? usualPort;
  const host = wordsAt(value, "host");
  // It becomes part of a path, and is sent nowhere else.
  if (!/^[\w.~-]{1,300}$/.test(ticket) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw garbage(session.name);
  }
  if (host !== null && !/^[\w.:-]{1,253}$/.test(host)) throw garbage(session.name);
  return { ticket, host, port, pins: pinsOf(value) };
}

/** The best that is told: SHA-256, else the certificate itself, else SHA-1. */
function pinsOf(value: XmlElement | undefined): string[] | null {
  const list = children(value, "certThumbprintList")
    .filter((each) => /^sha-?256$/i.test(wordsAt(each, "hashAlgorithm") ?? "sha256"))
    .flatMap((each) => plain(child(each, "thumbprint")?.text, 64));
  if (list.length > 0) return list;
  const certificate = certificateOf(child(value, "sslCertificate")?.text);
  if (certificate) return [certificate];
  const old = plain(child(value, "sslThumbprint")?.text, 40);
  return old.length > 0 ? old : null;
}

function plain(words: string | undefined, digits: number): string[] {
  const pin = words?.replace(/[:\s]/g, "").toUpperCase() ?? "";
  return pin.length === digits && /^[0-9A-F]+$/.test(pin) ? [pin] : [];
}

function certificateOf(pem: string | undefined): string | null {
  if (!pem) return null;
  try {
    return createHash("sha256").update(new X509Certificate(pem).raw).digest("hex").toUpperCase();
  } catch {
    return null;
  }
}

/** Whether a version such as `8.0.2.0` is another one or later. */
export function isAtLeast(version: string | null, wanted: string): boolean {
  if (version === null || !/^\d+(\.\d+)*$/.test(version)) return false;
  const [one, other] = [version.split(".").map(Number), wanted.split(".").map(Number)];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
