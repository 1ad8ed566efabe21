import { Button } from "@patternfly/react-core";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useClient, useLiveFold } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../ErrorNotice.tsx";
import { formatMoment } from "../format.ts";
import { InsideButton } from "../InsideButton.tsx";
import { Notice } from "../Notice.tsx";
import { pageOfAction } from "../sheet/open-offer.ts";
import { OutputText } from "./OutputText.tsx";
import { foldOutput } from "./task-output.ts";

/** One task opened: its steps with their times, its live output, what came of it, and what can be done about it. */
export function TaskDetails({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const local = useLocalText();
  const language = useLanguage();
  return (
    <div className="task-details">
      <div className="task-steps">
        <h3>{t("steps")}</h3>
        {task.progress.length === 0 ? (
          <p className="quiet">{t("noSteps")}</p>
        ) : (
          <ol>
            {task.progress.map((step) => (
              <li key={`${step.at}-${step.text.en}`}>
                <span className="figure quiet">{formatMoment(step.at, language)}</span> {local(step.text)}
              </li>
            ))}
          </ol>
        )}
        {task.outcome && (
          <p>
            <strong>{t("outcome")}</strong> {local(task.outcome)}
          </p>
        )}
        {task.error && <ErrorNotice error={task.error} />}
        {task.state === "unknown-effect" && <Notice tone="warning" title={t("unknownHint")} />}
        <TaskButtons task={task} />
        <p className="quiet">
          {t("startedBy", { actor: task.actor })},{" "}
          {t("since", { time: formatMoment(task.startedAt, language) })}
        </p>
      </div>
      {task.children === null && <TaskOutputView task={task} />}
    </div>
  );
}

function TaskOutputView({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.tasks.output({ id: task.id }, { signal }),
    [task.id],
  );
  const { value, error, retry } = useLiveFold(open, foldOutput);
  return (
    <div className="task-output">
      <h3>{t("output")}</h3>
      {error && <ErrorNotice error={error} retry={retry} />}
      <OutputText output={value?.values().next().value} label={t("output")} />
    </div>
  );
}

/** What can be done about a task now. A click that fails says so beside the buttons. */
export function TaskButtons({ task, onItsPage = false }: { task: Task; onItsPage?: boolean }) {
  const { t } = useTranslation("tasks");
  const client = useClient();
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = (call: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    call()
      .catch((thrown: unknown) => setError(toWireError(thrown)))
      .finally(() => setBusy(false));
  };
  const { id } = task;
  const page = pageOfAction(task.action, task.resource);
  return (
    <div className="button-row">
      {task.cancellable && (
        <Button
          variant="secondary"
          size="sm"
          isDisabled={busy}
          onClick={() => ask(() => client.tasks.cancel({ id }))}
        >
          {t("cancel")}
        </Button>
      )}
      {task.undoable && (
        <InsideButton
          subject={{ of: "task", task: id }}
          variant="secondary"
          size="sm"
          isDisabled={busy}
          onClick={() => ask(() => client.tasks.undo({ id }))}
        >
          {t("undo")}
        </InsideButton>
      )}
      {task.state === "unknown-effect" && (
        <InsideButton
          subject={{ of: "task", task: id }}
          variant="primary"
          size="sm"
          isDisabled={busy}
          onClick={() => ask(() => client.tasks.settle({ id }))}
        >
          {t("settle")}
        </InsideButton>
      )}
      {page !== null && (
        <Button variant="link" size="sm" component="a" href={page}>
          {t("follow")}
        </Button>
      )}
      {task.children !== null && !onItsPage && (
        <Button variant="link" size="sm" component="a" href={placeTo("tasks", id)}>
          {t("page")}
        </Button>
      )}
      <Button
        variant="link"
        size="sm"
        component="a"
        href={`${placeTo("journal")}?task=${encodeURIComponent(id)}`}
      >
        {t("inJournal")}
      </Button>
      {error && <ErrorNotice error={error} />}
    </div>
  );
}
