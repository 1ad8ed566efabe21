import type { PlanNode } from "../../../shared/plan.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import { isThrough } from "./readiness.ts";

const runsKept = 20;

/**
 * How long steps took in the runs that this console knows, by procedure and step (whatever the item it was done for).
 * Only what was verified counts: what failed or was skipped says nothing about how long it takes.
 */
export class StepHistory {
  readonly #durations = new Map<string, number[]>();

  /** Takes in the steps of a run, oldest runs first; the newest twenty durations of each step are kept. */
  learn(run: FoldedRun): void {
    for (const { node, doing, skippedBy } of run.nodes.values()) {
      if (doing.state !== "verified" || doing.startedAt === null || doing.endedAt === null) continue;
      if (skippedBy !== null || doing.attempts === 0 || isContainerKind(node)) continue;
      if (node.kind === "gate") continue;
      const key = keyOf(run.plan.procedure, node);
      const known = this.#durations.get(key) ?? [];
      known.push(Math.max(0, doing.endedAt - doing.startedAt));
      this.#durations.set(key, known.slice(-runsKept));
    }
  }

  /** The median of what it took, in milliseconds; null when it never ran. A wait of fixed length takes that. */
  ofStep(procedure: string, node: PlanNode): number | null {
    if (node.kind === "wait" && node.wait.kind === "for") return node.wait.milliseconds;
    const known = this.#durations.get(keyOf(procedure, node));
    if (known === undefined || known.length === 0) return null;
    const sorted = [...known].sort((left, right) => left - right);
    const middle = Math.floor(sorted.length / 2);
    const upper = sorted[middle] ?? 0;
    return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
  }
}

/**
 * Milliseconds until the run is through, if every step takes what it took before: the longest way through what is
 * left, with the lanes of each `forEach` filled in order, or what it takes to do it all so many at once, if that is more. Null when a step that is left never ran, or none is.
 */
export function remainingTime(run: FoldedRun, history: StepHistory, now: number): number | null {
  if (run.end !== null) return null;
  const top = [...run.nodes.values()].filter((one) => one.node.parent === null);
  const way = longestWay(run, top, history, now);
  return way === null ? null : Math.max(way, workLeft(run, top, history, now) / run.plan.parallel);
}

/** The longest way through nodes of one level, by when each can end at the earliest. */
function longestWay(
  run: FoldedRun,
  level: readonly FoldedNode[],
  history: StepHistory,
  now: number,
): number | null {
  const ends = new Map<string, number>();
  let last = 0;
  // Nodes of a plan stand behind all that they need.
  for (const found of level) {
    const own = remainingOf(run, found, history, now);
    if (own === null) return null;
    const begin = Math.max(0, ...[...found.node.needs, ...found.node.after].map((id) => ends.get(id) ?? 0));
    ends.set(found.node.id, begin + own);
    last = Math.max(last, begin + own);
  }
  return last;
}

/** What all steps of a level and below it will take together: no more of them are under way at once than may be. */
function workLeft(run: FoldedRun, level: readonly FoldedNode[], history: StepHistory, now: number): number {
  let all = 0;
  for (const found of level) {
    const below = isContainerKind(found.node) ? (run.children.get(found.node.id) ?? []) : null;
    all += below ? workLeft(run, below, history, now) : (remainingOf(run, found, history, now) ?? 0);
  }
  return all;
}

function remainingOf(run: FoldedRun, found: FoldedNode, history: StepHistory, now: number): number | null {
  if (isThrough(found)) return 0;
  const { node } = found;
  const below = run.children.get(node.id) ?? [];
  if (node.kind === "procedure") {
    const way = longestWay(run, below, history, now);
    return way === null ? null : Math.max(way, workLeft(run, below, history, now) / node.parallel);
  }
  if (node.kind === "forEach") {
    const lanes = new Array<number>(node.forEach.parallel).fill(0);
    for (const item of new Set(below.map((one) => one.node.item))) {
      const own = longestWay(
        run,
        below.filter((one) => one.node.item === item),
        history,
        now,
      );
      if (own === null) return null;
      const first = lanes.indexOf(Math.min(...lanes));
      lanes[first] = (lanes[first] ?? 0) + own;
    }
    return Math.max(0, ...lanes);
  }
  // When somebody answers is not foretold.
  if (node.kind === "gate") return 0;
  const usual = history.ofStep(run.plan.procedure, node);
  if (usual === null) return null;
  const spent = found.state === "running" ? now - (found.doing.startedAt ?? now) : 0;
  return Math.max(0, usual - spent);
}

function isContainerKind({ kind }: PlanNode): boolean {
  return kind === "forEach" || kind === "procedure";
}

function keyOf(procedure: string, node: PlanNode): string {
  return `${procedure} ${node.step}`;
}
