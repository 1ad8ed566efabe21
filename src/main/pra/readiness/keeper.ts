import { isDeepStrictEqual } from "node:util";
import { toOpsError } from "../../../shared/errors.ts";
import type { Readiness } from "../../../shared/pra.ts";
import type { PraPlan } from "../../../shared/pra-plan.ts";
import { canonicalHash } from "../../journal/chain.ts";
import { type PraBook, readinessType } from "../book.ts";
import type { KnownData } from "../known-data.ts";
import type { PraParts } from "../parts.ts";
import { planState } from "../plan-state.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";

/** Milliseconds between two evaluations by themselves. */
const every = 300_000;
/** After a change so long until they are worked out anew, and so long between two of them at least. */
const settling = 5_000;
const pause = 30_000;
/** How often the first of a plan is put off, `settling` each, while there are systems that were not read whole yet. */
const mostPutOff = 12;
/** Milliseconds that one evaluation may take. */
const longest = 120_000;

interface Kept {
  evaluation: Evaluation | null;
  /** When it was last begun; what was asked for since is done after it. */
  begunAt: number;
  running: Promise<void> | null;
  wanted: boolean;
  /** What it rested on when it was last begun. */
  rested: string;
  journalled: { at: number; figure: number; counts: Readiness["counts"] } | null;
}

/**
 * Keeps the readiness of every plan: evaluated every five minutes, soon after something that it rests on changed, and when
 * asked for. A figure or state that became another one is written to the journal, at most once in five minutes.
 */
export class ReadinessKeeper {
  readonly #parts: PraParts;
  readonly #book: PraBook;
  readonly #known: (id: string, plan: PraPlan) => KnownData;
  readonly #told: () => void;
  readonly #plans = new Map<string, Kept>();
  readonly #closing = new AbortController();
  #endings: (() => void)[] = [];
  #soon: NodeJS.Timeout | null = null;
  #putOff = 0;

  constructor(
    parts: PraParts,
    book: PraBook,
    known: (id: string, plan: PraPlan) => KnownData,
    told: () => void,
  ) {
    this.#parts = parts;
    this.#known = known;
    this.#book = book;
    this.#told = told;
  }

  start(): void {
    const changed = () => this.#changed();
    const timer = setInterval(() => this.#all(), every).unref();
    this.#endings = [
      () => clearInterval(timer),
      this.#parts.onEstate(changed),
      this.#parts.protection.onChange(changed),
      this.#parts.procedures.engine.onChange(changed),
      this.#parts.inventory.onChange(changed),
    ];
    this.#changed();
  }

  /** What was found last, with the history of the figure; nothing before the first time. */
  of(plan: string): Readiness {
    const evaluation = this.#plans.get(plan)?.evaluation ?? null;
    const history = this.#book.figures(plan);
    if (evaluation === null)
      return {
        figure: null,
        evaluatedAt: null,
        took: null,
        counts: { blocked: 0, unknown: 0, warning: 0, ready: 0 },
        checks: [],
        history,
      };
    const { figure, evaluatedAt, took, counts, checks } = evaluation;
    return { figure, evaluatedAt, took, counts, checks, history };
  }

  /** Milliseconds that the bascule will take by earlier runs of its steps, as of the last evaluation. */
  forecast(plan: string): number | null {
    return this.#plans.get(plan)?.evaluation?.forecast ?? null;
  }

  /** Evaluates a plan now, or again once the evaluation that is under way has ended. */
  hurry(plan: string): void {
    const kept = this.#kept(plan);
    if (kept.running !== null) kept.wanted = true;
    else this.#begin(plan, kept);
  }

  /** Resolves once nothing is being evaluated. */
  async settled(): Promise<void> {
    for (let open = this.#open(); open.length > 0; open = this.#open()) await Promise.all(open);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const end of this.#endings.splice(0)) end();
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
    await this.settled();
  }

  #open(): Promise<void>[] {
    return [...this.#plans.values()].flatMap(({ running }) => running ?? []);
  }

  #kept(plan: string): Kept {
    const known = this.#plans.get(plan);
    if (known !== undefined) return known;
    const kept = { evaluation: null, begunAt: 0, running: null, wanted: false, rested: "", journalled: null };
    this.#plans.set(plan, kept);
    return kept;
  }

  #changed(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.#all({ apart: pause });
    }, settling).unref();
  }

  /**
   * Begins every plan, or those alone of which something has changed and that were not evaluated for so long; one that is
   * too early comes with a later change, or in its turn.
   */
  #all(changed?: { apart: number }): void {
    const plans = this.#parts.estate()?.plans ?? {};
    const areNew = changed !== undefined && Object.keys(plans).some((id) => isNew(this.#kept(id)));
    const tooEarly = areNew && this.#putOff < mostPutOff && this.#isReadingFirst();
    for (const id of this.#plans.keys()) if (!Object.hasOwn(plans, id)) this.#plans.delete(id);
    for (const id of Object.keys(plans)) {
      const kept = this.#kept(id);
      if (changed) {
        // What is not known yet would be told as missing.
        if (tooEarly && isNew(kept)) continue;
        const early = kept.running !== null || this.#parts.now() - kept.begunAt < changed.apart;
        if (early || this.#restsOn(id, kept) === kept.rested) continue;
      }
      this.hurry(id);
    }
    if (!tooEarly) return;
    this.#putOff += 1;
    this.#changed();
  }

  /** Whether there is a system that was not read whole yet, or of which neither anything was read nor an error is known. */
  #isReadingFirst(): boolean {
    if (this.#parts.beingRead().length > 0) return true;
    const heard = new Map<string, boolean>();
    for (const { sources } of this.#parts.inventory.all()) {
      for (const [system, { seenAt, error }] of Object.entries(sources))
        heard.set(system, heard.get(system) === true || seenAt !== null || error !== null);
    }
    return [...heard.values()].includes(false);
  }

  /** What a plan's readiness rests on, in short: how all that was checked stands, where it serves, what could be restored. */
  #restsOn(id: string, { evaluation }: Kept): string {
    const plan = this.#parts.estate()?.plans[id];
    if (plan === undefined) return "";
    const { procedures, now } = this.#parts;
    const known = this.#known(id, plan);
    const { side, applications } = planState(plan, known, now());
    const checked = new Set(evaluation?.checks.flatMap(({ resource }) => resource ?? []));
    const standing = [...checked].map((resource) => {
      const found = known.get(resource);
      const errors = Object.values(found?.sources ?? {}).map(({ error }) => error?.code ?? "");
      return [resource, found?.health, found?.stale, ...errors];
    });
    const runs = procedures.engine
      .runs()
      .flatMap((run) => (run.pra?.plan === id ? [[run.id, run.status]] : []));
    const restorable = applications.map((one) => [one.id, one.side, one.lastGood?.by, one.lastGood?.at]);
    return canonicalHash(JSON.parse(JSON.stringify([plan, side, restorable, standing, runs])));
  }

  #begin(id: string, kept: Kept): void {
    if (this.#closing.signal.aborted) return;
    kept.begunAt = this.#parts.now();
    kept.wanted = false;
    kept.rested = this.#restsOn(id, kept);
    kept.running = this.#evaluate(id, kept).finally(() => {
      kept.running = null;
      // Only now it is known what it rests on.
      kept.rested = this.#restsOn(id, kept);
      if (kept.wanted) this.hurry(id);
    });
  }

  async #evaluate(id: string, kept: Kept): Promise<void> {
    const plan = this.#parts.estate()?.plans[id];
    if (plan === undefined) return;
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(longest)]);
      kept.evaluation = await evaluate(
        this.#parts,
        {
          id,
          plan,
          rehearsals: this.#book.rehearsals(id),
          drills: this.#book.drills(id),
          known: this.#known(id, plan),
        },
        signal,
      );
    } catch (thrown) {
      if (this.#closing.signal.aborted) return;
      this.#parts.report(toOpsError(thrown, "pra"));
      return;
    }
    this.#journal(id, kept);
    this.#told();
  }

  #journal(id: string, kept: Kept): void {
    const { evaluation, journalled } = kept;
    if (evaluation === null) return;
    const { figure, counts, evaluatedAt } = evaluation;
    if (journalled !== null) {
      const same = journalled.figure === figure && isDeepStrictEqual(journalled.counts, counts);
      if (same || evaluatedAt - journalled.at < every) return;
    }
    try {
      this.#book.learn(
        this.#parts.write({ type: readinessType, subject: id, task: null, data: { figure, counts } }),
      );
      kept.journalled = { at: evaluatedAt, figure, counts };
    } catch {
      // The journal says by itself that it cannot be written; the next evaluation tries again.
    }
  }
}

/** Whether a plan was never evaluated, and is not being. */
function isNew({ evaluation, running }: Kept): boolean {
  return evaluation === null && running === null;
}
