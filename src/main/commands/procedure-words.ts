import type { Plan, PlanProblem } from "../../shared/plan.ts";
import type { DryStep, ListedProcedure, RunSummary } from "../../shared/procedure-calls.ts";
import type { RunState, StepStatus } from "../../shared/run.ts";
import type { LocalText } from "../../shared/text.ts";
import type { ProcedureEngine } from "../procedures/engine/engine.ts";
import { complain, complainOf, inWords, say, terminalLanguage } from "./terminal-words.ts";

/** One line for each procedure: its name, its title, and why it cannot be run. */
export function sayProcedures(procedures: readonly ListedProcedure[]): void {
  const pick = inWords(terminalLanguage());
  for (const { id, title, unavailable } of procedures)
    say(`${id}  ${pick(title)}${unavailable ? `  (${pick(unavailable)})` : ""}`);
}

/** One line for each run: its identifier, since when, its procedure, how it stands, how far it is. */
export function sayRuns(runs: readonly RunSummary[]): void {
  for (const { id, startedAt, procedure, status, steps } of runs)
    say(`${id}  ${new Date(startedAt).toISOString()}  ${procedure}  ${status}  ${steps.done}/${steps.total}`);
}

/** A plan, step by step, with what each does. `line` prints one line. */
export function sayPlan(plan: Plan, line: (words: string) => void = say): void {
  const pick = inWords(terminalLanguage());
  line(`${pick(plan.title)}  ${plan.hash.slice(0, 12)}`);
  for (const node of plan.nodes) {
    const depth = node.id.split("/").length;
    const what =
      node.kind === "action" ? `${pick(node.action.title)}: ${node.action.target.name}` : node.kind;
    line(`${"  ".repeat(depth)}${node.id}  ${pick(node.title)}  (${what})`);
    if (node.kind !== "action") continue;
    for (const step of node.action.steps) line(`${"  ".repeat(depth + 1)}- ${pick(step)}`);
  }
  for (const { id, because } of plan.leftOut) line(`  ${id}  -- ${pick(because)}`);
}

/** What is in the way of a plan, on standard error. */
export function sayProblems(problems: readonly PlanProblem[]): void {
  const pick = inWords(terminalLanguage());
  for (const { at, message, hint } of problems)
    complain(`${at.kind === "variable" ? at.name : at.id}: ${pick(message)} ${pick(hint)}`);
}

/** What the probe of each step says. */
export function sayDryRun(plan: Plan, steps: readonly DryStep[]): void {
  const language = terminalLanguage();
  const pick = inWords(language);
  say(`${pick(plan.title)}  ${plan.hash.slice(0, 12)}`);
  for (const { node, preview, error } of steps) {
    say(`  ${node}  ${preview?.probe.state ?? "?"}  ${preview ? pick(preview.probe.text) : ""}`.trimEnd());
    for (const guard of preview?.guards ?? []) if (!guard.allowed) say(`    ! ${pick(guard.text)}`);
    if (error) complainOf(error, language);
  }
}

/** How a run stands: each step with its state and reason, then the run's own. */
export function sayRun(run: RunState): void {
  const pick = inWords(terminalLanguage());
  for (const step of run.steps) say(stepLine(step, pick));
  say(`${run.id}  ${run.status}${run.reason ? `: ${pick(run.reason)}` : ""}`);
}

/** Tells of each step on standard error as it changes, until the returned function is called. */
export function followRun(engine: ProcedureEngine, id: string): () => void {
  const pick = inWords(terminalLanguage());
  const told = new Map<string, string>();
  const look = () => {
    for (const step of engine.run(id).steps) {
      if (step.state === "pending" || step.state === "blocked" || told.get(step.node) === step.state)
        continue;
      told.set(step.node, step.state);
      complain(`  … ${stepLine(step, pick)}`);
    }
  };
  look();
  return engine.onChange(look);
}

function stepLine(
  { node, state, reason, blockedBy }: StepStatus,
  pick: (words: LocalText) => string,
): string {
  const why = reason ?? blockedBy?.text ?? null;
  return `${node}  ${state}${why ? `  ${pick(why)}` : ""}`;
}
