import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, useCallback, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { PraPrepared, PraView, PraWay } from "../../../shared/pra.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { stepsOf } from "../../state/outside.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { TextField } from "../../widgets/sheet/TextField.tsx";
import type { Mode } from "./BeginButtons.tsx";
import { AskedPeople, DataLoss, InTheWay, WhatHappens } from "./BeginWords.tsx";
import { useModeWords } from "./mode-words.ts";
import { PlanProblems } from "./PlanProblems.tsx";
import { Rehearsed } from "./Rehearsed.tsx";
import { RehearsedWay } from "./RehearsedWay.tsx";

/**
 * The sheet before a plan is gone through: what will happen phase by phase, what could stop it, what each application
 * would lose, and who must agree; then one button that says the verb. What destroys wants a name typed.
 */
export function BeginSheet({ view, mode, onClose }: { view: PraView; mode: Mode; onClose: () => void }) {
  const { t } = useTranslation(["pra", "common"]);
  const modeWords = useModeWords();
  const local = useLocalText();
  const client = useClient();
  const id = useId();
  const [way, setWay] = useState<PraWay>("planned");
  const shown = way === "planned" ? mode.mode : way;
  const { prepared, error: planError, again } = usePrepared(view.id, mode.direction, shown);
  const [reason, setReason] = useState("");
  const [confirmation, setConfirmation] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [rehearsal, setRehearsal] = useState<string | null>(null);
  const name = modeWords(mode);
  const reads = mode.mode === "rehearsal";
  const plan = prepared?.plan ?? null;
  const typeToConfirm = reads ? null : (prepared?.typeToConfirm ?? null);
  const confirmed = typeToConfirm === null || confirmation === typeToConfirm;
  const ready = mode.unavailable === null && (reads || (plan !== null && confirmed));
  const begin = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    setError(null);
    const request = { plan: view.id, direction: mode.direction };
    try {
      if (reads) {
        setRehearsal((await client.pra.rehearse({ ...request, way })).rehearsal);
        setBusy(false);
        return;
      }
      if (plan === null) return;
      const { run } = await client.pra.start({
        ...request,
        mode: mode.mode,
        planHash: plan.hash,
        reason,
        confirmation,
      });
      onClose();
      navigate(placeTo("pra", "run", run));
    } catch (thrown) {
      setError(toWireError(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal
      isOpen
      onClose={onClose}
      aria-labelledby={id}
      className="sheet"
      variant="medium"
      position="top"
      positionOffset="0"
    >
      <ModalHeader
        labelId={id}
        title={t("sheet.title", { mode: name, plan: local(view.title) })}
        description={t(`modeHint.${mode.mode}`)}
      />
      <ModalBody>
        <form id={`${id}-form`} className="sheet-form" onSubmit={begin}>
          {mode.unavailable && (
            <Notice tone="warning" title={t("unavailable", { why: local(mode.unavailable) })} />
          )}
          {mode.warning && <Notice tone="warning" title={local(mode.warning)} />}
          {reads && rehearsal === null && <RehearsedWay way={way} onChange={setWay} isDisabled={busy} />}
          <div aria-live="polite">
            {planError && <ErrorNotice error={planError} retry={again} />}
            {!prepared && !planError && <p className="quiet">{t("sheet.looking")}</p>}
            {prepared && <PlanProblems problems={prepared.problems} />}
          </div>
          {plan && <WhatHappens plan={plan} />}
          <InTheWay checks={view.readiness.checks} direction={mode.direction} />
          <DataLoss applications={view.applications} mode={mode.mode} />
          {plan && !reads && <AskedPeople plan={plan} />}
          {rehearsal === null && !reads && plan && (
            <>
              <h2>{t("begin")}</h2>
              <TextField
                label={t("sheet.reason")}
                hint={t("sheet.reasonHint")}
                value={reason}
                onChange={setReason}
              />
              {typeToConfirm !== null && (
                <TextField
                  label={t("sheet.confirm", { name: typeToConfirm })}
                  value={confirmation}
                  onChange={setConfirmation}
                />
              )}
            </>
          )}
        </form>
      </ModalBody>
      <ModalFooter className="sheet-foot">
        {error && <ErrorNotice error={error} retry={again} />}
        {rehearsal !== null && <Rehearsed passages={view.passages} id={rehearsal} />}
        {rehearsal === null && (
          <InsideButton
            subject={plan ? stepsOf(plan) : { of: "steps", steps: [] }}
            type="submit"
            form={`${id}-form`}
            variant={mode.mode === "disaster" ? "danger" : "primary"}
            isDisabled={busy || !ready}
          >
            {busy ? t("sheet.starting") : name}
          </InsideButton>
        )}
        <Button variant="link" onClick={onClose}>
          {rehearsal === null ? t("common:cancel") : t("sheet.close")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** The plan of a mode, made when the sheet is opened and again on demand. */
function usePrepared(plan: string, direction: Mode["direction"], mode: Mode["mode"]) {
  const client = useClient();
  const [prepared, setPrepared] = useState<PraPrepared | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const prepare = useCallback(
    (signal: AbortSignal) => {
      setError(null);
      client.pra.prepare({ plan, mode, direction }, { signal }).then(setPrepared, (thrown: unknown) => {
        if (!signal.aborted) setError(toWireError(thrown));
      });
    },
    [client, plan, mode, direction],
  );
  useEffect(() => {
    const controller = new AbortController();
    prepare(controller.signal);
    return () => controller.abort();
  }, [prepare]);
  return { prepared, error, again: () => prepare(new AbortController().signal) };
}
