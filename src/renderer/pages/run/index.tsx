import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../shared/action.ts";
import { useLanguage } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useConsole } from "../../state/console.tsx";
import { useLive, useLiveFold } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { OutputText } from "../../widgets/tasks/OutputText.tsx";
import { TaskButtons, TaskDetails } from "../../widgets/tasks/TaskDetails.tsx";
import { TaskTime, useTaskName } from "../../widgets/tasks/TaskLine.tsx";
import { TaskStateLabel } from "../../widgets/tasks/TaskStateLabel.tsx";
import { foldOutput, type Outputs } from "../../widgets/tasks/task-output.ts";
import { groupByOutput, outcomeOf, transcript } from "./groups.ts";
import { Summary } from "./Summary.tsx";

/** One task on a page of its own; for a bulk the summary by outcome and the output of each resource. */
export default function Run({ id }: { id: string }) {
  const { t } = useTranslation(["run", "common"]);
  const { tasks } = useConsole();
  const nameOf = useTaskName();
  const task = tasks.value?.tasks.find((each) => each.id === id);
  if (!task) {
    return (
      <div className="page">
        <p>{tasks.value ? t("gone") : t("common:loading")}</p>
        <p>
          <a href={placeTo("tasks")}>{t("toTasks")}</a>
        </p>
      </div>
    );
  }
  return (
    <div className="page">
      <header className="resource-title">
        <h1>{nameOf(task)}</h1>
        <TaskStateLabel state={task.state} />
        <TaskTime task={task} />
        <a href={placeTo("tasks")}>{t("toTasks")}</a>
      </header>
      {task.children === null ? <TaskDetails task={task} /> : <Bulk task={task} />}
    </div>
  );
}

function Bulk({ task }: { task: Task }) {
  const { t } = useTranslation(["run", "tasks"]);
  const [grouped, setGrouped] = useState(true);
  const language = useLanguage();
  const openChildren = useCallback(
    (client: Client, signal: AbortSignal) => client.tasks.children({ id: task.id }, { signal }),
    [task.id],
  );
  const openOutput = useCallback(
    (client: Client, signal: AbortSignal) => client.tasks.output({ id: task.id }, { signal }),
    [task.id],
  );
  const children = useLive(openChildren);
  const output = useLiveFold(openOutput, foldOutput);
  const list = children.value?.tasks ?? [];
  const outputs = output.value ?? noOutputs;
  const { total = 0, ended = 0 } = task.children ?? {};
  return (
    <>
      <div className="button-row">
        <progress max={Math.max(1, total)} value={ended} aria-label={t("progress", { ended, total })} />
        <span className="figure">{t("progress", { ended, total })}</span>
        <TaskButtons task={task} onItsPage />
      </div>
      {children.error && <ErrorNotice error={children.error} retry={children.retry} />}
      {output.error && <ErrorNotice error={output.error} retry={output.retry} />}
      <Summary tasks={list} />
      <div className="button-row">
        <fieldset className="segments" aria-label={t("view")}>
          <button type="button" aria-pressed={grouped} onClick={() => setGrouped(true)}>
            {t("grouped")}
          </button>
          <button type="button" aria-pressed={!grouped} onClick={() => setGrouped(false)}>
            {t("byHost")}
          </button>
        </fieldset>
        <CopyButton label={t("copyAll")} words={() => transcript(groupByOutput(list, outputs), language)} />
      </div>
      {grouped ? <Groups tasks={list} outputs={outputs} /> : <Hosts tasks={list} outputs={outputs} />}
    </>
  );
}

const noOutputs: Outputs = new Map();

function Groups({ tasks, outputs }: { tasks: readonly Task[]; outputs: Outputs }) {
  const { t } = useTranslation("run");
  const groups = useMemo(() => groupByOutput(tasks, outputs), [tasks, outputs]);
  return groups.map((group) => {
    const names = group.tasks.map((task) => task.resourceName).join(", ");
    return (
      <section key={group.tasks[0]?.id} className="panel run-group">
        <h2>
          {group.tasks.length === 1 ? names : t("same", { count: group.tasks.length })}
          {group.words === "" && <span className="quiet"> · {t("noOutput")}</span>}
        </h2>
        {group.tasks.length > 1 && <p className="quiet run-names">{names}</p>}
        {group.words !== "" && <OutputText output={group.output} label={t("outputOf", { name: names })} />}
      </section>
    );
  });
}

function Hosts({ tasks, outputs }: { tasks: readonly Task[]; outputs: Outputs }) {
  const { t } = useTranslation("run");
  const language = useLanguage();
  return (
    <ul aria-label={t("children")}>
      {tasks.map((task) => (
        <li key={task.id} className="panel run-group">
          <div className="resource-title">
            <h2>
              {task.resource === null ? (
                task.resourceName
              ) : (
                <a href={placeTo("resource", task.resource)}>{task.resourceName}</a>
              )}
            </h2>
            <TaskStateLabel state={task.state} />
            <TaskTime task={task} />
            <span className="quiet">{outcomeOf(task, language)}</span>
          </div>
          <OutputText
            output={task.resource === null ? undefined : outputs.get(task.resource)}
            label={t("outputOf", { name: task.resourceName })}
          />
        </li>
      ))}
    </ul>
  );
}
