import { useTranslation } from "react-i18next";
import type { Resource } from "../../../shared/resource.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { useConsole } from "../../state/console.tsx";
import { placeTo } from "../../state/router.ts";
import { formatMoment } from "../../widgets/format.ts";
import { HealthLabel } from "../../widgets/HealthLabel.tsx";
import { TaskLine } from "../../widgets/tasks/TaskLine.tsx";
import { Happenings } from "./Happenings.tsx";

/** What is wrong with a resource now, the actions on it, newest first, and what its system recorded. */
export function Events({ resource, recorded }: { resource: Resource; recorded: boolean }) {
  return (
    <div className="events">
      <OwnEvents resource={resource} quietly={recorded} />
      {recorded && <Happenings id={resource.id} name={resource.name} />}
    </div>
  );
}

function OwnEvents({ resource, quietly }: { resource: Resource; quietly: boolean }) {
  const { t } = useTranslation("resource");
  const local = useLocalText();
  const language = useLanguage();
  const tasks = (useConsole().tasks.value?.tasks ?? [])
    .filter((task) => task.resource === resource.id)
    .sort((a, b) => b.startedAt - a.startedAt);
  if (resource.problems.length === 0 && tasks.length === 0) {
    return quietly ? null : <p className="quiet">{t("noEvents")}</p>;
  }
  return (
    <ul className="lines panel">
      {resource.problems.map((problem) => (
        <li key={`${problem.code} ${problem.text.en}`}>
          <span className="event-kind quiet">{t("eventProblem")}</span>
          <HealthLabel health={problem.health} />
          <span className="line-words">{local(problem.text)}</span>
        </li>
      ))}
      {tasks.map((task) => (
        <li key={task.id}>
          <span className="event-kind quiet">{t("eventTask")}</span>
          <span className="figure quiet">{formatMoment(task.startedAt, language)}</span>
          <a className="line-words plain-link" href={placeTo("tasks", task.id)}>
            <TaskLine task={task} />
          </a>
        </li>
      ))}
    </ul>
  );
}
