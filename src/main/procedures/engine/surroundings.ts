import { type LocalText, text } from "../../../shared/text.ts";
import { evaluateCondition } from "../definition/conditions/evaluate.ts";
import { isReached, knownFact } from "../definition/known-facts.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import type { EngineParts } from "./parts.ts";
import { type Judge, outcomeOf } from "./readiness.ts";

type Known = Pick<EngineParts, "resource">;

/** Judges conditions by what is known of the resources now, and by how the steps of the run have ended. */
export function judgeOf(run: FoldedRun, known: Known): Judge {
  return ({ node }) =>
    node.when === null ||
    evaluateCondition(node.when.condition, {
      fact: (resource, fact) => knownFact(known.resource(resource), fact),
      outcome: (other) => outcomeOf(run, other),
    }).value;
}

/** What a wait has seen, if that was read after `since` (by the wall clock, which readings are dated by). */
export function seenBy({ node }: FoldedNode, known: Known, since: number): LocalText | null {
  if (node.kind !== "wait" || node.wait.kind !== "until") return null;
  const { fact } = node.wait;
  const resource = known.resource(node.wait.resource.id);
  if (resource === null || !isReached(node.wait, resource, since)) return null;
  const value = String(knownFact(resource, fact));
  return text(`${resource.name}: ${fact} is ${value}.`, `${resource.name} : ${fact} vaut ${value}.`);
}

/** The resource that a wait under way looks at, null for anything else. */
export function lookedAt({ node, state }: FoldedNode): string | null {
  const looks = state === "running" && node.kind === "wait" && node.wait.kind === "until";
  return looks && node.wait.kind === "until" ? node.wait.resource.id : null;
}

/** Whether a step that has not begun may depend on what is read meanwhile. */
export function isJudgedLater({ node, state }: FoldedNode): boolean {
  return state === "pending" && node.when !== null && node.when.value === null;
}
