import type { PraPassage, PraSummary, Readiness } from "../../shared/pra.ts";
import { type PraDirection, type PraMode, praDirectionSchema, praModeSchema } from "../../shared/pra-plan.ts";
import { text } from "../../shared/text.ts";
import type { ConsoleParts } from "../console.ts";
import { followToEnd } from "./follow-run.ts";
import { parseOptions, signInOptions, usageError } from "./options.ts";
import { praCompare } from "./pra-compare.ts";
import { sayPlan, sayProblems } from "./procedure-words.ts";
import { complain, inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const observingLimit = 60_000;
const options = {
  ...signInOptions,
  estate: { type: "string" },
  direction: { type: "string" },
  mode: { type: "string" },
  reason: { type: "string" },
  yes: { type: "boolean" },
  confirm: { type: "string" },
  json: { type: "boolean" },
  all: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parseOptions<typeof options>>["values"];

interface Asked {
  direction: PraDirection;
  mode: PraMode | null;
}
type Verb = (
  parts: ConsoleParts,
  plan: string,
  asked: Asked,
  values: Values,
  signal: AbortSignal,
) => Promise<number>;
const verbs: Record<string, Verb> = { readiness, rehearse, start };

/**
 * `passerelle pra list|readiness|rehearse|start|compare`: the plans of the estate as they stand, whether they could be carried out
 * now, a rehearsal that only reads, and a run. Exit code 0 when nothing is in the way (or the run is completed), 1 when
 * something is, 2 when an effect is unknown.
 */
export async function pra(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, options);
  const [verb, plan, ...more] = positionals;
  if (verb === "list" && plan === undefined)
    return withConsole(values, (parts, signal) => list(parts, values, signal));
  if (verb === "compare") return praCompare(positionals.slice(1), values);
  const run = Object.hasOwn(verbs, verb ?? "") ? verbs[verb ?? ""] : undefined;
  const direction = praDirectionSchema.safeParse(values.direction ?? "bascule");
  const mode = praModeSchema.nullable().safeParse(values.mode ?? null);
  if (run === undefined || plan === undefined || more.length > 0 || !direction.success || !mode.success) {
    throw usageError(
      text(
        "pra takes list, or readiness, rehearse or start and a plan; --direction is bascule or return, --mode planned, disaster or drill.",
        "pra attend list, ou readiness, rehearse ou start et un plan ; --direction vaut bascule ou return, --mode planned, disaster ou drill.",
      ),
    );
  }
  const startsWithoutMode = run === start && (mode.data === null || mode.data === "rehearsal");
  const rehearsed = run === rehearse && (mode.data === "planned" || mode.data === "disaster");
  if (startsWithoutMode || (run !== start && mode.data !== null && !rehearsed)) {
    throw usageError(
      text(
        "A start needs --mode planned, disaster or drill; a rehearsal takes planned or disaster, nothing else takes one.",
        "Un départ demande --mode planned, disaster ou drill ; une répétition admet planned ou disaster, rien d'autre n'en admet.",
      ),
    );
  }
  const asked = { direction: direction.data, mode: mode.data };
  return withConsole(values, async (parts, signal) => {
    await observed(parts, signal);
    return run(parts, plan, asked, values, signal);
  });
}

async function list(parts: ConsoleParts, values: Values, signal: AbortSignal): Promise<number> {
  await observed(parts, signal);
  const plans = parts.pra.list();
  if (values.json) sayJson({ plans });
  else for (const plan of plans) say(planLine(plan));
  return 0;
}

function planLine({ id, title, production, recovery, side, dataAtRisk, running }: PraSummary): string {
  const pick = inWords(terminalLanguage());
  const risk = dataAtRisk.value === null ? "?" : `${Math.round(dataAtRisk.value / 60_000)} min`;
  const run = running ? `  ${running.mode} ${running.direction} ${running.run}` : "";
  return `${id}  ${pick(title)}  ${production} → ${recovery}  ${side}  ${risk} / ${Math.round(dataAtRisk.rpo / 60_000)} min${run}`;
}

async function readiness(
  { pra: desk }: ConsoleParts,
  plan: string,
  { direction }: Asked,
  values: Values,
): Promise<number> {
  const found = await desk.evaluated(plan);
  if (values.json) sayJson(found);
  else sayReadiness(found, direction, values.direction !== undefined);
  return found.counts.blocked + found.counts.unknown === 0 ? 0 : 1;
}

function sayReadiness({ figure, took, checks }: Readiness, direction: PraDirection, only: boolean): void {
  const pick = inWords(terminalLanguage());
  for (const check of checks) {
    if (only && check.direction !== null && check.direction !== direction) continue;
    const proven = check.provenAt === null ? "-" : new Date(check.provenAt).toISOString();
    say(`${check.state}  ${check.kind}  ${pick(check.title)}: ${pick(check.text)}  (${proven})`);
    if (check.state !== "ready" && check.mend) say(`    → ${pick(check.mend.text)}`);
  }
  say(`${figure ?? "?"} / 100  (${Math.round(took ?? 0)} ms)`);
}

async function rehearse(
  { pra: desk }: ConsoleParts,
  plan: string,
  { direction, mode }: Asked,
  values: Values,
  signal: AbortSignal,
): Promise<number> {
  const id = await desk.rehearse(plan, direction, signal, mode === "disaster" ? mode : "planned");
  const passage = desk.view(plan).passages.find((one) => one.id === id);
  if (values.json) sayJson(passage ?? null);
  else if (passage) say(passageLine(passage));
  return passage?.figure === 100 ? 0 : 1;
}

function passageLine({ id, mode, way, direction, figure }: PraPassage): string {
  return `${id}  ${mode}${way ? ` (${way})` : ""} ${direction}  ${figure ?? "?"} / 100`;
}

async function start(
  parts: ConsoleParts,
  plan: string,
  { direction, mode }: Asked,
  values: Values,
  signal: AbortSignal,
): Promise<number> {
  const request = { plan, direction, mode: mode ?? "planned" };
  const answer = parts.pra.prepare(request);
  if (answer.plan === null) {
    if (values.json) sayJson(answer);
    else sayProblems(answer.problems);
    return 1;
  }
  if (!values.json) sayPlan(answer.plan, complain);
  if (values.yes !== true) {
    const words = text(
      "Nothing was done: --yes was not given.",
      "Rien n'a été fait : --yes n'a pas été donné.",
    );
    complain(inWords(terminalLanguage())(words));
    return 1;
  }
  signal.throwIfAborted();
  const run = await parts.pra.begin({
    ...request,
    planHash: answer.plan.hash,
    reason: values.reason ?? "",
    confirmation: values.confirm ?? "",
  });
  return followToEnd(parts, run, { json: values.json }, signal);
}

/** Reads everything once, so that what is said is so now. */
function observed({ fleet }: ConsoleParts, signal: AbortSignal): Promise<void> {
  return fleet.observeAll(AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]));
}
