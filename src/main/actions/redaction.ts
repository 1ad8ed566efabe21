import type { z } from "zod";
import type { NewJournalEvent } from "../../shared/journal.ts";
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

/** What identifies, counts or binds: without it an event could not be read again. Inputs are seen to before. */
const structure: ReadonlySet<string> = new Set([
  ...["action", "verb", "title", "resource", "resources", "resourceName", "origin", "undoes", "bulk"],
  ...["input", "inputHash", "redacted", "risk", "effect", "concurrency", "deadline", "outcome"],
  ...["node", "nodes", "items", "leftOut", "plan", "planHash", "target", "task", "phase", "attempt", "fence"],
  ...["time", "until", "by", "confirmed", "status", "to", "request", "approval"],
]);

/**
 * An event of a task or a run as the journal may have it: what people wrote and what machines said is cleaned by `clean`
 * (which knows the secrets in use), what the event is found and bound by stays.
 */
export function redactEvent(event: NewJournalEvent, clean: <Data>(data: Data) => Data): NewJournalEvent {
  const data = Object.entries(event.data).map(([key, value]) => [
    key,
    structure.has(key) ? value : clean(value),
  ]);
  return { ...event, data: Object.fromEntries(data) };
}
