import type { PlanNode } from "../../../shared/plan.ts";
import type { ReadinessCheck } from "../../../shared/pra.ts";
import type { DryStep } from "../../../shared/procedure-calls.ts";
import type { LocalText } from "../../../shared/text.ts";

/** What the probe and the guards of a step say; `code` names it for the journal. */
export interface StepFinding {
  state: ReadinessCheck["state"];
  text: LocalText;
  hint: LocalText | null;
  code: string;
}

/** The guards by which a run keeps others from what it works on. */
const locks: ReadonlySet<string> = new Set(["reserved", "one-at-a-time"]);

/**
 * What is in the way of a step by its probe and its guards. What cannot be done now is only warned of where steps before it
 * act, as they may make it possible. Where a run of this very plan has the target to itself (`ownRun`), that is in the way of
 * everybody else alone. Null where it cannot be asked before the run comes to it.
 */
export function stepFinding(
  { preview, error }: DryStep,
  actsBefore: boolean,
  ownRun = false,
): StepFinding | null {
  if (error !== null) {
    const gone = error.code === "action.unknown-resource" || error.code === "action.not-offered";
    return { state: gone ? "blocked" : "unknown", text: error.message, hint: error.hint, code: error.code };
  }
  if (preview === null) return null;
  const guards = ownRun ? preview.guards.filter(({ guard }) => !locks.has(guard)) : preview.guards;
  const refused = guards.find(({ allowed, opensWithReason }) => !allowed && !opensWithReason);
  if (refused)
    return { state: "blocked", text: refused.text, hint: null, code: `action.guard-${refused.guard}` };
  const { probe } = preview;
  if (probe.state === "impossible")
    return {
      state: actsBefore ? "warning" : "blocked",
      text: probe.text,
      hint: null,
      code: "action.impossible",
    };
  const doubted = guards.find(({ allowed }) => !allowed);
  if (doubted)
    return { state: "warning", text: doubted.text, hint: null, code: `action.guard-${doubted.guard}` };
  return { state: "ready", text: probe.text, hint: null, code: `probe.${probe.state}` };
}

/** The nodes that come after an action, at whatever distance: what they find now may be otherwise then. */
export function afterActions(nodes: readonly PlanNode[]): Set<string> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const after = new Set<string>();
  /** Actions, and the containers that hold one. */
  const acting = new Set<string>();
  for (const node of nodes) {
    if (node.kind !== "action") continue;
    for (let around: string | null = node.id; around !== null && !acting.has(around); ) {
      acting.add(around);
      around = parents.get(around) ?? null;
    }
  }
  for (const { id, parent, needs, after: later } of nodes) {
    const inherits = parent !== null && after.has(parent);
    if (inherits || [...needs, ...later].some((one) => after.has(one) || acting.has(one))) after.add(id);
  }
  return after;
}
