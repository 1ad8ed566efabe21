import type { z } from "zod";
import { bounded } from "./action-events.ts";

type Json = z.core.util.JSONType;
type Plain = Record<string, Json>;

const telling = /pass(word|phrase|wd)?$|secret|token|credential|private.?key|mot.?de.?passe/i;
const withheld = "[secret]";

/**
 * The input as the journal may have it: strings under telling names are withheld, all others go through `redact`
 * (which knows the secrets in use). `redacted` says whether anything was withheld or left out for its size.
 */
export function redactInput(
  input: Plain,
  redact: (words: string) => string,
): { input: Plain; redacted: boolean } {
  let redacted = false;
  const clean = (value: Json): Json => {
    if (typeof value === "string") {
      const words = redact(value);
      if (words !== value) redacted = true;
      return words;
    }
    if (Array.isArray(value)) return value.map(clean);
    return typeof value === "object" && value !== null ? members(value) : value;
  };
  const members = (value: Plain): Plain =>
    Object.fromEntries(
      Object.entries(value).map(([key, member]): [string, Json] => {
        if (!telling.test(key) || member === null || typeof member === "boolean") return [key, clean(member)];
        redacted = true;
        return [key, withheld];
      }),
    );
  const cleaned = members(input);
  const kept = bounded(cleaned);
  return { input: kept, redacted: redacted || kept !== cleaned };
}
