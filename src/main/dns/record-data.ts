import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type { RecordType } from "../../shared/systems/dns-records.ts";
import { canonicalName, Malformed, readName, writeName } from "./name.ts";

/** The numbers of the types that are read here (IANA, DNS Parameters). */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
} as const;

/** The words of a record's data, as a zone file has them (RFC 1035, 5), in their usual form; null for no such data. */
export function wordsOfData(type: number, data: Buffer): string | null {
  try {
    return readData(type, data);
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) return null;
    throw error;
  }
}

/** The data of a record that these words mean; null when they do not fit its type. */
export function dataOfWords(type: RecordType, words: string): Buffer | null {
  try {
    return writeData(type, words.trim());
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

/** The usual form of a record's words, by which two are told alike; null when they do not fit its type. */
export function usualWords(type: RecordType, words: string): string | null {
  const data = dataOfWords(type, words);
  return data === null ? null : wordsOfData(recordTypes[type], data);
}

/** The serial of a zone, and for how many seconds that something is not there may be remembered (RFC 2308, 5). */
export function startOfAuthority(data: Buffer): { serial: number; negative: number } | null {
  try {
    const { next } = readName(data, 0);
    const at = readName(data, next).next;
    return { serial: data.readUInt32BE(at), negative: data.readUInt32BE(at + 16) };
  } catch {
    return null;
  }
}

function readData(type: number, data: Buffer): string | null {
  switch (type) {
    case recordTypes.A:
      return data.length === 4 ? data.join(".") : null;
    case recordTypes.AAAA:
      return data.length === 16 ? ipaddr.fromByteArray([...data]).toString() : null;
    case recordTypes.NS:
    case recordTypes.CNAME:
    case recordTypes.PTR:
      return wholeName(data, 0);
    case recordTypes.MX: {
      const name = wholeName(data, 2);
      return name === null ? null : `${data.readUInt16BE(0)} ${name}`;
    }
    case recordTypes.SRV: {
      const name = wholeName(data, 6);
      return name === null ? null : `${[0, 2, 4].map((at) => data.readUInt16BE(at)).join(" ")} ${name}`;
    }
    case recordTypes.TXT:
      return stringsOf(data)?.map(quoted).join(" ") ?? null;
    default:
      return null;
  }
}

function wholeName(data: Buffer, at: number): string | null {
  const { name, next } = readName(data, at);
  return next === data.length ? name : null;
}

function stringsOf(data: Buffer): Buffer[] | null {
  const strings: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 0;
    const string = data.subarray(at + 1, at + 1 + length);
    if (string.length < length) return null;
    strings.push(string);
    at += length + 1;
  }
  return strings.length === 0 ? null : strings;
}

function quoted(string: Buffer): string {
  const inner = [...string].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte < 0x20 || byte > 0x7e ? `\\${String(byte).padStart(3, "0")}` : String.fromCharCode(byte);
  });
  return `"${inner.join("")}"`;
}

function writeData(type: RecordType, words: string): Buffer | null {
  const parts = words.split(/\s+/);
  switch (type) {
    case "A":
      return isIPv4(words) ? Buffer.from(words.split(".").map(Number)) : null;
    case "AAAA":
      return isIPv6(words) && !words.includes("%") ? Buffer.from(ipaddr.parse(words).toByteArray()) : null;
    case "CNAME":
      return nameData(words);
    case "MX":
      return parts.length === 2 ? withNumbers(parts.slice(0, 1), parts[1] ?? "") : null;
    case "SRV":
      return parts.length === 4 ? withNumbers(parts.slice(0, 3), parts[3] ?? "") : null;
    case "TXT":
      return textData(words);
  }
}

function nameData(words: string): Buffer | null {
  const name = canonicalName(words);
  return name === null ? null : writeName(name);
}

function withNumbers(written: readonly string[], name: string): Buffer | null {
  const target = nameData(name);
  if (target === null || !written.every((each) => /^\d{1,5}$/.test(each) && Number(each) <= 65535))
    return null;
  const head = Buffer.alloc(written.length * 2);
  written.forEach((each, index) => {
    head.writeUInt16BE(Number(each), index * 2);
  });
  return Buffer.concat([head, target]);
}

const quotedString = /"((?:[^"\\]|\\.)*)"/y;

/** Quoted strings as they are; words without quotes as one text, cut where a string can be no longer (255 bytes). */
function textData(words: string): Buffer | null {
  const strings = words.startsWith('"') ? quotedStrings(words) : cut(Buffer.from(words, "utf8"));
  if (strings === null || strings.length === 0 || strings.some(({ length }) => length > 255)) return null;
  return Buffer.concat(strings.flatMap((string) => [Buffer.from([string.length]), string]));
}

function cut(text: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(text.length / 255));
  return Array.from({ length: count }, (_, index) => text.subarray(index * 255, (index + 1) * 255));
}

function quotedStrings(words: string): Buffer[] | null {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < words.length) {
    quotedString.lastIndex = at;
    const match = quotedString.exec(words);
    const string = match === null ? null : unescaped(match[1] ?? "");
    if (match === null || string === null) return null;
    strings.push(string);
    at += match[0].length;
    while (words[at] === " " || words[at] === "\t") at += 1;
  }
  return strings;
}

function unescaped(inner: string): Buffer | null {
  const parts = inner.match(/\\\d{3}|\\.|[^\\]+/gs) ?? [];
  const bytes = parts.map((part) => {
    if (/^\\\d{3}$/.test(part))
      return Number(part.slice(1)) > 255 ? null : Buffer.from([Number(part.slice(1))]);
    return Buffer.from(part.startsWith("\\") ? part.slice(1) : part, "utf8");
  });
  return bytes.some((each) => each === null) ? null : Buffer.concat(bytes.flatMap((each) => each ?? []));
}
