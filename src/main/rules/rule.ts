import type { Rules } from "../../shared/estate-rules.ts";
import type { Fact, Health, ResourceKind } from "../../shared/resource.ts";
import type { Evidence, Proposal } from "../../shared/rules.ts";
import type { LocalText } from "../../shared/text.ts";
import type { Followed } from "../inventory/reader.ts";

/** What a rule sees in one resource, or in the estate. */
export interface Sighting {
  health: Extract<Health, "critical" | "warning">;
  text: LocalText;
  evidence: Evidence[];
  proposal: Proposal | null;
}

/** What a rule may look at besides the resource itself. */
export interface RuleContext {
  rules: Rules;
  /** Epoch milliseconds. */
  now: number;
}

/** A rule over resources, each by itself: looked at anew when it changes, and at `tick`s when time alone may matter. */
export interface ResourceRule {
  /** Kinds that it looks at. */
  kinds: readonly ResourceKind[];
  look(resource: Followed, context: RuleContext): Sighting | null;
  /** Whether what it says of a resource may change by time alone. */
  isTimed?(resource: Followed): boolean;
  /** A resource is gone. */
  forget?(id: string): void;
}

/** A fact as evidence. */
export function factEvidence(fact: Fact, text: LocalText): Evidence {
  return { text, source: fact.source, at: fact.at };
}
