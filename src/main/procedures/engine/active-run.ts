import type { Task } from "../../../shared/action.ts";
import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import type { LocalText } from "../../../shared/text.ts";
import { canonicalHash } from "../../journal/chain.ts";
import type { EngineClock } from "./engine-clock.ts";
import { outcomeOfLeftover, outcomeOfTask } from "./evidence.ts";
import * as faults from "./faults.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import { fromHere } from "./from-here.ts";
import { type Move, nextMoves, type Surroundings } from "./moves.ts";
import type { EngineParts, StepOrigin } from "./parts.ts";
import { reserveTargets } from "./reservation.ts";
import type { Phase, RunEventData, RunEventType, StepEnded } from "./run-events.ts";
import { applyEvent } from "./run-fold.ts";
import type { RunLease } from "./run-lease.ts";
import { runStep, workOf } from "./step-task.ts";
import { effortName, taskOf } from "./step-words.ts";
import { isJudgedLater, judgeOf, lookedAt, seenBy } from "./surroundings.ts";

type Untimed<Type extends RunEventType> = Omit<RunEventData<Type>, "time">;

/** Milliseconds between two looks at a fact that is waited for. */
const lookEvery = 1_000;
/** Milliseconds until what the journal refused is tried again. */
const tryAgainAfter = 3_000;
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
  /** The waits whose resource was read at once. */
  readonly #readFor = new Set<string>();
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

  /** Whether a step waits for this workstation to be inside again. */
  get isHeldOutside(): boolean {
    return this.#trouble?.code === "run.held-outside";
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
    const turn = () => this.#turn();
    const { inNameOf } = this.#parts;
    this.#turning = (inNameOf ? inNameOf(this.folded, turn) : turn())
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

  /** Stops what acts, where it can still be stopped; `gently`, only where nothing is left half done by that. */
  stopTasks(gently = false): void {
    const { runner } = this.#parts;
    for (const { state, doing } of this.folded.nodes.values()) {
      if (state !== "running" || doing.task === null) continue;
      if (gently) runner.endEarly(doing.task);
      else runner.cancel(doing.task);
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
    const { resource, refresh } = this.#parts;
    const missing = open.flatMap(({ node }) => (node.kind === "action" ? [node.action.target.id] : []));
    const lost = missing.find((id) => resource(id) === null);
    // A console that has just started must find them before it can ask them anything.
    if (lost !== undefined) await refresh(lost, this.#closing.signal).catch(() => {});
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

  async #turn(): Promise<void> {
    let before = "";
    while (!this.#closing.signal.aborted && !this.#lease.lost) {
      const next = nextMoves(this.folded, this.#surroundings());
      const { moves, held } = fromHere(this.folded, next.moves, this.#parts.outside);
      if (held || this.isHeldOutside) this.#trouble = held && faults.heldOutside(held);
      if (moves.length === 0) return this.#sleepUntil(next.wakeAt);
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
      const { items, nodes, leftOut } = this.#parts.expand(this.folded.plan, found.node);
      reserveTargets(this.#parts.runner, nodes, this.folded);
      await this.#record("run.expanded", { node: found.node.id, items, nodes, leftOut }, null);
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
    const planned = workOf(this.folded, found, node, phase);
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
        target: planned.action.target.id,
        inputHash: canonicalHash(planned.input),
        fence: this.#lease.fence,
      },
      planned.action.target.id,
    );
    // Asked for in the same turn of the event loop, so that one flush takes the intent and the request.
    const running = runStep(this.#parts, this.folded, found, planned, origin, {
      phase,
      now: this.#clock.now(),
      written: writing,
      signal: this.#closing.signal,
    });
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

  #take(found: FoldedNode, phase: Phase, attempt: number, task: Task): void {
    // A console that closes leaves it to the next one to find out what became of it.
    if (this.#closing.signal.aborted) return;
    this.#endEffort(found, phase, attempt, outcomeOfTask(task.state), task.outcome, task.error, task.id);
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
    const outcome = outcomeOfLeftover(found, phase, evidence);
    if (outcome === "unknown-effect" && found.state === "unknown-effect") return;
    const { outcome: words = null, error = null } = evidence ?? {};
    this.#endEffort(found, phase, attempts, outcome, words, error, task);
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

  #surroundings(): Surroundings {
    return {
      now: this.#clock.now(),
      judge: judgeOf(this.folded, this.#parts),
      isSeen: (found) =>
        seenBy(found, this.#parts, this.#waitingSince.get(found.node.id) ?? this.#parts.now()),
    };
  }

  #sleepUntil(wakeAt: number | null): void {
    const looks: number[] = wakeAt === null ? [] : [wakeAt];
    for (const found of this.folded.nodes.values()) {
      const resource = lookedAt(found);
      if (resource === null && !isJudgedLater(found)) continue;
      looks.push(this.#clock.now() + lookEvery);
      if (resource !== null) this.#lookAt(found.node.id, resource);
    }
    if (looks.length === 0 || this.folded.end !== null) return;
    const pause = Math.min(Math.max(0, Math.min(...looks) - this.#clock.now()), 2 ** 30);
    // Not unreferenced: a command that has nothing else to do must stay for it.
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.wake();
    }, pause);
  }

  /**
   * A wait counts readings made since it began: one is made at once, and looked at as it comes; the others as often as for
   * what is looked at.
   */
  #lookAt(node: string, resource: string): void {
    const { refresh, lookAt } = this.#parts;
    lookAt(resource);
    if (this.#readFor.has(node)) return;
    this.#readFor.add(node);
    void refresh(resource, this.#closing.signal)
      .catch(() => {})
      .then(() => this.wake());
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
