import type { PlanNode } from "../../shared/plan.ts";
import type { PraPrepared, PraWay } from "../../shared/pra.ts";
import type { PraDirection } from "../../shared/pra-plan.ts";
import type { PraParts } from "./parts.ts";
import type { Rehearsed } from "./passages.ts";
import { figureOf } from "./readiness/findings.ts";
import { afterActions, stepFinding } from "./readiness/step-state.ts";

/**
 * Probes every step of a direction, the way of a mode, by reading only, and tells what was found with what drift is told by later. Throws
 * OpsError `procedure.no-plan` where no plan can be made.
 */
export async function rehearse(
  { procedures, now }: Pick<PraParts, "procedures" | "now">,
  { procedure, variables, plan }: PraPrepared,
  { direction, way }: { direction: PraDirection; way: PraWay },
  signal: AbortSignal,
): Promise<Omit<Rehearsed, "id" | "plan" | "actor">> {
  const startedAt = now();
  const { planHash, steps } = await procedures.dryRun({ procedure, variables }, signal);
  signal.throwIfAborted();
  const nodes = plan?.nodes ?? [];
  const after = afterActions(nodes);
  const findings = steps.flatMap((step) => {
    const finding = stepFinding(step, after.has(step.node));
    if (finding === null) return [];
    const { state, code, text: found } = finding;
    return [{ node: step.node, state, code, found, ...(step.took !== undefined && { took: step.took }) }];
  });
  const counts = { blocked: 0, unknown: 0, warning: 0, ready: 0 };
  for (const { state } of findings) counts[state] += 1;
  const figure = figureOf(counts);
  return bounded({
    ...{ direction, way, startedAt, endedAt: now(), figure, planHash, findings },
    steps: baselineOf(nodes),
    titles: Object.fromEntries(nodes.map(({ id, title }) => [id, title])),
  });
}

/** Characters that a rehearsal may take in the journal, which refuses lines that are much longer. */
const largest = 2_000_000;
const mostFindings = 2000;

/**
 * What of a rehearsal is journalled: of a plan too large for one line the findings that are not ready, and no steps; its
 * hash still tells whether it is another one now.
 */
export function bounded<Kept extends Pick<Rehearsed, "steps" | "findings" | "titles">>(
  rehearsed: Kept,
): Kept {
  if (JSON.stringify(rehearsed).length <= largest) return rehearsed;
  const findings = rehearsed.findings
    .filter(({ state }) => state !== "ready")
    .slice(0, mostFindings)
    .map(({ node, state, code }) => ({ node, state, code }));
  return { ...rehearsed, steps: {}, titles: {}, findings };
}

/** What each step does to what: what a later plan is compared with. */
export function baselineOf(nodes: readonly PlanNode[]): Record<string, string> {
  return Object.fromEntries(nodes.map((node) => [node.id, wordsOf(node)]));
}

function wordsOf(node: PlanNode): string {
  switch (node.kind) {
    case "action":
      return `${node.action.id} ${node.action.target.id}`;
    case "wait":
      return node.wait.kind === "for"
        ? `wait ${node.wait.milliseconds}`
        : `wait ${node.wait.resource.id} ${node.wait.fact} ${node.wait.comparison} ${node.wait.value}`;
    case "gate":
      return `gate ${node.gate.approvers}`;
    case "forEach":
      return `forEach ${node.forEach.items.length}`;
    case "procedure":
      return `procedure ${node.procedure}`;
  }
}
