import type { Progress, Task, TaskState } from "../../shared/action.ts";
import { type LocalText, sameText, text } from "../../shared/text.ts";
import { type FoldedTask, foldEvent, type TaskEvent } from "./task-fold.ts";

/** What this process does about a task: works on it, finds out about its effect, or nothing (any more). */
export type Liveness = "working" | "settling" | null;

interface Entry {
  folded: FoldedTask;
  live: Liveness;
  progress: Progress[];
  task: Task;
  children: string[];
}

const progressKept = 50;
const interrupted = text(
  "The console ended before it began; nothing was changed.",
  "La console s'est arrêtée avant qu'elle ne commence ; rien n'a été modifié.",
);

/** The tasks of the panel: what the journal says of each, and what is going on in this process besides. */
export class TaskList {
  readonly #entries = new Map<string, Entry>();
  readonly #top: string[] = [];
  readonly #listeners = new Set<(task: Task) => void>();
  readonly #waiters = new Map<string, ((task: Task) => void)[]>();
  readonly #canUndo: (task: FoldedTask) => boolean;

  /** `canUndo` says whether a verified task's action can be undone from what is known of it. */
  constructor(canUndo: (task: FoldedTask) => boolean) {
    this.#canUndo = canUndo;
  }

  /** Adds a task; a bulk before its children. */
  add(folded: FoldedTask, live: Liveness): void {
    const entry: Entry = { folded, live, progress: [], task: blank(folded), children: [] };
    this.#entries.set(folded.id, entry);
    const parent = folded.parent === null ? undefined : this.#entries.get(folded.parent);
    if (parent === undefined) this.#top.unshift(folded.id);
    else parent.children.push(folded.id);
    this.#render(entry, blank(folded));
  }

  /** Takes an event of a task that is listed into its state. */
  apply(event: TaskEvent): void {
    const entry = this.#entries.get(event.task ?? "");
    if (entry === undefined) return;
    entry.folded = foldEvent(entry.folded, event);
    this.#render(entry, entry.task);
  }

  setLive(id: string, live: Liveness): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.live === live) return;
    entry.live = live;
    this.#render(entry, entry.task);
  }

  /** Looks anew at whether a task can be undone. */
  refresh(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#render(entry, entry.task);
  }

  addProgress(id: string, progress: Progress): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.progress = [...entry.progress.slice(1 - progressKept), progress];
    this.#render(entry, entry.task);
  }

  folded(id: string): FoldedTask | null {
    return this.#entries.get(id)?.folded ?? null;
  }

  get(id: string): Task | null {
    return this.#entries.get(id)?.task ?? null;
  }

  /** Tasks that were started by themselves and bulks, newest first. */
  top(): Task[] {
    return this.#top.flatMap((id) => this.get(id) ?? []);
  }

  children(id: string): Task[] {
    return this.childIds(id).flatMap((child) => this.get(child) ?? []);
  }

  childIds(id: string): readonly string[] {
    return this.#entries.get(id)?.children ?? [];
  }

  /** Resolves when the task has ended, at once when it has already; null when it is not listed. */
  waitFor(id: string): Promise<Task> | null {
    const task = this.get(id);
    if (task === null) return null;
    if (task.endedAt !== null) return Promise.resolve(task);
    return new Promise((resolve) => {
      this.#waiters.set(id, [...(this.#waiters.get(id) ?? []), resolve]);
    });
  }

  onChange(listener: (task: Task) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Drops the oldest ended tasks beyond `most`, with their children; answers with what was dropped. */
  prune(most: number): string[] {
    const dropped: string[] = [];
    for (let index = this.#top.length - 1; index >= most; index -= 1) {
      const id = this.#top[index];
      const task = id === undefined ? null : this.get(id);
      if (id === undefined || task === null || task.endedAt === null || task.state === "unknown-effect")
        continue;
      this.#top.splice(index, 1);
      for (const gone of [id, ...this.childIds(id)]) {
        this.#entries.delete(gone);
        dropped.push(gone);
      }
    }
    return dropped;
  }

  #render(entry: Entry, before: Task): void {
    const { folded } = entry;
    const counts = entry.task.children;
    const task =
      counts === null ? toTask(entry, this.#canUndo) : toBulk(entry, counts, () => this.children(folded.id));
    entry.task = task;
    const parent = folded.parent === null ? undefined : this.#entries.get(folded.parent);
    if (parent !== undefined && differs(before, task)) {
      count(parent, before, task);
      parent.folded = { ...parent.folded, changedAt: Math.max(parent.folded.changedAt, folded.changedAt) };
    }
    this.#tell(task);
    if (parent !== undefined) this.#render(parent, parent.task);
  }

  #tell(task: Task): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(task);
      } catch (thrown) {
        // Whoever looks on must not be able to stop an action halfway.
        process.emitWarning(`a listener of the tasks failed: ${thrown instanceof Error ? thrown.name : ""}`);
      }
    }
    if (task.endedAt === null) return;
    const waiters = this.#waiters.get(task.id) ?? [];
    this.#waiters.delete(task.id);
    for (const waiter of waiters) waiter(task);
  }
}

function toTask({ folded, live, progress, task }: Entry, canUndo: (task: FoldedTask) => boolean): Task {
  const ended = live === null;
  const state = ownState(folded, live);
  return {
    ...task,
    endedAt: ended ? folded.changedAt : null,
    state,
    outcome: ownOutcome(folded, live),
    error: folded.error,
    progress,
    cancellable: live === "working",
    undoable: ended && state === "verified" && canUndo(folded),
  };
}

function toBulk({ folded, task }: Entry, counts: Counts, children: () => Task[]): Task {
  const ended = counts.ended === counts.total;
  const tasks = ended ? children() : [];
  return {
    ...task,
    endedAt: ended ? folded.changedAt : null,
    state: ended ? bulkState(tasks) : "running",
    outcome: ended ? bulkOutcome(counts) : null,
    cancellable: !ended,
    undoable: tasks.some((child) => child.undoable),
  };
}

function ownState(folded: FoldedTask, live: Liveness): TaskState {
  if (live === "working" && folded.state === "unknown-effect") return "running";
  return live === null && folded.state === "running" ? "cancelled" : folded.state;
}

function ownOutcome(folded: FoldedTask, live: Liveness): LocalText | null {
  if (live === "working") return null;
  return folded.state === "running" ? interrupted : folded.outcome;
}

function differs(before: Task, after: Task): boolean {
  return before.state !== after.state || before.endedAt !== after.endedAt;
}

type Counts = NonNullable<Task["children"]>;

/** The gravest word that is true: never better than the worst of its tasks. */
function bulkState(tasks: readonly Task[]): TaskState {
  const states = new Set(tasks.map((task) => task.state));
  if (states.has("unknown-effect")) return "unknown-effect";
  const bad = [...states].filter((state) => state !== "verified" && state !== "already-done");
  if (bad.length > 0) return bad.length === 1 && bad[0] !== undefined ? bad[0] : "failed";
  return states.has("verified") ? "verified" : "already-done";
}

function bulkOutcome({ total, verified, failed, unknown }: Counts): LocalText {
  return text(
    `Of ${total}: ${verified} proven or already done, ${failed} failed, refused or cancelled, ${unknown} with unknown effect.`,
    `Sur ${total} : ${verified} prouvées ou déjà faites, ${failed} en échec, refusées ou annulées, ${unknown} à l'effet inconnu.`,
  );
}

/** Moves one child of a bulk from what it was to what it is. */
function count(parent: Entry, before: Task, after: Task): void {
  if (parent.task.children === null) return;
  const counts = { ...parent.task.children };
  for (const [task, by] of [
    [before, -1],
    [after, 1],
  ] as const) {
    if (task.endedAt === null) continue;
    counts.ended += by;
    if (task.state === "verified" || task.state === "already-done") counts.verified += by;
    else if (task.state === "unknown-effect") counts.unknown += by;
    else counts.failed += by;
  }
  parent.task = { ...parent.task, children: counts };
}

function blank(folded: FoldedTask): Task {
  const { requested, intent } = folded;
  const names = requested?.resources.map((resource) => resource.name) ?? [];
  return {
    id: folded.id,
    parent: folded.parent,
    action: requested?.action ?? intent?.action ?? "",
    title: requested?.title ?? intent?.title ?? sameText(""),
    resource: folded.resource,
    resourceName:
      intent?.resourceName ?? (names.length > 3 ? `${names.slice(0, 3).join(", ")} …` : names.join(", ")),
    actor: folded.actor,
    startedAt: folded.startedAt,
    endedAt: null,
    state: "running",
    outcome: null,
    error: null,
    progress: [],
    children:
      requested?.bulk === true
        ? { total: requested.resources.length, ended: 0, verified: 0, failed: 0, unknown: 0 }
        : null,
    cancellable: false,
    undoable: false,
  };
}
