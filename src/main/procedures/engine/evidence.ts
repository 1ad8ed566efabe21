import type { TaskState } from "../../../shared/action.ts";
import type { FoldedNode } from "./folded-run.ts";
import type { TaskEvidence } from "./parts.ts";
import type { Phase, StepEnded } from "./run-events.ts";

type Outcome = StepEnded["outcome"];

/** How an attempt has ended whose task ended in this process. */
export function outcomeOfTask(state: TaskState): Outcome {
  return state === "verified" || state === "already-done" || state === "unknown-effect" ? state : "failed";
}

/**
 * What became of an attempt that was under way when a console ended, by what the journal knows of its task. What was
 * not sent is interrupted, and so is what may be sent again; of what may be sent once only, and perhaps was, nobody knows.
 */
export function outcomeOfLeftover(found: FoldedNode, phase: Phase, evidence: TaskEvidence | null): Outcome {
  if (evidence === null) return "interrupted";
  if (evidence.state === "unknown-effect") {
    return effectOf(found, phase) === "convergent" ? "interrupted" : "unknown-effect";
  }
  const unsent = evidence.state === "running" || evidence.state === "cancelled";
  if (unsent || evidence.error?.code === "action.console-closing") return "interrupted";
  return outcomeOfTask(evidence.state);
}

/** The undo of an action is taken as one that must not be repeated blindly. */
function effectOf({ node }: FoldedNode, phase: Phase): "convergent" | "once" {
  if (node.kind !== "action") return "once";
  if (phase === "do") return node.action.effect;
  return node.compensate?.kind === "action" ? node.compensate.action.effect : "once";
}
