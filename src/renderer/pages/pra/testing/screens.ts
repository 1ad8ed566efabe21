import axe from "axe-core";
import type { PraRunView } from "../../../../shared/pra.ts";
import type { RunFrame } from "../../../../shared/procedure-calls.ts";
import type { MemoryConsole } from "../../../testing/memory-console.ts";
import { basculePlan, praFrame, praRun } from "./plans.ts";

/** Prepares a console that follows the run of `basculePlan`. */
export function withPraRun(view: Partial<PraRunView> = {}, frame: Partial<RunFrame> = {}) {
  return (console: MemoryConsole): void => {
    const said = praRun(Date.now(), view);
    console.pra.run.set(said);
    console.planned = { plan: basculePlan, problems: [], typeToConfirm: null };
    console.run.set(praFrame({ ...said.run, ...frame }));
  };
}

/** What of WCAG 2.2 AA the window breaks, as far as it can be told without layout and colours. */
export async function accessibilityFaults(): Promise<string[]> {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] },
    rules: { "color-contrast": { enabled: false } },
    resultTypes: ["violations"],
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`);
}
