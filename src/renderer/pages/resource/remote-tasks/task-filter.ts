import type { RemoteTask } from "../../../../shared/remote-tasks.ts";
import { hasWords } from "../typed-words.ts";

export type TaskFilter = "all" | "running" | "failed";

/** Whether a task is of the asked sort and has every typed word in what is told of it; case and accents aside. */
export function isShown(task: RemoteTask, typed: string, filter: TaskFilter): boolean {
  if (!isOf(task, filter)) return false;
  return hasWords([task.name, task.subject, task.by ?? "", task.problem ?? ""].join("\n"), typed);
}

/** Whether a task is of the asked sort; one that waits counts as running. */
export function isOf({ state }: RemoteTask, filter: TaskFilter): boolean {
  if (filter === "running") return state === "running" || state === "queued";
  return filter === "all" || state === "failed" || state === "warned";
}
