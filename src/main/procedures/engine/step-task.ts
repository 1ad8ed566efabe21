import { startRequestSchema, type Task } from "../../../shared/action.ts";
import type { PlanNodeOf, PlannedAction } from "../../../shared/plan.ts";
import { fillOutcomes } from "../definition/placeholders.ts";
import { isDecidedByTwo } from "./decided-by-two.ts";
import * as faults from "./faults.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import { deadlineOf } from "./moves.ts";
import type { EngineParts, StepOrigin } from "./parts.ts";
import { outcomeOf } from "./readiness.ts";
import type { Phase } from "./run-events.ts";

/** What a step may take that sets no limit of its own, in milliseconds: a day, the most that a task may. */
const longestStep = 86_400_000;

/** What an attempt at a step, or at its compensation, is to do. */
export interface StepWork {
  action: PlannedAction;
  input: PlannedAction["input"];
  /** For the undo of the step's own action: the task that is undone. */
  undoes: string | null;
}

/** What is to be done in this phase of a step; the outcomes that its input names are filled in. */
export function workOf(
  run: FoldedRun,
  found: FoldedNode,
  node: PlanNodeOf<"action">,
  phase: Phase,
): StepWork {
  const compensation = phase === "undo" ? node.compensate : null;
  const action = compensation?.kind === "action" ? compensation.action : node.action;
  const input = action.late ? fillOutcomes(action.input, (id) => outcomeOf(run, id)) : action.input;
  return { action, input, undoes: compensation?.kind === "undo" ? found.doing.task : null };
}

/**
 * Has the runner take a step, and resolves with its task once that has ended. A target that was not read lately is read,
 * and one that is not known (a console that has just started finds the nodes of a cluster by reading) is looked for,
 * first, when `written` has said that the intent is on disk. Throws OpsError `run.target-gone` or the runner's.
 */
export async function runStep(
  parts: EngineParts,
  run: FoldedRun,
  found: FoldedNode,
  work: StepWork,
  origin: StepOrigin,
  timing: { phase: Phase; now: number; written: Promise<void>; signal: AbortSignal },
): Promise<Task> {
  const { runner } = parts;
  const { action, input, undoes } = work;
  const { id } = action.target;
  const known = parts.resource(id);
  if (known === null || known.stale || known.seenAt === null) {
    await timing.written;
    await parts.refresh(id, timing.signal);
  }
  const resource = parts.resource(id);
  if (resource === null) throw faults.targetGone(action.target.name);
  const deadline = timing.phase === "do" ? deadlineOf(run, found) : null;
  const most = deadline === null ? longestStep : Math.max(1000, deadline - timing.now);
  const request = startRequestSchema.parse({
    action: action.id,
    resources: [action.target.id],
    input,
    reason: timing.phase === "undo" ? (found.compensating ?? run.reason) : run.reason,
    confirmation: run.confirmed ? resource.name : "",
    deadline: Math.min(most, found.node.timeout ?? longestStep, longestStep),
  });
  const ask = () => (undoes === null ? runner.start(request, origin) : runner.undo(undoes, origin));
  const isDecided = isDecidedByTwo(
    found.node.id,
    (node) => run.nodes.get(node)?.node,
    (gate) => run.nodes.get(gate.id)?.state === "verified",
  );
  const task = await (isDecided && parts.asDecided ? parts.asDecided(ask) : ask());
  if (run.cancelled !== null) runner.cancel(task);
  else if (run.rollingBack !== null && timing.phase === "do") runner.endEarly(task);
  return runner.waitFor(task);
}
