import type {
  Declaration,
  DeclarationChange,
  FactValue,
  Health,
  Observation,
} from "../../../shared/resource.ts";
import { healthOrder } from "../../../shared/resource.ts";
import { sameDeclaration, taken } from "../declared-book.ts";
import { withShares } from "./kinds/metrics.ts";
import type { Attached, Seen } from "./kinds/seen.ts";

export interface HoldingsParts {
  system: string;
  site: string | null;
  environment: string | null;
}

interface Held {
  seen: Seen;
  declaration: Declaration;
}

/**
 * What is in a cluster, as it was seen, and what of that is still to be told. A change costs what changed, however much
 * is held.
 */
export class Holdings {
  readonly #parts: HoldingsParts;
  readonly #held = new Map<string, Held>();
  /** By resource, then by the key of the object that says it. */
  readonly #attached = new Map<string, Map<string, Attached>>();
  readonly #untold = new Set<string>();
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(parts: HoldingsParts) {
    this.#parts = parts;
  }

  /** How many resources are held. */
  get size(): number {
    return this.#held.size;
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  get(id: string): Seen | undefined {
    return this.#held.get(id)?.seen;
  }

  /** Takes in how a resource was seen; it is stale after `staleAfter` milliseconds. */
  put(seen: Seen, staleAfter: number): void {
    const before = this.#held.get(seen.id);
    this.#untold.add(seen.id);
    const { system, site, environment } = this.#parts;
    const { id, kind, name, parent, runsOn = null } = seen;
    const declaration = { id, kind, name, parent, runsOn, staleAfter, system, site, environment };
    if (before && sameDeclaration(before.declaration, declaration)) {
      before.seen = seen;
      return;
    }
    this.#held.set(id, { seen, declaration });
    this.#added.add(id);
    this.#removed.delete(id);
  }

  drop(id: string): void {
    if (!this.#held.delete(id)) return;
    this.#untold.delete(id);
    // What came and went between two tellings is withdrawn all the same: it may have been there before that.
    this.#added.delete(id);
    this.#removed.add(id);
  }

  /** Takes in what an object says of another resource; null: nothing any more. */
  attach(to: string, key: string, attached: Attached | null): void {
    const of = this.#attached.get(to) ?? new Map<string, Attached>();
    if (attached) of.set(key, attached);
    else of.delete(key);
    if (of.size > 0) this.#attached.set(to, of);
    else this.#attached.delete(to);
    if (this.#held.has(to)) this.#untold.add(to);
  }

  /** It was read again and is as before: that is told too. */
  seenAgain(id: string): void {
    if (this.#held.has(id)) this.#untold.add(id);
  }

  /** Everything that is held, as it is declared. */
  declarations(): Declaration[] {
    return [...this.#held.values()].map(({ declaration }) => declaration);
  }

  /** How many resources have something untold. */
  get untold(): number {
    return this.#untold.size;
  }

  /** What came and went since it was asked last, so many of each at the most; null when nothing did. */
  takeChange(most: number): DeclarationChange | null {
    if (this.#added.size === 0 && this.#removed.size === 0) return null;
    const removed = taken(this.#removed, most);
    const added = taken(this.#added, most).flatMap((id) => this.#held.get(id)?.declaration ?? []);
    return { added, removed };
  }

  /** What is untold, as it stands, so many at the most; nothing of that is untold then. */
  takeObservations(now: number, most: number): Observation[] {
    return taken(this.#untold, most).flatMap((id) => {
      const seen = this.#held.get(id)?.seen;
      return seen ? [this.#observation(seen, now)] : [];
    });
  }

  #observation(seen: Seen, at: number): Observation {
    const facts: Record<string, FactValue> = { ...seen.facts };
    const problems = [...seen.problems];
    const readAt: Record<string, number> = {};
    for (const attached of this.#attached.get(seen.id)?.values() ?? []) {
      Object.assign(facts, attached.facts);
      problems.push(...attached.problems);
      for (const [fact, words] of Object.entries(attached.lines)) {
        const before = facts[fact];
        facts[fact] = [...(Array.isArray(before) ? before : []), words];
      }
      if (attached.measuredAt === null) continue;
      for (const fact of Object.keys(attached.facts)) readAt[fact] = Math.min(at, attached.measuredAt);
    }
    if (seen.kind === "node") withShares(facts, readAt);
    const health = problems.reduce<Health>((worst, each) => worse(worst, each.health), "ok");
    return { resource: seen.id, source: this.#parts.system, at, health, facts, problems, readAt };
  }
}

function worse(one: Health, other: Health): Health {
  return healthOrder.indexOf(one) <= healthOrder.indexOf(other) ? one : other;
}
