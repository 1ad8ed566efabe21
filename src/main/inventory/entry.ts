import { isDeepStrictEqual } from "node:util";
import { type FacetName, facetNames, factOfFacet } from "../../shared/live.ts";
import type { Maintenance } from "../../shared/maintenance.ts";
import {
  type Declaration,
  type Fact,
  type Health,
  healthOrder,
  type Problem,
  type Resource,
  type SourceState,
} from "../../shared/resource.ts";
import { text } from "../../shared/text.ts";
import { type Contribution, standing, worse } from "./contribution.ts";
import { type FacetSet, facetSet, facetWord } from "./facet-set.ts";
import { fold, naturalKey } from "./fold.ts";
import { type Holding, heldProblems } from "./holding.ts";

/** Facts whose values the text filter looks through. */
const searchedFacts = [
  "os.name",
  "os.kernel",
  "os.hostname",
  "reach.address",
  "reach.via",
  "units.failed",
  ...Object.values(factOfFacet),
];
type Declared = Exclude<FacetName, keyof typeof factOfFacet | "health" | "stale">;
const factKeys: Partial<Record<FacetName, string>> = factOfFacet;

const notRead: Problem = {
  code: "inventory.not-read",
  health: "unknown",
  text: text("Not read yet.", "Pas encore lu."),
};
const neverRead: Problem = {
  code: "inventory.never-read",
  health: "unknown",
  text: text(
    "Nothing reads its state; only its consoles can be opened.",
    "Rien ne lit son état ; seules ses consoles peuvent être ouvertes.",
  ),
};
const notReadLately: Problem = {
  code: "inventory.stale",
  health: "unknown",
  text: text("Not read lately; it may have changed.", "Pas relu récemment ; l'état a pu changer."),
};

/**
 * One resource as the inventory holds it: who declared it, what each system said, and what follows from both.
 * Standing is worked out at once because roll-ups need it; everything else only when somebody reads it.
 */
export class Entry {
  readonly id: string;
  readonly declarations = new Map<string, Declaration>();
  readonly contributions = new Map<string, Contribution>();
  /** For a site: what it holds. */
  holding: Holding | null = null;
  /** Its own, or that of what holds it; the inventory keeps it up to date. */
  maintenance: Maintenance | null = null;
  /** What is wrong by what was put together of several resources. */
  findings: readonly Problem[] = [];
  removed = false;
  declaration: Declaration;
  nameKey = "";
  health: Health = "unknown";
  stale = false;
  seenAt: number | null = null;
  #snapshot: Resource | null = null;
  #haystack: string | null = null;
  #facets: FacetSet | null = null;

  constructor(declaration: Declaration) {
    this.id = declaration.id;
    this.declaration = declaration;
  }

  /**
   * The first system that declared it and reads it is the one that it belongs to; what that one leaves open, a name of
   * its own included, another may say.
   */
  redeclared(): void {
    const declarations = [...this.declarations.values()];
    const all = [...declarations.filter(isRead), ...declarations.filter((each) => !isRead(each))];
    const [first] = all;
    if (!first) return;
    const said = <Key extends "parent" | "site" | "environment">(key: Key) =>
      all.find((each) => each[key] !== null)?.[key] ?? null;
    // A parent that is no more than the site says less than one that is a host.
    const parent = all.find((each) => each.parent !== null && each.parent !== each.site)?.parent;
    this.declaration = {
      ...first,
      name: all.find((each) => each.name !== this.id)?.name ?? first.name,
      parent: parent ?? said("parent"),
      site: said("site"),
      environment: said("environment"),
      runsOn: all.find(({ runsOn }) => runsOn)?.runsOn ?? null,
    };
    this.nameKey = naturalKey(this.declaration.name);
    this.#haystack = null;
    this.refresh();
  }

  /** Takes in what a system said; the words that the filter looks through are gathered anew only when they differ. */
  hear(contribution: Contribution): void {
    const before = this.contributions.get(contribution.source)?.facts ?? {};
    this.contributions.set(contribution.source, contribution);
    const { facts } = contribution;
    if (searchedFacts.some((key) => String(before[key]?.value) !== String(facts[key]?.value))) {
      this.#haystack = null;
    }
    this.refresh();
  }

  /** Takes in what was found; false when that is what was found before. */
  find(findings: readonly Problem[]): boolean {
    if (isDeepStrictEqual(this.findings, findings)) return false;
    this.findings = findings;
    this.refresh();
    return true;
  }

  /** The id under which it is shown: its parent, or the site that it stands in. */
  get parentId(): string | null {
    const { parent, site } = this.declaration;
    return parent ?? (site === this.id ? null : site);
  }

  /** Milliseconds after which a reading by this source is stale. */
  staleAfter(source: string): number {
    return (this.declarations.get(source) ?? this.declaration).staleAfter ?? Number.POSITIVE_INFINITY;
  }

  /** Works out health, staleness and age anew after something was said or grew old. */
  refresh(): void {
    this.#snapshot = null;
    this.#facets = null;
    const sources = [...this.contributions.values()];
    let health: Health = this.neverRead || this.#unread() ? "unknown" : "ok";
    let seenAt: number | null = null;
    for (const source of sources) {
      health = worse(health, standing(source));
      if (source.seenAt !== null) seenAt = Math.max(seenAt ?? source.seenAt, source.seenAt);
    }
    for (const found of this.findings) health = worse(health, found.health);
    const read = sources.filter((source) => source.seenAt !== null);
    this.health = health;
    this.seenAt = seenAt;
    this.stale = read.length > 0 && read.every((source) => source.stale);
    if (this.holding) this.#rollUp(this.holding, sources.length > 0);
  }

  /** Whether what is wrong with it is expected and needs nobody: in maintenance, and not longer than was said. */
  get excused(): boolean {
    return this.maintenance !== null && !this.maintenance.overdue;
  }

  /** Whether no system that declares it ever reads it: nobody can say how it is, and nobody can mend that. */
  get neverRead(): boolean {
    return this.contributions.size === 0 && ![...this.declarations.values()].some(isRead);
  }

  #unread(): boolean {
    if (this.declaration.kind === "site") return false;
    for (const [system, declaration] of this.declarations) {
      if (isRead(declaration) && !this.contributions.has(system)) return true;
    }
    return false;
  }

  #rollUp(holding: Holding, readItself: boolean): void {
    const held =
      holding.total === 0
        ? "unknown"
        : // What is all in maintenance has no health of its own to show, least of all a good one.
          (healthOrder.find((each) => holding.counts[each] > 0) ?? "warning");
    this.health = holding.total === 0 && readItself ? this.health : worse(this.health, held);
    this.stale = this.stale || (holding.total > 0 && holding.stale === holding.total);
    if (holding.seenAt !== null) this.seenAt = Math.max(this.seenAt ?? 0, holding.seenAt);
  }

  /** The value of one fact: of several sources the one that read it last. */
  fact(key: string): Fact | undefined {
    let latest: Fact | undefined;
    for (const { facts } of this.contributions.values()) {
      const fact = Object.hasOwn(facts, key) ? facts[key] : undefined;
      if (fact && (!latest || fact.at > latest.at)) latest = fact;
    }
    return latest;
  }

  /** What is wrong, worst first. */
  problems(): Problem[] {
    const problems: Problem[] = [];
    if (this.neverRead) problems.push(neverRead);
    else if (this.#unread()) problems.push(notRead);
    for (const { error, problems: own, stale, staleReason } of this.contributions.values()) {
      if (error) problems.push({ code: error.code, health: "unknown", text: error.message });
      problems.push(...own);
      if (stale && !error)
        problems.push(staleReason ? { ...notReadLately, text: staleReason } : notReadLately);
    }
    problems.push(...this.findings);
    if (this.holding) problems.push(...heldProblems(this.holding));
    return problems.length < 2
      ? problems
      : problems.toSorted(
          (one, other) => healthOrder.indexOf(one.health) - healthOrder.indexOf(other.health),
        );
  }

  /** Its value in one facet, "" where it has none. */
  facet(name: FacetName): string {
    return this.facets()[facetNames.indexOf(name)] ?? "";
  }

  /** Its values in all facets; the same object for all resources with the same values. */
  facets(): FacetSet {
    this.#facets ??= facetSet((name) => {
      if (name === "health") return this.health;
      if (name === "stale") return String(this.stale);
      const fact = factKeys[name];
      if (fact !== undefined) return facetWord(name, this.fact(fact)?.value);
      return this.declaration[name as Declared] ?? "";
    });
    return this.#facets;
  }

  /** Everything that the text filter may find, folded. */
  haystack(): string {
    if (this.#haystack !== null) return this.#haystack;
    const { id, name, kind, system, site, environment } = this.declaration;
    const words: string[] = [name, id, kind, system, site ?? "", environment ?? ""];
    for (const key of searchedFacts) {
      const value = this.fact(key)?.value;
      if (value !== undefined && value !== null) words.push(String(value));
    }
    this.#haystack = fold(words.join("\n"));
    return this.#haystack;
  }

  /** The resource as plain data; the same object until something about it changes. */
  snapshot(): Resource {
    if (this.#snapshot) return this.#snapshot;
    const { id, kind, name, system, parent, site, environment } = this.declaration;
    const facts: Record<string, Fact> = {};
    const sources: Record<string, SourceState> = {};
    for (const contribution of this.contributions.values()) {
      for (const key of Object.keys(contribution.facts)) {
        const fact = this.fact(key);
        if (fact) facts[key] = fact;
      }
      sources[contribution.source] = {
        health: standing(contribution),
        seenAt: contribution.seenAt,
        error: contribution.error,
      };
    }
    this.#snapshot = {
      id,
      kind,
      name,
      system,
      parent,
      site,
      environment,
      health: this.health,
      stale: this.stale,
      seenAt: this.seenAt,
      facts,
      problems: this.problems(),
      sources,
      ...(this.maintenance && { maintenance: this.maintenance }),
    };
    return this.#snapshot;
  }
}

function isRead({ staleAfter }: Declaration): boolean {
  return staleAfter !== null;
}
