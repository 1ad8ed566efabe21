import type { HandOverRequest, SignedHandOver } from "../../../shared/hand-over.ts";
import type { ApprovalRequest, RunNote } from "../../../shared/people.ts";
import type { Plan, PlanNode } from "../../../shared/plan.ts";
import type { PinnedPra } from "../../../shared/pra-terms.ts";
import type { Grant } from "../../../shared/roles.ts";
import type { StepState } from "../../../shared/run.ts";
import type { LocalText } from "../../../shared/text.ts";
import type { FinalStatus } from "./run-events.ts";

/** One try at a step, or at its compensation. */
export interface Effort {
  state: "none" | "running" | "verified" | "failed" | "unknown-effect" | "skipped";
  attempts: number;
  task: string | null;
  startedAt: number | null;
  endedAt: number | null;
  reason: LocalText | null;
  /** Nothing was sent, as the action's probe had found that it cannot be done. */
  impossible: boolean;
}

/** A node of the plan as the journal alone knows it. */
export interface FoldedNode {
  node: PlanNode;
  /** Containers, waits and gates are `running` once they have begun. */
  state: Exclude<StepState, "blocked" | "waiting">;
  since: number;
  /** The step's own tries; `doing.state` is `verified` when it took effect in this run or somebody says so. */
  doing: Effort;
  undoing: Effort;
  /** Why a person has this step alone compensated; null while nobody does. */
  compensating: string | null;
  /** Whether this run changed something by it: what was done already is not taken back. */
  changed: boolean;
  until: number | null;
  skippedBy: "condition" | "person" | null;
  /** Tries since a person let it be tried again: only those count against its retries. */
  triesInRow: number;
  approvals: string[];
  /** What was asked of others since the gate began, oldest first. */
  requests: { request: ApprovalRequest; to: string | null }[];
  refusal: { by: string; reason: string } | null;
}

/** A run as its events alone give it. Times are the engine's, in epoch milliseconds. */
export interface FoldedRun {
  id: string;
  actor: string;
  /** Who leads it: whoever started it, until it is handed over. */
  leader: string;
  /** Who answers for what it does, and since when: whoever started it, took it by a hand-over, or had it go on last. */
  answers: { by: string; at: number };
  /** How it was handed over last, and by which key that was countersigned; null where it never was. */
  handOver: { request: HandOverRequest; signed: { at: number; by: SignedHandOver } | null } | null;
  plan: Plan;
  reason: string;
  confirmed: boolean;
  pra: PinnedPra | null;
  /** What whoever began it had the right to; left out where rights were not told by roles. */
  rights?: readonly Grant[];
  fence: number;
  startedAt: number;
  /** The newest time in any of its events. */
  time: number;
  nodes: Map<string, FoldedNode>;
  children: Map<string, FoldedNode[]>;
  expanded: Set<string>;
  /** What the plan leaves out; of a `forEach` that was reached, by what it held then. */
  leftOut: Plan["leftOut"];
  paused: { reason: string; since: number } | null;
  rollingBack: { reason: string; since: number } | null;
  /** The point of no return that has begun; one whose only try found that it cannot be done has not. */
  noReturn: { node: string; attempt: number; at: number } | null;
  cancelled: { reason: string; by: string; since: number } | null;
  end: { status: FinalStatus; text: LocalText; at: number } | null;
  notes: RunNote[];
  /** In the order in which they took effect. */
  effects: string[];
}

/** An end that the steps do not bear out is not believed. */
export function isEarned(run: FoldedRun, status: FinalStatus): boolean {
  const states = [...run.nodes.values()];
  if (states.some((one) => one.state === "running")) return false;
  const unknown = states.some((one) => one.state === "unknown-effect");
  if (status === "unknown-effect" || unknown) return unknown && status === "unknown-effect";
  if (status === "completed") return states.every(isWell);
  if (status === "completed-with-skips") return states.every((one) => isWell(one) || one.state === "skipped");
  if (status === "rolled-back")
    return run.effects.every((id) => run.nodes.get(id)?.undoing.state === "verified");
  return true;
}

function isWell({ state, skippedBy }: FoldedNode): boolean {
  return state === "verified" || (state === "skipped" && skippedBy === "condition");
}

/** Where a step stands apart from its compensation. */
export function standingOf({ doing }: FoldedNode): "verified" | "failed" | "unknown-effect" {
  return doing.state === "failed" || doing.state === "unknown-effect" ? doing.state : "verified";
}

/**
 * Whether one step can be compensated by itself: it failed or nobody knows, and the plan has another action that makes
 * up for it. The step's own undo takes back only what is proven, which is what rolling back is for.
 */
export function canCompensate(run: FoldedRun, { node, state, undoing }: FoldedNode): boolean {
  if (node.kind !== "action" || node.compensate?.kind !== "action") return false;
  const open = state === "failed" || state === "unknown-effect";
  return open && run.rollingBack === null && run.cancelled === null && undoing.state === "none";
}

/**
 * Whether a person had one step compensated and has not said yet how the run goes on. What may have been sent is not sent
 * again for all that: see `mayRepeat`.
 */
export function isMadeUpFor(run: FoldedRun, { state, compensating }: FoldedNode): boolean {
  return state === "compensated" && compensating !== null && run.rollingBack === null;
}

/** Whether a failed or compensated step may be tried again: never while nobody knows what became of it. */
export function mayRepeat(run: FoldedRun, found: FoldedNode): boolean {
  return found.state === "failed" || (isMadeUpFor(run, found) && found.doing.state !== "unknown-effect");
}
