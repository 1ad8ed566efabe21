import { randomUUID } from "node:crypto";
import { toOpsError } from "../../../shared/errors.ts";
import type { Plan } from "../../../shared/plan.ts";
import type { DryStep, RunFrame, RunSummary } from "../../../shared/procedure-calls.ts";
import type { RunState } from "../../../shared/run.ts";
import { ActiveRun } from "./active-run.ts";
import { dryRun } from "./dry-run.ts";
import { EngineClock } from "./engine-clock.ts";
import * as faults from "./faults.ts";
import { canCompensate, type FoldedRun, isMadeUpFor, mayRepeat } from "./folded-run.ts";
import { StepHistory } from "./forecast.ts";
import { type GateDecision, Gates } from "./gates.ts";
import { nextChange } from "./next-change.ts";
import { rightLost } from "./own-reasons.ts";
import type { EngineParts } from "./parts.ts";
import { planHash } from "./pinned-plan.ts";
import { readRuns } from "./read-runs.ts";
import { reserveTargets } from "./reservation.ts";
import { begin, foldRun } from "./run-fold.ts";
import { RunLease } from "./run-lease.ts";
import { RunNotes } from "./run-notes.ts";
import { confirmedOf, type RunRequest, startOf } from "./run-request.ts";
import { runStateOf } from "./run-state.ts";
import { leftOf, summaryOf } from "./run-summary.ts";
import { nodesOf, refusePastNoReturn, stepIn, stepPastGates } from "./steps-of.ts";
import { judgeOf } from "./surroundings.ts";
import { wholeTime } from "./whole-time.ts";

/**
 * Runs procedures on the journal. A run is the fold of its events and nothing else; one console at a time goes on with
 * it, by a lease with a fence that only grows. Every decision of a person is an event too.
 */
export class ProcedureEngine {
  readonly gates: Gates;
  readonly notes: RunNotes;
  readonly #parts: EngineParts;
  readonly #clock: EngineClock;
  readonly #runs = new Map<string, FoldedRun>();
  readonly #active = new Map<string, ActiveRun>();
  readonly #taking = new Map<string, Promise<ActiveRun>>();
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: () => void;
  readonly #history = new StepHistory();
  readonly #learned = new Set<string>();
  readonly #summaries = new Map<string, RunSummary>();
  #closed = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#clock = new EngineClock(parts.journal.steadyNow(), parts.monotonic);
    const own = (id: string) => this.#own(id);
    const changed = (id: string) => this.#changed(id);
    this.gates = new Gates(parts, this.#clock, own, () => this.#runs.values());
    const reconsider = (id: string) => this.reconsider(id);
    this.notes = new RunNotes(parts, this.#clock, {
      own,
      changed,
      reconsider,
      known: (id) => this.#known(id),
    });
    this.#read();
    this.#stopListening = parts.runner.onChange((task) => {
      for (const run of this.#active.values()) run.onTask(task);
    });
  }

  /**
   * Pins a plan and begins to run it; answers with the run once it is in the journal. Throws OpsError
   * `run.damaged-plan`, `run.secret-in-plan`, `run.not-confirmed`, `run.resource-in-use` or the journal's; nothing is begun then.
   */
  async start(request: RunRequest): Promise<string> {
    const { plan } = request;
    const confirmed = confirmedOf(request, this.#parts.redact);
    const rights = this.#parts.permit?.(plan);
    const id = randomUUID();
    reserveTargets(this.#parts.runner, plan.nodes, { id, plan, startedAt: this.#clock.now() });
    let lease: RunLease | null = null;
    try {
      lease = this.#lease(id);
      const time = this.#clock.now();
      const data = startOf(request, { time, confirmed, fence: lease.fence, rights });
      const written = await this.#parts.queue.record({ type: "run.started", subject: null, task: id, data });
      const folded = begin(written);
      if (folded === null) throw faults.damagedPlan();
      this.#runs.set(id, folded);
      this.#activate(folded, lease).wake();
      return id;
    } catch (thrown) {
      lease?.release();
      this.#parts.runner.giveBack(id);
      throw thrown;
    }
  }

  /** Every run that is listed, newest first. */
  runs(): RunSummary[] {
    return [...this.#runs.values()]
      .reverse()
      .map((run) => this.#summaries.get(run.id) ?? this.#summaryOf(run));
  }

  /** The same as `run`, without the plan. */
  frame(id: string): RunFrame {
    const { plan: _plan, ...state } = this.run(id);
    return { ...state, planEdition: this.edition(id) };
  }

  /** Counts how often the plan of a run has become another one: a `forEach` over a query was reached. */
  edition(id: string): number {
    return this.#known(id).expanded.size;
  }

  /** Throws OpsError `run.unknown`. */
  run(id: string): RunState {
    return this.#stateOf(this.#known(id));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Milliseconds that a plan will take, if each step takes what it took in earlier runs; null where one never ran. */
  forecastOf(plan: Plan): number | null {
    return wholeTime(plan, this.#history, this.#clock.now());
  }

  /** Probes what a plan would do; see `dryRun`. */
  dryRun(plan: Plan, signal: AbortSignal): Promise<DryStep[]> {
    return dryRun(plan, this.#parts, this.#parts.refresh, signal);
  }

  /** The same without having targets read first: for what is asked again and again. */
  probe(plan: Plan, signal: AbortSignal): Promise<DryStep[]> {
    const { unasked } = this.#parts;
    const work = () => dryRun(plan, this.#parts, async () => {}, signal);
    return unasked ? unasked(work) : work();
  }

  /**
   * Goes on with a run that no console has: replays it, finds out what became of what was under way, and takes it from
   * there; with `pauseBecause` only once it is resumed. Throws OpsError `run.unknown`, `run.ended`, `run.held` or `run.damaged-plan`.
   */
  async takeOver(id: string, pauseBecause: string | null = null): Promise<void> {
    if (pauseBecause === null) this.#permit(id);
    await this.#own(id, pauseBecause);
  }

  /**
   * Takes over every run that is not at its end and that no other console has: those whose last event is younger than
   * `within` milliseconds go on, older ones are paused until a person resumes them.
   */
  async takeOverAll(within: number): Promise<void> {
    const now = Math.max(this.#parts.now(), this.#clock.now());
    const open = [...this.#runs.values()].filter((run) => run.end === null && !this.#active.has(run.id));
    await Promise.all(
      open.map(async (run) => {
        const old = now - run.time > within && run.paused === null;
        try {
          await this.#own(run.id, old ? "console-closed" : null);
        } catch (thrown) {
          const error = toOpsError(thrown, "procedures");
          if (error.code !== "run.held") this.#parts.report(error);
        }
      }),
    );
  }

  /** Nothing new is begun until `resume`; what is under way comes to its end. */
  async pause(id: string, reason: string): Promise<void> {
    const run = await this.#own(id);
    if (run.folded.paused === null) await run.decide("run.paused", { reason });
  }

  /** Pauses each run, or this one, whose first person may not do what is left of it; what is under way comes to its end. */
  async reconsider(only?: string): Promise<void> {
    const { unasked = (work) => work(), report } = this.#parts;
    await Promise.all(
      [...this.#active.values()].map(async ({ folded }) => {
        if (only !== undefined && folded.id !== only) return;
        const because = folded.end === null && folded.paused === null ? this.#rightLost(folded) : null;
        if (because === null) return;
        try {
          await unasked(() => this.pause(folded.id, because));
        } catch (thrown) {
          report(toOpsError(thrown, "procedures"));
        }
      }),
    );
  }

  /** Looks again at each run whose next step waits for this workstation to be inside: it may be so now. */
  look(): void {
    for (const run of this.#active.values()) if (run.isHeldOutside) run.wake();
  }

  async resume(id: string, reason: string): Promise<void> {
    const run = await this.#asked(id);
    if (run.folded.paused !== null) await run.decide("run.resumed", { reason });
  }

  /** Has a failed or compensated step, or a failed compensation, tried again. Throws OpsError `run.not-possible`. */
  async retry(id: string, node: string, reason: string): Promise<void> {
    const run = await this.#asked(id);
    const found = stepIn(run.folded, node);
    if (!mayRepeat(run.folded, found)) throw faults.notPossible(found.state);
    await run.decide("run.retried", { node, reason });
  }

  /** Leaves a step out for a reason. Throws OpsError `run.needs-reason`, `run.closed-gate` or `run.not-possible`. */
  async skip(id: string, node: string, reason: string): Promise<void> {
    if (reason.trim() === "") throw faults.needsReason();
    const run = await this.#asked(id);
    const found = stepPastGates(run.folded, node);
    const container = found.node.kind === "forEach" || found.node.kind === "procedure";
    const open =
      ["pending", "failed", "unknown-effect"].includes(found.state) || isMadeUpFor(run.folded, found);
    if (!open && !(container && found.state === "running")) throw faults.notPossible(found.state);
    await run.decide("run.skipped", { node, reason });
  }

  /** Takes a person's word that a step is done. Throws OpsError as `skip` does. */
  async adopt(id: string, node: string, reason: string): Promise<void> {
    if (reason.trim() === "") throw faults.needsReason();
    const run = await this.#asked(id);
    const found = stepPastGates(run.folded, node);
    if (!["pending", "failed", "unknown-effect"].includes(found.state)) throw faults.notPossible(found.state);
    await run.decide("run.adopted", { node, reason });
  }

  /**
   * Has the action done that the plan names to make up for a failed or unknown step, for that step alone; how the run
   * goes on is decided after it. Throws OpsError `run.needs-reason`, `run.no-compensation` or `run.not-possible`.
   */
  async compensate(id: string, node: string, reason: string): Promise<void> {
    if (reason.trim() === "") throw faults.needsReason();
    const run = await this.#asked(id);
    const found = stepIn(run.folded, node);
    if (found.node.kind !== "action" || found.node.compensate?.kind !== "action")
      throw faults.noCompensation();
    if (!canCompensate(run.folded, found)) throw faults.notPossible(found.state);
    await run.decide("run.compensating", { node, reason });
  }

  /**
   * Takes back what the run has done, in reverse order. What was not sent yet is not sent, and what can be ended without
   * leaving it half done, such as a drain, ends; all else that is under way comes to its end first. Throws OpsError
   * `run.not-possible` when it does so already, `run.past-no-return` once the point of no return has begun.
   */
  async rollBack(id: string, reason: string): Promise<void> {
    const run = await this.#asked(id);
    if (run.folded.rollingBack !== null) throw faults.notPossible("rolling-back");
    refusePastNoReturn(run.folded);
    await run.decide("run.rolling-back", { reason });
    // It may have begun while that was being written; then it was not heeded.
    if (run.folded.rollingBack === null) refusePastNoReturn(run.folded);
    run.stopTasks(true);
  }

  /** Approves or refuses a gate; see `Gates.decide`. */
  approve(id: string, node: string, decision: GateDecision): Promise<void> {
    return this.gates.decide(id, node, decision);
  }

  /** Ends a run early: nothing more is begun, what can still be stopped is. What was done stays as it is. */
  async cancel(id: string, reason: string): Promise<void> {
    const run = await this.#own(id);
    await run.decide("run.cancelled", { reason });
    run.stopTasks();
  }

  /** Resolves once the run has ended, or does not go on without a person (`waiting`, `paused`, `unknown-effect`). */
  async settled(id: string, signal: AbortSignal): Promise<RunState> {
    for (;;) {
      const active = this.#active.get(id);
      const lost = active?.trouble?.code === "run.lost";
      if (active?.busy !== true || lost || signal.aborted) {
        const state = this.run(id);
        if (state.endedAt !== null || state.status !== "running" || lost || signal.aborted) return state;
      }
      await nextChange((listener) => this.onChange(listener), signal);
    }
  }

  /** Lets go of every run as it stands; the next console goes on with them. Call it before the runner is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    await Promise.allSettled(this.#taking.values());
    await Promise.all([...this.#active.values()].map((run) => run.close()));
    this.#listeners.clear();
  }

  /** A run that somebody has go on by what they decide: they need the right to what it does. */
  #asked(id: string): Promise<ActiveRun> {
    this.#permit(id);
    return this.#own(id);
  }

  #permit(id: string): void {
    this.#parts.permit?.(this.#known(id).plan);
  }

  #rightLost(run: FoldedRun): string | null {
    const { answers, rights } = run;
    const found = this.#parts.rightLost?.({ answers, left: leftOf(run), ...(rights && { rights }) }) ?? null;
    return found && rightLost(found);
  }

  /** The run as this console has it, taken over when nobody does. */
  #own(id: string, pauseBecause: string | null = null): Promise<ActiveRun> {
    const active = this.#active.get(id);
    if (active !== undefined && active.trouble?.code !== "run.lost" && active.folded.end === null) {
      return Promise.resolve(active);
    }
    void active?.close();
    const taking =
      this.#taking.get(id) ?? this.#take(id, pauseBecause).finally(() => this.#taking.delete(id));
    this.#taking.set(id, taking);
    return taking;
  }

  async #take(id: string, pauseBecause: string | null): Promise<ActiveRun> {
    if (this.#known(id).end !== null) throw faults.ended();
    const lease = this.#lease(id);
    try {
      // Read only now that nobody else writes it any more.
      const folded = foldRun(this.#parts.journal.forTask(id));
      if (folded === null || planHash(folded.plan) !== folded.plan.hash) throw faults.damagedPlan();
      this.#runs.set(id, folded);
      if (folded.end !== null) throw faults.ended();
      this.#clock.notBefore(folded.time);
      reserveTargets(this.#parts.runner, nodesOf(folded), folded);
      const run = this.#activate(folded, lease);
      await run.decideQuietly("run.taken", { fence: lease.fence });
      const because = folded.paused === null ? (pauseBecause ?? this.#rightLost(folded)) : null;
      if (because !== null) await run.decideQuietly("run.paused", { reason: because });
      await run.settleLeftovers();
      run.wake();
      return run;
    } catch (thrown) {
      lease.release();
      this.#active.delete(id);
      this.#parts.runner.giveBack(id);
      throw thrown;
    }
  }

  #activate(folded: FoldedRun, lease: RunLease): ActiveRun {
    const run = new ActiveRun(folded, this.#parts, this.#clock, lease, () => this.#changed(folded.id));
    this.#active.set(folded.id, run);
    return run;
  }

  #lease(id: string): RunLease {
    const { journal, holder, now } = this.#parts;
    return RunLease.take(journal, id, holder, now, () => this.#changed(id));
  }

  #changed(id: string): void {
    const run = this.#active.get(id);
    if (run !== undefined && run.folded.end !== null && !run.busy && !this.#closed) {
      this.#parts.runner.giveBack(id);
      void run.close();
      // One with an unknown effect still hears what becomes of that.
      if (run.folded.end.status !== "unknown-effect") this.#active.delete(id);
      if (!this.#learned.has(id)) this.#history.learn(run.folded);
      this.#learned.add(id);
    }
    for (const listener of [...this.#listeners]) listener();
  }

  #known(id: string): FoldedRun {
    const run = this.#runs.get(id);
    if (run === undefined) throw faults.unknownRun(id);
    return run;
  }

  #stateOf(run: FoldedRun): RunState {
    return runStateOf(run, {
      active: this.#active.has(run.id),
      history: this.#history,
      now: this.#clock.now(),
      trouble: this.#active.get(run.id)?.trouble ?? null,
      judge: judgeOf(run, this.#parts),
    });
  }

  /** One that has ended for good is summed up once. */
  #summaryOf(run: FoldedRun): RunSummary {
    const summary = summaryOf(this.#stateOf(run));
    if (run.end !== null && run.end.status !== "unknown-effect") this.#summaries.set(run.id, summary);
    return summary;
  }

  #read(): void {
    for (const run of readRuns(this.#parts.journal, this.#clock)) {
      this.#runs.set(run.id, run);
      this.#history.learn(run);
      this.#learned.add(run.id);
    }
  }
}
