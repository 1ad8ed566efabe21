import { randomUUID } from "node:crypto";
import type { Preview, Probe, StartRequest, Task, TaskOutput } from "../../shared/action.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import type { Resource } from "../../shared/resource.ts";
import { text } from "../../shared/text.ts";
import type { Action, ActionContext } from "./action.ts";
import { asData } from "./action-events.ts";
import { type Asked, breakDown } from "./asked.ts";
import { earlierTasks } from "./earlier.ts";
import * as faults from "./faults.ts";
import { JournalQueue } from "./journal-queue.ts";
import { OutputStore, type TaskOutputView } from "./output-store.ts";
import { eachLimited } from "./patience.ts";
import { previewAction } from "./preview.ts";
import { recoverTasks } from "./recovery.ts";
import { parseInput, wordToConfirm } from "./request.ts";
import { type Reservation, ResourceLocks } from "./resource-locks.ts";
import type { RunnerOptions } from "./runner-options.ts";
import { type SettlementParts, seenSince, settleTask } from "./settlement.ts";
import { Settler, type SettleTiming } from "./settler.ts";
import { type FoldedTask, foldTasks, taskOfStep } from "./task-fold.ts";
import { TaskList } from "./task-list.ts";
import { type RunParts, runTask, type StepOrigin, type Work } from "./task-run.ts";

const tasksListed = 500;
const defaults = { delays: [2000, 5000, 15_000, 30_000, 60_000], every: 15_000, grace: 2000 };

/**
 * Runs actions, one at a time on each resource, with everything journalled before and after. What it shows of a task
 * is the fold of that task's events, so a console that was killed shows the same when it starts again; an effect
 * that is not known is found out by reading, never by sending again.
 */
export class ActionRunner {
  readonly #options: RunnerOptions;
  readonly #timing: SettleTiming & { grace: number };
  readonly #queue: JournalQueue;
  readonly #locks = new ResourceLocks();
  readonly #output = new OutputStore();
  readonly #tasks: TaskList;
  readonly #settler: Settler;
  readonly #controllers = new Map<string, AbortController>();
  readonly #running = new Set<Promise<void>>();
  readonly #settlement: SettlementParts;
  readonly #inputs = new Map<string, Record<string, unknown>>();
  readonly #undone = new Set<string>();
  readonly #closing = new AbortController();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#timing = { ...defaults, ...options.timing };
    this.#queue = options.queue ?? new JournalQueue(options.journal);
    this.#tasks = new TaskList((task) => this.#canUndo(task));
    this.#settlement = {
      tasks: this.#tasks,
      inputs: this.#inputs,
      settling: new Set(),
      grace: this.#timing.grace,
      find: (task) => this.#find(task),
      keep: (event) => this.#keep(event),
      journal: options.journal,
    };
    this.#settler = new Settler({
      timing: this.#timing,
      now: options.now,
      attempt: (task, signal) => settleTask(this.#settlement, task, signal),
      seenSince: (task, since) => seenSince(this.#settlement, task, since),
    });
    this.#recover();
  }

  /** What would happen. Throws OpsError for an unknown action or resource, and for input that is not valid. */
  preview(request: Pick<StartRequest, "action" | "resources" | "input">): Promise<Preview[]> {
    const { registry, resource, guards } = this.#options;
    return previewAction(
      {
        registry,
        resource,
        guards: [...this.#locks.guards(null), ...guards],
        journal: this.#options.journal,
        signal: this.#closing.signal,
      },
      request,
    );
  }

  /**
   * Starts an action on one resource, or on several as a bulk, and answers with the task once the request is in the
   * journal. Throws OpsError when the request makes no sense (`action.unknown`, `action.unknown-resource`,
   * `action.bad-input`, `action.not-for-several`) or the journal cannot be written; refusals are the task's own end.
   * A step of a run has one task for each attempt, named by `origin`; asked for a second time it throws
   * `action.asked-before`.
   */
  async start(request: StartRequest, origin: StepOrigin | null = null): Promise<string> {
    if (!this.#options.registry.knows(request.action)) throw faults.unknownAction(request.action);
    const targets = [...new Set(request.resources)].map((id) => {
      const resource = this.#options.resource(id);
      if (resource === null) throw faults.unknownResource(id);
      return { resource, action: this.#options.registry.find(request.action, resource) };
    });
    const action = targets.find((target) => target.action !== null)?.action ?? null;
    if (action === null) throw faults.notOffered(targets[0]?.resource.name ?? "");
    if (targets.length > 1 && !action.bulk) throw faults.notForSeveral();
    const input = parseInput(action, request.input);
    const names = targets.map((target) => target.resource.name);
    const word = wordToConfirm(action.risk, names);
    const objection = word === null || request.confirmation === word ? null : faults.notConfirmed(word);
    const items = targets.map(({ resource }) => ({ id: resource.id, name: resource.name, undoes: null }));
    return this.#begin({
      action,
      verb: "apply",
      items,
      input,
      request,
      objection,
      probes: new Map(),
      origin,
    });
  }

  /** Stops a task, or all of a bulk. False when it has ended. What was sent stays sent: the effect is found out. */
  cancel(id: string): boolean {
    const task = this.#tasks.get(id);
    if (task === null || !task.cancellable) return false;
    this.#controllers.get(id)?.abort(faults.cancelled());
    return true;
  }

  /** Has a task end where nothing is left half done: cancelled while nothing was sent, later as its action can. */
  endEarly(id: string): void {
    const folded = this.#tasks.folded(id);
    if (!folded?.intent) return void this.cancel(id);
    const found = this.#find(folded);
    found?.action.endEarly?.(found.resource);
  }

  /** Undoes a verified task, or all such of a bulk, as a task of its own, by the same guards. Throws OpsError `action.not-undoable`. */
  async undo(id: string, origin: StepOrigin | null = null): Promise<string> {
    const task = this.#tasks.get(id) ?? (origin && this.#recallInto(id));
    if (task === null) throw faults.unknownTask();
    const undoable = (task.children === null ? [task] : this.children(id)).filter((one) => one.undoable);
    const probes = new Map<string, Probe>();
    const items = undoable.flatMap((one) => {
      const probe = this.#tasks.folded(one.id)?.intent?.probe;
      if (probe === undefined || one.resource === null) return [];
      probes.set(one.id, probe);
      return [{ id: one.resource, name: one.resourceName, undoes: one.id }];
    });
    const [first] = items;
    const resource = first === undefined ? null : this.#options.resource(first.id);
    const action = resource && this.#options.registry.find(task.action, resource);
    if (first === undefined || !action) throw faults.notUndoable();
    const journalled = this.#tasks.folded(first.undoes)?.intent?.input ?? {};
    const input = this.#inputs.get(first.undoes) ?? parseInput(action, journalled);
    const request = { reason: `undo ${id}`, concurrency: 16, deadline: 600_000 };
    return this.#begin({ action, verb: "undo", items, input, request, objection: null, probes, origin });
  }

  /** What the journal knows of a task, however long ago it was; null when it has nothing of it. */
  recall(id: string): Pick<FoldedTask, "state" | "outcome" | "error" | "intents"> | null {
    return this.#tasks.folded(id) ?? foldTasks(this.#options.journal.forTask(id)).get(id) ?? null;
  }

  /** Reserves resources for a run, all or none; the answer is who has the first that is not free, or null. */
  reserve(resources: readonly string[], wanted: Reservation): (Reservation & { resource: string }) | null {
    return this.#locks.reserve(resources, wanted);
  }

  /** Gives back whatever a run has reserved. */
  giveBack(run: string): void {
    this.#locks.giveBack(run);
  }

  /** Looks into an unknown effect once, now. Throws OpsError `action.unknown-task` or `action.not-unsettled`. */
  async settle(id: string): Promise<Task> {
    const task = this.#tasks.get(id);
    if (task === null) throw faults.unknownTask();
    if (task.state !== "unknown-effect" || task.children !== null || this.#settlement.settling.has(id)) {
      throw faults.notUnsettled();
    }
    if (await settleTask(this.#settlement, id, this.#closing.signal)) this.#settler.forget(id);
    return this.#tasks.get(id) ?? task;
  }

  /** Tasks and bulks, newest first; the tasks of a bulk are its `children`. */
  tasks(): Task[] {
    return this.#tasks.top();
  }

  /** One task of them all, those of bulks and steps included; null when it is not known any more. */
  taskOf(id: string): Task | null {
    return this.#tasks.get(id);
  }

  children(id: string): Task[] {
    return this.#tasks.children(id);
  }

  /** Calls the listener with each task as it changes. */
  onChange(listener: (task: Task) => void): () => void {
    return this.#tasks.onChange(listener);
  }

  /** What is kept of the live output. Throws OpsError `action.unknown-task`. */
  outputOf(id: string): TaskOutputView {
    if (this.#tasks.get(id) === null) throw faults.unknownTask();
    const subscribe = (listener: (pieces: TaskOutput[]) => void) => this.#output.subscribe(id, listener);
    return { ...this.#output.of([id, ...this.#tasks.childIds(id)]), subscribe };
  }

  /** The task once it has ended and its effect is known or given up on. Rejects with `action.unknown-task`. */
  async waitFor(id: string): Promise<Task> {
    const task = await this.#tasks.waitFor(id);
    if (task === null) throw faults.unknownTask();
    return task;
  }

  /** Events that the journal did not take yet (a full disk, for example); they are written as soon as it does. */
  get unwritten(): number {
    return this.#queue.pending;
  }

  /** Stops everything, waits until each task has said how it ended, and writes what is still to be written. */
  async close(): Promise<void> {
    this.#closing.abort(faults.consoleClosing());
    this.#settler.close();
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#queue.close();
  }

  async #begin(asked: Asked): Promise<string> {
    this.#closing.signal.throwIfAborted();
    const { origin, items } = asked;
    const id = origin === null ? randomUUID() : taskOfStep(origin);
    if (origin !== null && this.recall(id) !== null) throw faults.askedBefore();
    const { requested, works } = breakDown(id, asked, this.#options.redact ?? ((words) => words));
    const { bulk } = requested;
    const subject = bulk ? null : (items[0]?.id ?? null);
    const written = await this.#queue.record({
      type: "action.requested",
      subject,
      task: id,
      data: asData(requested),
    });
    for (const folded of foldTasks([written]).values())
      this.#tasks.add(folded, bulk && folded.id === id ? null : "working");
    for (const gone of this.#tasks.prune(tasksListed)) this.#forget(gone);
    this.#track(this.#runAll(id, works, asked.request));
    return id;
  }

  async #runAll(
    id: string,
    works: Work[],
    { concurrency, deadline }: Pick<StartRequest, "concurrency" | "deadline">,
  ): Promise<void> {
    const whole = new AbortController();
    const timer = setTimeout(() => whole.abort(faults.deadlinePassed(deadline)), deadline);
    const controllers = [id, ...works.map((work) => work.task)];
    for (const task of controllers) this.#controllers.set(task, new AbortController());
    this.#controllers.set(id, whole);
    try {
      await eachLimited(works, concurrency, async (work) => {
        const own = this.#controllers.get(work.task)?.signal ?? whole.signal;
        const signal = AbortSignal.any([this.#closing.signal, whole.signal, own]);
        await this.#runOne(work, signal);
      });
    } finally {
      clearTimeout(timer);
      for (const task of controllers) this.#controllers.delete(task);
    }
  }

  async #runOne(work: Work, signal: AbortSignal): Promise<void> {
    this.#inputs.set(work.task, work.input);
    await runTask(this.#parts(), work, signal);
    const state = this.#tasks.folded(work.task)?.state;
    if (state !== "unknown-effect" || this.#closing.signal.aborted) {
      this.#tasks.setLive(work.task, null);
      return;
    }
    this.#tasks.setLive(work.task, "settling");
    // A bulk goes on with its next resource meanwhile.
    this.#track(this.#settler.settleSoon(work.task).then(() => this.#tasks.setLive(work.task, null)));
  }

  #parts(): RunParts {
    const { registry, guards, resource, now } = this.#options;
    return {
      registry,
      guards,
      resource,
      now,
      locks: this.#locks,
      grace: this.#timing.grace,
      record: async (event) => this.#apply(await this.#queue.record(event)),
      keep: (event) => this.#keep(event),
      contextOf: (work, found, signal) => this.#contextOf(work, found, signal),
    };
  }

  #contextOf(work: Work, resource: Resource, signal: AbortSignal): ActionContext {
    const parent = this.#tasks.folded(work.task)?.parent ?? null;
    return {
      resource,
      signal,
      progress: (words, fraction = null, mark) =>
        this.#tasks.addProgress(work.task, {
          at: this.#options.now(),
          text: words,
          fraction,
          ...(mark && { mark }),
        }),
      output: (stream, words) =>
        this.#output.append(work.task, parent, { resource: resource.id, stream, text: words }),
      committed: () => {},
      earlier: (actions) => earlierTasks(this.#options.journal, resource.id, actions),
      actor: this.#options.actor,
      journal: async (event) => void (await this.#queue.record({ ...event, task: work.task })),
    };
  }

  async #keep(event: NewJournalEvent): Promise<void> {
    const written = this.#queue.keep(event);
    this.#apply({ ...event, at: this.#options.now(), actor: this.#options.actor, sequence: 0 });
    await written;
  }

  #apply(event: Parameters<TaskList["apply"]>[0]): void {
    this.#tasks.apply(event);
    const folded = event.task === null ? null : this.#tasks.folded(event.task);
    if (folded !== null) this.#mark(folded);
  }

  #mark(folded: FoldedTask): void {
    if (folded.resource === null || folded.requested?.bulk === true) return;
    if (folded.state === "unknown-effect") {
      const title = folded.intent?.title ?? folded.requested?.title ?? text("an action", "une action");
      this.#locks.markUnsettled(folded.resource, folded.id, title);
    } else {
      this.#locks.clearUnsettled(folded.resource, folded.id);
    }
    const undone = folded.intent?.undoes ?? null;
    if (folded.state !== "verified" || undone === null) return;
    this.#undone.add(undone);
    this.#tasks.refresh(undone);
  }

  #canUndo(folded: FoldedTask): boolean {
    const { id, intent } = folded;
    if (intent === null || intent.verb === "undo" || this.#undone.has(id)) return false;
    if (intent.redacted && !this.#inputs.has(id)) return false;
    return this.#find(folded)?.action.undo !== undefined;
  }

  /** The resource of a task and its action, as the estate has them now. */
  #find({ resource: id, intent }: FoldedTask): { resource: Resource; action: Action } | null {
    const resource = id === null ? null : this.#options.resource(id);
    const action = resource && intent && this.#options.registry.find(intent.action, resource);
    return resource && action ? { resource, action } : null;
  }

  #recover(): void {
    const { journal, now } = this.#options;
    const { tasks, leftovers } = recoverTasks(journal, now());
    for (const task of tasks) {
      this.#tasks.add(task, null);
      this.#mark(task);
      if (task.state === "unknown-effect") this.#settler.watch(task.id);
    }
    for (const event of leftovers) void this.#queue.keep(event);
  }

  /** Lists a task again that was dropped for its age. */
  #recallInto(id: string): Task | null {
    const folded = foldTasks(this.#options.journal.forTask(id)).get(id);
    if (folded === undefined) return null;
    this.#tasks.add(folded, null);
    return this.#tasks.get(id);
  }

  #forget(id: string): void {
    this.#output.forget(id);
    this.#inputs.delete(id);
    this.#undone.delete(id);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}
