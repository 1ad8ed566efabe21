import type { WireError } from "../../shared/errors.ts";
import {
  type Fact,
  type Health,
  healthOrder,
  type Observation,
  type Problem,
} from "../../shared/resource.ts";
import type { LocalText } from "../../shared/text.ts";

/** What one system last said of one resource. */
export interface Contribution {
  source: string;
  /** When it was last heard of, read or not. */
  at: number;
  /** When it was last read; null when it never was. */
  seenAt: number | null;
  health: Health;
  facts: Record<string, Fact>;
  problems: Problem[];
  error: WireError | null;
  stale: boolean;
  /** Why it counts as stale, when that is not simply its age. */
  staleReason: LocalText | null;
}

/** The worse of two; `unknown` is worse than `warning`, because nobody can say that it is not critical. */
export function worse(one: Health, other: Health): Health {
  return healthOrder.indexOf(one) <= healthOrder.indexOf(other) ? one : other;
}

/** What the observation leaves of the contribution before it: facts outlive a reading that failed. */
export function contributed(before: Contribution | undefined, observation: Observation): Contribution {
  const { source, at } = observation;
  if ("error" in observation) {
    return {
      source,
      at,
      seenAt: before?.seenAt ?? null,
      health: "unknown",
      facts: before?.facts ?? {},
      problems: [],
      error: observation.error,
      stale: before?.stale ?? false,
      staleReason: before?.staleReason ?? null,
    };
  }
  const facts: Record<string, Fact> = {};
  for (const [key, value] of Object.entries(observation.facts)) {
    facts[key] = { value, source, at: observation.readAt?.[key] ?? at };
  }
  return {
    source,
    at,
    seenAt: at,
    health: observation.problems.reduce((worst, problem) => worse(worst, problem.health), observation.health),
    facts,
    problems: observation.problems,
    error: null,
    stale: false,
    staleReason: null,
  };
}

/** How a resource stands by this source alone. What was not read lately cannot be called fine. */
export function standing(contribution: Contribution): Health {
  if (contribution.error) return "unknown";
  return contribution.stale ? worse(contribution.health, "unknown") : contribution.health;
}
