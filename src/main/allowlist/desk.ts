import type { AllowlistsView, ListedNetwork, ProviderListView } from "../../shared/allowlists.ts";
import { listedNetworkSchema } from "../../shared/allowlists.ts";
import type { FactKey } from "../../shared/facts.ts";
import type { FactValue, Resource } from "../../shared/resource.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Followed } from "../inventory/reader.ts";

/** An entry whose end has come, and when that was (epoch milliseconds). */
export interface DueEntry {
  id: string;
  ends: number;
}

/** The provider's allowlists, put together from what the inventory knows of lists and entries. */
export class AllowlistDesk {
  readonly #inventory: Pick<Inventory, "follow" | "get">;
  readonly #known = new Set<string>();
  readonly #pending = new Set<Followed>();
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;

  constructor({ inventory }: { inventory: Pick<Inventory, "follow" | "get"> }) {
    this.#inventory = inventory;
    this.#stop = inventory.follow({
      mark: (entry) => void this.#pending.add(entry),
      wake: () => this.#take(),
    });
  }

  view(): AllowlistsView {
    const all = this.#resources();
    const lists = all.filter((each) => factOf(each, "allowlist.part") === "list");
    return {
      lists: lists
        .map((list) =>
          listOf(
            list,
            all.filter(({ parent }) => parent === list.id),
          ),
        )
        .sort((one, other) => one.name.localeCompare(other.name)),
    };
  }

  /** Entries that should be gone, as far as they were read lately. */
  due(): DueEntry[] {
    return this.#resources().flatMap((each) => {
      const ends = factOf(each, "allowlist.ends");
      const isDue = factOf(each, "allowlist.isDue") === true && !each.stale;
      return isDue && typeof ends === "number" ? [{ id: each.id, ends }] : [];
    });
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #resources(): Resource[] {
    return [...this.#known].flatMap((id) => this.#inventory.get(id) ?? []);
  }

  #take(): void {
    let isOther = false;
    for (const entry of this.#pending) {
      if (entry.removed) isOther = this.#known.delete(entry.id) || isOther;
      else if (entry.declaration.kind === "service" && entry.fact("allowlist.part") !== undefined) {
        this.#known.add(entry.id);
        isOther = true;
      }
    }
    this.#pending.clear();
    if (isOther) for (const listener of [...this.#listeners]) listener();
  }
}

function listOf(list: Resource, entries: readonly Resource[]): ProviderListView {
  const { id, name, seenAt, stale, problems } = list;
  const error = Object.values(list.sources).find((source) => source.error !== null)?.error ?? null;
  return {
    id,
    name,
    service: wordsIn(list, "allowlist.service"),
    policy: wordsIn(list, "allowlist.policy"),
    missing: wordList(list, "allowlist.missing"),
    shut: wordList(list, "allowlist.shut"),
    readAt: seenAt,
    stale,
    error: error?.message ?? null,
    problems: problems.map(({ text }) => text),
    networks: entries
      .map(networkOf)
      .sort((one, other) => endOf(one) - endOf(other) || one.network.localeCompare(other.network)),
  };
}

/** What ends soonest stands first, what has no end last. */
function endOf({ ends }: ListedNetwork): number {
  return ends ?? Number.MAX_SAFE_INTEGER;
}

function networkOf(entry: Resource): ListedNetwork {
  const ends = factOf(entry, "allowlist.ends");
  const declared = listedNetworkSchema.shape.declared.safeParse(factOf(entry, "allowlist.declared"));
  const state = listedNetworkSchema.shape.state.safeParse(factOf(entry, "allowlist.state"));
  return {
    id: entry.id,
    network: wordsIn(entry, "allowlist.network") ?? entry.name,
    state: state.success ? state.data : "other",
    note: wordsIn(entry, "allowlist.note"),
    by: wordsIn(entry, "allowlist.by"),
    ends: typeof ends === "number" ? ends : null,
    isDue: factOf(entry, "allowlist.isDue") === true,
    declared: declared.success ? declared.data : "unknown",
    letsIn: wordList(entry, "allowlist.letsIn"),
    problems: entry.problems.map(({ text }) => text),
  };
}

function factOf({ facts }: Resource, key: FactKey): FactValue {
  return facts[key]?.value ?? null;
}

function wordsIn(resource: Resource, key: FactKey): string | null {
  const value = factOf(resource, key);
  return typeof value === "string" ? value : null;
}

function wordList(resource: Resource, key: FactKey): string[] {
  const value = factOf(resource, key);
  return Array.isArray(value) ? value : [];
}
