import type { Plan, PlanNode } from "../../../shared/plan.ts";
import type { StepStatus } from "../../../shared/run.ts";

/** A step of a plan and how it stands in a run. */
export interface Standing {
  node: PlanNode;
  status: StepStatus;
}

/** What a run is doing, as a person who follows it wants to know. */
export interface Reading {
  /** What acts or waits now, loops and sub-procedures aside. */
  now: Standing[];
  /** What does not go on without a person: failed, unknown, or a gate; the gravest first. */
  person: Standing[];
  /** What is held up by something else than the steps before it. */
  held: Standing[];
  /** What comes after that, in the order of the plan. */
  next: Standing[];
}

const gravity = { "unknown-effect": 0, failed: 1 } as const;

function graveness({ status }: Standing): number {
  return status.state === "unknown-effect" || status.state === "failed" ? gravity[status.state] : 2;
}

/** Reads a run's steps beside its plan; a step that the plan does not have yet is passed over. */
export function readRun(plan: Pick<Plan, "nodes">, steps: readonly StepStatus[]): Reading {
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  const reading: Reading = { now: [], person: [], held: [], next: [] };
  for (const status of steps) {
    const node = nodes.get(status.node);
    if (node) listOf(reading, node, status)?.push({ node, status });
  }
  reading.person.sort((a, b) => graveness(a) - graveness(b));
  return reading;
}

function listOf(reading: Reading, node: PlanNode, { state, blockedBy }: StepStatus): Standing[] | null {
  const container = node.kind === "forEach" || node.kind === "procedure";
  switch (state) {
    case "unknown-effect":
      return reading.person;
    case "failed":
      // One that is tried again by itself still works at it.
      return blockedBy?.kind === "retry" ? reading.now : reading.person;
    case "waiting":
      return node.kind === "gate" ? reading.person : reading.now;
    case "running":
      return container ? null : reading.now;
    case "blocked":
      if (blockedBy && blockedBy.kind !== "needs" && blockedBy.kind !== "parallel") return reading.held;
      return container ? null : reading.next;
    case "compensated":
      // Of a run that goes on, a person says what is to become of it.
      return blockedBy?.kind === "person" ? reading.person : null;
    case "pending":
      return container ? null : reading.next;
    default:
      return null;
  }
}

/** What a person may do about a step now, each with its own consequence. */
export const choices = ["settle", "retry", "adopt", "skip", "compensate", "rollBack"] as const;
export type Choice = (typeof choices)[number];

/** What stands in the way of a choice about a step: a key of the texts; null when it may be taken. */
export type Obstacle =
  | "notWhileUnknown"
  | "nothingUnknown"
  | "alreadyRollingBack"
  | "noCompensation"
  | "compensated"
  | "secondPerson"
  | "pastNoReturn"
  | "over";

/** Whether a choice may be taken about a step of a run that has ended or not. */
export function obstacleTo(
  choice: Choice,
  { node, status }: Standing,
  run: { ended: boolean; rollingBack: boolean; pastNoReturn?: boolean },
): Obstacle | null {
  const unknown = status.state === "unknown-effect";
  if (choice === "settle") return unknown && status.task !== null ? null : "nothingUnknown";
  if (run.ended) return "over";
  if (choice === "retry") return unknown || status.untold ? "notWhileUnknown" : null;
  if (choice === "rollBack" && run.pastNoReturn) return "pastNoReturn";
  if (choice === "rollBack") return run.rollingBack ? "alreadyRollingBack" : null;
  if (status.state === "compensated") return choice === "skip" ? null : "compensated";
  const second = node.kind === "gate" && node.gate.approvers === 2;
  if (second && (choice === "skip" || choice === "adopt")) return "secondPerson";
  if (choice !== "compensate") return null;
  if (run.rollingBack) return "alreadyRollingBack";
  return node.kind === "action" && node.compensate?.kind === "action" ? null : "noCompensation";
}

/** How many of a run's steps are through, loops and sub-procedures aside. */
export function countSteps(plan: Pick<Plan, "nodes">, steps: readonly StepStatus[]) {
  const containers = new Set(
    plan.nodes.filter(({ kind }) => kind === "forEach" || kind === "procedure").map(({ id }) => id),
  );
  const own = steps.filter(({ node }) => !containers.has(node));
  const through = own.filter(({ state }) => ["verified", "skipped", "compensated"].includes(state));
  return { total: own.length, done: through.length };
}
