import { Malformed, readName, writeName } from "./name.ts";
import { recordTypes } from "./record-data.ts";

export const classes = { in: 1, none: 254, any: 255 } as const;
export const opcodes = { query: 0, notify: 4, update: 5 } as const;
/** TSIG as a type, in the last record of a signed message (RFC 8945, 4.2). */
export const tsigType = 250;

/** One record as it goes over the wire: `data` without compression, `ttl` in seconds. */
export interface WireRecord {
  name: string;
  type: number;
  class: number;
  ttl: number;
  data: Buffer;
}

export interface Question {
  name: string;
  type: number;
  class: number;
}

/** A DNS message (RFC 1035, 4.1). In an update (RFC 2136, 2) its sections are zone, prerequisites and updates. */
export interface Message {
  id: number;
  response: boolean;
  opcode: number;
  authoritative: boolean;
  truncated: boolean;
  recursionDesired: boolean;
  recursionAvailable: boolean;
  code: number;
  questions: Question[];
  answers: WireRecord[];
  authorities: WireRecord[];
  additionals: WireRecord[];
}

const header = 12;
/** Records that are read of one message; 64 KiB cannot hold more that have a name. */
const mostRecords = 6000;

/** A message with nothing in it but its identifier. */
export function emptyMessage(id: number, opcode: number): Message {
  return {
    id,
    response: false,
    opcode,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    code: 0,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
  };
}

/** The bytes of a message, uncompressed. Throws Malformed for a name that cannot be written. */
export function encodeMessage(message: Message): Buffer {
  const sections = [message.answers, message.authorities, message.additionals];
  const head = Buffer.alloc(header);
  head.writeUInt16BE(message.id, 0);
  head.writeUInt16BE(flagsOf(message), 2);
  [message.questions, ...sections].forEach((each, index) => {
    head.writeUInt16BE(each.length, 4 + index * 2);
  });
  const questions = message.questions.map((each) =>
    Buffer.concat([writeName(each.name), numbers(each.type, each.class)]),
  );
  return Buffer.concat([head, ...questions, ...sections.flat().map(encodeRecord)]);
}

export function encodeRecord({ name, type, class: of, ttl, data }: WireRecord): Buffer {
  const long = Buffer.alloc(4);
  long.writeUInt32BE(ttl);
  return Buffer.concat([writeName(name), numbers(type, of), long, numbers(data.length), data]);
}

/** Reads a message; null for bytes that are none, with what follows its end left aside. */
export function decodeMessage(bytes: Buffer): Message | null {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) return null;
    throw error;
  }
}

/** Where the last record of a message begins; null when it has none, or the bytes are no message. */
export function lastRecordAt(bytes: Buffer): number | null {
  try {
    let last: number | null = null;
    decode(bytes, (start) => {
      last = start;
    });
    return last;
  } catch {
    return null;
  }
}

function decode(bytes: Buffer, onRecord: (start: number) => void = () => {}): Message {
  if (bytes.length < header) throw new Malformed("the message is cut off");
  const flags = bytes.readUInt16BE(2);
  const counts = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  if (counts.reduce((sum, count) => sum + count, 0) > mostRecords) throw new Malformed("too many records");
  let at = header;
  const questions = Array.from({ length: counts[0] ?? 0 }, () => {
    const { name, next } = readName(bytes, at);
    at = next + 4;
    return { name, type: bytes.readUInt16BE(next), class: bytes.readUInt16BE(next + 2) };
  });
  const [answers = [], authorities = [], additionals = []] = counts.slice(1).map((count) =>
    Array.from({ length: count }, () => {
      onRecord(at);
      const { record, next } = decodeRecord(bytes, at);
      at = next;
      return record;
    }),
  );
  return {
    id: bytes.readUInt16BE(0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    code: flags & 0xf,
    questions,
    answers,
    authorities,
    additionals,
  };
}

function decodeRecord(bytes: Buffer, start: number): { record: WireRecord; next: number } {
  const { name, next } = readName(bytes, start);
  const type = bytes.readUInt16BE(next);
  const ttl = bytes.readUInt32BE(next + 4);
  const from = next + 10;
  const end = from + bytes.readUInt16BE(next + 8);
  if (end > bytes.length) throw new Malformed("a record is cut off");
  const data = uncompressed(bytes, type, from, end);
  // RFC 2181, 8: a TTL with its highest bit set counts as none.
  const record = { name, type, class: bytes.readUInt16BE(next + 2), ttl: ttl > 0x7fffffff ? 0 : ttl, data };
  return { record, next: end };
}

/** Where the names stand in the data of types that may be compressed (RFC 3597, 4): the bytes before them, and how many. */
const namesIn: Readonly<Record<number, readonly [before: number, names: number]>> = {
  [recordTypes.NS]: [0, 1],
  [recordTypes.CNAME]: [0, 1],
  [recordTypes.PTR]: [0, 1],
  [recordTypes.MX]: [2, 1],
  [recordTypes.SRV]: [6, 1],
  [recordTypes.SOA]: [0, 2],
};

function uncompressed(bytes: Buffer, type: number, from: number, end: number): Buffer {
  const known = namesIn[type];
  // An update deletes with records that have no data (RFC 2136, 2.5).
  if (!known || from === end) return Buffer.from(bytes.subarray(from, end));
  const [before, names] = known;
  const parts = [bytes.subarray(from, from + before)];
  let at = from + before;
  for (let count = 0; count < names; count += 1) {
    const { name, next } = readName(bytes, at);
    if (next > end) throw new Malformed("a name leaves its record");
    parts.push(writeName(name));
    at = next;
  }
  return Buffer.concat([...parts, bytes.subarray(at, end)]);
}

function flagsOf(message: Message): number {
  return (
    (message.response ? 0x8000 : 0) |
    ((message.opcode & 0xf) << 11) |
    (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? 0x0200 : 0) |
    (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) |
    (message.code & 0xf)
  );
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2);
  });
  return bytes;
}
