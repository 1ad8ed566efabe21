import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../shared/action.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { useConsole } from "../../state/console.tsx";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { TaskTime } from "../../widgets/tasks/TaskLine.tsx";
import { TaskStateLabel } from "../../widgets/tasks/TaskStateLabel.tsx";

const filters = ["all", "running", "wrong"] as const;
type Filter = (typeof filters)[number];

function passes(task: Task, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "running") return task.state === "running";
  return task.state === "failed" || task.state === "unknown-effect" || task.state === "refused";
}

/** Every task that main remembers, newest first. */
export default function Tasks() {
  const { t } = useTranslation(["tasks", "common"]);
  const local = useLocalText();
  const language = useLanguage();
  const [filter, setFilter] = useState<Filter>("all");
  const { tasks } = useConsole();
  const top = (tasks.value?.tasks ?? [])
    .filter((task) => task.parent === null)
    .sort((a, b) => b.startedAt - a.startedAt);
  const shown = top.filter((task) => passes(task, filter));
  return (
    <div className="page">
      <div className="list-head">
        <h1>{t("title")}</h1>
        <fieldset className="segments" aria-label={t("filterLabel")}>
          {filters.map((each) => (
            <button key={each} type="button" aria-pressed={each === filter} onClick={() => setFilter(each)}>
              {t(`filter.${each}`)}{" "}
              <span className="figure">{top.filter((task) => passes(task, each)).length}</span>
            </button>
          ))}
        </fieldset>
      </div>
      {tasks.error && <ErrorNotice error={tasks.error} />}
      {!tasks.value && <p className="quiet">{t("common:loading")}</p>}
      {tasks.value && shown.length === 0 && (
        <p className="quiet">{top.length === 0 ? t("empty") : t("emptyFilter")}</p>
      )}
      {shown.length > 0 && (
        <Table variant="compact" aria-label={t("title")} className="plain-table">
          <Thead>
            <Tr>
              <Th>{t("columns.state")}</Th>
              <Th>{t("columns.task")}</Th>
              <Th>{t("columns.on")}</Th>
              <Th>{t("columns.by")}</Th>
              <Th>{t("columns.started")}</Th>
              <Th>{t("columns.took")}</Th>
              <Th>{t("columns.outcome")}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {shown.map((task) => (
              <Tr key={task.id}>
                <Td>
                  <TaskStateLabel state={task.state} />
                </Td>
                <Td>
                  <a href={placeTo("tasks", task.id)}>{local(task.title)}</a>
                </Td>
                <Td>
                  {task.resource === null ? (
                    task.resourceName
                  ) : (
                    <a href={placeTo("resource", task.resource)}>{task.resourceName}</a>
                  )}
                </Td>
                <Td>{task.actor}</Td>
                <Td className="figure no-wrap">{formatMoment(task.startedAt, language)}</Td>
                <Td>
                  <TaskTime task={task} />
                </Td>
                <Td>
                  <Outcome task={task} />
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </div>
  );
}

function Outcome({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const local = useLocalText();
  const words = task.error?.message ?? task.outcome;
  if (words) return <span>{local(words)}</span>;
  return task.children ? <span>{t("children", task.children)}</span> : null;
}
