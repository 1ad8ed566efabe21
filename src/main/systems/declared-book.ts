import { setImmediate as nextTurn } from "node:timers/promises";
import type { WireError } from "../../shared/errors.ts";
import {
  type Declaration,
  type FactValue,
  type Health,
  healthOrder,
  type Observation,
  type ObservationSink,
  type Problem,
} from "../../shared/resource.ts";

/** A resource as a system found it: what it is, and how it was seen. */
export interface Shown {
  declaration: Declaration;
  facts: Record<string, FactValue>;
  problems: Problem[];
  /** When a fact was read, where that was before it is told. */
  readAt?: Record<string, number>;
}

interface Page {
  shown: Shown;
  /** Why it cannot be read now. */
  error: WireError | null;
}

/** How many are told at once; tens of thousands would keep everything else of the console waiting. */
const sliceSize = 1000;

/**
 * What a system has found, and what of that its sink has not been told. Whoever tells does so in order and in slices; a
 * change costs what changed, however much is known.
 */
export class DeclaredBook {
  readonly #system: string;
  readonly #pages = new Map<string, Page>();
  readonly #undeclared = new Set<string>();
  readonly #withdrawn = new Set<string>();
  readonly #untold = new Set<string>();
  #telling: Promise<void> = Promise.resolve();

  constructor(system: string) {
    this.#system = system;
  }

  get size(): number {
    return this.#pages.size;
  }

  ids(): IterableIterator<string> {
    return this.#pages.keys();
  }

  get(id: string): Shown | undefined {
    return this.#pages.get(id)?.shown;
  }

  /** Everything that is known, as it is declared. */
  declarations(): Declaration[] {
    return [...this.#pages.values()].map(({ shown }) => shown.declaration);
  }

  /** Takes in how a resource was seen. */
  put(shown: Shown): void {
    const { id } = shown.declaration;
    const before = this.#pages.get(id);
    this.#pages.set(id, { shown, error: null });
    this.#withdrawn.delete(id);
    this.#untold.add(id);
    if (!before || !sameDeclaration(before.shown.declaration, shown.declaration)) this.#undeclared.add(id);
  }

  /** It cannot be read now; what was seen before stays known. */
  fail(id: string, error: WireError): void {
    const page = this.#pages.get(id);
    if (!page) return;
    page.error = error;
    this.#untold.add(id);
  }

  /** The same for everything. */
  failAll(error: WireError): void {
    for (const id of this.#pages.keys()) this.fail(id, error);
  }

  drop(id: string): void {
    if (!this.#pages.delete(id)) return;
    this.#undeclared.delete(id);
    this.#untold.delete(id);
    // What came and went between two tellings is withdrawn all the same: it may have been there before that.
    this.#withdrawn.add(id);
  }

  /** Drops what is not among these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of [...this.#pages.keys()]) if (!ids.has(id)) this.drop(id);
  }

  /**
   * Tells the sink what it was not told, as it is when its turn comes; what is told while another telling goes on comes after
   * that. Aborted, it leaves the rest untold.
   */
  tell(sink: ObservationSink, now: () => number, signal: AbortSignal): Promise<void> {
    const told = this.#telling.then(() => this.#tellNow(sink, now, signal));
    this.#telling = told.catch(() => undefined);
    return told;
  }

  async #tellNow(sink: ObservationSink, now: () => number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const removed = taken(this.#withdrawn, Number.POSITIVE_INFINITY);
    if (removed.length > 0) sink.redeclare(this.#system, { added: [], removed });
    while (this.#untold.size + this.#undeclared.size > 0 && !signal.aborted) {
      const ids = taken(this.#untold.size > 0 ? this.#untold : this.#undeclared, sliceSize);
      const pages = ids.flatMap((id) => this.#pages.get(id) ?? []);
      const added = pages.filter(({ shown }) => this.#undeclared.delete(shown.declaration.id));
      if (added.length > 0) {
        sink.redeclare(this.#system, { added: added.map(({ shown }) => shown.declaration), removed: [] });
      }
      const at = now();
      if (pages.length > 0) sink.observe(pages.map((page) => this.#observation(page, at)));
      if (this.#untold.size > 0) await nextTurn();
    }
  }

  #observation({ shown, error }: Page, at: number): Observation {
    const { declaration, facts, problems, readAt } = shown;
    const common = { resource: declaration.id, source: this.#system, at };
    if (error) return { ...common, error };
    return { ...common, health: healthOf(problems), facts, problems, ...(readAt && { readAt }) };
  }
}

/** The worst of problems; without any it is well. */
export function healthOf(problems: readonly Problem[]): Health {
  return healthOrder.find((health) => problems.some((each) => each.health === health)) ?? "ok";
}

/** Takes some out of a set, so many at the most, in the order in which they came. */
export function taken(from: Set<string>, most: number): string[] {
  const ids: string[] = [];
  for (const id of from) {
    if (ids.length >= most) break;
    from.delete(id);
    ids.push(id);
  }
  return ids;
}

/** Whether two declarations of one system's resource say the same. */
export function sameDeclaration(one: Declaration, other: Declaration): boolean {
  return (
    one.kind === other.kind &&
    one.name === other.name &&
    one.parent === other.parent &&
    one.site === other.site &&
    one.environment === other.environment &&
    one.staleAfter === other.staleAfter &&
    (one.runsOn ?? null) === (other.runsOn ?? null)
  );
}
