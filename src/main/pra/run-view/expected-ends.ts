import type { PlanNode } from "../../../shared/plan.ts";
import type { RunState, StepStatus } from "../../../shared/run.ts";
import { isContainer } from "./steps.ts";

/** When a step begins and ends: as it did, or at the earliest if each takes what it took before. */
export interface Expected {
  begin: number;
  /** Null where a step that it hangs on never ran. */
  end: number | null;
}

/**
 * When each node of a run can have ended at the earliest, by what steps took in earlier runs and with the lanes of each
 * `forEach` filled in order. Epoch milliseconds.
 */
export function expectedEnds(run: Pick<RunState, "plan" | "steps">, now: number): Map<string, Expected> {
  return new Expectation(run, now).all();
}

class Expectation {
  readonly #now: number;
  readonly #steps: ReadonlyMap<string, StepStatus>;
  readonly #children = new Map<string | null, PlanNode[]>();
  readonly #found = new Map<string, Expected>();

  constructor(run: Pick<RunState, "plan" | "steps">, now: number) {
    this.#now = now;
    this.#steps = new Map(run.steps.map((step) => [step.node, step]));
    for (const node of run.plan.nodes) {
      const siblings = this.#children.get(node.parent);
      if (siblings === undefined) this.#children.set(node.parent, [node]);
      else siblings.push(node);
    }
  }

  all(): Map<string, Expected> {
    this.#level(this.#children.get(null) ?? [], this.#now);
    return this.#found;
  }

  /** Nodes of one level, none of which may begin before `from`; answers with the last end. */
  #level(nodes: readonly PlanNode[], from: number): number | null {
    let last: number | null = from;
    for (const node of nodes) {
      const { end } = this.#node(node, from);
      last = last === null || end === null ? null : Math.max(last, end);
    }
    return last;
  }

  #node(node: PlanNode, from: number): Expected {
    const found = this.#expect(node, from);
    this.#found.set(node.id, found);
    return found;
  }

  #expect(node: PlanNode, from: number): Expected {
    const step = this.#steps.get(node.id);
    const begun = step?.startedAt ?? null;
    if (step?.state === "verified" || step?.state === "skipped") {
      const end = step.endedAt ?? step.since;
      this.#level(this.#children.get(node.id) ?? [], end);
      return { begin: begun ?? end, end };
    }
    const before = [...node.needs, ...node.after].map((id) => this.#found.get(id));
    if (begun === null && before.some((one) => one?.end === null)) {
      this.#inside(node, from);
      return { begin: from, end: null };
    }
    const begin = begun ?? Math.max(from, ...before.map((one) => one?.end ?? from));
    if (isContainer(node)) return { begin, end: this.#inside(node, Math.max(begin, this.#now)) };
    const usual = step?.forecast ?? null;
    return { begin, end: usual === null ? null : Math.max(this.#now, begin + usual) };
  }

  #inside(node: PlanNode, from: number): number | null {
    const below = this.#children.get(node.id) ?? [];
    if (node.kind !== "forEach") return this.#level(below, from);
    const lanes = new Array<number | null>(node.forEach.parallel).fill(from);
    for (const item of new Set(below.map((one) => one.item))) {
      const known = lanes.filter((lane) => lane !== null);
      const first = known.length < lanes.length ? null : Math.min(...known);
      const end = this.#level(
        below.filter((one) => one.item === item),
        first ?? from,
      );
      lanes[lanes.indexOf(first)] = first === null ? null : end;
    }
    return lanes.includes(null) ? null : Math.max(from, ...lanes.map((lane) => lane ?? from));
  }
}
