import { createInterface } from "node:readline/promises";
import type { Preview, Progress, Task, TaskOutput } from "../../shared/action.ts";
import { text } from "../../shared/text.ts";
import type { ConsoleParts } from "../console.ts";
import { abortable } from "../reach/abort.ts";
import { parseOptions, signInOptions, usageError } from "./options.ts";
import { complain, complainOf, inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const observingLimit = 60_000;

/**
 * `passerelle act ACTION RESOURCE`: the same probe, guards, journal and proof as in the window. What is not safe
 * needs `--yes` (or a yes typed at a terminal), what is destructive `--confirm NAME` besides. Exit code 0 when the
 * effect was verified or already there, 1 when refused or failed, 2 when the effect is unknown. An interruption stops
 * what was not sent yet; of what was, it says what is known then.
 */
export async function act(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    ...signInOptions,
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
  return withConsole(
    values,
    async (parts, signal) => {
      await parts.fleet.observe([resource], AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]));
      const [preview] = await abortable(
        parts.runner.preview({ action, resources: [resource], input }),
        signal,
      );
      if (preview && !values.json) printPreview(preview);
      const target = parts.inventory.get(resource);
      const risk = (target && parts.registry.find(action, target)?.risk) ?? "disruptive";
      if (risk !== "safe" && !values.yes && !(await askYes(preview, signal))) {
        complain(
          inWords(terminalLanguage())(
            text("Nothing was done: --yes was not given.", "Rien n'a été fait : --yes n'a pas été donné."),
          ),
        );
        return 1;
      }
      signal.throwIfAborted();
      const started = await parts.runner.start({
        action,
        resources: [resource],
        input,
        reason: values.reason ?? "",
        confirmation: values.confirm ?? "",
        concurrency: 1,
        deadline: 7_200_000,
      });
      const task = await followTask(parts, started, values.json === true, signal);
      report(task, values.json === true);
      return exitCode(task);
    },
    { needs: "operate" },
  );
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

async function askYes(preview: Preview | undefined, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const french = terminalLanguage() === "fr";
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      french ? `Continuer sur ${preview?.name} ? (oui/non) ` : `Go on with ${preview?.name}? (yes/no) `,
      { signal },
    );
    return answer.trim().toLowerCase() === (french ? "oui" : "yes");
  } finally {
    terminal.close();
  }
}

async function followTask(
  parts: ConsoleParts,
  id: string,
  quiet: boolean,
  signal: AbortSignal,
): Promise<Task> {
  if (quiet) return ended(parts, id, signal);
  const pick = inWords(terminalLanguage());
  const output = parts.runner.outputOf(id);
  const write = (pieces: TaskOutput[]) => {
    for (const { stream, text: words } of pieces)
      pour(stream === "error" ? process.stderr : process.stdout, words);
  };
  write(output.pieces);
  const told = new Set<Progress>();
  const endings = [
    output.subscribe(write),
    parts.runner.onChange((task) => {
      if (task.id !== id) return;
      for (const step of task.progress.filter((each) => !told.has(each))) {
        told.add(step);
        complain(`  … ${pick(step.text)}`);
      }
    }),
  ];
  try {
    return await ended(parts, id, signal);
  } finally {
    for (const end of endings) end();
  }
}

/** A host's words as they are; on a terminal without what could steer it (ECMA-48 control functions). */
function pour(stream: NodeJS.WriteStream, words: string): void {
  stream.write(stream.isTTY ? words.replace(/[^\P{Cc}\n\r\t]/gu, "") : words);
}

/** The task's end; once interrupted what is known of it, without the wait for an unknown effect to be settled. */
function ended({ runner }: ConsoleParts, id: string, signal: AbortSignal): Promise<Task> {
  return new Promise((resolve, reject) => {
    const look = (task: Task | undefined) => {
      if (task?.id === id && signal.aborted && task.state !== "running") finish(() => resolve(task));
    };
    const interrupt = () => {
      runner.cancel(id);
      look(runner.tasks().find((task) => task.id === id));
    };
    const unsubscribe = runner.onChange(look);
    const finish = (settle: () => void) => {
      unsubscribe();
      signal.removeEventListener("abort", interrupt);
      settle();
    };
    signal.addEventListener("abort", interrupt, { once: true });
    if (signal.aborted) interrupt();
    runner.waitFor(id).then(
      (task) => finish(() => resolve(task)),
      (thrown: unknown) => finish(() => reject(thrown)),
    );
  });
}

function report(task: Task, json: boolean): void {
  const language = terminalLanguage();
  if (json) sayJson(task);
  else say(`${task.state}${task.outcome ? `: ${task.outcome[language]}` : ""}`);
  if (!json && task.error) complainOf(task.error, language);
}
