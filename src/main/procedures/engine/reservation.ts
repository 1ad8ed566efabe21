import type { PlanNode } from "../../../shared/plan.ts";
import type { LocalText } from "../../../shared/text.ts";
import * as faults from "./faults.ts";
import type { FoldedRun } from "./folded-run.ts";
import type { StepRunner } from "./parts.ts";

/**
 * Keeps the resources that steps act on for one run, until it gives them back. Throws OpsError `run.resource-in-use` where another
 * run works on one of them.
 */
export function reserveTargets(
  runner: Pick<StepRunner, "reserve">,
  nodes: readonly PlanNode[],
  run: Pick<FoldedRun, "id" | "startedAt"> & { plan: { title: LocalText } },
): void {
  const targets = new Map(
    nodes.flatMap((node): [string, string][] =>
      node.kind === "action" ? [[node.action.target.id, node.action.target.name]] : [],
    ),
  );
  const taken = runner.reserve([...targets.keys()], {
    run: run.id,
    title: run.plan.title,
    since: run.startedAt,
  });
  if (taken === null) return;
  throw faults.resourceInUse(targets.get(taken.resource) ?? taken.resource, taken.title);
}
