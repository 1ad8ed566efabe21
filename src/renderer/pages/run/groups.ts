import type { Task } from "../../../shared/action.ts";
import type { Language } from "../../../shared/text.ts";
import { plainOutput } from "../../widgets/tasks/plain-output.ts";
import type { Outputs, ResourceOutput } from "../../widgets/tasks/task-output.ts";

/** Tasks that came to the same end, largest group first; those that still run come last. */
export interface OutcomeGroup {
  words: string;
  state: Task["state"];
  tasks: Task[];
}

/** What a task came to, in words: its error, its outcome (a command's exit code is in it), or "" while it runs. */
export function outcomeOf(task: Task, language: Language): string {
  return (task.error?.message ?? task.outcome)?.[language] ?? "";
}

/** Sums tasks up by state and outcome; no task is left out. */
export function groupByOutcome(tasks: readonly Task[], language: Language): OutcomeGroup[] {
  const groups = new Map<string, OutcomeGroup>();
  for (const task of tasks) {
    const words = outcomeOf(task, language);
    const key = `${task.state} ${words}`;
    const group = groups.get(key);
    if (group) group.tasks.push(task);
    else groups.set(key, { words, state: task.state, tasks: [task] });
  }
  return [...groups.values()].sort(
    (a, b) =>
      Number(a.state === "running") - Number(b.state === "running") || b.tasks.length - a.tasks.length,
  );
}

/** Tasks whose command said exactly the same, largest group first, silence last. */
export interface OutputGroup {
  output: ResourceOutput | undefined;
  words: string;
  tasks: Task[];
}

/** Brings together the tasks that said the same on the same streams; no task is left out. */
export function groupByOutput(tasks: readonly Task[], outputs: Outputs): OutputGroup[] {
  const groups = new Map<string, OutputGroup>();
  for (const task of tasks) {
    const output = task.resource === null ? undefined : outputs.get(task.resource);
    const key = (output?.pieces ?? []).map(({ stream, words }) => `${stream} ${words}`).join("\u0000");
    const group = groups.get(key);
    if (group) group.tasks.push(task);
    else groups.set(key, { output, words: wordsOf(output), tasks: [task] });
  }
  return [...groups.values()].sort(
    (a, b) => Number(a.words === "") - Number(b.words === "") || b.tasks.length - a.tasks.length,
  );
}

/** A resource's output as plain text, both streams in the order in which they came. */
function wordsOf(output: ResourceOutput | undefined): string {
  return (output?.pieces ?? []).map(({ words }) => plainOutput(words)).join("");
}

/** Everything as one text to be pasted elsewhere: a line with the names, then what they said. */
export function transcript(groups: readonly OutputGroup[], language: Language): string {
  return groups
    .map(({ words, tasks }) => {
      const heads = tasks.map((task) => `# ${task.resourceName}: ${outcomeOf(task, language)}`);
      return [...heads, words.trimEnd(), ""].join("\n");
    })
    .join("\n");
}
