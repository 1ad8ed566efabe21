import { memo, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RemoteTask } from "../../../../shared/remote-tasks.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { useLanguage, useWords } from "../../../i18n/index.ts";
import type { Client } from "../../../state/client.ts";
import { useLive } from "../../../state/live.ts";
import { placeTo } from "../../../state/router.ts";
import { Age } from "../../../widgets/Age.tsx";
import { formatDuration, formatNumber, formatTimestamp } from "../../../widgets/format.ts";
import { LineGrid } from "../../../widgets/table/LineGrid.tsx";
import { useTimedWords } from "../../../widgets/ticker.ts";
import { RecordsTab } from "../RecordsTab.tsx";
import { RemoteTaskState } from "./RemoteTaskState.tsx";
import { TaskLog } from "./TaskLog.tsx";
import { isOf, isShown, type TaskFilter } from "./task-filter.ts";
import "../../../styles/hypervisors.css";

const columns = ["state", "name", "subject", "by", "started", "took"] as const;
const template = "9.5rem minmax(12rem, 2fr) minmax(9rem, 1.4fr) minmax(8rem, 1fr) 7rem 6rem";
const filters = ["all", "running", "failed"] as const;

/** What a far system does and did with a thing, whoever began it, newest first and live; the chosen one in full. */
export default function RemoteTasks({ resource: { id, name } }: { resource: Resource }) {
  const { t } = useTranslation("resource");
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.remoteTasks.watch({ id }, { signal }),
    [id],
  );
  const live = useLive(open);
  const { value } = live;
  const [words, setWords] = useState("");
  const [filter, setFilter] = useState<TaskFilter>("all");
  const [wanted, setWanted] = useState<string | null>(null);
  const all = value?.tasks ?? noTasks;
  const lines = useMemo(() => all.filter((task) => isShown(task, words, filter)), [all, words, filter]);
  const chosen = all.find((task) => task.id === wanted);
  const title = t("remoteTasks.title", { name });
  return (
    <RecordsTab
      title={title}
      labels={{ sorts: t("remoteTasks.show"), filter: t("remoteTasks.filter") }}
      sorts={filters.map((of) => ({
        of,
        label: t(`remoteTasks.${of}`),
        count: all.filter((task) => isOf(task, of)).length,
      }))}
      chosen={filter}
      onChoose={setFilter}
      words={words}
      onWords={setWords}
      live={live}
      none={t("remoteTasks.none")}
      notes={value?.cut ? [t("remoteTasks.cut")] : []}
    >
      {all.length === 0 ? null : (
        <div className={chosen ? "task-columns" : "task-columns is-alone"}>
          <LineGrid
            label={title}
            heads={columns.map((column) => t(`remoteTasks.column.${column}`))}
            template={template}
            leastWidth="52rem"
            rowHeight={36}
            className="task-grid"
            lines={lines}
            keyOf={(task) => task.id}
            classOf={(task) => (task.id === wanted ? "grid-row is-selected" : "grid-row")}
            onOpen={(task) => setWanted(task.id)}
          >
            {(task) => <TaskCells task={task} onOpen={setWanted} />}
          </LineGrid>
          {chosen && <Chosen resource={id} task={chosen} onClose={() => setWanted(null)} />}
        </div>
      )}
    </RecordsTab>
  );
}

const noTasks: readonly RemoteTask[] = [];

const TaskCells = memo(function TaskCells({
  task,
  onOpen,
}: {
  task: RemoteTask;
  onOpen: (id: string) => void;
}) {
  const t = useWords("resource");
  return (
    <>
      <td>
        <RemoteTaskState state={task.state} />
      </td>
      <td title={task.name}>
        <button type="button" className="line-button" tabIndex={-1} onClick={() => onOpen(task.id)}>
          {task.name}
        </button>
        {task.fraction !== null && task.state === "running" && (
          <progress max={1} value={task.fraction} aria-label={task.name} />
        )}
      </td>
      <td title={task.subject}>
        {task.resource === null ? (
          task.subject
        ) : (
          <a href={placeTo("resource", task.resource)} tabIndex={-1}>
            {task.subject}
          </a>
        )}
      </td>
      <td title={task.by ?? undefined}>
        {task.by ?? <span className="quiet">{t("remoteTasks.nobody")}</span>}
      </td>
      <td>{task.startedAt === null && task.queuedAt === null ? "" : <Age at={begun(task)} />}</td>
      <td className="figure">
        <Took task={task} />
      </td>
    </>
  );
});

function begun({ startedAt, queuedAt }: RemoteTask): number | null {
  return startedAt ?? queuedAt;
}

/** How long it took, or takes until now. */
function Took({ task }: { task: RemoteTask }) {
  const language = useLanguage();
  const { startedAt, endedAt, state } = task;
  const words = useTimedWords(
    useCallback(
      (now: number) => {
        if (startedAt === null || (endedAt === null && state !== "running")) return "";
        return formatDuration((endedAt ?? now) - startedAt, language);
      },
      [startedAt, endedAt, state, language],
    ),
  );
  return <>{words}</>;
}

function Chosen({ resource, task, onClose }: { resource: string; task: RemoteTask; onClose: () => void }) {
  const { t } = useTranslation(["resource", "common"]);
  const language = useLanguage();
  const { name, subject, state, fraction, by, queuedAt, startedAt, problem, hasLog } = task;
  return (
    <aside className="panel task-side" aria-label={name}>
      <div className="list-head">
        <h3>{name}</h3>
        <button type="button" className="tool-button" onClick={onClose}>
          {t("common:close")}
        </button>
      </div>
      <p>
        <RemoteTaskState state={state} />{" "}
        {fraction !== null &&
          state === "running" &&
          t("remoteTasks.progress", { percent: formatNumber(fraction * 100, language, 0) })}
        {state === "queued" &&
          queuedAt !== null &&
          t("remoteTasks.waits", { time: formatTimestamp(queuedAt, language) })}
      </p>
      <dl className="pairs">
        <dt>{t("remoteTasks.column.subject")}</dt>
        <dd>{subject}</dd>
        <dt>{t("remoteTasks.column.by")}</dt>
        <dd>{by ?? t("remoteTasks.nobody")}</dd>
        {startedAt !== null && (
          <>
            <dt>{t("remoteTasks.column.started")}</dt>
            <dd>{formatTimestamp(startedAt, language)}</dd>
          </>
        )}
      </dl>
      {problem !== null && (
        <div className="notice notice-danger">
          <div>
            <p className="notice-title">{t("remoteTasks.fault")}</p>
            <p className="task-fault">{problem}</p>
          </div>
        </div>
      )}
      {hasLog ? (
        <TaskLog key={task.id} resource={resource} task={task.id} name={name} />
      ) : (
        <p className="quiet">{t("remoteTasks.noLog")}</p>
      )}
    </aside>
  );
}
