import type { PraRunView } from "../../../shared/pra.ts";
import type { RunState } from "../../../shared/run.ts";
import type { ViewedStep } from "./steps.ts";

/** Who signed last at a gate for two people, besides whoever leads the run; null while nobody has. */
export function secondOf(run: RunState, steps: readonly ViewedStep[]): PraRunView["second"] {
  const leader = run.leader ?? run.actor;
  let last: PraRunView["second"] = null;
  for (const { node, step } of steps) {
    if (node.kind !== "gate" || node.gate.approvers !== 2 || step.state !== "verified") continue;
    const name = step.approvedBy?.find((one) => one !== leader);
    const at = step.endedAt ?? step.since;
    if (name !== undefined && (last === null || at > last.at)) last = { name, gate: node.title, at };
  }
  return last;
}
