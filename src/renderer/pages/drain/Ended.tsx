import { Button } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { ActionOffer, Task } from "../../../shared/action.ts";
import type { DrainView } from "../../../shared/drain.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useOverlays } from "../../state/overlays.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { OfferButton } from "../../widgets/OfferButton.tsx";
import { TaskTime } from "../../widgets/tasks/TaskLine.tsx";
import { TaskStateLabel } from "../../widgets/tasks/TaskStateLabel.tsx";
import { Holds } from "./Holds.tsx";
import { progressOf } from "./outcomes.ts";
import { PodTable } from "./PodTable.tsx";

/** A drain that is over: what left, what stays and why, and what may come next. */
export function Ended({
  view,
  task,
  name,
  uncordon,
  onAgain,
}: {
  view: DrainView;
  task: Task | null;
  name: string;
  uncordon: ActionOffer | null;
  onAgain: () => void;
}) {
  const { t } = useTranslation("drain");
  const local = useLocalText();
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const { total, gone } = progressOf(view.pods);
  return (
    <>
      <div className="button-row">
        <strong>{t("phase.ended")}</strong>
        {task && <TaskStateLabel state={task.state} />}
        <span className="figure">{t("left", { total, gone })}</span>
        <span className="quiet">{t("stay", { count: view.pods.length - gone })}</span>
        {task && <TaskTime task={task} />}
      </div>
      {task?.outcome && <p>{local(task.outcome)}</p>}
      {task?.error && <ErrorNotice error={task.error} />}
      <div className="button-row">
        {uncordon && (
          <OfferButton
            offer={uncordon}
            onOpen={() => openSheet({ offer: uncordon, resources: [view.resource] })}
          />
        )}
        <Button variant="secondary" size="sm" onClick={onAgain}>
          {t("again")}
        </Button>
        {task && (
          <Button variant="link" size="sm" component="a" href={placeTo("tasks", task.id)}>
            {t("toTask")}
          </Button>
        )}
      </div>
      <Holds view={view} />
      <PodTable view={view} label={t("podsOf", { name })} />
    </>
  );
}
