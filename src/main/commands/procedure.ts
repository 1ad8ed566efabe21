import type { Variable, VariableValue } from "../../shared/procedure.ts";
import type { ProcedureRequest } from "../../shared/procedure-calls.ts";
import { text } from "../../shared/text.ts";
import type { ConsoleParts } from "../console.ts";
import { followToEnd } from "./follow-run.ts";
import { parseOptions, signInOptions, usageError } from "./options.ts";
import { handOver, note, signatureIn } from "./procedure-people.ts";
import { procedureReport } from "./procedure-report.ts";
import { sayDryRun, sayPlan, sayProblems, sayProcedures, sayRuns } from "./procedure-words.ts";
import { complain, inWords, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const observingLimit = 60_000;
const options = {
  ...signInOptions,
  estate: { type: "string" },
  set: { type: "string", multiple: true },
  reason: { type: "string" },
  yes: { type: "boolean" },
  confirm: { type: "string" },
  json: { type: "boolean" },
  retry: { type: "string" },
  skip: { type: "string" },
  adopt: { type: "string" },
  compensate: { type: "string" },
  approve: { type: "string" },
  refuse: { type: "string" },
  "roll-back": { type: "boolean" },
  cancel: { type: "boolean" },
  signature: { type: "string" },
  text: { type: "string" },
  step: { type: "string" },
  attach: { type: "string" },
  to: { type: "string" },
} as const;
type Values = ReturnType<typeof parseOptions<typeof options>>["values"];

/**
 * `passerelle procedure list|plan|dry-run|run|resume|note|hand-over|report`: the same plans, guards, journal and ends as in the window.
 * Exit code 0 when the run is completed (or rolled back as asked), 1 when it failed or a person has to decide, 2 when
 * an effect is unknown. An interruption pauses the run; `resume RUN` goes on with it.
 */
export async function procedure(words: string[]): Promise<number> {
  if (words[0] === "report") return procedureReport(words.slice(1));
  const { values, positionals } = parseOptions(words, options);
  const [verb, name, ...more] = positionals;
  if (verb === "list" && name === undefined) return withConsole(values, async (parts) => list(parts, values));
  const run = Object.hasOwn(verbs, verb ?? "") ? verbs[verb ?? ""] : undefined;
  if (run === undefined || name === undefined || more.length > 0) {
    throw usageError(
      text(
        "procedure takes list, or plan, dry-run or run and a procedure, or resume, note, hand-over or report and a run.",
        "procedure attend list, ou plan, dry-run ou run et une procédure, ou resume, note, hand-over ou report et une exécution.",
      ),
    );
  }
  settings(values);
  return withConsole(
    values,
    (parts, signal) => run(parts, name, values, signal),
    run === plan ? {} : { needs: "operate" },
  );
}

const decisions = [
  "retry",
  "skip",
  "adopt",
  "compensate",
  "approve",
  "refuse",
  "roll-back",
  "cancel",
] as const;

type Verb = (parts: ConsoleParts, name: string, values: Values, signal: AbortSignal) => Promise<number>;
const verbs: Record<string, Verb> = { plan, "dry-run": dryRun, run, resume, note, "hand-over": handOver };

async function list({ procedures }: ConsoleParts, values: Values): Promise<number> {
  const answer = { procedures: procedures.list(), runs: procedures.engine.runs() };
  if (values.json) sayJson(answer);
  else {
    sayProcedures(answer.procedures);
    sayRuns(answer.runs);
  }
  return 0;
}

async function plan(parts: ConsoleParts, name: string, values: Values, signal: AbortSignal): Promise<number> {
  const answer = await planned(parts, requestOf(parts, name, values), signal);
  if (values.json) sayJson(answer);
  else if (answer.plan !== null) sayPlan(answer.plan);
  else sayProblems(answer.problems);
  return answer.plan === null ? 1 : 0;
}

async function dryRun(
  parts: ConsoleParts,
  name: string,
  values: Values,
  signal: AbortSignal,
): Promise<number> {
  const request = requestOf(parts, name, values);
  const answer = await planned(parts, request, signal);
  if (answer.plan === null) {
    if (values.json) sayJson(answer);
    else sayProblems(answer.problems);
    return 1;
  }
  const { steps } = await parts.procedures.dryRun(request, signal);
  if (values.json) sayJson({ planHash: answer.plan.hash, steps });
  else sayDryRun(answer.plan, steps);
  const bad = steps.some(({ preview, error }) => {
    const refused = preview?.guards.some((guard) => !guard.allowed && guard.opensWithReason !== true);
    return error !== null || preview?.probe.state === "impossible" || refused === true;
  });
  return bad ? 1 : 0;
}

async function run(parts: ConsoleParts, name: string, values: Values, signal: AbortSignal): Promise<number> {
  const request = requestOf(parts, name, values);
  const answer = await planned(parts, request, signal);
  if (answer.plan === null) {
    if (values.json) sayJson(answer);
    else sayProblems(answer.problems);
    return 1;
  }
  if (!values.json) sayPlan(answer.plan, complain);
  const acts = answer.plan.nodes.some((node) => node.kind === "action" && node.action.risk !== "safe");
  if (acts && values.yes !== true) {
    const words = text(
      "Nothing was done: --yes was not given.",
      "Rien n'a été fait : --yes n'a pas été donné.",
    );
    complain(inWords(terminalLanguage())(words));
    return 1;
  }
  signal.throwIfAborted();
  const id = await parts.procedures.start({
    ...request,
    planHash: answer.plan.hash,
    reason: values.reason ?? "",
    confirmation: values.confirm ?? "",
  });
  return finish(parts, id, values, signal);
}

async function resume(parts: ConsoleParts, id: string, values: Values, signal: AbortSignal): Promise<number> {
  const { engine } = parts.procedures;
  const reason = values.reason ?? "";
  const before = engine.run(id);
  const decides = decisions.some((decision) => values[decision] !== undefined);
  // Nothing may be begun between the take-over and what the person has decided.
  await engine.takeOver(id, decides ? "person-decides" : null);
  if (values.retry !== undefined) await engine.retry(id, values.retry, reason);
  if (values.skip !== undefined) await engine.skip(id, values.skip, reason);
  if (values.adopt !== undefined) await engine.adopt(id, values.adopt, reason);
  if (values.compensate !== undefined) await engine.compensate(id, values.compensate, reason);
  const gate = values.approve ?? values.refuse;
  if (gate !== undefined) {
    const accept = values.approve !== undefined;
    const signature = values.signature === undefined ? undefined : await signatureIn(values.signature);
    await engine.approve(id, gate, { accept, planHash: before.planHash, reason, signature });
  }
  if (values["roll-back"] === true) await engine.rollBack(id, reason);
  if (values.cancel === true) await engine.cancel(id, reason);
  await engine.resume(id, reason);
  return finish(parts, id, values, signal);
}

/** Follows a run until it has ended or needs a person; an interruption pauses it. */
function finish(parts: ConsoleParts, id: string, values: Values, signal: AbortSignal): Promise<number> {
  const { json, "roll-back": rollBackWished = false } = values;
  return followToEnd(parts, id, { json, rollBackWished }, signal);
}

/** Reads everything once, so that the plan is made of what is so now. */
async function planned(parts: ConsoleParts, request: ProcedureRequest, signal: AbortSignal) {
  await parts.fleet.observeAll(AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]));
  return parts.procedures.plan(request);
}

/** Values come as `--set name=value`; of several resources with commas between. */
function requestOf({ procedures }: ConsoleParts, name: string, values: Values): ProcedureRequest {
  const declared = procedures.list().find(({ id }) => id === name)?.variables ?? {};
  const variables: Record<string, VariableValue> = {};
  for (const [key, value] of settings(values)) {
    const variable = Object.hasOwn(declared, key) ? declared[key] : undefined;
    variables[key] = typedValue(variable, value);
  }
  return { procedure: name, variables };
}

/** The names and values of `--set`. Throws a usage error for what is neither. */
function settings(values: Values): [string, string][] {
  return (values.set ?? []).map((words) => {
    const cut = words.indexOf("=");
    if (cut < 1) throw usageError(text("--set takes name=value.", "--set attend nom=valeur."));
    return [words.slice(0, cut), words.slice(cut + 1)];
  });
}

/** Words as the variable's type wants them; what does not fit stays words, and the plan says so. */
function typedValue(variable: Variable | undefined, words: string): VariableValue {
  if (variable?.type === "number" && words.trim() !== "" && Number.isFinite(Number(words)))
    return Number(words);
  if (variable?.type === "boolean" && (words === "true" || words === "false")) return words === "true";
  if (variable?.type === "resources" && words !== "all") return words.split(",").filter((id) => id !== "");
  return words;
}
