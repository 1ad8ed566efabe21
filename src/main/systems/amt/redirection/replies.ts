/** A message at the beginning of what has come; "more" when it is not whole yet, "garbage" when it can be none. */
export type Parsed<T> = { value: T; length: number } | "more" | "garbage";

/** Reads one message from the beginning of `bytes`; never throws. */
export type Parse<T> = (bytes: Buffer) => Parsed<T>;

/** StartRedirectionSessionReply: what AMT says of the session, and its firmware's version when it agrees. */
export interface StartReply {
  status: number;
  version: { major: number; minor: number } | null;
}

/** AuthenticateSessionReply. `words` are what it holds besides: types of log-in, or parts of a challenge. */
export interface LoginReply {
  status: number;
  type: number;
  words: Buffer;
}

const longestLoginReply = 4096;

export const parseStartReply: Parse<StartReply> = (bytes) => {
  const head = beginsWith(bytes, 0x11, 4);
  if (head !== null) return head;
  const status = bytes.readUInt8(1);
  if (status !== 0) return { value: { status, version: null }, length: 4 };
  if (bytes.length < 13) return "more";
  const length = 13 + bytes.readUInt8(12);
  if (bytes.length < length) return "more";
  return {
    value: { status, version: { major: bytes.readUInt8(6), minor: bytes.readUInt8(7) } },
    length,
  };
};

export const parseLoginReply: Parse<LoginReply> = (bytes) => {
  const head = beginsWith(bytes, 0x14, 9);
  if (head !== null) return head;
  const size = bytes.readUInt32LE(5);
  if (size > longestLoginReply) return "garbage";
  const length = 9 + size;
  if (bytes.length < length) return "more";
  const value = { status: bytes.readUInt8(1), type: bytes.readUInt8(4), words: bytes.subarray(9, length) };
  return { value, length };
};

/** What AMT says to the start of a screen: its status. */
export const parseScreenReply: Parse<number> = (bytes) => {
  const head = beginsWith(bytes, 0x41, 4);
  if (head !== null) return head;
  const status = bytes.readUInt8(1);
  if (status !== 0) return { value: status, length: 4 };
  return bytes.length < 8 ? "more" : { value: status, length: 8 };
};

/** What AMT says to the start of a serial line: its status. */
export const parseSerialReply: Parse<number> = (bytes) => {
  const head = beginsWith(bytes, 0x21, 4);
  if (head !== null) return head;
  const status = bytes.readUInt8(1);
  if (status !== 0) return { value: status, length: 4 };
  return bytes.length < 23 ? "more" : { value: status, length: 23 };
};

/** What comes on a serial line. */
export type SerialMessage =
  | { type: "data"; bytes: Buffer }
  | { type: "alive" }
  | { type: "ping"; sequence: number }
  | { type: "controls"; poweredOn: boolean }
  | { type: "ended" };

const poweredOnBit = 4;

export const parseSerialMessage: Parse<SerialMessage> = (bytes) => {
  const type = bytes[0];
  if (type === undefined) return "more";
  if (type === 0x12) return whole(bytes, 4, { type: "ended" });
  if (type === 0x23) return whole(bytes, 8, { type: "ended" });
  if (type === 0x25 || type === 0x2b) return whole(bytes, 8, { type: "alive" });
  if (type === 0x24) {
    return bytes.length < 8
      ? "more"
      : { value: { type: "ping", sequence: bytes.readUInt32LE(4) }, length: 8 };
  }
  if (type === 0x29) {
    if (bytes.length < 10) return "more";
    return {
      value: { type: "controls", poweredOn: (bytes.readUInt8(9) & poweredOnBit) !== 0 },
      length: 10,
    };
  }
  if (type !== 0x2a) return "garbage";
  if (bytes.length < 10) return "more";
  const length = 10 + bytes.readUInt16LE(8);
  return whole(bytes, length, { type: "data", bytes: bytes.subarray(10, length) });
};

/** Words that are each preceded by their length in one byte; null when they do not add up. */
export function splitWords(bytes: Buffer): string[] | null {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes.readUInt8(at);
    if (end > bytes.length) return null;
    words.push(bytes.toString("latin1", at + 1, end));
    at = end;
  }
  return words;
}

function whole(bytes: Buffer, length: number, value: SerialMessage): Parsed<SerialMessage> {
  return bytes.length < length ? "more" : { value, length };
}

function beginsWith(bytes: Buffer, type: number, least: number): "more" | "garbage" | null {
  if (bytes.length > 0 && bytes[0] !== type) return "garbage";
  return bytes.length < least ? "more" : null;
}
