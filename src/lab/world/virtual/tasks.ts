import type { TaskName, VirtualTask } from "./model.ts";
import { VirtualFault } from "./virtual-fault.ts";
import type { VirtualWorld } from "./virtual-world.ts";

/** A piece of work that takes world time; see `VirtualWorld.begin`. */
export interface VirtualWork {
  name: TaskName;
  /** The guest, host, storage or cluster that it works on, by identifier. */
  target: string;
  /** Who asked, as that system names users. */
  by: string;
  /** World milliseconds that it takes. */
  milliseconds: number;
  /** The guest that it lets nobody else work on meanwhile, by identifier. */
  locks?: string;
  cancellable?: boolean;
  /** Lines of its log, said when that share of it is done. */
  lines?: readonly { at: number; words: string }[];
  /** The task that began it. */
  parent?: string;
  /** Looks whether it can be done at all, before anything; throws VirtualFault. */
  check?(): void;
  /** Does it, when its time is over; a string that it gives is the identifier of what was made. Throws VirtualFault. */
  finish(task: VirtualTask): unknown;
  /** Told when it ended badly, after its start. */
  undo?(): void;
}

/** A task whose course somebody else decides. */
export interface TaskHandle {
  readonly task: VirtualTask;
  readonly isOver: boolean;
  /** How much of it is done, 0 to 1. */
  progress(fraction: number): void;
  say(words: string): void;
  finish(made?: string): void;
  fail(fault: VirtualFault): void;
}

const steps = 10;
/** World milliseconds between two looks whether a stuck task may go on. */
const stuckTime = 1_000;
/** Tasks that are over and still told of. */
const keptTasks = 1_000;
/** How far a task comes on which a fault lies. */
const faultAt = 0.5;

/** The tasks of the World's hypervisors: they take their time, can be cancelled, and fail where a fault lies. */
export class VirtualTasks {
  readonly all = new Map<string, VirtualTask>();
  private readonly world: VirtualWorld;
  private readonly cancels = new Map<string, (fault: VirtualFault) => void>();
  private readonly waiting = new Set<() => void>();
  private count = 0;

  constructor(world: VirtualWorld) {
    this.world = world;
  }

  /** Opens a task that goes on until its handle ends it; `onCancel` is told when somebody cancels it. */
  open(
    work: Pick<VirtualWork, "name" | "target" | "by" | "cancellable" | "parent">,
    onEnd: (fault: VirtualFault | null) => void,
  ): TaskHandle {
    const { world } = this;
    const place = world.placeOf(work.target);
    this.count += 1;
    const now = world.clock.now();
    const task: VirtualTask = {
      id: `${place.region}/task-${this.count}`,
      key: `task-${this.count}`,
      name: work.name,
      target: work.target,
      targetName: place.name,
      host: place.host,
      region: place.region,
      by: work.by,
      state: "running",
      fraction: 0,
      queuedAt: now,
      startedAt: now,
      endedAt: null,
      fault: null,
      cancellable: work.cancellable ?? false,
      log: [],
      made: null,
      parent: work.parent ?? null,
    };
    this.all.set(task.id, task);
    this.forgetOld();
    const tell = () => world.announce({ what: "task", id: task.id });
    const end = (fault: VirtualFault | null) => {
      if (task.endedAt !== null) return;
      task.endedAt = world.clock.now();
      task.state = fault ? "failed" : "done";
      if (fault) task.fault = { code: fault.code, words: fault.message };
      else task.fraction = 1;
      this.cancels.delete(task.id);
      onEnd(fault);
      if (fault) world.note("task-failed", work.target, work.by, fault.message, task.id);
      tell();
    };
    if (task.cancellable) this.cancels.set(task.id, end);
    tell();
    return {
      task,
      get isOver() {
        return task.endedAt !== null;
      },
      progress(fraction) {
        if (task.endedAt !== null || fraction <= task.fraction) return;
        task.fraction = Math.min(1, fraction);
        tell();
      },
      say(words) {
        task.log.push({ at: world.clock.now(), words });
        tell();
      },
      finish(made) {
        if (made !== undefined) task.made = made;
        end(null);
      },
      fail: end,
    };
  }

  /** Begins a task that takes its time and ends by itself. One that cannot be done at all has failed already. */
  begin(work: VirtualWork): VirtualTask {
    const { world } = this;
    const guest = work.locks === undefined ? null : (world.guests.get(work.locks) ?? null);
    let hasStarted = false;
    let callOff = () => {};
    const handle = this.open(work, (fault) => {
      callOff();
      if (!hasStarted) return;
      if (guest?.lockedBy === handle.task.id) {
        guest.lockedBy = null;
        world.announce({ what: "guest", id: guest.id });
      }
      if (fault) work.undo?.();
    });
    const { task } = handle;
    try {
      if (guest && guest.lockedBy !== null) throw new VirtualFault("in-progress", `${guest.name} is locked`);
      work.check?.();
    } catch (error) {
      handle.fail(faultOf(error));
      return task;
    }
    hasStarted = true;
    if (guest) {
      guest.lockedBy = task.id;
      world.announce({ what: "guest", id: guest.id });
    }
    const lines = [...(work.lines ?? [])].sort((one, other) => one.at - other.at);
    const sayUpTo = (fraction: number) => {
      while (lines[0] && lines[0].at <= fraction) handle.say(lines.shift()?.words ?? "");
    };
    sayUpTo(0);
    let step = 0;
    const advance = () => {
      if (task.endedAt !== null) return;
      const next = (step + 1) / steps;
      if (next > faultAt && world.faultOver("task-stuck", work.target)) {
        callOff = this.after(stuckTime, advance);
        return;
      }
      if (next > faultAt && world.faultOver("task-fails", work.target)) {
        handle.fail(
          new VirtualFault("failed", `A general system error occurred: ${task.name} of ${task.targetName}`),
        );
        return;
      }
      step += 1;
      if (step < steps) {
        handle.progress(next);
        sayUpTo(next);
        callOff = this.after(work.milliseconds / steps, advance);
        return;
      }
      try {
        const made = work.finish(task);
        sayUpTo(1);
        handle.finish(typeof made === "string" ? made : undefined);
      } catch (error) {
        handle.fail(faultOf(error));
      }
    };
    callOff = this.after(work.milliseconds / steps, advance);
    return task;
  }

  /** Cancels a task that can be; says whether it was. */
  cancel(id: string): boolean {
    const end = this.cancels.get(id);
    end?.(new VirtualFault("cancelled", "The task was canceled by a user"));
    return end !== undefined;
  }

  /** Does something after so much world time; the function that is returned calls it off. */
  after(milliseconds: number, work: () => void): () => void {
    const callOff = this.world.clock.after(milliseconds, () => {
      this.waiting.delete(callOff);
      work();
    });
    this.waiting.add(callOff);
    return () => {
      this.waiting.delete(callOff);
      callOff();
    };
  }

  /** Calls off everything that is planned. */
  close(): void {
    for (const callOff of this.waiting) callOff();
    this.waiting.clear();
  }

  private forgetOld(): void {
    if (this.all.size <= keptTasks) return;
    for (const [id, task] of this.all) {
      if (task.endedAt === null) continue;
      this.all.delete(id);
      this.world.announce({ what: "task", id, gone: true });
      return;
    }
  }
}

/** What was thrown, when it is a fault of the World; anything else is a mistake of the lab and is thrown on. */
export function faultOf(error: unknown): VirtualFault {
  if (error instanceof VirtualFault) return error;
  throw error;
}
