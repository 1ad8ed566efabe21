import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../shared/action.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatClock, formatDuration } from "../format.ts";
import { useTimedWords } from "../ticker.ts";
import { TaskStateLabel } from "./TaskStateLabel.tsx";

/** The task's title with its resource: "Reboot on tower-a". */
export function useTaskName(): (task: Task) => string {
  const { t } = useTranslation("tasks");
  const local = useLocalText();
  return useCallback(
    (task: Task) =>
      task.resourceName === ""
        ? local(task.title)
        : t("on", { title: local(task.title), name: task.resourceName }),
    [local, t],
  );
}

/** Running time, or how long it took. */
export function TaskTime({ task }: { task: Task }) {
  const language = useLanguage();
  const words = useTimedWords(
    useCallback(
      (now: number) =>
        task.endedAt === null
          ? formatClock(now - task.startedAt)
          : formatDuration(task.endedAt - task.startedAt, language),
      [language, task.endedAt, task.startedAt],
    ),
  );
  return <span className="figure">{words}</span>;
}

/** One task in one line: state, name, what it does now or what came of it, and its time. */
export function TaskLine({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const local = useLocalText();
  const nameOf = useTaskName();
  const latest = task.progress.at(-1);
  const fraction =
    task.children === null ? (latest?.fraction ?? null) : share(task.children.ended, task.children.total);
  const words =
    task.error !== null
      ? local(task.error.message)
      : task.outcome !== null
        ? local(task.outcome)
        : task.children !== null
          ? t("children", task.children)
          : latest
            ? local(latest.text)
            : "";
  return (
    <span className="task-line">
      <TaskStateLabel state={task.state} />
      <span className="task-name">{nameOf(task)}</span>
      <span className="task-bar" aria-hidden="true">
        {task.state === "running" && fraction !== null && (
          <span style={{ inlineSize: `${Math.round(fraction * 100)}%` }} />
        )}
      </span>
      <span className="task-words">{words}</span>
      <TaskTime task={task} />
    </span>
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
