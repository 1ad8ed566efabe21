import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { OpsError } from "../../../shared/errors.ts";
import { askRecord } from "../../dns/answer.ts";
import type { DnsClient } from "../../dns/client.ts";
import type { NameServer } from "../../dns/exchange.ts";
import { canonicalName } from "../../dns/name.ts";
import { Deadline } from "../../reach/abort.ts";
import { noAnswer } from "../../reach/faults.ts";
import { hostAndPort } from "../../reach/place.ts";
import type { Reach } from "../../reach/reach.ts";
import { noAddress, notReached, service } from "./faults.ts";
import type { Found } from "./found.ts";

export interface ConnectParts {
  dial: Reach["dial"];
  dns: DnsClient;
  resolvers: ReadonlyMap<string, NameServer>;
}

/** How a check gets to what it asks. */
export interface Way {
  via: string | null;
  allowlist: string | null;
  /** An IP address, the name of a resolver, or null: as the workstation or the hop resolves it. */
  resolveWith: string | null;
  /** Milliseconds. */
  deadline: number;
}

/** Addresses of one name that are tried. */
const mostAddresses = 4;
/** Milliseconds for the log-in at hops and the connection behind them; a dead target is told by the hop before that. */
const hopDeadline = 60_000;

/**
 * Connects to a host for a check. Throws `web.refused`, `web.silent` and `web.name-unknown` where it is the host that does
 * not answer; what keeps it from being asked at all (a hop, an allowlist, a resolver, no network) is thrown as it comes.
 */
export async function connectTo(
  { dial, dns, resolvers }: ConnectParts,
  { host, port }: { host: string; port: number },
  way: Way,
  found: Found,
  signal: AbortSignal,
): Promise<Duplex> {
  const addresses = await addressesOf({ dns, resolvers }, host, way.resolveWith, signal);
  let last: unknown = null;
  for (const address of addresses) {
    try {
      const stream = await open(dial, { address, port }, way, signal);
      found.facts["web.address"] = hostAndPort(address, port);
      return stream;
    } catch (error) {
      last = error;
      // Only what the host itself refuses may be otherwise at its next address.
      if (!(error instanceof OpsError) || error.system !== "web") throw error;
    }
  }
  throw last;
}

async function open(
  dial: Reach["dial"],
  { address, port }: { address: string; port: number },
  { via, allowlist, deadline: milliseconds }: Way,
  signal: AbortSignal,
): Promise<Duplex> {
  const label = hostAndPort(address, port);
  const limit = via === null ? milliseconds : hopDeadline;
  const deadline = new Deadline(limit, signal, () => service.timedOut(label, limit / 1000));
  try {
    return await dial({ via, allowlist, address, port }, deadline.signal);
  } catch (error) {
    throw error instanceof OpsError ? ofHost(error, { address, port }, via !== null) : error;
  } finally {
    deadline.end();
  }
}

/** The same error, as one of the check where it is about the host and not about the way to it. */
function ofHost(
  error: OpsError,
  { address, port }: { address: string; port: number },
  isBehind: boolean,
): OpsError {
  const label = hostAndPort(address, port);
  const silent = noAnswer({ id: label, name: label, address, port });
  if (error.code === "reach.timed-out" && error.message === silent.message)
    return notReached("silent", error);
  if (isBehind) return error.code === "reach.forward-failed" ? notReached("refused", error) : error;
  if (error.code === "reach.refused") return notReached("refused", error);
  // No name server may have answered at all: then nothing is known of the name.
  const isUnknown = error.code === "reach.name-not-found" && codeOf(error.cause) !== "EAI_AGAIN";
  return isUnknown ? notReached("name-unknown", error) : error;
}

function codeOf(cause: unknown): unknown {
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : null;
}

/** Where a name leads for this check. Throws `web.name-unknown`, and what the resolver throws. */
async function addressesOf(
  { dns, resolvers }: Pick<ConnectParts, "dns" | "resolvers">,
  host: string,
  resolveWith: string | null,
  signal: AbortSignal,
): Promise<string[]> {
  if (resolveWith === null || isIP(host)) return [host];
  if (isIP(resolveWith)) return [resolveWith];
  const resolver = resolvers.get(resolveWith);
  const name = canonicalName(host);
  if (!resolver || name === null) return [host];
  const found: string[] = [];
  for (const type of ["A", "AAAA"] as const) {
    const { end } = await askRecord(dns, resolver, { name, type, recursive: true }, signal);
    found.push(...end);
  }
  if (found.length === 0) throw noAddress(host, resolver.name);
  return found.slice(0, mostAddresses);
}
