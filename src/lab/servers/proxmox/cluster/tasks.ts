import type { VirtualTask } from "../../../world/virtual/model.ts";
import type { VirtualWorld } from "../../../world/virtual/virtual-world.ts";
import { encodeUpid } from "./upid.ts";

/** A task of one node. Times are epoch milliseconds, world time. */
export interface PveTask {
  upid: string;
  node: string;
  pid: number;
  processStart: number;
  startedAt: number;
  type: string;
  id: string;
  user: string;
  endedAt: number | null;
  /** How it ended: `OK`, or the words of what went wrong; null while it runs. */
  exit: string | null;
  log: string[];
}

/** What a task is told while it runs, and how it is ended. */
export interface TaskPen {
  readonly task: PveTask;
  /** A line of its log. */
  say(words: string): void;
  /** A line with the time before it, as migrations and backups write it. */
  stamp(words: string): void;
  /** Ends it: null when all went well, else the words of what did not. */
  end(words: string | null): void;
}

/** Tasks that are over and still told of, for each node. */
const keptTasks = 500;

const two = (value: number) => String(value).padStart(2, "0");

/** A moment as logs write it: `2025-01-06 03:00:00`. `now` in epoch milliseconds; the lab's nodes keep UTC. */
export function stampOf(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replace("T", " ");
}

/** A duration as logs write it: `00:01:07`. */
export function durationOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
}

/** The tasks of a cluster's nodes: named, logged and kept as the worker processes of Proxmox VE are. */
export class PveTasks {
  private readonly held = new Map<string, PveTask>();
  private readonly virtual: VirtualWorld;
  private readonly stops = new Map<string, () => void>();
  private readonly follow = new Map<string, (task: VirtualTask) => void>();
  private readonly endings = new Map<string, () => void>();
  private readonly stopFollowing: () => void;
  private nextPid = 41_000;

  constructor(virtual: VirtualWorld) {
    this.virtual = virtual;
    this.stopFollowing = virtual.onChange((change) => {
      if (change.what !== "task") return;
      const task = virtual.tasks.get(change.id);
      if (task) this.follow.get(change.id)?.(task);
    });
  }

  get all(): PveTask[] {
    return [...this.held.values()];
  }

  find(upid: string): PveTask | null {
    return this.held.get(upid) ?? null;
  }

  /** Begins a task on a node; `onStop` is told when somebody stops it, and ends it then. */
  begin(
    what: { node: string; bootedAt: number; type: string; id: string; user: string },
    onStop?: () => void,
  ): TaskPen {
    const { node, bootedAt, type, id, user } = what;
    const now = this.virtual.clock.now();
    this.nextPid += 7;
    const name = {
      node,
      pid: this.nextPid,
      processStart: Math.max(0, Math.floor((now - bootedAt) / 10)) % 0x1_0000_0000,
      startedAt: Math.floor(now / 1000),
      type,
      id,
      user,
    };
    const task: PveTask = {
      ...name,
      upid: encodeUpid(name),
      startedAt: now,
      endedAt: null,
      exit: null,
      log: [],
    };
    this.held.set(task.upid, task);
    if (onStop) this.stops.set(task.upid, onStop);
    this.forgetOld(node);
    const say = (words: string) => {
      if (task.exit === null) task.log.push(...words.split("\n"));
    };
    return {
      task,
      say,
      stamp: (words) => say(`${stampOf(this.virtual.clock.now())} ${words}`),
      end: (words) => this.end(task, words),
    };
  }

  /**
   * Lets a task go along with one of the World's: `lines` are said when that share of it is done. `onEnd` is told how it
   * ended (null: well), says the last lines and gives the words to end with.
   */
  attach(
    pen: TaskPen,
    work: VirtualTask,
    onEnd: (fault: NonNullable<VirtualTask["fault"]> | null) => string | null,
    lines: readonly { at: number; words: string }[] = [],
  ): void {
    const left = [...lines];
    const look = (task: VirtualTask) => {
      while (left[0] && left[0].at <= task.fraction && task.state !== "failed")
        pen.stamp(left.shift()?.words ?? "");
      if (task.endedAt === null) return;
      this.follow.delete(task.id);
      if (pen.task.exit === null) pen.end(onEnd(task.state === "done" ? null : task.fault));
    };
    this.follow.set(work.id, look);
    if (work.cancellable) this.stops.set(pen.task.upid, () => this.virtual.cancel(work.id));
    look(work);
  }

  /** Calls `done` once a work of the World that no task goes along with is over. */
  wait(work: VirtualTask, done: (fault: VirtualTask["fault"]) => void): void {
    const look = (task: VirtualTask) => {
      if (task.endedAt === null) return;
      this.follow.delete(task.id);
      done(task.state === "done" ? null : (task.fault ?? { code: "failed", words: "failed" }));
    };
    this.follow.set(work.id, look);
    look(work);
  }

  /** Calls `done` when a task ends, however it does. */
  onEnd(task: PveTask, done: () => void): void {
    if (task.exit !== null) done();
    else this.endings.set(task.upid, done);
  }

  /** Stops a task that runs, as its button does; one that cannot be stopped is left alone. */
  stop(upid: string): void {
    this.stops.get(upid)?.();
  }

  /** A node went down: its processes are gone, and nobody wrote how they ended. */
  lost(node: string): void {
    for (const task of this.held.values()) {
      if (task.node !== node || task.exit !== null) continue;
      task.endedAt = this.virtual.clock.now();
      task.exit = "unexpected status";
      this.settle(task);
    }
  }

  close(): void {
    this.stopFollowing();
    this.follow.clear();
  }

  private end(task: PveTask, words: string | null): void {
    if (task.exit !== null) return;
    task.log.push(words === null ? "TASK OK" : `TASK ERROR: ${words}`);
    task.exit = words ?? "OK";
    task.endedAt = this.virtual.clock.now();
    this.settle(task);
  }

  private settle(task: PveTask): void {
    this.stops.delete(task.upid);
    const done = this.endings.get(task.upid);
    this.endings.delete(task.upid);
    done?.();
  }

  private forgetOld(node: string): void {
    const ofNode = this.all.filter((task) => task.node === node);
    if (ofNode.length <= keptTasks) return;
    const oldest = ofNode.find(({ exit }) => exit !== null);
    if (oldest) this.held.delete(oldest.upid);
  }
}
