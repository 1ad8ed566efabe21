import type { Step } from "../../../shared/procedure.ts";

/** The steps of one list by what they come after; only steps of the same list can be needed. */
export interface StepGraph {
  /** By step: the steps that it names under `needs`, and the one before it when it names none. */
  readonly before: ReadonlyMap<string, readonly string[]>;
}

/** What the steps of one list come after. Names that are not in the list are left out. */
export function graphOf(steps: readonly Pick<Step, "id" | "needs">[]): StepGraph {
  const known = new Set(steps.map(({ id }) => id));
  const before = new Map<string, readonly string[]>();
  for (const [index, { id, needs }] of steps.entries()) {
    if (before.has(id)) continue;
    const previous = steps[index - 1]?.id;
    const named = needs ?? (previous === undefined || previous === id ? [] : [previous]);
    before.set(
      id,
      [...new Set(named)].filter((need) => known.has(need)),
    );
  }
  return { before };
}

/** Every step that is sure to have ended before this one starts. */
export function endedBefore({ before }: StepGraph, id: string): Set<string> {
  const ended = new Set<string>();
  const open = [...(before.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (ended.has(next)) continue;
    ended.add(next);
    open.push(...(before.get(next) ?? []));
  }
  return ended;
}

/**
 * Orders nodes so that each comes after those before it, as near to the given order as can be; and each way on which
 * something comes after itself, written from a node back to it. Nodes on such a way, or after one, are in no order.
 */
export function inOrder(before: ReadonlyMap<string, readonly string[]>): {
  order: string[];
  cycles: string[][];
} {
  const order: string[] = [];
  const cycles: string[][] = [];
  const state = new Map<string, "open" | "ordered" | "stuck">();
  for (const start of before.keys()) {
    if (state.has(start)) continue;
    const trail: { id: string; rest: Iterator<string>; stuck: boolean }[] = [];
    const enter = (id: string) => {
      state.set(id, "open");
      trail.push({ id, rest: (before.get(id) ?? []).values(), stuck: false });
    };
    enter(start);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const { value: next, done } = top.rest.next();
      if (!done) {
        const seen = state.get(next);
        if (seen === undefined) enter(next);
        else if (seen === "stuck") top.stuck = true;
        else if (seen === "open") {
          top.stuck = true;
          const ids = trail.map(({ id }) => id);
          cycles.push([...ids.slice(ids.indexOf(next)), next]);
        }
        continue;
      }
      trail.pop();
      state.set(top.id, top.stuck ? "stuck" : "ordered");
      const below = trail.at(-1);
      if (below && top.stuck) below.stuck = true;
      if (!top.stuck) order.push(top.id);
    }
  }
  return { order, cycles };
}
