import { startRequestSchema, type Task } from "../../../shared/action.ts";
import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import type { PlannedAction } from "../../../shared/plan.ts";
import type { LocalText } from "../../../shared/text.ts";
import { canonicalHash } from "../../journal/chain.ts";
import { evaluateCondition } from "../definition/conditions/evaluate.ts";
import { isReached, knownFact } from "../definition/known-facts.ts";
import { fillOutcomes } from "../definition/placeholders.ts";
import type { EngineClock } from "./engine-clock.ts";
import * as faults from "./faults.ts";
import { deadlineOf, type Move, nextMoves, type Surroundings } from "./moves.ts";
import type { EngineParts, StepOrigin } from "./parts.ts";
import { outcomeOf } from "./readiness.ts";
import type { Phase, RunEventData, RunEventType, StepEnded } from "./run-events.ts";
import { applyEvent, type FoldedNode, type FoldedRun } from "./run-fold.ts";
import type { RunLease } from "./run-lease.ts";
import { effortName, taskOf } from "./step-words.ts";

type Untimed<Type extends RunEventType> = Omit<RunEventData<Type>, "time">;

/** Milliseconds between two looks at a fact that is waited for. */
const lookEvery = 1_000;
/** Milliseconds until what the journal refused is tried again. */
const tryAgainAfter = 3_000;
/** What a step may take that sets no limit of its own, in milliseconds: a day, the most that a task may. */
const longestStep = 86_400_000;

/**
 * One run that this console has: looks what is next, writes that down, does it, and looks again. All that it knows is
 * the fold of the run's events, so that whoever takes it over sees the same.
 */
export class ActiveRun {
  readonly folded: FoldedRun;
  readonly #parts: EngineParts;
  readonly #clock: EngineClock;
  readonly #lease: RunLease;
  readonly #onChange: () => void;
  /** When waits began by the wall clock, which facts are dated by: those of a run taken over begin anew. */
  readonly #waitingSince = new Map<string, number>();
  readonly #atWork = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #turning: Promise<void> | null = null;
  #again = false;
  #trouble: OpsError | null = null;

  constructor(
    folded: FoldedRun,
    parts: EngineParts,
    clock: EngineClock,
    lease: RunLease,
    onChange: () => void,
  ) {
    this.folded = folded;
    this.#parts = parts;
    this.#clock = clock;
    this.#lease = lease;
    this.#onChange = onChange;
  }

  /** Why nothing goes on although it could: the journal does not take events, or another console has the run. */
  get trouble(): OpsError | null {
    return this.#lease.lost && !this.#closing.signal.aborted ? faults.lostRun() : this.#trouble;
  }

  /** Whether any step's action is under way in this process. */
  get busy(): boolean {
    return this.#atWork.size > 0 || this.#turning !== null;
  }

  /** Looks what is next, now or as soon as the look under way is over. */
  wake(): void {
    if (this.#closing.signal.aborted || this.#lease.lost) return;
    if (this.#turning !== null) {
      this.#again = true;
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#turning = this.#turn()
      .catch((thrown: unknown) => this.#parts.report(toOpsError(thrown, "procedures")))
      .finally(() => {
        this.#turning = null;
        this.#onChange();
        if (this.#again) {
          this.#again = false;
          this.wake();
        }
      });
  }

  /** Writes a person's decision and goes on by it. Throws OpsError `run.lost` or the journal's. */
  async decide<Type extends RunEventType>(type: Type, data: Untimed<Type>): Promise<void> {
    await this.#record(type, data, null);
    this.#onChange();
    this.wake();
  }

  /** The same without going on: what is under way is to be looked into first. */
  decideQuietly<Type extends RunEventType>(type: Type, data: Untimed<Type>): Promise<void> {
    return this.#record(type, data, null);
  }

  /** Stops what acts, where it can still be stopped. */
  stopTasks(): void {
    for (const found of this.folded.nodes.values()) {
      if (found.state === "running" && found.doing.task !== null) this.#parts.runner.cancel(found.doing.task);
    }
  }

  /** Takes in what became of a task whose effect was unknown. */
  onTask(task: Task): void {
    if (!task.id.startsWith(`${this.folded.id}/`)) return;
    if (task.endedAt === null || (task.state !== "verified" && task.state !== "failed")) return;
    for (const found of this.folded.nodes.values()) {
      for (const phase of ["do", "undo"] as const) {
        const effort = phase === "do" ? found.doing : found.undoing;
        if (effort.task !== task.id || effort.state !== "unknown-effect") continue;
        this.#endEffort(found, phase, effort.attempts, task.state, task.outcome, task.error, task.id);
        this.wake();
      }
    }
  }

  /**
   * After a take-over: finds out what became of each step that was under way. What was not sent, and what may be sent
   * again, is begun anew; what was sent once is asked about and never repeated.
   */
  async settleLeftovers(): Promise<void> {
    const open = [...this.folded.nodes.values()].filter(
      (one) => one.node.kind === "action" && (one.state === "running" || one.state === "unknown-effect"),
    );
    await Promise.all(
      open.map((found) => this.#settleOne(found, found.undoing.state === "none" ? "do" : "undo")),
    );
    for (const found of this.folded.nodes.values())
      if (found.state === "running" && found.node.kind === "wait")
        this.#waitingSince.set(found.node.id, this.#parts.now());
  }

  /** Lets go of the run without ending it: what is under way is left to the runner and to the next take-over. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#turning;
    this.#lease.release();
  }

  /** Resolves when nothing of it works in this process any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#atWork);
  }

  async #turn(): Promise<void> {
    let before = "";
    while (!this.#closing.signal.aborted && !this.#lease.lost) {
      const { moves, wakeAt } = nextMoves(this.folded, this.#surroundings());
      if (moves.length === 0) return this.#sleepUntil(wakeAt);
      const now = moves.map(signature).join("\n");
      // A move that changes nothing must not be made for ever, with an event each time.
      if (now === before) throw new Error("a run does not move on");
      before = now;
      const done = await Promise.all(moves.map((move) => this.#make(move)));
      if (done.includes(false)) return this.#sleepUntil(this.#clock.now() + tryAgainAfter);
      this.#onChange();
    }
  }

  /** False when the journal did not take it: then it is tried again later. */
  async #make(move: Move): Promise<boolean> {
    try {
      if (move.kind === "begin") await this.#begin(move.node);
      else if (move.kind === "undo") await this.#act(move.node, "undo");
      else if (move.kind === "expand") await this.#expand(move.node);
      else if (move.kind === "end")
        this.#endEffort(move.node, "do", move.node.doing.attempts, move.outcome, move.text);
      else await this.#record("run.ended", { status: move.status, text: move.text }, null);
      this.#trouble = null;
      return true;
    } catch (thrown) {
      this.#trouble = toOpsError(thrown, "procedures");
      return false;
    }
  }

  async #begin(found: FoldedNode): Promise<void> {
    const { node } = found;
    if (node.kind === "action") return this.#act(found, "do");
    const now = this.#clock.now();
    const until =
      node.kind === "gate"
        ? now + node.gate.expires
        : node.kind === "wait" && node.wait.kind === "for"
          ? now + node.wait.milliseconds
          : null;
    this.#waitingSince.set(node.id, this.#parts.now());
    const subject = node.kind === "wait" && node.wait.kind === "until" ? node.wait.resource.id : null;
    await this.#record(
      "run.step-begun",
      { node: node.id, attempt: found.doing.attempts + 1, until },
      subject,
    );
  }

  async #expand(found: FoldedNode): Promise<void> {
    if (found.node.kind !== "forEach") return;
    try {
      const { items, nodes } = this.#parts.expand(this.folded.plan, found.node);
      this.#reserve(nodes.flatMap((node) => (node.kind === "action" ? [node.action.target] : [])));
      await this.#record("run.expanded", { node: found.node.id, items, nodes }, null);
    } catch (thrown) {
      const error = toOpsError(thrown, "procedures");
      if (error.system === "journal") throw error;
      this.#endEffort(found, "do", found.doing.attempts, "failed", error.text, error.toWire());
    }
  }

  /** Writes the intent of a step and has its action run; resolves once the intent is on disk. */
  async #act(found: FoldedNode, phase: Phase): Promise<void> {
    const { node } = found;
    if (node.kind !== "action") return;
    const effort = phase === "do" ? found.doing : found.undoing;
    const attempt = effort.attempts + 1;
    const compensation = phase === "undo" ? node.compensate : null;
    const action = compensation?.kind === "action" ? compensation.action : node.action;
    const input = action.late ? fillOutcomes(action.input, (id) => outcomeOf(this.folded, id)) : action.input;
    this.#lease.check();
    const intent = { written: false };
    const origin: StepOrigin = {
      run: this.folded.id,
      step: effortName(node.id, phase),
      attempt,
      check: () => {
        if (!intent.written) throw faults.intentNotWritten();
        this.#lease.check();
      },
    };
    const writing = this.#record(
      "run.step-intent",
      {
        node: node.id,
        phase,
        attempt,
        target: action.target.id,
        inputHash: canonicalHash(input),
        fence: this.#lease.fence,
      },
      action.target.id,
    );
    const undone = compensation?.kind === "undo" ? found.doing.task : null;
    // Asked for in the same turn of the event loop, so that one flush takes the intent and the request.
    const running = this.#run(found, phase, action, input, origin, undone);
    const work = writing
      .then(() => {
        intent.written = true;
        return running;
      })
      .then(
        (task) => this.#take(found, phase, attempt, task),
        (thrown: unknown) => this.#fail(found, phase, attempt, toOpsError(thrown, "procedures")),
      );
    running.catch(() => {});
    this.#track(work);
    await writing;
  }

  async #run(
    found: FoldedNode,
    phase: Phase,
    action: PlannedAction,
    input: PlannedAction["input"],
    origin: StepOrigin,
    undone: string | null,
  ): Promise<Task> {
    const { runner } = this.#parts;
    const resource = this.#parts.resource(action.target.id);
    if (resource === null) throw faults.targetGone(action.target.name);
    if (resource.stale || resource.seenAt === null)
      await this.#parts.refresh(resource.id, this.#closing.signal);
    const deadline = phase === "do" ? deadlineOf(this.folded, found) : null;
    const most = deadline === null ? longestStep : Math.max(1000, deadline - this.#clock.now());
    const request = startRequestSchema.parse({
      action: action.id,
      resources: [action.target.id],
      input,
      reason: this.folded.reason,
      confirmation: this.folded.confirmed ? resource.name : "",
      deadline: Math.min(most, found.node.timeout ?? longestStep, longestStep),
    });
    const task = undone === null ? await runner.start(request, origin) : await runner.undo(undone, origin);
    if (this.folded.cancelled !== null) runner.cancel(task);
    return runner.waitFor(task);
  }

  #take(found: FoldedNode, phase: Phase, attempt: number, task: Task): void {
    // A console that closes leaves it to the next one to find out what became of it.
    if (this.#closing.signal.aborted) return;
    const known =
      task.state === "verified" || task.state === "already-done" || task.state === "unknown-effect";
    const outcome = known ? task.state : "failed";
    this.#endEffort(
      found,
      phase,
      attempt,
      outcome as StepEnded["outcome"],
      task.outcome,
      task.error,
      task.id,
    );
    this.wake();
  }

  #fail(found: FoldedNode, phase: Phase, attempt: number, error: OpsError): void {
    const effort = phase === "do" ? found.doing : found.undoing;
    if (this.#closing.signal.aborted || effort.attempts !== attempt) return;
    this.#endEffort(found, phase, attempt, "failed", error.text, error.toWire());
    this.wake();
  }

  async #settleOne(found: FoldedNode, phase: Phase): Promise<void> {
    if (found.node.kind !== "action") return;
    const { runner } = this.#parts;
    const { attempts } = phase === "do" ? found.doing : found.undoing;
    const task = taskOf(this.folded.id, found.node.id, phase, attempts);
    if (runner.recall(task)?.state === "unknown-effect") await runner.settle(task).catch(() => null);
    const evidence = runner.recall(task);
    const end = (outcome: StepEnded["outcome"]) =>
      this.#endEffort(
        found,
        phase,
        attempts,
        outcome,
        evidence?.outcome ?? null,
        evidence?.error ?? null,
        task,
      );
    const closed = evidence?.error?.code === "action.console-closing";
    if (evidence === null || evidence.state === "running" || evidence.state === "cancelled" || closed) {
      if (evidence?.state !== "unknown-effect") return end("interrupted");
    }
    const state = evidence?.state;
    if (state === "verified" || state === "already-done") return end(state);
    if (state !== "unknown-effect") return end("failed");
    const effect = phase === "do" ? found.node.action.effect : effectOfUndo(found);
    if (effect === "convergent") return end("interrupted");
    if (found.state !== "unknown-effect") end("unknown-effect");
  }

  #endEffort(
    found: FoldedNode,
    phase: Phase,
    attempt: number,
    outcome: StepEnded["outcome"],
    text: LocalText | null,
    error: StepEnded["error"] = null,
    task: string | null = null,
  ): void {
    const { node } = found;
    const subject = node.kind === "action" ? node.action.target.id : null;
    const data = { time: this.#clock.now(), node: node.id, phase, attempt, outcome, text, error, task };
    const event = { type: "run.step-ended", subject, task: this.folded.id, data };
    // It has happened: the fold knows it at once, the disk as soon as it can.
    void this.#parts.queue.keep(event);
    applyEvent(this.folded, { ...event, actor: this.#parts.actor });
  }

  async #record<Type extends RunEventType>(
    type: Type,
    data: Untimed<Type>,
    subject: string | null,
  ): Promise<void> {
    this.#lease.check();
    const timed = JSON.parse(JSON.stringify({ ...data, time: this.#clock.now() }));
    const written = await this.#parts.queue.record({ type, subject, task: this.folded.id, data: timed });
    applyEvent(this.folded, written);
  }

  /** Throws OpsError `run.resource-in-use` when another run works on one of them. */
  #reserve(targets: readonly { id: string; name: string }[]): void {
    const { plan, id, startedAt } = this.folded;
    const ids = [...new Set(targets.map((target) => target.id))];
    const taken = this.#parts.runner.reserve(ids, { run: id, title: plan.title, since: startedAt });
    if (taken === null) return;
    const name = targets.find((target) => target.id === taken.resource)?.name ?? taken.resource;
    throw faults.resourceInUse(name, taken.title);
  }

  #surroundings(): Surroundings {
    return {
      now: this.#clock.now(),
      judge: ({ node }) => {
        if (node.when === null) return true;
        return evaluateCondition(node.when.condition, {
          fact: (resource, fact) => knownFact(this.#parts.resource(resource), fact),
          outcome: (id) => outcomeOf(this.folded, id),
        }).value;
      },
      isSeen: ({ node }) => {
        if (node.kind !== "wait" || node.wait.kind !== "until") return null;
        const since = this.#waitingSince.get(node.id) ?? this.#parts.now();
        const resource = this.#parts.resource(node.wait.resource.id);
        if (resource === null || !isReached(node.wait, resource, since)) return null;
        return seenWords(resource.name, node.wait.fact, knownFact(resource, node.wait.fact));
      },
    };
  }

  #sleepUntil(wakeAt: number | null): void {
    const looks: number[] = wakeAt === null ? [] : [wakeAt];
    for (const { node, state } of this.folded.nodes.values()) {
      const waits = state === "running" && node.kind === "wait" && node.wait.kind === "until";
      const judged = state === "pending" && node.when !== null && node.when.value === null;
      if (!waits && !judged) continue;
      looks.push(this.#clock.now() + lookEvery);
      if (waits && node.wait.kind === "until") this.#parts.lookAt(node.wait.resource.id);
    }
    if (looks.length === 0 || this.folded.end !== null) return;
    const pause = Math.min(Math.max(0, Math.min(...looks) - this.#clock.now()), 2 ** 30);
    // Not unreferenced: a command that has nothing else to do must stay for it.
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.wake();
    }, pause);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#atWork.delete(tracked));
    this.#atWork.add(tracked);
  }
}

function signature(move: Move): string {
  if (move.kind === "finish") return move.kind;
  const { node, doing, undoing, state } = move.node;
  return `${move.kind} ${node.id} ${state} ${doing.attempts} ${undoing.attempts}`;
}

function effectOfUndo({ node }: FoldedNode): "convergent" | "once" {
  if (node.kind !== "action" || node.compensate?.kind !== "action") return "once";
  return node.compensate.action.effect;
}

function seenWords(name: string, fact: string, value: unknown): LocalText {
  return { en: `${name}: ${fact} is ${String(value)}.`, fr: `${name} : ${fact} vaut ${String(value)}.` };
}
