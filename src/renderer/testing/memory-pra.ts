import { type implement, ORPCError } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type { DrillRequest, DrillView } from "../../shared/drill.ts";
import type { Comparison } from "../../shared/evidence.ts";
import type { PraPrepared, PraRunView, PraStart, PraSummary, PraView } from "../../shared/pra.ts";
import { emptyPlan } from "./empty-run.ts";
import { Feed } from "./feed.ts";

/** Disaster-recovery plans over a few values that a test changes; what was asked for is kept. */
export class MemoryPra {
  readonly plans = new Feed<{ plans: PraSummary[] }>({ plans: [] });
  /** None at first, as of a plan that the estate does not have. */
  readonly view = new Feed<PraView | null>(null);
  readonly run = new Feed<PraRunView | null>(null);
  /** Milliseconds that the clock of main is ahead of the window's. */
  ahead = 0;
  prepared: PraPrepared = {
    plan: emptyPlan,
    problems: [],
    typeToConfirm: null,
    procedure: "bascule",
    variables: {},
  };
  compared: Comparison | null = null;
  /** What was asked of plans, in order: `evaluate shop`, `prepare shop bascule disaster`, `rehearse shop bascule`. */
  readonly asked: string[] = [];
  readonly started: PraStart[] = [];
  readonly drilled: DrillRequest[] = [];
  readonly drills = new Feed<{ drills: DrillView[] }>({ drills: [] });

  answers(answer: ReturnType<typeof implement<Contract>>) {
    const { pra } = answer;
    return {
      pra: {
        list: pra.list.handler(({ signal }) => this.plans.watch(signal)),
        watch: pra.watch.handler(({ signal }) => known(this.view.watch(signal))),
        evaluate: pra.evaluate.handler(({ input }) => {
          this.asked.push(`evaluate ${input.plan}`);
          return { asked: true };
        }),
        prepare: pra.prepare.handler(({ input }) => {
          this.asked.push(`prepare ${input.plan} ${input.direction} ${input.mode}`);
          return this.prepared;
        }),
        start: pra.start.handler(({ input }) => {
          this.started.push(input);
          return { run: "run-1" };
        }),
        drill: pra.drill.handler(({ input }) => {
          this.drilled.push(input);
          return { drill: "drill-1" };
        }),
        drills: pra.drills.handler(({ signal }) => this.drills.watch(signal)),
        copy: pra.copy.handler(({ input }) => {
          this.asked.push(input.anonymous ? "anonymous copy" : "copy");
          return { name: "anonymous-copy.json", content: "{}" };
        }),
        drillLink: pra.drillLink.handler(() => ({ link: "http://127.0.0.1:1/open#once" })),
        endDrill: pra.endDrill.handler(({ input }) => {
          this.asked.push(`end ${input.id}`);
          return { ended: true };
        }),
        rehearse: pra.rehearse.handler(({ input }) => {
          this.asked.push(
            `rehearse ${input.plan} ${input.direction}${input.way === "disaster" ? " disaster" : ""}`,
          );
          return { rehearsal: "rehearsal-1" };
        }),
        compare: pra.compare.handler(({ input }) => {
          this.asked.push(`compare ${input.one} ${input.other}`);
          if (this.compared === null) throw new ORPCError("NOT_FOUND");
          return this.compared;
        }),
        run: pra.run.handler(({ signal }) => viewed(known(this.run.watch(signal)), this.ahead)),
      },
    };
  }
}

async function* known<Value>(values: AsyncIterable<Value | null>): AsyncGenerator<Value, void, void> {
  for await (const value of values) {
    if (value === null) throw new ORPCError("NOT_FOUND");
    yield value;
  }
}

async function* viewed(
  views: AsyncIterable<PraRunView>,
  ahead: number,
): AsyncGenerator<{ view: PraRunView; now: number }, void, void> {
  for await (const view of views) yield { view, now: Date.now() + ahead };
}
