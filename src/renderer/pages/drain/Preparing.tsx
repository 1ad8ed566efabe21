import { Button } from "@patternfly/react-core";
import { type FormEvent, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer, Task } from "../../../shared/action.ts";
import type { DrainView } from "../../../shared/drain.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { type FieldValues, initialValues, inputOf } from "../../widgets/sheet/input.ts";
import { PreviewSurety, ProbeLine } from "../../widgets/sheet/PreviewBody.tsx";
import { TextField } from "../../widgets/sheet/TextField.tsx";
import { usePreview } from "../../widgets/sheet/use-preview.ts";
import { obstacle } from "../../widgets/sheet/verdict.ts";
import { TaskStateLabel } from "../../widgets/tasks/TaskStateLabel.tsx";
import { Consents } from "./Consents.tsx";
import { Holds } from "./Holds.tsx";
import { PodTable } from "./PodTable.tsx";

/**
 * Before a drain: what would happen to each pod, what a person has to allow, what could stop it, and the button. It is
 * asked anew with every answer, and again by itself while nothing could be started.
 */
export function Preparing({
  resource,
  name,
  offer: current,
  view,
  tasks,
}: {
  resource: string;
  name: string;
  offer: ActionOffer;
  view: DrainView | null;
  /** The drains of this node, newest first. */
  tasks: readonly Task[];
}) {
  const { t } = useTranslation(["drain", "actions"]);
  const local = useLocalText();
  const client = useClient();
  // An offer is told anew with every change of the node; what is previewed is the one that was found.
  const [offer] = useState(current);
  const request = useMemo(() => ({ offer, resources: [resource] }), [offer, resource]);
  const [values, setValues] = useState<FieldValues>(() => initialValues(offer.fields));
  const [reason, setReason] = useState("");
  const [confirmation, setConfirmation] = useState("");
  const [started, setStarted] = useState<string | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const formId = useId();
  const input = useMemo(() => inputOf(offer.fields, values), [offer, values]);
  const { previews, error: previewError, again } = usePreview(request, input);
  const preview = previews?.[0] ?? null;
  const inTheWay = obstacle(previews, { complete: input !== null, reason, confirmation });
  const mine = tasks.find(({ id }) => id === started);
  const starting = started !== null && (mine === undefined || mine.endedAt === null);
  const last = mine ?? tasks[0];
  const shown = view?.phase === "preview" ? view : null;
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (inTheWay !== null || starting || input === null) return;
    setError(null);
    setStarted("");
    try {
      const asked = { action: offer.id, resources: [resource], input, reason, confirmation };
      setStarted((await client.actions.start(asked)).task);
    } catch (thrown) {
      setStarted(null);
      setError(toWireError(thrown));
    }
  };
  return (
    <div className="drain-columns">
      <div className="drain-main">
        {shown && <Holds view={shown} />}
        {shown && <PodTable view={shown} label={t("podsOf", { name })} />}
        {!shown && !previewError && <p className="quiet">{t("actions:looking")}</p>}
      </div>
      <aside className="panel drain-side" aria-label={t("begin")}>
        <form id={formId} onSubmit={start}>
          <Consents fields={offer.fields} values={values} onChange={setValues} pods={shown?.pods ?? []} />
          {offer.risk !== "safe" && (
            <TextField
              label={t("actions:reason")}
              hint={t("actions:reasonHint")}
              value={reason}
              onChange={setReason}
            />
          )}
          {preview?.typeToConfirm && (
            <TextField
              label={t("actions:confirm", { name: preview.typeToConfirm })}
              value={confirmation}
              onChange={setConfirmation}
            />
          )}
        </form>
        <div aria-live="polite" className="drain-verdict">
          {previewError && <ErrorNotice error={previewError} retry={again} />}
          {input === null && <p className="quiet">{t("actions:fillIn")}</p>}
          {input !== null && previews === null && !previewError && (
            <p className="quiet">{t("actions:looking")}</p>
          )}
          {preview && <ProbeLine preview={preview} />}
        </div>
        {error && <ErrorNotice error={error} retry={again} />}
        {current.unavailable && <p>{local(current.unavailable)}</p>}
        {inTheWay === "impossible" && <p>{t("actions:blockedImpossible")}</p>}
        {inTheWay === "refused" && <p>{t("actions:blockedGuard")}</p>}
        {inTheWay === "reason" && <p>{t("actions:blockedReason")}</p>}
        <div className="button-row">
          <Button
            type="submit"
            form={formId}
            variant="primary"
            isDisabled={inTheWay !== null || starting || current.unavailable !== null}
          >
            {starting ? t("actions:starting") : t("actions:primary", { verb: local(offer.verb), name })}
          </Button>
          <Button variant="link" size="sm" isDisabled={previews === null && !previewError} onClick={again}>
            {t("lookAgain")}
          </Button>
        </div>
        {last && <LastDrain task={last} />}
        {preview && <PreviewSurety preview={preview} />}
      </aside>
    </div>
  );
}

/** How the drain before this one ended. */
function LastDrain({ task }: { task: Task }) {
  const { t } = useTranslation("drain");
  const local = useLocalText();
  const words = task.error?.message ?? task.outcome;
  return (
    <p>
      <span className="quiet">{t("lastDrain")}</span> <TaskStateLabel state={task.state} />{" "}
      <a href={placeTo("tasks", task.id)}>{words ? local(words) : t("toTask")}</a>
    </p>
  );
}
