import { createInterface } from "node:readline/promises";
import type { Preview, Task, TaskOutput } from "../../shared/action.ts";
import { text } from "../../shared/text.ts";
import type { ConsoleParts } from "../console.ts";
import { offersOn } from "../contract/services.ts";
import { parseOptions, usageError } from "./options.ts";
import { complain, complainOf, inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const observingLimit = 60_000;

/**
 * `passerelle act ACTION RESOURCE`: the same probe, guards, journal and proof as in the window. What is not safe
 * needs `--yes` (or a yes typed at a terminal), what is destructive `--confirm NAME` besides. Exit code 0 when the
 * effect was verified or already there, 1 when refused or failed, 2 when the effect is unknown.
 */
export async function act(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    input: { type: "string" },
    reason: { type: "string" },
    yes: { type: "boolean" },
    confirm: { type: "string" },
    json: { type: "boolean" },
  });
  const [action, resource] = positionals;
  if (!action || !resource || positionals.length > 2) {
    throw usageError(text("act takes an action and a resource.", "act attend une action et une ressource."));
  }
  const input = parseInput(values.input);
  return withConsole(values, async (parts, signal) => {
    await parts.fleet.observe([resource], AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]));
    const [preview] = await parts.runner.preview({ action, resources: [resource], input });
    if (preview && !values.json) printPreview(preview);
    const risk = offersOn(parts, [resource]).find((offer) => offer.id === action)?.risk ?? "disruptive";
    if (risk !== "safe" && !values.yes && !(await askYes(preview))) {
      complain(
        inWords(terminalLanguage())(
          text("Nothing was done: --yes was not given.", "Rien n'a été fait : --yes n'a pas été donné."),
        ),
      );
      return 1;
    }
    const started = await parts.runner.start({
      action,
      resources: [resource],
      input,
      reason: values.reason ?? "",
      confirmation: values.confirm ?? "",
      concurrency: 1,
      deadline: 600_000,
    });
    signal.addEventListener("abort", () => void parts.runner.cancel(started), { once: true });
    const task = await followTask(parts, started, values.json === true);
    report(task, values.json === true);
    return exitCode(task);
  });
}

/** 0 verified or already done, 2 unknown effect, 1 everything else. */
export function exitCode(task: Pick<Task, "state">): number {
  if (task.state === "verified" || task.state === "already-done") return 0;
  return task.state === "unknown-effect" ? 2 : 1;
}

function parseInput(words: string | undefined): Record<string, never> {
  if (words === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(words);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, never>;
  } catch {
    // Falls through to the usage error: the words are no JSON at all.
  }
  throw usageError(text("--input is not a JSON object.", "--input n'est pas un objet JSON."));
}

function printPreview(preview: Preview): void {
  const pick = inWords(terminalLanguage());
  complain(`${preview.name}: ${pick(preview.probe.text)}`);
  for (const step of preview.steps) complain(`  - ${pick(step)}`);
  for (const guard of preview.guards) complain(`  ${guard.allowed ? "+" : "!"} ${pick(guard.text)}`);
  complain(`  = ${pick(preview.proof)}`);
}

async function askYes(preview: Preview | undefined): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const french = terminalLanguage() === "fr";
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      french ? `Continuer sur ${preview?.name} ? (oui/non) ` : `Go on with ${preview?.name}? (yes/no) `,
    );
    return answer.trim().toLowerCase() === (french ? "oui" : "yes");
  } finally {
    terminal.close();
  }
}

async function followTask(parts: ConsoleParts, id: string, quiet: boolean): Promise<Task> {
  if (quiet) return parts.runner.waitFor(id);
  const pick = inWords(terminalLanguage());
  const output = parts.runner.outputOf(id);
  const write = (pieces: TaskOutput[]) => {
    for (const { stream, text: words } of pieces)
      (stream === "error" ? process.stderr : process.stdout).write(words);
  };
  write(output.pieces);
  let told = 0;
  const endings = [
    output.subscribe(write),
    parts.runner.onChange((task) => {
      if (task.id !== id) return;
      for (const step of task.progress.slice(told)) complain(`  … ${pick(step.text)}`);
      told = task.progress.length;
    }),
  ];
  try {
    return await parts.runner.waitFor(id);
  } finally {
    for (const end of endings) end();
  }
}

function report(task: Task, json: boolean): void {
  const language = terminalLanguage();
  if (json) return sayJson(task);
  say(`${task.state}${task.outcome ? `: ${task.outcome[language]}` : ""}`);
  if (task.error) complainOf(task.error, language);
}
