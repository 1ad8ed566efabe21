import type { WireError } from "../../../../shared/errors.ts";
import type { RemoteTask, RemoteTasks } from "../../../../shared/remote-tasks.ts";
import type { Looked } from "../../watched.ts";
import type { XmlElement } from "../../xml.ts";
import { retrieve } from "../client/collector.ts";
import { type Catalogue, HistoryCollector, type HistoryScope, pageSize } from "../client/history.ts";
import type { VimSession } from "../client/session.ts";
import {
  child,
  children,
  flagAt,
  idAt,
  numberAt,
  type Reference,
  timeAt,
  wordsAt,
} from "../client/values.ts";
import { faultType, isFault } from "../client/vim-fault.ts";

export interface HistoryParts {
  session: VimSession;
  catalogue: Catalogue;
  now(): number;
  /** The resource of an object; null where the console has none. */
  resourceOf(id: string): string | null;
  /** Whether an object is the one that is looked at, or in it. */
  covers(id: string): boolean;
  scope(signal: AbortSignal): Promise<HistoryScope>;
}

/** Milliseconds between two questions, while a task runs and while none does. */
const livePause = 1500;
const idlePause = 4000;
const mostTasks = 200;
/** Of those that run, so many are followed one by one. */
const mostFollowed = 50;

type Known = RemoteTask & { reference: Reference };

/**
 * The tasks of an object and of what is in it, whoever began them. Where the server collects none (an old ESXi host),
 * those that it counts as recent.
 */
export class TasksLooked implements Looked<RemoteTasks> {
  readonly #parts: HistoryParts;
  #collector: HistoryCollector | "recent" | null = null;
  #known = new Map<string, Known>();
  #readAt: number | null = null;
  #cut = false;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  async look(signal: AbortSignal): Promise<void> {
    const names = await this.#parts.catalogue.taskNames(signal);
    const told = await this.#told(signal);
    const isWhole = this.#collector !== "recent";
    const read = told.flatMap((info) => this.#read(info, names) ?? []);
    const before = this.#known;
    this.#known = new Map(read.map((task) => [task.id, task]));
    // A recent task is soon forgotten by the server; one that ended and was seen stays.
    for (const [id, task] of before) if (!this.#known.has(id)) this.#known.set(id, task);
    await this.#follow(names, signal);
    const newest = [...this.#known.values()].sort((one, other) => startOf(other) - startOf(one));
    this.#cut = (isWhole && told.length >= pageSize) || newest.length > mostTasks;
    this.#known = new Map(newest.slice(0, mostTasks).map((task) => [task.id, task]));
    this.#readAt = this.#parts.now();
  }

  state(error: WireError | null): RemoteTasks {
    const tasks = [...this.#known.values()].map(({ reference: _, ...task }) => task);
    return { tasks, readAt: this.#readAt, cut: this.#cut, error };
  }

  pause(): number {
    return [...this.#known.values()].some(isUnderWay) ? livePause : idlePause;
  }

  async close(): Promise<void> {
    if (this.#collector instanceof HistoryCollector) await this.#collector.close();
  }

  /** The newest tasks as the server tells them; opens the collector, anew when it went with its session. */
  async #told(signal: AbortSignal, again = true): Promise<XmlElement[]> {
    try {
      this.#collector ??= await this.#open(signal);
      if (this.#collector === "recent") return await this.#recent(signal);
      return await this.#collector.latest("TaskInfo", signal);
    } catch (error) {
      if (!again || !isFault(error, "ManagedObjectNotFound")) throw error;
      this.#collector = null;
      return this.#told(signal, false);
    }
  }

  async #open(signal: AbortSignal): Promise<HistoryCollector | "recent"> {
    const { session, scope } = this.#parts;
    const { taskManager: manager } = await session.content(signal);
    if (!manager) return "recent";
    try {
      const of = { method: "CreateCollectorForTasks", manager } as const;
      return await HistoryCollector.open(session, of, await scope(signal), signal);
    } catch (error) {
      if (isFault(error, "MethodNotFound", "NotSupported", "NotImplemented")) return "recent";
      throw error;
    }
  }

  async #recent(signal: AbortSignal): Promise<XmlElement[]> {
    const { session, covers } = this.#parts;
    const { taskManager } = await session.content(signal);
    if (!taskManager) return [];
    const found = (await retrieve(session, [taskManager], ["recentTask"], signal)).get(taskManager.id);
    const ids = children(found?.get("recentTask"), "ManagedObjectReference").flatMap(
      (each) => idAt(each) ?? [],
    );
    const tasks = ids.slice(-mostTasks).map((id) => ({ type: "Task", id }));
    const infos = [...(await this.#infos(tasks, signal)).values()];
    return infos.filter((info) => covers(idAt(info, "entity") ?? ""));
  }

  /** What runs is asked for by itself: how far it is now, how it ended, or that the server has forgotten it. */
  async #follow(names: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void> {
    const running = [...this.#known.values()].filter(isUnderWay).slice(0, mostFollowed);
    if (running.length === 0) return;
    const infos = await this.#infos(
      running.map(({ reference }) => reference),
      signal,
    );
    for (const task of running) {
      const info = infos.get(task.reference.id);
      const read = info && this.#read(info, names);
      this.#known.set(task.id, read ?? { ...task, state: "unknown", fraction: null });
    }
  }

  async #infos(tasks: readonly Reference[], signal: AbortSignal): Promise<Map<string, XmlElement>> {
    const infos = new Map<string, XmlElement>();
    if (tasks.length === 0) return infos;
    const take = (found: Awaited<ReturnType<typeof retrieve>>) => {
      for (const [id, values] of found) {
        const info = values.get("info");
        if (info) infos.set(id, info);
      }
    };
    const { session } = this.#parts;
    try {
      take(await retrieve(session, tasks, ["info"], signal));
    } catch (error) {
      if (!isFault(error, "ManagedObjectNotFound")) throw error;
      // One of them is gone, and an old server then tells of none: each by itself.
      for (const task of tasks) {
        await retrieve(session, [task], ["info"], signal).then(take, (fault: unknown) => {
          if (!isFault(fault, "ManagedObjectNotFound")) throw fault;
        });
      }
    }
    return infos;
  }

  #read(info: XmlElement, names: ReadonlyMap<string, string>): Known | null {
    const id = idAt(info, "task") ?? wordsAt(info, "key");
    if (!id) return null;
    const description = wordsAt(info, "descriptionId") ?? "";
    const entity = idAt(info, "entity");
    const state = states[wordsAt(info, "state") ?? ""] ?? "unknown";
    const percent = state === "running" ? numberAt(info, "progress") : null;
    return {
      id,
      reference: { type: "Task", id },
      name: names.get(description) ?? (description || wordsAt(info, "name") || id),
      subject: wordsAt(info, "entityName") ?? entity ?? "",
      resource: entity === null ? null : this.#parts.resourceOf(entity),
      state,
      fraction: percent === null ? null : Math.min(100, Math.max(0, percent)) / 100,
      by: initiatorOf(info),
      queuedAt: timeAt(info, "queueTime"),
      startedAt: timeAt(info, "startTime"),
      endedAt: timeAt(info, "completeTime"),
      problem: state === "failed" ? problemOf(info) : null,
      hasLog: false,
    };
  }
}

const states: Readonly<Record<string, RemoteTask["state"]>> = {
  queued: "queued",
  running: "running",
  success: "done",
  error: "failed",
};

function isUnderWay({ state }: RemoteTask): boolean {
  return state === "queued" || state === "running";
}

function startOf({ queuedAt, startedAt }: RemoteTask): number {
  return queuedAt ?? startedAt ?? 0;
}

/** A person, an alarm or a schedule; null for vCenter itself (TaskReason). */
function initiatorOf(info: XmlElement): string | null {
  const reason = child(info, "reason");
  return wordsAt(reason, "userName") ?? wordsAt(reason, "alarmName") ?? wordsAt(reason, "name");
}

function problemOf(info: XmlElement): string {
  const error = child(info, "error");
  const words = wordsAt(error, "localizedMessage") ?? faultType(child(error, "fault"));
  return flagAt(info, "cancelled") === true && words === "?" ? "RequestCanceled" : words;
}
