import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task, TaskState } from "../../shared/action.ts";
import { useTaskName } from "../widgets/tasks/TaskLine.tsx";
import { taskNews } from "./task-order.ts";

/** Tells screen readers what began and what ended, politely; progress is not read out. */
export function TaskAnnouncer({ tasks }: { tasks: readonly Task[] | null }) {
  const { t } = useTranslation("tasks");
  const nameOf = useTaskName();
  const before = useRef<ReadonlyMap<string, TaskState> | null>(null);
  const [words, setWords] = useState("");
  useEffect(() => {
    if (tasks === null) return;
    const news = taskNews(before.current, tasks);
    before.current = new Map(tasks.map((task) => [task.id, task.state]));
    const sentences = [
      ...news.started.map((task) => t("announceStarted", { task: nameOf(task) })),
      ...news.ended.map((task) =>
        t("announceEnded", { task: nameOf(task), state: t(`state.${task.state}`) }),
      ),
    ];
    if (sentences.length > 0) setWords(sentences.slice(0, 3).join(" "));
  }, [tasks, t, nameOf]);
  return (
    <div className="pf-v6-screen-reader" aria-live="polite">
      {words}
    </div>
  );
}
