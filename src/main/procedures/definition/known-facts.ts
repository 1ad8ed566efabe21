import { type FactDefinition, factDefinitions } from "../../../shared/facts.ts";
import type { PlannedWait } from "../../../shared/plan.ts";
import type { FactValue, Resource } from "../../../shared/resource.ts";
import { type LocalText, sameText, text } from "../../../shared/text.ts";

type Until = Extract<PlannedWait, { kind: "until" }>;

/** What conditions and waits may ask of a resource besides its facts. */
const own = ["health", "maintenance"] as const;

/** Every key that `fact(…)` and `until` may name. */
export const factKeys: readonly string[] = [...own, ...Object.keys(factDefinitions)];

const definitions: Record<string, FactDefinition> = factDefinitions;

/** What a fact is called; its key where it has no name. */
export function factLabel(fact: string): LocalText {
  if (fact === "health") return text("health", "santé");
  if (fact === "maintenance") return text("in maintenance", "en maintenance");
  const label = Object.hasOwn(definitions, fact) ? definitions[fact]?.label : undefined;
  return label ?? sameText(fact);
}

/**
 * A fact as it may be relied on: undefined when the resource is not known, was not read lately, or when the system
 * that read it cannot read it any more; null when it was read and has no such fact.
 */
export function knownFact(resource: Resource | null, fact: string): FactValue | undefined {
  // The console's own mark, which needs no reading; one of what holds the resource is not its own.
  if (resource && fact === "maintenance") return resource.maintenance?.through === null;
  if (!resource || resource.stale || resource.seenAt === null) return undefined;
  if (fact === "health") return resource.health;
  const found = Object.hasOwn(resource.facts, fact) ? resource.facts[fact] : undefined;
  if (!found) return Object.values(resource.sources).some(({ error }) => error) ? undefined : null;
  return resource.sources[found.source]?.error ? undefined : found.value;
}

/**
 * Whether a wait for a fact is over. Only what was read after `since` (epoch milliseconds) counts, for a value from
 * before says nothing about now; `health` needs every system that reads the resource to have read it since.
 */
export function isReached(wait: Until, resource: Resource | null, since: number): boolean {
  if (!resource || !readSince(resource, wait.fact, since)) return false;
  const known = knownFact(resource, wait.fact);
  if (known === undefined) return false;
  const value = Array.isArray(known) ? known.join(", ") : known;
  switch (wait.comparison) {
    case "read":
      return value !== null;
    case "is":
      return value === wait.value;
    case "not":
      return isOther(wait, value);
    case "atLeast":
      return typeof value === "number" && typeof wait.value === "number" && value >= wait.value;
    case "atMost":
      return typeof value === "number" && typeof wait.value === "number" && value <= wait.value;
  }
}

/** Milliseconds by which two tellings of one moment may differ: most are reckoned from how long ago it was. */
const sameMoment = 60_000;

/** Whether a fact has another value. One that is not told any more has none, and a moment told a little later is the same. */
function isOther({ fact, value: before }: Until, value: FactValue): boolean {
  if (value === null) return false;
  const isMoment = Object.hasOwn(definitions, fact) && definitions[fact]?.unit === "timestamp";
  if (!isMoment || typeof value !== "number" || typeof before !== "number") return value !== before;
  return Math.abs(value - before) >= sameMoment;
}

function readSince(resource: Resource, fact: string, since: number): boolean {
  const found = Object.hasOwn(resource.facts, fact) ? resource.facts[fact] : undefined;
  if (found && fact !== "health") return found.at >= since;
  const readings = Object.values(resource.sources).filter((source) => source.seenAt !== null || source.error);
  return readings.length > 0 && readings.every(({ seenAt }) => seenAt !== null && seenAt >= since);
}
