import type { RecordType } from "../../shared/systems/dns-records.ts";
import type { DnsClient } from "./client.ts";
import type { NameServer } from "./exchange.ts";
import { refused } from "./faults.ts";
import { classes, emptyMessage, encodeMessage, type Message, opcodes } from "./message.ts";
import { recordTypes, startOfAuthority, wordsOfData } from "./record-data.ts";

/** What a name server says of one name and type. */
export interface Answer {
  /** `name-unknown`: there is no such name at all (NXDOMAIN). */
  state: "found" | "no-such-type" | "name-unknown";
  authoritative: boolean;
  /** The values of the name itself in their usual form, in order; empty when it has none of the type. */
  values: string[];
  /** Seconds that the values, or their absence, may be remembered; null when that is not said. */
  ttl: number | null;
  /** The name that it is an alias of, when it is one and its type was not asked for. */
  alias: string | null;
  /** The names that lead on from there, in order, as far as the same answer tells, and the values at their end. */
  chain: string[];
  end: string[];
}

/** What the codes of an answer are called (IANA, DNS RCODEs). */
const codeNames = [
  ...["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"],
  ...["YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"],
];

export function codeName(code: number): string {
  return codeNames[code] ?? `RCODE ${code}`;
}

/**
 * Asks one server for a name (canonical) and a type; a resolver is asked to find it out. Throws `dns.refused` when it does
 * not answer the question, and what DnsClient throws.
 */
export async function askRecord(
  client: DnsClient,
  server: NameServer,
  asked: { name: string; type: RecordType; recursive: boolean },
  signal: AbortSignal,
): Promise<Answer> {
  const message = await question(client, server, { ...asked, type: recordTypes[asked.type] }, signal);
  return readAnswer(message, asked.name, asked.type);
}

/** The serial of a zone at a server, and whether it answers for the zone at all. Throws like askRecord. */
export async function askSerial(
  client: DnsClient,
  server: NameServer,
  zone: string,
  signal: AbortSignal,
): Promise<{ serial: number | null; authoritative: boolean }> {
  const message = await question(
    client,
    server,
    { name: zone, type: recordTypes.SOA, recursive: false },
    signal,
  );
  const start = message.answers.find(({ name, type }) => name === zone && type === recordTypes.SOA);
  const read = start ? startOfAuthority(start.data) : null;
  return { serial: read?.serial ?? null, authoritative: message.authoritative };
}

async function question(
  client: DnsClient,
  server: NameServer,
  { name, type, recursive }: { name: string; type: number; recursive: boolean },
  signal: AbortSignal,
): Promise<Message> {
  const request = encodeMessage({
    ...emptyMessage(client.newId(), opcodes.query),
    recursionDesired: recursive,
    questions: [{ name, type, class: classes.in }],
  });
  const { message } = await client.ask(server, request, signal);
  if (message.code !== 0 && message.code !== 3) throw refused(server.name, codeName(message.code));
  return message;
}

/** Reads the answer to a question for a name and type. */
export function readAnswer(message: Message, name: string, type: RecordType): Answer {
  const wanted = recordTypes[type];
  const at = (owner: string, of: number) =>
    message.answers.filter((each) => each.name === owner && each.type === of && each.class === classes.in);
  const words = (owner: string) =>
    at(owner, wanted)
      .flatMap(({ type: of, data }) => wordsOfData(of, data) ?? [])
      .sort();
  const chain: string[] = [];
  for (let owner = name; wanted !== recordTypes.CNAME; ) {
    const [alias] = at(owner, recordTypes.CNAME);
    const target = alias ? wordsOfData(alias.type, alias.data) : null;
    if (target === null || chain.includes(target)) break;
    chain.push(target);
    owner = target;
  }
  const own = [...at(name, wanted), ...at(name, recordTypes.CNAME)].map(({ ttl }) => ttl);
  const values = words(name);
  return {
    state:
      values.length > 0 || chain.length > 0 ? "found" : message.code === 3 ? "name-unknown" : "no-such-type",
    authoritative: message.authoritative,
    values,
    ttl: own.length > 0 ? Math.min(...own) : negativeTtl(message),
    alias: chain[0] ?? null,
    chain,
    end: words(chain.at(-1) ?? name),
  };
}

/** How long it may be remembered that something is not there (RFC 2308, 5). */
function negativeTtl({ authorities }: Message): number | null {
  const start = authorities.find(({ type }) => type === recordTypes.SOA);
  const read = start ? startOfAuthority(start.data) : null;
  return start && read ? Math.min(start.ttl, read.negative) : null;
}
