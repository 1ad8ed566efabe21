import { OpsError, toOpsError } from "../../../shared/errors.ts";
import type { SecretSearch } from "../../../shared/vault-secrets.ts";

/** How far a search goes: requests, levels below where it began, paths found, milliseconds. */
export interface SearchLimits {
  requests: number;
  depth: number;
  found: number;
  time: number;
}

const usualLimits: SearchLimits = { requests: 1000, depth: 20, found: 500, time: 60_000 };
/** Folders that are asked for at a time. */
const atOnce = 4;
/** Milliseconds between two tellings of how far it is. */
const pace = 200;
/** Folders that are named among those that were not looked into. */
const mostLeft = 50;

export interface NameSearch {
  /** Where it begins, and what the paths that it finds hold: every word, whatever the case. */
  folder: string;
  words: string;
  /** The names in a folder, folders with a slash. */
  list(folder: string, signal: AbortSignal): Promise<string[]>;
  limits?: SearchLimits | undefined;
}

/**
 * Searches names folder by folder, the nearest first, and tells how far it is until its last telling says why it ended.
 * What may not be listed, is too deep, or was not reached within the limits is named. Ends untold when aborted; never
 * throws.
 */
export async function* searchNames(wanted: NameSearch, signal: AbortSignal): AsyncGenerator<SecretSearch> {
  const { time } = wanted.limits ?? usualLimits;
  const ending = new AbortController();
  const search = new Search(wanted, AbortSignal.any([signal, ending.signal]));
  const timer = setTimeout(() => search.end("out-of-time"), time);
  let toldAt = performance.now();
  try {
    yield search.told;
    while (await search.goOn()) {
      if (signal.aborted) return;
      if (performance.now() - toldAt < pace) continue;
      yield search.told;
      toldAt = performance.now();
    }
    if (signal.aborted) return;
    ending.abort();
    await search.stop();
    yield search.told;
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

type Left = SecretSearch["left"][number];

class Search {
  readonly #wanted: NameSearch;
  readonly #signal: AbortSignal;
  readonly #words: readonly string[];
  readonly #limits: SearchLimits;
  readonly #waiting: { path: string; depth: number }[];
  readonly #going = new Set<Promise<void>>();
  readonly #found = new Set<string>();
  readonly #left: Left[] = [];
  readonly #over: Promise<void>;
  #letGo: () => void = () => undefined;
  #leftCount = 0;
  #looked = 0;
  #requests = 0;
  #ended: SecretSearch["ended"] = null;
  #error: OpsError | null = null;

  constructor(wanted: NameSearch, signal: AbortSignal) {
    this.#wanted = wanted;
    this.#signal = signal;
    this.#limits = wanted.limits ?? usualLimits;
    this.#words = wanted.words.toLowerCase().split(/\s+/);
    this.#waiting = [{ path: wanted.folder, depth: 0 }];
    this.#over = new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  get told(): SecretSearch {
    return {
      found: [...this.#found].slice(0, this.#limits.found),
      looked: this.#looked,
      waiting: this.#ended === null ? this.#waiting.length + this.#going.size : 0,
      left: [...this.#left],
      leftCount: this.#leftCount,
      ended: this.#ended,
      error: this.#error?.toWire() ?? null,
    };
  }

  /** Ends it, unless it has ended; the first reason is told. */
  end(why: NonNullable<SecretSearch["ended"]>): void {
    this.#ended ??= why;
    this.#letGo();
  }

  /** Asks for what comes next, and waits for one answer; false when it has ended. */
  async goOn(): Promise<boolean> {
    if (this.#signal.aborted) return false;
    while (this.#going.size < atOnce && this.#requests < this.#limits.requests) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#requests += 1;
      const one: Promise<void> = this.#look(next).finally(() => this.#going.delete(one));
      this.#going.add(one);
    }
    if (this.#going.size === 0) this.end(this.#waiting.length === 0 ? "complete" : "most-requests");
    else await Promise.race([...this.#going, this.#over]);
    if (this.#found.size >= this.#limits.found) this.end("most-found");
    return this.#ended === null;
  }

  /** Waits for what is under way, which was told to end, and names what was not reached. */
  async stop(): Promise<void> {
    await Promise.all(this.#going);
    for (const { path } of this.#waiting.splice(0)) this.#leave(path, "not-reached");
  }

  async #look({ path, depth }: { path: string; depth: number }): Promise<void> {
    try {
      const names = await this.#wanted.list(path, this.#signal);
      this.#looked += 1;
      for (const name of names) this.#take(path === "" ? name : `${path}/${name}`, depth);
    } catch (thrown) {
      const isRefused = thrown instanceof OpsError && thrown.code === "vault.not-allowed";
      this.#leave(path, isRefused ? "not-allowed" : "not-reached");
      if (isRefused || this.#signal.aborted) return;
      this.#error ??= toOpsError(thrown, "vault");
      this.end("failed");
    }
  }

  #take(path: string, depth: number): void {
    if (!path.endsWith("/")) {
      const lower = path.toLowerCase();
      if (this.#words.every((word) => lower.includes(word))) this.#found.add(path);
      return;
    }
    const folder = path.slice(0, -1);
    if (depth >= this.#limits.depth) this.#leave(folder, "too-deep");
    else this.#waiting.push({ path: folder, depth: depth + 1 });
  }

  #leave(folder: string, why: Left["why"]): void {
    this.#leftCount += 1;
    if (this.#left.length < mostLeft) this.#left.push({ folder, why });
  }
}
