import { randomUUID } from "node:crypto";
import type { Plan, PlanNodeOf } from "../../shared/plan.ts";
import type {
  PraPassage,
  PraPrepared,
  PraRequest,
  PraRunView,
  PraStart,
  PraSummary,
  PraView,
  PraWay,
  Readiness,
} from "../../shared/pra.ts";
import type { PraDirection, PraOrigin, PraPlan } from "../../shared/pra-plan.ts";
import type { RunSummary } from "../../shared/procedure-calls.ts";
import { PraBook } from "./book.ts";
import { Counterparts } from "./counterparts.ts";
import * as faults from "./faults.ts";
import { carriedThrough, type KnownData, knownData, wasCarried } from "./known-data.ts";
import { type ModeParts, modesOf, unavailable } from "./modes.ts";
import type { PraParts } from "./parts.ts";
import { type BroughtBack, broughtBackType, passageOfRehearsal, passageOfRun } from "./passages.ts";
import { longestRto, type PlanState, planState, tiersOf, titleOf, worstAtRisk } from "./plan-state.ts";
import { ReadinessKeeper } from "./readiness/keeper.ts";
import { rehearse } from "./rehearsal.ts";
import { RunKeeper } from "./run-keeper.ts";
import { runView } from "./run-view/run-view.ts";
import { answersThere } from "./run-view/served.ts";
import { shownAtGate } from "./shown-at-gate.ts";
import { termsOf } from "./terms.ts";
import { praVariables } from "./variables.ts";

const mostPassages = 50;
/** Milliseconds between two tellings of what was read. */
const readingsInterval = 1000;

/**
 * The PRA plans of the estate: how they stand, whether they could be carried out now, and what their runs say. What a
 * plan does is an ordinary procedure; it is begun here, so that its run knows what it is for.
 */
export class PraDesk {
  readonly #parts: PraParts;
  readonly #book: PraBook;
  readonly #counterparts: Counterparts;
  readonly #readiness: ReadinessKeeper;
  readonly #keeper: RunKeeper;
  readonly #listeners = new Set<() => void>();
  readonly #passages = new Map<string, PraPassage>();
  readonly #starting = new Set<string>();
  readonly #rehearsing = new Set<string>();
  readonly #closing = new AbortController();
  readonly #endings: (() => void)[];
  /** Every run as of the engine's last change: summing one up that is under way costs all of its steps. */
  #runs: RunSummary[] | null = null;
  #soon: NodeJS.Timeout | null = null;

  constructor(parts: PraParts) {
    this.#parts = parts;
    this.#book = new PraBook(parts.journal, parts.now());
    const tell = () => this.#tell();
    const soon = () => this.#tellSoon();
    this.#counterparts = new Counterparts(parts.inventory, () => parts.now());
    const known = (id: string, plan: PraPlan) => this.#known(id, plan);
    this.#readiness = new ReadinessKeeper(parts, this.#book, known, tell);
    const stateInRun = (pra: PraOrigin, plan: PraPlan) => this.#stateOf(pra.plan, plan, pra.direction);
    const runs = () => this.#allRuns();
    this.#keeper = new RunKeeper(parts, this.#book, runs, stateInRun, tell);
    this.#endings = [
      parts.inventory.onChange(soon),
      parts.procedures.engine.onChange(() => {
        this.#runs = null;
        tell();
      }),
      parts.protection.onChange(soon),
      parts.onEstate(tell),
    ];
  }

  /** Evaluates readiness by itself from now on, every five minutes and when something changed. */
  start(): void {
    this.#readiness.start();
  }

  list(): PraSummary[] {
    return Object.entries(this.#parts.estate()?.plans ?? {}).map(([id, plan]) => this.#summary(id, plan));
  }

  /** Throws OpsError `pra.unknown-plan`. */
  view(id: string): PraView {
    const plan = this.#plan(id);
    const state = this.#stateOf(id, plan);
    return {
      ...this.#summary(id, plan, state),
      description: plan.description === undefined ? null : titleOf(plan.description, id),
      readiness: this.#readiness.of(id),
      tiers: tiersOf(plan),
      applications: state.applications,
      passages: this.#passagesOf(id, plan),
      modes: modesOf(this.#modeParts(id, plan, state)),
      procedures: { bascule: plan.directions.bascule.procedure, return: plan.directions.return.procedure },
      ...(plan.splitBrain !== undefined && { splitBrain: plan.splitBrain }),
    };
  }

  /** Has a plan's readiness worked out as soon as can be. Throws OpsError `pra.unknown-plan`. */
  evaluate(id: string): void {
    this.#plan(id);
    this.#readiness.hurry(id);
  }

  /** The same, and what was found once that is done. */
  async evaluated(id: string): Promise<Readiness> {
    this.evaluate(id);
    await this.#readiness.settled();
    return this.#readiness.of(id);
  }

  /** The plan of a mode and direction, or what is in the way. Throws OpsError `pra.unknown-plan`. */
  prepare({ plan: id, mode, direction }: PraRequest): PraPrepared {
    const plan = this.#plan(id);
    const { procedure } = plan.directions[direction];
    const definition = this.#parts.procedures.definition(procedure);
    const variables = praVariables(plan, definition, direction, mode);
    return { ...this.#parts.procedures.plan({ procedure, variables }), procedure, variables };
  }

  /** What would be carried out in a mode, a rehearsal without its plan's steps being begun; null where no plan can be made. */
  planOf({ plan: id, mode, direction }: PraRequest): Plan | null {
    if (!Object.hasOwn(this.#parts.estate()?.plans ?? {}, id)) return null;
    try {
      return this.prepare({ plan: id, mode: mode === "rehearsal" ? "planned" : mode, direction }).plan;
    } catch {
      // What is in its way is told where it is prepared.
      return null;
    }
  }

  /**
   * Begins a run of a plan, if it is still the one that was looked at; a run under way locks both directions. Throws
   * OpsError `pra.unknown-plan`, `pra.not-available`, `pra.rehearsal-is-no-run`, or what starting a procedure throws.
   */
  async begin(request: PraStart): Promise<string> {
    const { plan: id, mode, direction, planHash, reason, confirmation } = request;
    if (mode === "rehearsal") throw faults.rehearsalIsNoRun();
    const plan = this.#plan(id);
    this.#runs = null;
    const parts = this.#modeParts(id, plan, this.#stateOf(id, plan));
    const why = unavailable(mode, direction, { ...parts, running: parts.running || this.#starting.has(id) });
    if (why !== null) throw faults.notNow(why);
    const { procedure, variables } = this.prepare(request);
    this.#starting.add(id);
    try {
      return await this.#parts.procedures.start(
        { procedure, variables, planHash, reason, confirmation },
        { plan: id, mode, direction, terms: termsOf(id, plan, direction, (site) => this.#siteName(site)) },
      );
    } finally {
      this.#starting.delete(id);
      this.#runs = null;
    }
  }

  /**
   * Probes every step of a direction by reading only, as it would be gone with the source there or (`disaster`) without it,
   * and keeps what was found as a passage; answers with its identifier.
   * Throws OpsError `pra.unknown-plan`, `pra.being-rehearsed`, `procedure.no-plan` or the journal's.
   */
  async rehearse(
    id: string,
    direction: PraDirection,
    signal: AbortSignal,
    way: PraWay = "planned",
  ): Promise<string> {
    this.#plan(id);
    if (this.#rehearsing.has(id)) throw faults.rehearsedAlready();
    this.#rehearsing.add(id);
    try {
      const request = this.#rehearsed(id, direction, way);
      if (request.plan) this.#parts.procedures.admit(request.plan);
      const ending = AbortSignal.any([signal, this.#closing.signal]);
      const rehearsed = await rehearse(this.#parts, request, { direction, way }, ending);
      const written = this.#parts.write({
        type: "pra.rehearsed",
        subject: id,
        task: randomUUID(),
        data: JSON.parse(JSON.stringify(rehearsed)),
      });
      this.#book.learn(written);
      this.#readiness.hurry(id);
      this.#tell();
      return written.task ?? "";
    } finally {
      this.#rehearsing.delete(id);
    }
  }

  /** The plan of a rehearsal; where the procedure has a choice of its own for rehearsals, that is the planned way. */
  #rehearsed(id: string, direction: PraDirection, way: PraWay): PraPrepared {
    return this.prepare({ plan: id, mode: way === "planned" ? "rehearsal" : way, direction });
  }

  /** Keeps a run of a drill as a passage of its plan. Throws what the journal throws. */
  bringBack(plan: string, drill: string, brought: BroughtBack): void {
    const data = JSON.parse(JSON.stringify(brought));
    this.#book.learn(this.#parts.write({ type: broughtBackType, subject: plan, task: drill, data }));
    this.#readiness.hurry(plan);
    this.#tell();
  }

  /** Throws OpsError `run.unknown`. */
  runView(id: string): PraRunView {
    const { engine } = this.#parts.procedures;
    const run = engine.run(id);
    const planId = run.pra?.plan ?? null;
    const plan = planId === null ? undefined : this.#parts.estate()?.plans[planId];
    const back = run.pra?.direction === "return";
    return runView(run, {
      plan:
        planId !== null && plan
          ? {
              id: planId,
              plan,
              state: this.#stateOf(planId, plan, run.pra?.direction),
              from: this.#siteName(back ? plan.recovery : plan.production),
              to: this.#siteName(back ? plan.production : plan.recovery),
              readiness: this.#readiness.of(planId),
            }
          : null,
      losses: this.#book.losses(id),
      served: this.#book.served(id),
      get: (resource) => this.#parts.inventory.get(resource),
      edition: engine.edition(id),
      progressOf: (task) => this.#parts.progressOf(task),
      now: this.#parts.now(),
    });
  }

  /** What a gate of a run shows, for an approval to be bound to; undefined for a run that goes through no plan. */
  shownAt(run: string, gate: PlanNodeOf<"gate">): Record<string, unknown> | undefined {
    const pra = this.#parts.procedures.engine.runs().find(({ id }) => id === run)?.pra;
    const plan = pra && this.#parts.estate()?.plans[pra.plan];
    if (!pra || !plan) return undefined;
    return shownAtGate(
      gate,
      pra.direction,
      this.#stateOf(pra.plan, plan, pra.direction),
      this.#readiness.of(pra.plan),
    );
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends what is being evaluated or rehearsed. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#soon !== null) clearTimeout(this.#soon);
    for (const end of this.#endings.splice(0)) end();
    this.#keeper.close();
    await this.#readiness.close();
    this.#listeners.clear();
  }

  #summary(id: string, plan: PraPlan, state = this.#stateOf(id, plan)): PraSummary {
    const running = this.#runsOf(id).find(isUnderWay);
    const { figure, evaluatedAt, counts } = this.#readiness.of(id);
    return {
      id,
      title: titleOf(plan.title, id),
      production: this.#siteName(plan.production),
      recovery: this.#siteName(plan.recovery),
      side: state.side,
      readiness: { figure, evaluatedAt, counts },
      dataAtRisk: worstAtRisk(state.applications),
      forecast: { value: this.#readiness.forecast(id) ?? this.#usual(id), rto: longestRto(plan) },
      running: running?.pra
        ? { run: running.id, mode: running.pra.mode, direction: running.pra.direction }
        : null,
    };
  }

  /** The median of what bascules took from their start to their end. */
  #usual(id: string): number | null {
    const runs = this.#runsOf(id).filter(({ pra }) => pra?.direction === "bascule");
    const drills = this.#book.drills(id).filter(({ direction }) => direction === "bascule");
    const took = [...runs, ...drills]
      .filter(({ status }) => carriedThrough.has(status))
      .flatMap(({ startedAt, endedAt }) => (endedAt === null ? [] : endedAt - startedAt))
      .sort((one, other) => one - other);
    const middle = took.length / 2;
    if (took.length === 0) return null;
    return ((took[Math.floor(middle - 0.5)] ?? 0) + (took[Math.floor(middle)] ?? 0)) / 2;
  }

  #modeParts(id: string, plan: PraPlan, { side }: PlanState): ModeParts {
    return {
      side,
      carried: wasCarried(this.#runsOf(id)),
      running: this.#runsOf(id).some(isUnderWay),
      lab: this.#parts.lab,
      production: this.#siteName(plan.production),
      recovery: this.#siteName(plan.recovery),
    };
  }

  #passagesOf(id: string, plan: PraPlan): PraPassage[] {
    const runs = this.#runsOf(id)
      .slice(0, mostPassages)
      .flatMap((run) => this.#passage(run, plan) ?? []);
    const rehearsals = this.#book.rehearsals(id).map(passageOfRehearsal);
    return [...runs, ...rehearsals, ...this.#book.drills(id)]
      .sort((one, other) => other.startedAt - one.startedAt)
      .slice(0, mostPassages);
  }

  /** One that is over for good is read once. */
  #passage(run: RunSummary, plan: PraPlan): PraPassage | null {
    const known = this.#passages.get(run.id);
    if (known !== undefined) return known;
    const passage = passageOfRun(
      run,
      plan,
      () => this.#parts.procedures.engine.run(run.id),
      this.#book.served(run.id),
      (application) =>
        answersThere(application, run.pra?.direction ?? "bascule", (one) => this.#parts.inventory.get(one)),
    );
    if (passage !== null && !isUnderWay(run) && run.status !== "unknown-effect")
      this.#passages.set(run.id, passage);
    return passage;
  }

  /** The runs of a plan, newest first. */
  #runsOf(id: string): RunSummary[] {
    return this.#allRuns().filter(({ pra }) => pra?.plan === id);
  }

  #allRuns(): readonly RunSummary[] {
    this.#runs ??= this.#parts.procedures.engine.runs();
    return this.#runs;
  }

  /** How a plan stands; in a run it is its source whose data counts, wherever applications serve meanwhile. */
  #stateOf(id: string, plan: PraPlan, direction?: PraDirection): PlanState {
    // To the second: what only grew older by less is not told anew.
    const now = Math.floor(this.#parts.now() / 1000) * 1000;
    const known = this.#known(id, plan);
    return planState(plan, direction ? { ...known, isCarried: () => direction === "return" } : known, now);
  }

  #known(id: string, plan: PraPlan): KnownData {
    return knownData(this.#parts, this.#counterparts, plan, wasCarried(this.#runsOf(id)));
  }

  #plan(id: string): PraPlan {
    const plans = this.#parts.estate()?.plans ?? {};
    const plan = Object.hasOwn(plans, id) ? plans[id] : undefined;
    if (plan === undefined) throw faults.unknownPlan(id);
    return plan;
  }

  #siteName(id: string): string {
    return this.#parts.estate()?.sites[id]?.name ?? id;
  }

  /** Readings come all the time, and hardly one of them is about a plan. */
  #tellSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.#tell();
    }, readingsInterval).unref();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** One that was ended with an effect that nobody knows is over: a plan that it locked for ever would help nobody. */
function isUnderWay({ endedAt }: RunSummary): boolean {
  return endedAt === null;
}
