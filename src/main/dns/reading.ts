import { toOpsError, type WireError } from "../../shared/errors.ts";
import { type Answer, askRecord, askSerial } from "./answer.ts";
import { type Chain, type ChainParts, followChain } from "./chain.ts";
import type { NameServer } from "./exchange.ts";
import { sameValues, type WatchedRecord, type Zone } from "./zones.ts";

/** What one server said of a record at `at` (epoch milliseconds), or why it could not be asked. */
export type Saying = { server: string; at: number } & (
  | { answer: Answer; error: null }
  | { answer: null; error: WireError }
);

/** A record as everybody answers it now. */
export interface RecordReading {
  authoritative: Saying[];
  resolvers: Saying[];
  /** Null for a type that leads nowhere. */
  chain: Chain | null;
}

export interface ReaderParts extends ChainParts {
  now(): number;
}

/** Asks all authoritative servers of a record, and all resolvers. Throws nothing but what the signal was aborted with. */
export async function readRecord(
  parts: ReaderParts,
  record: WatchedRecord,
  signal: AbortSignal,
): Promise<RecordReading> {
  const { name, type, zone } = record;
  const leads = type === "A" || type === "AAAA" || type === "CNAME";
  const [authoritative, resolvers, chain] = await Promise.all([
    askAll(parts, zone?.servers ?? [], record, false, signal),
    askAll(parts, parts.resolvers, record, true, signal),
    leads ? followChain(parts, name, type, signal) : null,
  ]);
  return { authoritative, resolvers, chain };
}

/** Asks these servers for a record, all at once. Throws nothing but what the signal was aborted with. */
export function askAll(
  { client, now }: ReaderParts,
  servers: readonly NameServer[],
  { name, type }: WatchedRecord,
  recursive: boolean,
  signal: AbortSignal,
): Promise<Saying[]> {
  return Promise.all(
    servers.map(async (server): Promise<Saying> => {
      try {
        const answer = await askRecord(client, server, { name, type, recursive }, signal);
        return { server: server.name, at: now(), answer, error: null };
      } catch (error) {
        if (signal.aborted) throw error;
        return { server: server.name, at: now(), answer: null, error: toOpsError(error, "dns").toWire() };
      }
    }),
  );
}

/** A zone's serial at one of its servers. */
export interface SerialSaying {
  server: string;
  serial: number | null;
  authoritative: boolean;
  error: WireError | null;
}

/** Asks all servers of a zone for its serial. Throws nothing but what the signal was aborted with. */
export function readZone({ client }: ReaderParts, zone: Zone, signal: AbortSignal): Promise<SerialSaying[]> {
  return Promise.all(
    zone.servers.map(async (server): Promise<SerialSaying> => {
      try {
        const said = await askSerial(client, server, zone.name, signal);
        return { server: server.name, ...said, error: null };
      } catch (error) {
        if (signal.aborted) throw error;
        const told = toOpsError(error, "dns").toWire();
        return { server: server.name, serial: null, authoritative: false, error: told };
      }
    }),
  );
}

/** What the authoritative servers agree on; null when they differ, or none answers for the zone. */
export function agreed({ authoritative }: Pick<RecordReading, "authoritative">): Answer | null {
  const answers = authoritative.flatMap(({ answer }) => (answer?.authoritative ? [answer] : []));
  const [first, ...others] = answers;
  if (!first) return null;
  return others.every((each) => sameAnswer(each, first)) ? first : null;
}

/** Whether two servers say the same, whatever time they leave for it. */
export function sameAnswer(one: Answer, other: Answer): boolean {
  return one.alias === other.alias && sameValues(one.values, other.values);
}

/** Until when a resolver that still gives another answer may do so, in epoch milliseconds; null when it is not told. */
export function staleUntil({ at, answer }: Saying): number | null {
  return answer?.ttl === null || answer === null ? null : at + answer.ttl * 1000;
}
