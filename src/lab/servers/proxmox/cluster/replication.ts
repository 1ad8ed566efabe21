import type { Guest, VirtualHost } from "../../../world/virtual/model.ts";
import type { VirtualWorld } from "../../../world/virtual/virtual-world.ts";

/** One replication of a guest's disks to another node (pvesr(1)). Times are epoch milliseconds, world time. */
export interface ReplicationJob {
  /** `201-0`. */
  id: string;
  guest: string;
  target: string;
  /** Minutes between two. */
  every: number;
  isDisabled: boolean;
  lastTry: number;
  lastSync: number;
  /** Seconds that the last one took. */
  duration: number;
  failures: number;
  error: string | null;
}

const minute = 60_000;

/** The replications of a cluster: of guests whose disks lie on their own node, to another, every so many minutes. */
export class Replication {
  private readonly virtual: VirtualWorld;
  private readonly held = new Map<string, ReplicationJob>();

  constructor(virtual: VirtualWorld) {
    this.virtual = virtual;
  }

  add(guest: Guest, target: VirtualHost, every = 15): ReplicationJob {
    const taken = this.all.filter((job) => job.guest === guest.id).length;
    const now = this.virtual.clock.now();
    const step = every * minute;
    const last = Math.floor(now / step) * step;
    const job = {
      id: `${guest.key}-${taken}`,
      guest: guest.id,
      target: target.id,
      every,
      isDisabled: false,
      lastTry: last,
      lastSync: last,
      duration: 3.4,
      failures: 0,
      error: null,
    };
    this.held.set(job.id, job);
    return job;
  }

  get all(): ReplicationJob[] {
    for (const [id, job] of this.held) if (!this.virtual.guests.has(job.guest)) this.held.delete(id);
    return [...this.held.values()];
  }

  find(id: string): ReplicationJob | null {
    return this.all.find((job) => job.id === id) ?? null;
  }

  /** Does what has fallen due until now: a job runs while its guest's node does, and fails while its target does not. */
  catchUp(): void {
    const now = this.virtual.clock.now();
    for (const job of this.all) {
      const due = Math.floor(now / (job.every * minute)) * job.every * minute;
      const guest = this.virtual.guest(job.guest);
      if (job.isDisabled || due <= job.lastTry || !this.virtual.isReachable(guest.host)) continue;
      this.run(job, due);
    }
  }

  /** Runs a job, as if at that moment. */
  run(job: ReplicationJob, at: number): void {
    job.lastTry = at;
    const error = this.errorOf(job);
    if (error === null) Object.assign(job, { lastSync: at, failures: 0, error });
    else Object.assign(job, { failures: job.failures + 1, error });
  }

  private errorOf({ guest, target }: ReplicationJob): string | null {
    if (!this.virtual.isReachable(target)) {
      return `command '/usr/bin/ssh root@${this.virtual.host(target).address} -- pvesr prepare-local-job' failed: exit code 255`;
    }
    if (!this.virtual.fault("replication-fails", guest)) return null;
    const { key } = this.virtual.guest(guest);
    return `command 'zfs send -Rpv -- rpool/data/vm-${key}-disk-0@__replicate_${key}-0__' failed: exit code 1`;
  }

  /** After a guest has moved to where it is replicated to, it is replicated back (pvesr switches source and target). */
  moved(guest: Guest, from: VirtualHost): void {
    for (const job of this.all) if (job.guest === guest.id && job.target === guest.host) job.target = from.id;
  }
}
