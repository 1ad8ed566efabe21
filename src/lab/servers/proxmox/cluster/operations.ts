import type { Guest, VirtualHost, VirtualTask } from "../../../world/virtual/model.ts";
import { VirtualFault } from "../../../world/virtual/virtual-fault.ts";
import { Failure } from "../api/failure.ts";
import type { PveCluster } from "./cluster.ts";
import { failureWords, lockedWords } from "./fault-words.ts";
import type { HaHands } from "./high-availability.ts";
import type { TaskPen } from "./tasks.ts";

/** World milliseconds that pausing takes, and between two guests that start with their node. */
const pauseTime = 500;
const startGap = 1_000;
/** Seconds that a guest is given to go down, unless somebody says otherwise. */
const usualPatience = 180;
/** Who acts where nobody asked: the node itself and the HA manager. */
export const root = "root@pam";

/** What a task says at its end, beside its words. */
type Ending = (fault: VirtualTask["fault"], words: string | null) => string | null;

/** What can be done to guests, each as a task of the guest's node; every method gives the UPID. */
export class Operations {
  private readonly cluster: PveCluster;
  private readonly onDisk = new Set<string>();

  constructor(cluster: PveCluster) {
    this.cluster = cluster;
  }

  /** What the HA manager uses. */
  get hands(): HaHands {
    return {
      start: (guest) => void this.start(guest, root),
      stop: (guest) => void this.shutdown(guest, root, { forceStop: true }),
      migrate: (guest, host) =>
        void this.cluster.migrations.begin(guest, root, { host, isOnline: true, isRestart: true }),
    };
  }

  /** Opens a task about a guest, on its node. */
  open(guest: Guest, action: string, by: string, onStop?: () => void): TaskPen {
    const host = this.cluster.virtual.host(guest.host);
    // Moves of machines have a name of their own, which is not made like the others.
    const type =
      action === "migrate" && guest.kind === "vm"
        ? "qmigrate"
        : `${guest.kind === "vm" ? "qm" : "vz"}${action}`;
    return this.openOn(host, type, guest.key, by, onStop);
  }

  openOn(host: VirtualHost, type: string, id: string, by: string, onStop?: () => void): TaskPen {
    const pen = this.cluster.tasks.begin(
      { node: host.name, bootedAt: host.bootedAt, type, id, user: by },
      onStop,
    );
    this.cluster.logs.write(host, "pvedaemon", `<${by}> starting task ${pen.task.upid}`);
    return pen;
  }

  /** Lets a task do a work of the World on a guest that nobody else works on. */
  work(
    guest: Guest,
    pen: TaskPen,
    begin: () => VirtualTask,
    more: { lines?: readonly { at: number; words: string }[]; onEnd?: Ending } = {},
  ): string {
    const { tasks, virtual } = this.cluster;
    const { onEnd = (_fault, words) => words } = more;
    if (guest.lockedBy !== null) pen.end(onEnd(null, lockedWords(guest, virtual.tasks)));
    else {
      tasks.attach(
        pen,
        begin(),
        (fault) => onEnd(fault, fault === null ? null : failureWords(fault, pen.task, guest)),
        more.lines,
      );
    }
    return pen.task.upid;
  }

  /** Whether a guest that is suspended was written to disk, and does not run. */
  isOnDisk(guest: Guest): boolean {
    return this.onDisk.has(guest.id);
  }

  /** Asks the HA manager for another node; the task is only the asking. */
  moveByManager(guest: Guest, host: VirtualHost, by: string, type: "hamigrate" | "harelocate"): string {
    const pen = this.openOn(this.cluster.virtual.host(guest.host), type, guest.key, by);
    pen.say(
      `Requesting HA migration for ${guest.kind === "vm" ? "VM" : "CT"} ${guest.key} to node ${host.name}`,
    );
    this.cluster.highAvailability.requestMove(guest, host);
    pen.end(null);
    return pen.task.upid;
  }

  /** Asks the HA manager for a state; the task is only the asking. */
  requestByManager(guest: Guest, state: "started" | "stopped", by: string): string {
    const action = state === "started" ? "start" : "stop";
    const pen = this.openOn(this.cluster.virtual.host(guest.host), `ha${action}`, guest.key, by);
    pen.say(`Requesting HA ${action} for ${guest.kind === "vm" ? "VM" : "CT"} ${guest.key}`);
    this.cluster.highAvailability.request(guest, state);
    pen.end(null);
    return pen.task.upid;
  }

  start(guest: Guest, by: string): string {
    this.onDisk.delete(guest.id);
    return this.work(guest, this.open(guest, "start", by), () =>
      this.cluster.virtual.powerOnGuest(guest.id, by),
    );
  }

  stop(guest: Guest, by: string): string {
    return this.work(guest, this.open(guest, "stop", by), () =>
      this.cluster.virtual.powerOffGuest(guest.id, by),
    );
  }

  /** Asks the guest to go down within so many seconds; with `forceStop` its power is taken when it does not. */
  shutdown(guest: Guest, by: string, how: { timeout?: number | null; forceStop?: boolean }): string {
    const { virtual } = this.cluster;
    const pen = this.open(guest, "shutdown", by);
    const patience = (how.timeout ?? usualPatience) * 1_000;
    if (guest.lockedBy !== null || !how.forceStop) {
      return this.work(guest, pen, () => virtual.shutDownGuest(guest.id, by, patience));
    }
    this.cluster.tasks.wait(virtual.shutDownGuest(guest.id, by, patience), (fault) => {
      if (fault?.code !== "timed-out") {
        pen.end(fault === null ? null : failureWords(fault, pen.task, guest));
        return;
      }
      pen.say(`${guest.kind === "vm" ? "VM" : "CT"} still running - terminating now with SIGTERM`);
      this.work(guest, pen, () => virtual.powerOffGuest(guest.id, by));
    });
    return pen.task.upid;
  }

  reset(guest: Guest, by: string): string {
    return this.work(guest, this.open(guest, "reset", by), () =>
      this.cluster.virtual.resetGuest(guest.id, by),
    );
  }

  reboot(guest: Guest, by: string): string {
    return this.work(guest, this.open(guest, "reboot", by), () =>
      this.cluster.virtual.rebootGuest(guest.id, by),
    );
  }

  /** Holds a guest where it is; `toDisk` writes its memory and lets it go. */
  suspend(guest: Guest, by: string, toDisk: boolean): string {
    const { virtual } = this.cluster;
    if (toDisk) {
      return this.work(guest, this.open(guest, "suspend", by), () => virtual.suspendGuest(guest.id, by), {
        onEnd: (_fault, words) => {
          if (words === null) this.onDisk.add(guest.id);
          return words;
        },
      });
    }
    const action = guest.kind === "vm" ? "pause" : "suspend";
    return this.work(guest, this.open(guest, action, by), () => this.turn(guest, by, "on", "suspended"));
  }

  resume(guest: Guest, by: string): string {
    return this.work(guest, this.open(guest, "resume", by), () => this.turn(guest, by, "suspended", "on"));
  }

  createSnapshot(
    guest: Guest,
    by: string,
    wish: { name: string; description: string; withMemory: boolean },
  ): string {
    const pen = this.open(guest, "snapshot", by);
    if (wish.withMemory) pen.say("saving VM state and RAM using storage 'local-zfs'");
    return this.work(guest, pen, () => this.cluster.virtual.createSnapshot(guest.id, by, wish));
  }

  deleteSnapshot(guest: Guest, by: string, snapshot: string): string {
    const pen = this.open(guest, "delsnapshot", by);
    return this.work(guest, pen, () => this.cluster.virtual.deleteSnapshot(guest.id, by, snapshot));
  }

  rollBack(guest: Guest, by: string, snapshot: string, start: boolean): string {
    const { virtual } = this.cluster;
    const pen = this.open(guest, "rollback", by);
    return this.work(guest, pen, () => virtual.revertSnapshot(guest.id, by, snapshot), {
      onEnd: (_fault, words) => {
        if (words === null && start && guest.power === "off") this.start(guest, by);
        return words;
      },
    });
  }

  destroy(guest: Guest, by: string): string {
    const pen = this.open(guest, "destroy", by);
    return this.work(guest, pen, () => this.cluster.virtual.removeGuest(guest.id, by), {
      onEnd: (_fault, words) => {
        if (words === null) this.cluster.configs.forget(guest.id);
        return words;
      },
    });
  }

  /** Makes a template of a guest that is off. */
  makeTemplate(guest: Guest, by: string): string {
    const { virtual } = this.cluster;
    const pen = this.open(guest, "template", by);
    return this.work(guest, pen, () =>
      virtual.begin({
        name: "guest.template",
        target: guest.id,
        by,
        locks: guest.id,
        milliseconds: 1_000,
        check() {
          if (guest.power !== "off")
            throw new VirtualFault("invalid", "you can't convert a VM to template if VM is running");
        },
        finish() {
          guest.template = true;
          virtual.announce({ what: "guest", id: guest.id });
        },
      }),
    );
  }

  /** A node has started: what is to start with it does, one guest after the other. */
  startWithNode(host: VirtualHost): void {
    const { virtual, configs, highAvailability } = this.cluster;
    const waiting = virtual.guestsOn(host.id).filter((guest) => {
      const resource = highAvailability.of(guest);
      const isWanted = resource ? resource.state === "started" : configs.option(guest, "onboot") === "1";
      return isWanted && guest.power === "off" && !guest.template;
    });
    if (waiting.length > 0) this.each(host, "startall", root, waiting, (guest) => this.start(guest, root));
  }

  /** One task that does the same to several guests of a node, one after the other, as `startall` does. */
  each(
    host: VirtualHost,
    type: string,
    by: string,
    guests: readonly Guest[],
    act: (guest: Guest) => string,
  ): string {
    const { virtual, tasks } = this.cluster;
    let isStopped = false;
    const pen = this.openOn(host, type, "", by, () => {
      isStopped = true;
      pen.end("received interrupt");
    });
    const left = [...guests];
    const next = () => {
      if (isStopped || pen.task.exit !== null) return;
      const guest = left.shift();
      if (!guest) {
        pen.end(null);
        return;
      }
      if (virtual.guests.get(guest.id) === guest && guest.host === host.id) {
        pen.say(`${type} of ${guest.kind === "vm" ? "VM" : "CT"} ${guest.key}`);
        const upid = this.attempt(pen, guest, act);
        const wait = () => {
          const task = upid === null ? null : tasks.find(upid);
          if (task && task.exit === null) virtual.after(startGap, wait);
          else {
            if (task && task.exit !== "OK") pen.say(`${guest.key}: ${task.exit}`);
            next();
          }
        };
        wait();
      } else next();
    };
    virtual.after(startGap, next);
    return pen.task.upid;
  }

  /** Acts on one of several guests; what is refused before any task is said, and the others have their turn. */
  private attempt(pen: TaskPen, guest: Guest, act: (guest: Guest) => string): string | null {
    try {
      return act(guest);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      pen.say(`${guest.key}: ${error.message}`);
      return null;
    }
  }

  private turn(guest: Guest, by: string, from: Guest["power"], to: Guest["power"]): VirtualTask {
    const { virtual } = this.cluster;
    return virtual.begin({
      name: to === "on" ? "guest.resume" : "guest.pause",
      target: guest.id,
      by,
      locks: guest.id,
      milliseconds: pauseTime,
      check() {
        if (guest.power !== from)
          throw new VirtualFault("wrong-power-state", `${guest.name} is ${guest.power}`);
      },
      finish() {
        guest.power = to;
        virtual.announce({ what: "guest", id: guest.id });
      },
    });
  }
}
