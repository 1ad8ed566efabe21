import { z } from "zod";
import { type LocalText, text } from "../../shared/text.ts";
import { badValue } from "./faults.ts";
import { usualWords } from "./record-data.ts";
import { sameValues, type WatchedRecord } from "./zones.ts";

/**
 * A record as it stands somewhere: its values in their usual form, none when it is not there, and its TTL in seconds, null for
 * the one that its zone has for all.
 */
export interface Held {
  values: string[];
  ttl: number | null;
  /** The name that it is an alias of, where that is of another type than the record. */
  alias: string | null;
}

/** What a new record gets when nothing is said of it: short enough for a change of mind. Seconds. */
const usualTtl = 300;

/** The input of a change: the name of a known value, or values as a zone file has them, one a line. */
export const wantedInput = z.object({
  value: z.string().trim().min(1).max(8000),
  ttl: z
    .union([z.literal(""), z.null(), z.coerce.number().int().min(1).max(604_800)])
    .optional()
    .transform((ttl) => (typeof ttl === "number" ? ttl : undefined)),
  /** Name servers that give no answer at all do not count in the proof: for the day when a site is gone. */
  withoutSilent: z.boolean().default(false),
});
export type Wanted = z.infer<typeof wantedInput>;

/** What a record is to be. Throws `dns.bad-value`. */
export function wantedOf(record: WatchedRecord, { value, ttl }: Wanted, before: Held): Held {
  const known = record.values.get(value);
  if (known?.length === 0) throw badValue(value, record.type);
  const values = known ?? written(record, value);
  return {
    values: [...new Set(values)].sort(),
    ttl: ttl ?? (before.values.length > 0 ? before.ttl : usualTtl),
    alias: null,
  };
}

function written({ type }: WatchedRecord, value: string): string[] {
  // A text may hold commas; nothing else does.
  const parts = value.split(type === "TXT" ? /\n+/ : /[\n,]+/).filter((part) => part.trim() !== "");
  const values = parts.map((part) => {
    const words = usualWords(type, part);
    if (words === null) throw badValue(part, type);
    return words;
  });
  if (values.length === 0) throw badValue(value, type);
  // An alias has one target; a single word is a mistyped name of a known value rather than a top-level domain.
  if (type === "CNAME" && (values.length > 1 || !values[0]?.includes("."))) throw badValue(value, type);
  return values;
}

/** Whether both are the same record; without values there is no TTL to compare. */
export function sameHeld(one: Held, other: Held): boolean {
  return (
    sameValues(one.values, other.values) &&
    one.alias === other.alias &&
    (one.values.length === 0 || one.ttl === null || other.ttl === null || one.ttl === other.ttl)
  );
}

/** A record's value in words. */
export function heldWords({ values, ttl, alias }: Held): LocalText {
  if (values.length === 0 && alias !== null) return text(`an alias of ${alias}`, `un alias de ${alias}`);
  if (values.length === 0) return text("nothing", "rien");
  const words = `${values.join(", ")}${ttl === null ? "" : ` (TTL ${ttl} s)`}`;
  return text(words, words);
}
