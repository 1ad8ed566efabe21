import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../shared/action.ts";
import type { DrainView, DrainWish } from "../../../shared/drain.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { PauseIcon, PlayIcon, StopIcon } from "../../widgets/icons.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { TaskTime } from "../../widgets/tasks/TaskLine.tsx";
import { Holds } from "./Holds.tsx";
import { progressOf } from "./outcomes.ts";
import { PodTable } from "./PodTable.tsx";

/** A drain under way: how far it is, what holds it up, each pod, and how to pause or end it. */
export function Running({ view, task, name }: { view: DrainView; task: Task | null; name: string }) {
  const { t } = useTranslation("drain");
  const progress = progressOf(view.pods);
  return (
    <>
      <div className="button-row">
        <strong>{t(`phase.${view.phase}`)}</strong>
        <progress max={Math.max(1, progress.total)} value={progress.gone} aria-label={t("progress")} />
        <span className="figure">{t("left", { ...progress })}</span>
        {progress.ending > 0 && <span className="quiet">{t("ending", { count: progress.ending })}</span>}
        {progress.waiting > 0 && <span className="quiet">{t("waiting", { count: progress.waiting })}</span>}
        {task && <TaskTime task={task} />}
      </div>
      <Wishes view={view} />
      <Holds view={view} />
      <PodTable view={view} label={t("podsOf", { name })} />
    </>
  );
}

/** Pause and go on, abort, abort and uncordon. What is asked for shows in the phase as soon as main has heard it. */
function Wishes({ view: { resource, phase } }: { view: DrainView }) {
  const { t } = useTranslation("drain");
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [missed, setMissed] = useState(false);
  const ask = (wish: DrainWish) => {
    setBusy(true);
    setError(null);
    client.drains
      .wish({ id: resource, wish })
      .then(
        ({ heeded }) => setMissed(!heeded),
        (thrown: unknown) => setError(toWireError(thrown)),
      )
      .finally(() => setBusy(false));
  };
  const off = busy || phase === "stopping";
  return (
    <div className="button-row">
      {phase === "paused" ? (
        <Button variant="primary" size="sm" icon={<PlayIcon />} isDisabled={off} onClick={() => ask("go-on")}>
          {t("goOn")}
        </Button>
      ) : (
        <Button
          variant="secondary"
          size="sm"
          icon={<PauseIcon />}
          isDisabled={off}
          onClick={() => ask("pause")}
        >
          {t("pause")}
        </Button>
      )}
      <Button variant="secondary" size="sm" icon={<StopIcon />} isDisabled={off} onClick={() => ask("abort")}>
        {t("abort")}
      </Button>
      <Button variant="secondary" size="sm" isDisabled={off} onClick={() => ask("abort-and-uncordon")}>
        {t("abortAndUncordon")}
      </Button>
      <span className="quiet">{t("abortHint")}</span>
      {missed && <Notice tone="info" title={t("notHeeded")} />}
      {error && <ErrorNotice error={error} />}
    </div>
  );
}
