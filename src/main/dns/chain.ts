import type { RecordType } from "../../shared/systems/dns-records.ts";
import { type Answer, askRecord } from "./answer.ts";
import type { DnsClient } from "./client.ts";
import type { NameServer } from "./exchange.ts";
import { closestZone } from "./name.ts";
import type { Zone } from "./zones.ts";

/** Where a name leads: each name on the way, and how it ends. `at` is the name where it ended. */
export interface Chain {
  names: string[];
  end: "addresses" | "broken" | "loop" | "too-long" | "unread";
  at: string;
  addresses: string[];
}

/** More aliases than any resolver follows. */
const mostAliases = 16;

export interface ChainParts {
  client: DnsClient;
  zones: readonly Zone[];
  /** Asked where a name leads out of the zones. */
  resolvers: readonly NameServer[];
}

/**
 * Follows a name to its addresses, through the authoritative servers of each zone on the way, and where it leaves the zones
 * of the estate through a resolver. Throws nothing but what the signal was aborted with.
 */
export async function followChain(
  parts: ChainParts,
  name: string,
  type: RecordType,
  signal: AbortSignal,
): Promise<Chain> {
  const names = [name];
  const ended = (end: Chain["end"], addresses: string[] = []): Chain => ({
    names,
    end,
    at: names.at(-1) ?? name,
    addresses,
  });
  while (names.length <= mostAliases) {
    const current = names.at(-1) ?? name;
    const answer = await addressesOf(parts, current, type, signal);
    if (!answer) return ended("unread");
    for (const next of answer.chain.slice(0, closestZone(current, parts.zones) ? 1 : undefined)) {
      if (names.includes(next)) {
        names.push(next);
        return ended("loop");
      }
      names.push(next);
    }
    if (answer.alias === null) return ended(answer.values.length > 0 ? "addresses" : "broken", answer.values);
    if (!closestZone(current, parts.zones)) {
      return ended(answer.end.length > 0 ? "addresses" : "broken", answer.end);
    }
  }
  return ended("too-long");
}

/** What the servers of its zone, or a resolver, say of a name: its addresses of either family, or its alias. */
async function addressesOf(
  parts: ChainParts,
  name: string,
  type: RecordType,
  signal: AbortSignal,
): Promise<Answer | null> {
  const wanted: RecordType[] = type === "A" || type === "AAAA" ? [type] : ["A", "AAAA"];
  let last: Answer | null = null;
  for (const each of wanted) {
    last = await askOne(parts, name, each, signal);
    if (!last || last.alias !== null || last.values.length > 0) return last;
  }
  return last;
}

async function askOne(
  { client, zones, resolvers }: ChainParts,
  name: string,
  type: RecordType,
  signal: AbortSignal,
): Promise<Answer | null> {
  const zone = closestZone(name, zones);
  for (const server of zone?.servers ?? resolvers) {
    try {
      return await askRecord(client, server, { name, type, recursive: zone === null }, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      // The next one may answer; who does not is told by the record's own reading.
    }
  }
  return null;
}
