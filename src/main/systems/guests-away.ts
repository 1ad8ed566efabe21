import type { z } from "zod";
import type { EarlierTask } from "../actions/action.ts";

type Json = z.core.util.JSONType;

/** VMs by identifier, and the host that each was sent to; null where that was left to the far side. */
export type Away = Map<string, string | null>;

/** As the journal keeps it. */
export function awayData(away: Away): Record<string, Json> {
  return Object.fromEntries(away);
}

/** Reads it back; what is no such thing is left out. */
export function awayOf(value: Json | undefined): Away {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([vm, to]) => (typeof to === "string" || to === null ? [[vm, to]] : [])),
  );
}

/**
 * The VMs that have left a host by what the journal has, the newest task first: back to the last list that is `whole`, that
 * of a return or of a note. The newest word on where a VM was sent counts.
 */
export function awayByRecord(earlier: readonly EarlierTask[], whole: readonly string[]): Away {
  const away: Away = new Map();
  for (const { action, verb, observed } of earlier) {
    for (const [vm, to] of awayOf(observed.away)) away.set(vm, away.get(vm) ?? to);
    if (whole.includes(action) || verb === "undo") break;
  }
  return away;
}

/**
 * The VMs that a person names by name or identifier, with commas between them; null when none is named. `find` gives the
 * identifiers of those that are.
 */
export function awayByNames(
  words: string,
  find: (isNamed: (id: string, name: string | null) => boolean) => readonly string[],
): Away | null {
  const named = new Set(
    words
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
  );
  if (named.size === 0) return null;
  const found = find((id, name) => named.has(id) || (name !== null && named.has(name)));
  return new Map(found.map((id) => [id, null]));
}
