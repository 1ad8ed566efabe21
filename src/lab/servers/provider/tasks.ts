import type { WorldClock } from "../../world/clock.ts";

/** World milliseconds before the provider takes a task up, and before it has done it. */
const taken = 1000;
const finished = 4000;

/** What may go wrong with a task: it ends as `error`, or stays as it is. */
export type TaskFault = "fails" | "stuck";

interface Order {
  taskId: number;
  name: string;
  networkAccessId: number | null;
  network: string;
  begun: number;
  /** Once it has ended. */
  ended: { at: number; state: "done" | "error" } | null;
  effect: () => void;
}

/** A task as the API shows it (`dedicatedCloud.Task`). */
export interface ShownTask {
  taskId: number;
  name: string;
  state: string;
  progress: number;
  networkAccessId: number | null;
  network: string;
  description: string;
  executionDate: string;
  endDate: string | null;
  type: string;
}

/** The tasks of one service. Nothing runs by itself: how far each is follows from the World's time when somebody asks. */
export class ProviderTasks {
  private readonly clock: WorldClock;
  private readonly fault: () => TaskFault | null;
  private readonly orders: Order[] = [];
  private made = 40_000;

  constructor(clock: WorldClock, fault: () => TaskFault | null) {
    this.clock = clock;
    this.fault = fault;
  }

  /** Takes an order; `effect` happens when the task is done. */
  begin(
    name: string,
    subject: { networkAccessId: number | null; network: string },
    effect: () => void,
  ): ShownTask {
    this.made += 1;
    const order = { taskId: this.made, name, ...subject, begun: this.clock.now(), ended: null, effect };
    this.orders.push(order);
    return this.shown(order);
  }

  /** Carries out what is due by now, in the order in which it was asked for. */
  settle(): void {
    const now = this.clock.now();
    for (const order of this.orders) {
      if (order.ended !== null || now < order.begun + finished) continue;
      const fault = this.fault();
      if (fault === "stuck") continue;
      order.ended = { at: now, state: fault === "fails" ? "error" : "done" };
      if (fault === null) order.effect();
    }
  }

  find(taskId: number): ShownTask | null {
    const order = this.orders.find((each) => each.taskId === taskId);
    return order ? this.shown(order) : null;
  }

  ids(state: string | null): number[] {
    return this.orders
      .map((order) => this.shown(order))
      .filter((task) => state === null || task.state === state)
      .map(({ taskId }) => taskId);
  }

  private shown({ taskId, name, networkAccessId, network, begun, ended }: Order): ShownTask {
    const age = this.clock.now() - begun;
    const state = ended?.state ?? (age < taken ? "todo" : "doing");
    return {
      taskId,
      name,
      state,
      progress: state === "done" ? 100 : Math.max(0, Math.min(90, Math.floor((age / finished) * 100))),
      networkAccessId,
      network,
      description: "",
      executionDate: new Date(begun).toISOString(),
      endDate: ended ? new Date(ended.at).toISOString() : null,
      type: "generic",
    };
  }
}
