import type { Plan, PlanNodeOf } from "../../../shared/plan.ts";
import type { ReadinessCheck } from "../../../shared/pra.ts";
import { type Context, checkOf, type Way } from "./context.ts";
import { afterActions, stepFinding } from "./step-state.ts";
import { reachId } from "./target-checks.ts";

/**
 * What the probes and guards of the steps say that could be begun now, by reading only. Steps whose target cannot be reached
 * are passed over: that is told of the target. A direction that cannot be begun is not probed: its steps would be judged by
 * how things stand at the wrong side.
 */
export async function stepChecks(context: Context): Promise<void> {
  const way = context.ways.find(({ next }) => next);
  const plan = way && planOf(way, context);
  if (!way || !plan) return;
  const unreached = new Set(
    context.findings.list().flatMap(({ id, state }) => (state === "ready" ? [] : [id])),
  );
  const probed = plan.nodes.filter(
    (node): node is PlanNodeOf<"action"> =>
      node.kind === "action" && !unreached.has(reachId(node.action.target.id)),
  );
  // A probe that hangs has a limit of its own; whoever ends the evaluation does not wait for that.
  const answers = await Promise.race([
    context.parts.procedures.probe({ ...plan, nodes: probed }, context.signal),
    aborted(context.signal),
  ]);
  context.signal.throwIfAborted();
  const after = afterActions(plan.nodes);
  const own = targetsOfOwnRuns(context);
  const byNode = new Map(probed.map((node) => [node.id, node]));
  for (const answer of answers) {
    const node = byNode.get(answer.node);
    if (!node) continue;
    const finding = stepFinding(answer, after.has(answer.node), own.has(node.action.target.id));
    if (!finding) continue;
    context.findings.add(
      checkOf({
        id: `step/${way.direction}/${node.id}`,
        kind: kindOf(finding.code),
        direction: way.direction,
        state: finding.state,
        node: node.id,
        title: node.title,
        resource: node.action.target.id,
        resourceName: node.action.target.name,
        text: finding.text,
        provenAt: finding.state === "unknown" ? null : context.now,
        mend:
          finding.hint === null
            ? null
            : { text: finding.hint, resource: node.action.target.id, action: node.action.id },
      }),
    );
    await context.findings.breathe(context.signal);
  }
}

/** What runs of this very plan that are under way have to themselves. */
function targetsOfOwnRuns({ id, parts }: Context): Set<string> {
  const { engine } = parts.procedures;
  const targets = new Set<string>();
  for (const { id: run, endedAt, pra } of engine.runs()) {
    if (endedAt !== null || pra?.plan !== id) continue;
    for (const node of engine.run(run)?.plan.nodes ?? [])
      if (node.kind === "action") targets.add(node.action.target.id);
  }
  return targets;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

/** With a source that serves a planned bascule would be begun, else one of the worst day; whichever can be made. */
function planOf({ prepared, direction }: Way, { state }: Context): Plan | null {
  const alive = state.side === (direction === "bascule" ? "production" : "recovery");
  const plans = prepared.flatMap(({ plan }) => plan ?? []);
  return (alive ? plans.at(0) : plans.at(-1)) ?? null;
}

/** What the guard that refuses a step is about. */
function kindOf(code: string): ReadinessCheck["kind"] {
  if (code === "action.guard-rights") return "rights";
  if (code === "action.guard-allowlist") return "reachability";
  return code === "action.guard-capacity" ? "capacity" : "step";
}
