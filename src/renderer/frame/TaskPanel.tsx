import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../shared/action.ts";
import { useConsole } from "../state/console.tsx";
import { usePreferences } from "../state/preferences.ts";
import { AngleDownIcon, AngleRightIcon, AngleUpIcon } from "../widgets/icons.ts";
import { TaskDetails } from "../widgets/tasks/TaskDetails.tsx";
import { TaskLine } from "../widgets/tasks/TaskLine.tsx";
import { TaskAnnouncer } from "./TaskAnnouncer.tsx";
import { leadingTask, topTasks } from "./task-order.ts";

const shown = 50;

/** The task panel at the bottom: always there, one line each, each opens into steps and output. Main holds it. */
export function TaskPanel() {
  const { t } = useTranslation("tasks");
  const { tasks } = useConsole();
  const open = usePreferences((preferences) => preferences.taskPanelOpen);
  const setOpen = usePreferences((preferences) => preferences.openTaskPanel);
  const id = useId();
  const list = topTasks(tasks.value?.tasks ?? []);
  const running = list.filter((task) => task.state === "running").length;
  const unknown = list.filter((task) => task.state === "unknown-effect").length;
  const leading = leadingTask(list);
  return (
    <section className="task-panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="pf-v6-screen-reader">
        {t("panel")}
      </h2>
      <button
        type="button"
        className="task-panel-bar"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {open ? <AngleDownIcon aria-hidden="true" /> : <AngleUpIcon aria-hidden="true" />}
        <span className="task-panel-title">{t("title")}</span>
        <span className="task-panel-counts">
          {running > 0 && <span className="count">{t("running", { count: running })}</span>}
          {unknown > 0 && <span className="count count-wrong">{t("unknown", { count: unknown })}</span>}
        </span>
        {!open && leading && <TaskLine task={leading} />}
      </button>
      <div id={id} hidden={!open} className="task-panel-list">
        {open && list.length === 0 && <p className="quiet">{t("empty")}</p>}
        {open && list.length > 0 && (
          <ul>
            {list.slice(0, shown).map((task) => (
              <TaskEntry key={task.id} task={task} />
            ))}
          </ul>
        )}
      </div>
      <TaskAnnouncer tasks={tasks.value && list} />
    </section>
  );
}

function TaskEntry({ task }: { task: Task }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li>
      <button
        type="button"
        className="task-entry"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {open ? <AngleDownIcon aria-hidden="true" /> : <AngleRightIcon aria-hidden="true" />}
        <TaskLine task={task} />
      </button>
      <div id={id} hidden={!open}>
        {open && <TaskDetails task={task} />}
      </div>
    </li>
  );
}
