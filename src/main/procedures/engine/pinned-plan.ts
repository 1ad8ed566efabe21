import type { Plan } from "../../../shared/plan.ts";
import { canonicalHash } from "../../journal/chain.ts";

/** SHA-256 over the canonical JSON of everything in a plan but the hash itself. */
export function planHash(plan: Plan): string {
  const { hash: _hash, ...rest } = plan;
  return canonicalHash(JSON.parse(JSON.stringify(rest)));
}

/** Whether somebody has to type the procedure's identifier before it is run. */
export function isDestructive(plan: Plan): boolean {
  return plan.nodes.some((node) => node.kind === "action" && node.action.risk === "destructive");
}

/** Whether a value or an input of a plan, which would be journalled as it is, holds what `redact` withholds. */
export function holdsSecret(plan: Plan, redact: (words: string) => string): boolean {
  const inputs = plan.nodes.flatMap((node) => (node.kind === "action" ? [node.action.input] : []));
  const words = JSON.stringify([plan.variables, inputs]);
  return redact(words) !== words;
}
