import type { Happenings } from "../../../../shared/happenings.ts";
import type { RemoteTaskLog, RemoteTasks } from "../../../../shared/remote-tasks.ts";
import type { SnapshotTree } from "../../../../shared/snapshots.ts";
import { watched } from "../../watched.ts";
import type { ProxmoxClient } from "../client/session.ts";
import type { Known } from "../known.ts";
import { HappeningsLooked } from "./happenings.ts";
import { SnapshotsLooked } from "./snapshots.ts";
import { hasTaskLog, taskLog } from "./task-log.ts";
import { type TaskScope, TasksLooked } from "./tasks.ts";

export interface HistoryParts {
  client: ProxmoxClient;
  known: Known;
  /** The resource of the cluster as a whole. */
  cluster: string;
  now(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What happens and has happened in a cluster, for as long as somebody looks. */
export class ClusterHistory {
  readonly #parts: HistoryParts;
  readonly #closing = new AbortController();

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  snapshots(resource: string, signal: AbortSignal): AsyncIterable<SnapshotTree> | null {
    const { client, known, now } = this.#parts;
    if (!known.guest(resource)) return null;
    const looked = new SnapshotsLooked({ client, now, guest: () => known.guest(resource) });
    return watched(this.#watching, looked, this.#until(signal));
  }

  tasks(resource: string, signal: AbortSignal): AsyncIterable<RemoteTasks> | null {
    const { client, now } = this.#parts;
    if (!this.#scope(resource)) return null;
    const looked = new TasksLooked({
      client,
      now,
      scope: () => this.#scope(resource),
      ...this.#resources,
    });
    return watched(this.#watching, looked, this.#until(signal));
  }

  taskLog(resource: string, task: string, signal: AbortSignal): AsyncIterable<RemoteTaskLog> | null {
    const { client, wait } = this.#parts;
    if (!this.#scope(resource) || !hasTaskLog(task)) return null;
    return taskLog({ client, wait }, task, this.#until(signal));
  }

  happenings(resource: string, signal: AbortSignal): AsyncIterable<Happenings> | null {
    const { client, now } = this.#parts;
    const of = this.#scope(resource);
    if (!of) return null;
    const scope = of.of === "guest" ? { guest: of.id } : of.of === "node" ? { node: of.node } : {};
    const looked = new HappeningsLooked({ client, now, scope, ...this.#resources });
    return watched(this.#watching, looked, this.#until(signal));
  }

  close(): void {
    this.#closing.abort();
  }

  get #watching() {
    const { wait, now } = this.#parts;
    return { area: "proxmox", wait, now };
  }

  get #resources() {
    const { known } = this.#parts;
    return {
      guestResource: (id: number) => known.guestNumbered(id)?.resource ?? null,
      nodeResource: (name: string) => known.nodeNamed(name)?.resource ?? null,
    };
  }

  #until(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closing.signal]);
  }

  /** Null for what has no history of its own, such as a storage. */
  #scope(resource: string): TaskScope | null {
    const { known, cluster } = this.#parts;
    if (resource === cluster) return { of: "cluster" };
    const node = known.node(resource);
    if (node) return { of: "node", node: node.name };
    const guest = known.guest(resource);
    return guest && { of: "guest", node: guest.node, id: guest.id };
  }
}
