import { toOpsError } from "../../../shared/errors.ts";
import type { Plan, PlanNodeOf } from "../../../shared/plan.ts";
import type { DryStep } from "../../../shared/procedure-calls.ts";
import { eachLimited } from "../../actions/patience.ts";
import { isDecidedByTwo } from "./decided-by-two.ts";
import type { EngineParts } from "./parts.ts";

const probesAtOnce = 8;

/**
 * Probes every action of a plan whose target and input are known, eight at a time, by reading only: no intent is
 * written and nothing is changed. `refresh` has a target read first. Never rejects for one step: its error is in it.
 */
export async function dryRun(
  plan: Plan,
  { runner, asDecided }: { runner: Pick<EngineParts["runner"], "preview"> } & Pick<EngineParts, "asDecided">,
  refresh: (resource: string, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<DryStep[]> {
  const actions = plan.nodes.filter((node): node is PlanNodeOf<"action"> => node.kind === "action");
  const steps: DryStep[] = actions.map(({ id }) => ({ node: id, preview: null, error: null }));
  const read = new Map<string, Promise<void>>();
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  await eachLimited(actions, probesAtOnce, async ({ id, action }, index) => {
    if (action.late) return;
    const since = performance.now();
    const took = () => Math.round(performance.now() - since);
    try {
      signal.throwIfAborted();
      const reading = read.get(action.target.id) ?? refresh(action.target.id, signal);
      read.set(action.target.id, reading);
      await reading;
      const { input, target } = action;
      const ask = () => runner.preview({ action: action.id, resources: [target.id], input });
      const isDecided = asDecided && isDecidedByTwo(id, (other) => nodes.get(other));
      const [preview] = await (isDecided ? asDecided(ask) : ask());
      steps[index] = { node: id, preview: preview ?? null, error: null, took: took() };
    } catch (thrown) {
      const error = toOpsError(thrown, "procedures").toWire();
      steps[index] = { node: id, preview: null, error, took: took() };
    }
  });
  return steps;
}
