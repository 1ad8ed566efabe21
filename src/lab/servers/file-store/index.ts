import { addJob, keepTimers } from "../../world/jobs.ts";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";

/** The name of the job's units, without `.service` and `.timer`. */
export const fileStoreJob = "archive-backup";

export interface FileStoreOptions {
  /** The machines that have the job; its timer is on at the first. */
  machines: readonly string[];
  /** Milliseconds of world time: from one run to the next, and of each. */
  every: number;
  takes: number;
  /** Called when a run has ended well, with the machine and the world time at which it began. */
  onBackup(machine: string, startedAt: number): void;
}

/**
 * Puts the backup of the file store on its machines, where the hosts' own systemctl and SSH servers show it, and lets its
 * timer start it when its time comes.
 */
export function startFileStore(world: World, options: FileStoreOptions): { close(): void } {
  const { machines, every, takes, onBackup } = options;
  const now = world.clock.now();
  const told = new Map<string, string>();
  for (const [index, id] of machines.entries()) {
    const machine = world.machine(id);
    const isOn = index === 0;
    const lastAt = isOn ? now - (now % every) + takes : null;
    addJob(world, machine, {
      name: fileStoreJob,
      description: "Backup of the archive's files",
      every,
      takes,
      isOn,
      lastAt: lastAt !== null && lastAt > now ? lastAt - every : lastAt,
    });
    told.set(id, lastRun(machine)?.invocation ?? "");
  }
  const stopFollowing = world.onChange(({ machine: id, what }) => {
    if (what !== "units" || !told.has(id)) return;
    const last = lastRun(world.machine(id));
    if (!last?.isGood || told.get(id) === last.invocation) return;
    told.set(id, last.invocation);
    onBackup(id, last.startedAt);
  });
  const timers = keepTimers(world);
  return {
    close() {
      stopFollowing();
      timers.stop();
    },
  };
}

function lastRun({ units }: Machine) {
  return units.find(({ name }) => name === `${fileStoreJob}.service`)?.job?.last ?? null;
}
