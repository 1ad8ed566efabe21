import type { WireError } from "../../../../shared/errors.ts";
import type { RemoteTask, RemoteTasks } from "../../../../shared/remote-tasks.ts";
import type { Looked } from "../../watched.ts";
import { guestGone } from "../client/faults.ts";
import type { ProxmoxClient } from "../client/session.ts";
import { endOf, readTasks, type TaskRow } from "../records.ts";

/** Whose tasks they are: the cluster's, a node's, or those of a guest on its node. */
export type TaskScope =
  | { of: "cluster" }
  | { of: "node"; node: string }
  | { of: "guest"; node: string; id: number };

export interface TaskParts {
  client: ProxmoxClient;
  /** Asked anew each time: a guest moves from node to node. Null when it is not there any more. */
  scope(): TaskScope | null;
  /** The resource of a guest, or of a node; null where the console has none. */
  guestResource(id: number): string | null;
  nodeResource(name: string): string | null;
  now(): number;
}

/** Milliseconds between two questions, while a task runs and while none does. */
const livePause = 1500;
const idlePause = 4000;
const mostTasks = 200;

/** The tasks of a cluster, node or guest, whoever began them, the newest first. */
export class TasksLooked implements Looked<RemoteTasks> {
  readonly #parts: TaskParts;
  #known = new Map<string, TaskRow>();
  #readAt: number | null = null;
  #cut = false;

  constructor(parts: TaskParts) {
    this.#parts = parts;
  }

  async look(signal: AbortSignal): Promise<void> {
    const scope = this.#parts.scope();
    if (!scope) throw guestGone(this.#parts.client.name);
    const told = await this.#told(scope, signal);
    const before = this.#known;
    const newest = new Map(told.map((task) => [task.upid.words, task]));
    // The cluster's list holds the latest alone, and a guest that moved left its history on the node before: what was
    // seen to end stays.
    for (const [id, task] of before) if (!newest.has(id) && task.endedAt !== null) newest.set(id, task);
    const sorted = [...newest.values()].sort((one, other) => other.upid.startedAt - one.upid.startedAt);
    this.#cut = sorted.length > mostTasks || told.length >= mostTasks;
    this.#known = new Map(sorted.slice(0, mostTasks).map((task) => [task.upid.words, task]));
    this.#readAt = this.#parts.now();
  }

  state(error: WireError | null): RemoteTasks {
    return {
      tasks: [...this.#known.values()].map((task) => this.#shown(task)),
      readAt: this.#readAt,
      cut: this.#cut,
      error,
    };
  }

  pause(): number {
    return [...this.#known.values()].some(({ endedAt }) => endedAt === null) ? livePause : idlePause;
  }

  async close(): Promise<void> {}

  async #told(scope: TaskScope, signal: AbortSignal): Promise<TaskRow[]> {
    const { client } = this.#parts;
    if (scope.of === "cluster") return readTasks(await client.call({ request: "clusterTasks", signal }));
    const { node } = scope;
    const parameters = { source: "all", limit: mostTasks, ...(scope.of === "guest" && { vmid: scope.id }) };
    const own = client.call({ request: "nodeTasks", at: { node }, parameters, signal });
    if (scope.of === "node") return readTasks(await own);
    // What was begun elsewhere, such as the migration that brought it here, the cluster's list still knows.
    const [here, everywhere] = await Promise.all([own, client.call({ request: "clusterTasks", signal })]);
    const about = readTasks(everywhere).filter(({ upid }) => upid.subject === String(scope.id));
    return [...new Map([...about, ...readTasks(here)].map((task) => [task.upid.words, task])).values()];
  }

  #shown({ upid, endedAt, status }: TaskRow): RemoteTask {
    const { guestResource, nodeResource } = this.#parts;
    const id = /^\d{1,9}$/.test(upid.subject) ? Number(upid.subject) : null;
    const state = status === null ? "running" : endOf(status);
    return {
      id: upid.words,
      name: upid.type,
      subject: upid.subject === "" ? upid.node : `${upid.subject} (${upid.node})`,
      resource: (id === null ? null : guestResource(id)) ?? nodeResource(upid.node),
      state,
      fraction: null,
      by: upid.by,
      queuedAt: null,
      startedAt: upid.startedAt,
      endedAt,
      problem: state === "failed" || state === "warned" ? status : null,
      hasLog: true,
    };
  }
}
