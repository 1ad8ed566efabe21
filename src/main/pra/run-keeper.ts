import type { PraOrigin, PraPlan } from "../../shared/pra-plan.ts";
import type { RunSummary } from "../../shared/procedure-calls.ts";
import type { RunState } from "../../shared/run.ts";
import { lossType, type PraBook, servedType } from "./book.ts";
import type { PraParts } from "./parts.ts";
import type { PlanState } from "./plan-state.ts";
import { newlySeen } from "./run-view/served.ts";
import { stepsOf } from "./run-view/serving.ts";
import { standingOf, type ViewedStep, viewedSteps } from "./run-view/steps.ts";

/** Milliseconds between two looks at the runs at least. */
const interval = 500;
const passed: ReadonlySet<string> = new Set(["done", "done-with-skips"]);

/**
 * Fixes in the journal what is only seen while a run is under way. What each application has lost, once that can be no less
 * any more: its steps are through, or the run's point of no return has begun. It is counted up to the start of the run: a
 * source that is stopped first has its last backup after that. And since when each was seen to serve at the other side.
 */
export class RunKeeper {
  readonly #parts: PraParts;
  readonly #book: PraBook;
  readonly #runs: () => readonly RunSummary[];
  readonly #stateOf: (pra: PraOrigin, plan: PraPlan) => PlanState;
  readonly #changed: () => void;
  readonly #endings: (() => void)[];
  /** Runs that were under way at the last look: they are looked at once more after their end. */
  #followed = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    parts: PraParts,
    book: PraBook,
    runs: () => readonly RunSummary[],
    stateOf: (pra: PraOrigin, plan: PraPlan) => PlanState,
    changed: () => void,
  ) {
    this.#parts = parts;
    this.#book = book;
    this.#runs = runs;
    this.#stateOf = stateOf;
    this.#changed = changed;
    this.#endings = [
      parts.procedures.engine.onChange(() => this.#arm()),
      parts.inventory.onChange(() => {
        if (this.#followed.size > 0) this.#arm();
      }),
    ];
  }

  close(): void {
    for (const end of this.#endings.splice(0)) end();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, interval).unref();
  }

  #look(): void {
    const followed = new Set<string>();
    for (const { id, pra, endedAt } of this.#runs()) {
      const plan = pra && this.#parts.estate()?.plans[pra.plan];
      if (!plan || (endedAt !== null && !this.#followed.has(id))) continue;
      if (endedAt === null) followed.add(id);
      const run = this.#parts.procedures.engine.run(id);
      const steps = viewedSteps(run);
      const losses = endedAt === null ? this.#losses(run, steps, pra, plan) : [];
      const seen = newlySeen({ ...run, pra }, steps, plan, this.#book.served(id), (resource) =>
        this.#parts.inventory.get(resource),
      );
      if (this.#write(id, lossType, losses) && this.#write(id, servedType, seen)) continue;
      // The journal says by itself that it cannot be written; this is tried again with the next change.
      followed.add(id);
    }
    this.#followed = followed;
  }

  #losses(
    run: RunState,
    steps: readonly ViewedStep[],
    pra: PraOrigin,
    plan: PraPlan,
  ): Record<string, unknown>[] {
    const known = this.#book.losses(run.id);
    const due = Object.keys(plan.applications).filter((id) => {
      if (known.has(id)) return false;
      return run.pastNoReturn !== undefined || passed.has(standingOf(stepsOf(steps, id)));
    });
    if (due.length === 0) return [];
    return this.#stateOf(pra, plan).applications.flatMap(({ id, lastGood }) => {
      if (!due.includes(id) || lastGood === null) return [];
      const lost = Math.max(0, run.startedAt - lastGood.at);
      return [{ application: id, lost, lastGood: { ...lastGood } }];
    });
  }

  /** Whether all could be written. */
  #write(run: string, type: string, found: readonly object[]): boolean {
    try {
      for (const one of found) {
        const data = JSON.parse(JSON.stringify(one));
        this.#book.learn(this.#parts.write({ type, subject: null, task: run, data }));
      }
    } catch {
      return false;
    }
    if (found.length > 0) this.#changed();
    return true;
  }
}
