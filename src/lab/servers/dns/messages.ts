import { nameAt, nameBytes, Unreadable } from "./names.ts";

/** The types of records that the lab's zones hold (RFC 1035, 3.2.2; RFC 3596; RFC 2782), and what else is met in messages. */
export const types = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  TSIG: 250,
  ANY: 255,
} as const;
export const classes = { IN: 1, NONE: 254, ANY: 255 } as const;
export const codes = {
  ok: 0,
  unreadable: 1,
  failure: 2,
  noName: 3,
  notImplemented: 4,
  refused: 5,
  nameExists: 6,
  recordExists: 7,
  noRecord: 8,
  notAuthorised: 9,
  notInZone: 10,
} as const;
export const operations = { query: 0, update: 5 } as const;

export interface DnsRecord {
  name: string;
  type: number;
  class: number;
  /** Seconds. */
  ttl: number;
  data: Buffer;
}

export interface DnsQuestion {
  name: string;
  type: number;
  class: number;
}

export interface DnsMessage {
  id: number;
  flags: number;
  questions: DnsQuestion[];
  answers: DnsRecord[];
  authorities: DnsRecord[];
  additionals: DnsRecord[];
  /** Where the last of its records begins; null: it has none. */
  lastAt: number | null;
}

export const flagBits = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  asked: 0x0100,
  available: 0x0080,
};
const mostRecords = 2000;

/** The operation that a message asks for. */
export function operationOf({ flags }: Pick<DnsMessage, "flags">): number {
  return (flags >> 11) & 15;
}

/** Reads a message (RFC 1035, 4). Throws Unreadable. */
export function readMessage(bytes: Buffer): DnsMessage {
  if (bytes.length < 12) throw new Unreadable("no header");
  const counts = [4, 6, 8, 10].map((place) => bytes.readUInt16BE(place));
  if (counts.reduce((sum, count) => sum + count, 0) > mostRecords) throw new Unreadable("too many records");
  let at = 12;
  let lastAt: number | null = null;
  const take = (count: number) => {
    if (at + count > bytes.length) throw new Unreadable("cut off");
    at += count;
    return at - count;
  };
  const named = () => {
    const { name, next } = nameAt(bytes, at);
    at = next;
    const place = take(4);
    return { name, type: bytes.readUInt16BE(place), class: bytes.readUInt16BE(place + 2) };
  };
  const record = (): DnsRecord => {
    lastAt = at;
    const head = named();
    const place = take(6);
    const length = bytes.readUInt16BE(place + 4);
    const start = take(length);
    return {
      ...head,
      ttl: bytes.readUInt32BE(place),
      data: plainData(bytes, head.type, start, start + length),
    };
  };
  const list = <Item>(count: number | undefined, read: () => Item) =>
    Array.from({ length: count ?? 0 }, read);
  const questions = list(counts[0], named);
  const answers = list(counts[1], record);
  const authorities = list(counts[2], record);
  const additionals = list(counts[3], record);
  return {
    id: bytes.readUInt16BE(0),
    flags: bytes.readUInt16BE(2),
    questions,
    answers,
    authorities,
    additionals,
    lastAt,
  };
}

/** The data of a record with its names written out, since what they point to stays behind. */
function plainData(bytes: Buffer, type: number, start: number, end: number): Buffer {
  const before = type === types.MX ? 2 : type === types.SRV ? 6 : 0;
  const names =
    type === types.SOA
      ? 2
      : [types.NS, types.CNAME, types.MX, types.SRV].some((each) => each === type)
        ? 1
        : 0;
  if (names === 0 || start === end) return Buffer.from(bytes.subarray(start, end));
  const parts = [bytes.subarray(start, start + before)];
  let at = start + before;
  for (let count = 0; count < names; count += 1) {
    const { name, next } = nameAt(bytes, at);
    if (next > end) throw new Unreadable("a name leaves its record");
    parts.push(nameBytes(name));
    at = next;
  }
  return Buffer.concat([...parts, bytes.subarray(at, end)]);
}

/** A record in wire form. */
export function recordBytes({ name, type, class: of, ttl, data }: DnsRecord): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(of, 2);
  head.writeUInt32BE(ttl, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(name), head, data]);
}

/** What is answered to a request. */
export interface Reply {
  code: number;
  authoritative?: boolean;
  recursive?: boolean;
  answers?: readonly DnsRecord[];
  authorities?: readonly DnsRecord[];
  truncated?: boolean;
}

/** The bytes of an answer to a request, uncompressed. */
export function replyBytes(request: DnsMessage, reply: Reply): Buffer {
  const { code, authoritative, recursive, truncated } = reply;
  const { answers = [], authorities = [] } = truncated ? {} : reply;
  const head = Buffer.alloc(12);
  head.writeUInt16BE(request.id, 0);
  // The operation and whether recursion was asked for are those of the request.
  const kept = request.flags & (0x7800 | flagBits.asked);
  const set =
    (authoritative ? flagBits.authoritative : 0) |
    (recursive ? flagBits.available : 0) |
    (truncated ? flagBits.truncated : 0);
  head.writeUInt16BE(flagBits.response | kept | set | code, 2);
  [request.questions, answers, authorities].forEach(({ length }, index) => {
    head.writeUInt16BE(length, 4 + 2 * index);
  });
  const questions = request.questions.map(({ name, type, class: of }) => {
    const tail = Buffer.alloc(4);
    tail.writeUInt16BE(type, 0);
    tail.writeUInt16BE(of, 2);
    return Buffer.concat([nameBytes(name), tail]);
  });
  return Buffer.concat([head, ...questions, ...answers.map(recordBytes), ...authorities.map(recordBytes)]);
}
