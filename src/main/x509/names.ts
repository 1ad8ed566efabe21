import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Whether a certificate with these names may be shown for a host name or IP address (RFC 9525, 6.3 and 6.5). */
export function coversName(names: readonly string[], wanted: string): boolean {
  const host = wanted.replace(/^\[|\]$/g, "");
  if (isIP(host)) return names.some((name) => isIP(name) !== 0 && sameAddress(name, host));
  const asked = plain(host);
  return asked !== "" && names.some((name) => isIP(name) === 0 && matches(plain(name), asked));
}

/** Those of the wanted names that a certificate with these names may not be shown for. */
export function uncoveredNames(names: readonly string[], wanted: readonly string[]): string[] {
  return wanted.filter((each) => !coveredAsWritten(names, each));
}

/** A wildcard is covered by the same wildcard alone. */
function coveredAsWritten(names: readonly string[], wanted: string): boolean {
  return wanted.startsWith("*.")
    ? names.some((name) => plain(name) === plain(wanted))
    : coversName(names, wanted);
}

/** A wildcard stands for one whole label, the leftmost, and not for a whole top-level domain. */
function matches(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === host;
  const rest = pattern.slice(1);
  const label = host.slice(0, -rest.length);
  return rest.includes(".", 1) && host.endsWith(rest) && label !== "" && !label.includes(".");
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function sameAddress(one: string, other: string): boolean {
  return ipaddr.parse(one).toNormalizedString() === ipaddr.parse(other).toNormalizedString();
}
