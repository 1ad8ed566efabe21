import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Preview } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { type SheetRequest, useOverlays } from "../../state/overlays.ts";
import { usePreferences } from "../../state/preferences.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../ErrorNotice.tsx";
import { InputFields } from "./InputFields.tsx";
import { initialValues, inputOf } from "./input.ts";
import { PreviewOfOne } from "./PreviewBody.tsx";
import { PreviewOfMany } from "./PreviewOfMany.tsx";
import { TextField } from "./TextField.tsx";
import { usePreview } from "./use-preview.ts";
import { obstacle } from "./verdict.ts";

const minute = 60_000;

/**
 * The sheet before an action: what will happen, to what, with what proof, what could stop it and how it is undone;
 * then one button that says the verb and the name. A destructive action wants the name typed.
 */
export default function ActionSheet({ request }: { request: SheetRequest }) {
  const { offer, resources } = request;
  const { t } = useTranslation(["actions", "common"]);
  const local = useLocalText();
  const client = useClient();
  const close = useOverlays((overlays) => overlays.closeSheet);
  const openTasks = usePreferences((preferences) => preferences.openTaskPanel);
  const titleId = useId();
  const [values, setValues] = useState(() => ({ ...initialValues(offer.fields), ...request.input }));
  const [reason, setReason] = useState("");
  const [confirmation, setConfirmation] = useState("");
  const [concurrency, setConcurrency] = useState("16");
  const [minutes, setMinutes] = useState(String(minutesFor(resources.length)));
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const input = useMemo(() => {
    const asked = inputOf(offer.fields, values);
    return asked && { ...asked, ...request.given };
  }, [offer, values, request]);
  const { previews, settled, error: previewError, again, skip } = usePreview(request, input);
  const many = resources.length > 1;
  const bulk = many ? bulkOf(concurrency, minutes) : { concurrency: 16, deadline: 10 * minute };
  const inTheWay = obstacle(settled ? previews : null, {
    complete: input !== null && bulk !== null,
    reason,
    confirmation,
  });
  const name = previews?.[0]?.name ?? request.name ?? resources[0] ?? "";
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (inTheWay !== null || starting || input === null || bulk === null) return;
    setStarting(true);
    setError(null);
    try {
      const { task } = await client.actions.start({
        action: offer.id,
        resources: [...resources],
        input,
        reason,
        confirmation,
        ...bulk,
      });
      close();
      if (many) navigate(placeTo("tasks", task));
      else openTasks(true);
    } catch (thrown) {
      setError(toWireError(thrown));
      setStarting(false);
    }
  };
  const verb = local(offer.verb);
  return (
    <Modal
      isOpen
      onClose={close}
      aria-labelledby={titleId}
      className="sheet"
      variant="medium"
      position="top"
      positionOffset="0"
    >
      <ModalHeader
        labelId={titleId}
        title={
          many
            ? t("onMany", { title: local(offer.title), count: resources.length })
            : t("on", { title: local(offer.title), name })
        }
        description={<RiskLine risk={offer.risk} once={offer.effect === "once"} />}
      />
      <ModalBody>
        <form id={`${titleId}-form`} className="sheet-form" onSubmit={start}>
          {offer.fields.length > 0 && <h2>{t("input")}</h2>}
          <InputFields fields={offer.fields} values={values} onChange={setValues} />
          {many && (
            <div className="field-row">
              <TextField label={t("concurrency")} value={concurrency} onChange={setConcurrency} numeric />
              <TextField
                label={`${t("deadline")} (${t("deadlineMinutes")})`}
                value={minutes}
                onChange={setMinutes}
                numeric
              />
            </div>
          )}
          <div aria-live="polite">
            {previewError && <ErrorNotice error={previewError} retry={again} />}
            {input === null && <p className="quiet">{t("fillIn")}</p>}
            {input !== null && previews === null && !previewError && <p className="quiet">{t("looking")}</p>}
            {previews && !settled && (
              <p className="button-row">
                <progress max={resources.length} value={previews.length} aria-label={t("lookedLabel")} />
                <span className="figure">
                  {t("looked", { looked: previews.length, total: resources.length })}
                </span>
                <Button variant="link" isInline onClick={skip}>
                  {t("skipLooking")}
                </Button>
              </p>
            )}
            {previews && settled && previews.length < resources.length && (
              <p className="quiet">{t("unaskedHint", { count: resources.length - previews.length })}</p>
            )}
            {previews && <PreviewBody previews={previews} total={resources.length} />}
          </div>
          {offer.risk !== "safe" && (
            <TextField label={t("reason")} hint={t("reasonHint")} value={reason} onChange={setReason} />
          )}
          <Confirmation previews={previews} value={confirmation} onChange={setConfirmation} />
        </form>
      </ModalBody>
      <ModalFooter className="sheet-foot">
        {error && <ErrorNotice error={error} retry={again} />}
        {inTheWay === "impossible" && <p>{t("blockedImpossible")}</p>}
        {inTheWay === "refused" && <p>{t("blockedGuard")}</p>}
        {inTheWay === "reason" && <p>{t("blockedReason")}</p>}
        <Button
          type="submit"
          form={`${titleId}-form`}
          variant={offer.risk === "destructive" ? "danger" : "primary"}
          isDisabled={inTheWay !== null || starting}
        >
          {starting
            ? t("starting")
            : many
              ? t("primaryMany", { verb, count: resources.length })
              : t("primary", { verb, name })}
        </Button>
        <Button variant="link" onClick={close}>
          {t("common:cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** Minutes that many may take, two for each round of those that go on at once. */
function minutesFor(count: number): number {
  return Math.min(1440, Math.max(10, Math.ceil(count / 16) * 2));
}

/** Concurrency and deadline as main takes them, or null when they are no numbers within bounds. */
function bulkOf(concurrency: string, minutes: string): { concurrency: number; deadline: number } | null {
  const atOnce = Number(concurrency);
  const deadline = Number(minutes.replace(",", ".")) * minute;
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > 256) return null;
  if (!(deadline >= 1000 && deadline <= 86_400_000)) return null;
  return { concurrency: atOnce, deadline: Math.round(deadline) };
}

function RiskLine({ risk, once }: { risk: "safe" | "disruptive" | "destructive"; once: boolean }) {
  const { t } = useTranslation(["actions", "common"]);
  return (
    <span className={`risk risk-${risk}`}>
      <strong>{t(`risk.${risk}`)}</strong> {t(`riskHint.${risk}`)} {once && t("once")}
    </span>
  );
}

function PreviewBody({ previews, total }: { previews: readonly Preview[]; total: number }) {
  const [only] = previews;
  if (!only) return null;
  return total > 1 ? <PreviewOfMany previews={previews} total={total} /> : <PreviewOfOne preview={only} />;
}

function Confirmation({
  previews,
  value,
  onChange,
}: {
  previews: readonly Preview[] | null;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation(["actions", "common"]);
  const expected = previews?.find((preview) => preview.typeToConfirm !== null)?.typeToConfirm;
  if (!expected) return null;
  return <TextField label={t("confirm", { name: expected })} value={value} onChange={onChange} />;
}
