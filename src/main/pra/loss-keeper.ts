import type { PraOrigin, PraPlan } from "../../shared/pra-plan.ts";
import type { RunState } from "../../shared/run.ts";
import { lossType, type PraBook } from "./book.ts";
import type { PraParts } from "./parts.ts";
import type { PlanState } from "./plan-state.ts";
import { stepsOf } from "./run-view/serving.ts";
import { standingOf, viewedSteps } from "./run-view/steps.ts";

/** Milliseconds between two looks at the runs at least. */
const interval = 500;
const passed: ReadonlySet<string> = new Set(["done", "done-with-skips"]);

/**
 * Fixes in the journal what each application of a run has lost, once that can be no less any more: its steps are through,
 * or the run's point of no return has begun. What is lost is counted up to the start of the run: a source that is stopped
 * first has its last backup after that.
 */
export class LossKeeper {
  readonly #parts: PraParts;
  readonly #book: PraBook;
  readonly #stateOf: (pra: PraOrigin, plan: PraPlan) => PlanState;
  readonly #changed: () => void;
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    parts: PraParts,
    book: PraBook,
    stateOf: (pra: PraOrigin, plan: PraPlan) => PlanState,
    changed: () => void,
  ) {
    this.#parts = parts;
    this.#book = book;
    this.#stateOf = stateOf;
    this.#changed = changed;
    this.#stopListening = parts.procedures.engine.onChange(() => this.#arm());
  }

  close(): void {
    this.#stopListening();
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
    const { engine } = this.#parts.procedures;
    for (const { id, pra, endedAt } of engine.runs()) {
      const plan = pra && this.#parts.estate()?.plans[pra.plan];
      if (plan && endedAt === null) this.#fix(engine.run(id), pra, plan);
    }
  }

  #fix(run: RunState, pra: PraOrigin, plan: PraPlan): void {
    const known = this.#book.losses(run.id);
    const steps = viewedSteps(run);
    const due = Object.keys(plan.applications).filter((id) => {
      if (known.has(id)) return false;
      return run.pastNoReturn !== undefined || passed.has(standingOf(stepsOf(steps, id)));
    });
    if (due.length === 0) return;
    for (const { id, lastGood } of this.#stateOf(pra, plan).applications) {
      if (!due.includes(id) || lastGood === null) continue;
      const lost = Math.max(0, run.startedAt - lastGood.at);
      const data = { application: id, lost, lastGood: { ...lastGood } };
      try {
        this.#book.learn(this.#parts.write({ type: lossType, subject: null, task: run.id, data }));
      } catch {
        // The journal says by itself that it cannot be written; this is tried again with the next change.
        return;
      }
      this.#changed();
    }
  }
}
