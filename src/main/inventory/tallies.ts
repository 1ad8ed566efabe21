import { type Health, healthOrder, type ResourceKind } from "../../shared/resource.ts";
import type { Entry } from "./entry.ts";
import type { Holding } from "./holding.ts";

/** How one resource was counted, to be taken back when it changes. */
interface Counted {
  kind: ResourceKind;
  site: string | null;
  environment: string | null;
  health: Health;
  stale: boolean;
  /** In maintenance: what is wrong with it needs nobody. */
  excused: boolean;
}

/** The resources of one site and environment, counted. */
export interface Group extends Holding {
  site: string | null;
  environment: string | null;
}

/** Figures that are asked for all the time, kept change by change: per kind, per site, per site and environment. */
export class Tallies {
  readonly #counted = new Map<Entry, Counted>();
  readonly #kinds = new Map<ResourceKind, { total: number; wrong: number }>();
  readonly #sites = new Map<string, Holding>();
  readonly #groups = new Map<string | null, Map<string | null, Group>>();
  readonly #wrong: Record<Health, Set<Entry>> = {
    critical: new Set(),
    unknown: new Set(),
    warning: new Set(),
    ok: new Set(),
  };

  /** Counts a resource as it stands now. */
  count(entry: Entry): void {
    this.forget(entry);
    const { kind, site, environment } = entry.declaration;
    const counted: Counted = {
      kind,
      site,
      environment,
      health: entry.health,
      stale: entry.stale,
      excused: entry.excused,
    };
    this.#counted.set(entry, counted);
    if (!counted.excused) this.#wrong[entry.health].add(entry);
    this.#add(counted, 1);
    if (kind === "site" || entry.seenAt === null) return;
    for (const holding of [this.holding(site), this.#group(site, environment)]) {
      if (holding) holding.seenAt = Math.max(holding.seenAt ?? 0, entry.seenAt);
    }
  }

  forget(entry: Entry): void {
    const before = this.#counted.get(entry);
    if (!before) return;
    this.#counted.delete(entry);
    // A set keeps its order: who stays as wrong as before keeps its place in what needs a person.
    if (entry.removed || entry.excused || before.health !== entry.health)
      this.#wrong[before.health].delete(entry);
    this.#add(before, -1);
  }

  /** What a site holds, itself not counted. */
  holding(site: string | null): Holding | null {
    if (site === null) return null;
    let holding = this.#sites.get(site);
    if (!holding) {
      holding = emptyHolding();
      this.#sites.set(site, holding);
    }
    return holding;
  }

  kinds(): Record<string, { total: number; wrong: number }> {
    return Object.fromEntries([...this.#kinds].map(([kind, counts]) => [kind, { ...counts }]));
  }

  groups(): Group[] {
    return [...this.#groups.values()]
      .flatMap((each) => [...each.values()])
      .filter((group) => group.total > 0);
  }

  /** The first that are not well, worst first; without sites, whose holdings say it, and without what is never read. */
  wrong(limit: number): Entry[] {
    const found: Entry[] = [];
    for (const health of healthOrder) {
      if (health === "ok") break;
      for (const entry of this.#wrong[health]) {
        if (found.length >= limit) return found;
        if (entry.declaration.kind !== "site" && !entry.neverRead) found.push(entry);
      }
    }
    return found;
  }

  #add({ kind, site, environment, health, stale, excused }: Counted, step: 1 | -1): void {
    const counts = this.#kinds.get(kind) ?? { total: 0, wrong: 0 };
    counts.total += step;
    if (health !== "ok" && !excused) counts.wrong += step;
    if (counts.total > 0) this.#kinds.set(kind, counts);
    else this.#kinds.delete(kind);
    if (kind === "site") return;
    for (const holding of [this.holding(site), this.#group(site, environment)]) {
      if (!holding) continue;
      holding.total += step;
      if (excused) holding.maintenance += step;
      else holding.counts[health] += step;
      if (stale && !excused) holding.stale += step;
      if (holding.total === 0) holding.seenAt = null;
    }
  }

  #group(site: string | null, environment: string | null): Group {
    let ofSite = this.#groups.get(site);
    if (!ofSite) {
      ofSite = new Map();
      this.#groups.set(site, ofSite);
    }
    let group = ofSite.get(environment);
    if (!group) {
      group = { site, environment, ...emptyHolding() };
      ofSite.set(environment, group);
    }
    return group;
  }
}

function emptyHolding(): Holding {
  return {
    counts: { critical: 0, unknown: 0, warning: 0, ok: 0 },
    maintenance: 0,
    stale: 0,
    total: 0,
    seenAt: null,
  };
}
