import type { Task, TaskState } from "../../shared/action.ts";

/** Tasks that stand for themselves, newest first; those of a bulk are shown inside it. */
export function topTasks(tasks: readonly Task[]): Task[] {
  return tasks.filter((task) => task.parent === null).sort((a, b) => b.startedAt - a.startedAt);
}

/** The one line of the closed panel: what runs longest, else what ended last. */
export function leadingTask(tasks: readonly Task[]): Task | null {
  const running = tasks.filter((task) => task.state === "running");
  return running.at(-1) ?? tasks[0] ?? null;
}

/** What changed between two lists: tasks that began, and tasks that ended. The first list is no news. */
export function taskNews(
  before: ReadonlyMap<string, TaskState> | null,
  tasks: readonly Task[],
): { started: Task[]; ended: Task[] } {
  if (before === null) return { started: [], ended: [] };
  return {
    started: tasks.filter((task) => !before.has(task.id) && task.state === "running"),
    ended: tasks.filter(
      (task) => task.state !== "running" && (before.get(task.id) ?? "running") === "running",
    ),
  };
}
