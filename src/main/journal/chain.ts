import { createHash } from "node:crypto";
import type { z } from "zod";
import type { JournalEvent } from "../../shared/journal.ts";

type Json = z.core.util.JSONType;

/** What the first event has as its `previousHash`. */
export const genesisHash = "0".repeat(64);

/**
 * One spelling for one value: no white space, members sorted by UTF-16 code units, numbers and strings as
 * ECMAScript writes them (RFC 8785). Members that are undefined are left out, as JSON does. Throws TypeError for
 * what JSON cannot say (a function, a bigint, NaN).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const members = membersOf(value).map(
      ([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`,
    );
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`a ${typeof value} is not plain data`);
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

/** SHA-256 over the canonical JSON of a value, as 64 hexadecimal digits (FIPS 180-4). */
export function canonicalHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value), "utf8").digest("hex");
}

/** The same of an object with long lists, in pieces: it yields after each element of those. */
export function* canonicalHashing(value: object): Generator<void, string, void> {
  const hash = createHash("sha256");
  let between = "{";
  for (const [key, member] of membersOf(value)) {
    hash.update(`${between}${JSON.stringify(key)}:`, "utf8");
    between = ",";
    if (!Array.isArray(member)) {
      hash.update(canonicalJson(member), "utf8");
      continue;
    }
    let separator = "[";
    for (const element of member) {
      hash.update(`${separator}${canonicalJson(element)}`, "utf8");
      separator = ",";
      yield;
    }
    hash.update(separator === "[" ? "[]" : "]", "utf8");
  }
  return hash.update(between === "{" ? "{}" : "}", "utf8").digest("hex");
}

/** The hash that closes an event: over everything in it but the hash itself, `previousHash` included. */
export function eventHash(event: Omit<JournalEvent, "hash">): string {
  const { sequence, at, actor, workstation, type, subject, task, data, previousHash } = event;
  return canonicalHash({ sequence, at, actor, workstation, type, subject, task, data, previousHash });
}

/** Closes an event with its hash. The result is what a reader of the stored line gets, byte for byte. */
export function sealEvent(event: Omit<JournalEvent, "hash">): { event: JournalEvent; line: string } {
  const line = canonicalJson({ ...event, hash: eventHash(event) });
  return { event: JSON.parse(line) as JournalEvent, line };
}

/** Parses a stored line; undefined when it is not JSON. */
export function parseLine(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}
