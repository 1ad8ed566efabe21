import type { Overview } from "../../shared/overview.ts";
import type { Health, ResourceKind } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { worse } from "./contribution.ts";
import type { Entry } from "./entry.ts";

export type Change = Overview["changes"][number];

const mostChanges = 500;
const longest = 12 * 3_600_000;

/** Kinds that are made and ended without anybody, and alerts: that they come and go is no news, how they stand is. */
const passing = new Set<ResourceKind>([
  "alert",
  "namespace",
  "pod",
  "restore-point",
  "service",
  "volume",
  "workload",
]);

/** What a system finds of a kind so soon after the first of it was there before: a large estate is told in parts. */
const firstLook = 60_000;

const generic: Record<Health, LocalText> = {
  critical: text("Became critical.", "Devenu critique."),
  unknown: text("Its state is no longer known.", "Son état n'est plus connu."),
  warning: text("Needs to be watched.", "À surveiller."),
  ok: text("Well again.", "De nouveau en ordre."),
};

/**
 * What changed in the last hours, by what systems said: health, appearing, disappearing. Growing old is not told
 * here, because after a sleep it happens to everything at once. Bounded in number and age.
 */
export class ChangeFeed {
  readonly #changes: Change[] = [];
  readonly #known = new WeakMap<Entry, Health>();
  /** Systems whose first declaration has been seen: what they bring then was there before. */
  readonly #introduced = new Set<string>();
  /**
   * What systems have of each kind, and since when. A kind that was not in the first declaration is one that the system finds
   * by itself, as VMs: when the first of it comes, it has just begun to look.
   */
  readonly #looks = new Map<string, { since: number; count: number }>();

  /** A system declared its resources; `appeared` and `disappeared` are new and gone since it did so before. */
  declared(system: string, appeared: readonly Entry[], disappeared: readonly Entry[], at: number): void {
    const since = this.#introduced.has(system) ? at : Number.NEGATIVE_INFINITY;
    this.#introduced.add(system);
    for (const entry of disappeared) this.#count(keyOf(system, entry), -1, since);
    for (const entry of appeared) this.#count(keyOf(system, entry), 1, since);
    for (const entry of disappeared.filter(lasting)) {
      // When all of a kind are gone at once, nobody looks any more: the system was made anew or left out.
      if (!this.#looks.has(keyOf(system, entry))) continue;
      this.#add(entry, at, entry.health, text("No longer in the estate.", "N'est plus dans le parc."));
    }
    if (since < at) return;
    for (const entry of appeared.filter(lasting)) {
      const look = this.#looks.get(keyOf(system, entry));
      if (look && at - look.since < firstLook) continue;
      this.#add(entry, at, entry.health, text("New in the estate.", "Nouveau dans le parc."));
    }
  }

  #count(key: string, step: 1 | -1, since: number): void {
    const look = this.#looks.get(key) ?? { since, count: 0 };
    look.count += step;
    if (look.count > 0 || look.since === Number.NEGATIVE_INFINITY) this.#looks.set(key, look);
    else this.#looks.delete(key);
  }

  /** Something was said of the resource; a first reading is told only when it is not good. */
  heard(entry: Entry, at: number): void {
    if (entry.declaration.kind === "site") return;
    const before = this.#known.get(entry);
    const now = reported(entry);
    this.#known.set(entry, now);
    if (before === now || (before === undefined && now === "ok")) return;
    const problem = entry.problems().find((each) => now !== "ok" && each.health === now);
    this.#add(entry, at, now, problem?.text ?? generic[now]);
  }

  /** Newest first. */
  list(now: number): Change[] {
    return this.#changes.filter((change) => now - change.at <= longest).reverse();
  }

  #add(entry: Entry, at: number, health: Health, words: LocalText): void {
    const { id, name, kind } = entry.declaration;
    this.#changes.push({ at, resource: id, name, kind, text: words, health });
    if (this.#changes.length > mostChanges) this.#changes.shift();
  }
}

function keyOf(system: string, { declaration }: Entry): string {
  return `${declaration.kind}\n${system}`;
}

function lasting({ declaration }: Entry): boolean {
  return !passing.has(declaration.kind);
}

/** The worst that any system said of it, however long ago, or that was found. */
function reported(entry: Entry): Health {
  let health: Health = "ok";
  for (const { error, health: said } of entry.contributions.values()) {
    health = worse(health, error ? "unknown" : said);
  }
  for (const found of entry.findings) health = worse(health, found.health);
  return health;
}
