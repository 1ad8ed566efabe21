import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { Plan } from "../../../shared/plan.ts";
import type { VariableValues } from "../../../shared/procedure.ts";
import type { DryStep } from "../../../shared/procedure-calls.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { stepsOf } from "../../state/outside.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { dryTally } from "./dry-tally.ts";
import { PlanView } from "./PlanView.tsx";

/** A plan that was made: the picture of it, a dry run on demand, and its start. `current`: of the values shown now. */
export function Planned({
  plan,
  values,
  typeToConfirm,
  current,
}: {
  plan: Plan;
  values: VariableValues;
  typeToConfirm: string | null;
  current: boolean;
}) {
  const { t } = useTranslation("procedures");
  const dry = useDryRun(plan, values);
  return (
    <>
      <section className="panel" aria-label={t("columns.steps")}>
        <PlanView plan={plan} drySteps={dry.steps ?? []} />
        <div className="button-row">
          <InsideButton
            subject={stepsOf(plan)}
            variant="secondary"
            isDisabled={dry.busy || !current}
            onClick={dry.ask}
          >
            {dry.busy ? t("dry.running") : t("dry.do")}
          </InsideButton>
          <span className="quiet" aria-live="polite">
            {dry.steps ? t("dry.summary", { ...dryTally(plan, dry.steps) }) : t("dry.hint")}
          </span>
        </div>
        {dry.stale && <Notice tone="warning" title={t("dry.stale")} />}
        {dry.error && <ErrorNotice error={dry.error} />}
      </section>
      {current && <Start plan={plan} values={values} typeToConfirm={typeToConfirm} />}
    </>
  );
}

function useDryRun(plan: Plan, values: VariableValues) {
  const client = useClient();
  const [steps, setSteps] = useState<DryStep[] | null>(null);
  const [stale, setStale] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const asked = useRef<AbortController | null>(null);
  useEffect(() => () => asked.current?.abort(), []);
  const ask = async () => {
    const controller = new AbortController();
    asked.current = controller;
    const { signal } = controller;
    setBusy(true);
    setError(null);
    try {
      const request = { procedure: plan.procedure, variables: values };
      const answer = await client.procedures.dryRun(request, { signal });
      setStale(answer.planHash !== plan.hash);
      setSteps(answer.steps);
    } catch (thrown) {
      if (!signal.aborted) setError(toWireError(thrown));
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  };
  return { steps, stale, busy, error, ask };
}

function Start({
  plan,
  values,
  typeToConfirm,
}: {
  plan: Plan;
  values: VariableValues;
  typeToConfirm: string | null;
}) {
  const { t } = useTranslation("procedures");
  const local = useLocalText();
  const client = useClient();
  const id = useId();
  const [reason, setReason] = useState("");
  const [confirmation, setConfirmation] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const ready = typeToConfirm === null || confirmation === typeToConfirm;
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    setError(null);
    try {
      const { run } = await client.procedures.start({
        procedure: plan.procedure,
        variables: values,
        planHash: plan.hash,
        reason,
        confirmation,
      });
      navigate(placeTo("runs", run));
    } catch (thrown) {
      setError(toWireError(thrown));
      setBusy(false);
    }
  };
  return (
    <form className="panel procedure-form" onSubmit={start}>
      <h2>{t("start.title")}</h2>
      <div className="field">
        <label htmlFor={id}>{t("start.reason")}</label>
        <input
          id={id}
          type="text"
          autoComplete="off"
          maxLength={1000}
          aria-describedby={`${id}-hint`}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <p id={`${id}-hint`} className="quiet">
          {t("start.reasonHint")}
        </p>
      </div>
      {typeToConfirm !== null && (
        <div className="field">
          <label htmlFor={`${id}-confirm`}>{t("start.confirm", { name: typeToConfirm })}</label>
          <input
            id={`${id}-confirm`}
            type="text"
            autoComplete="off"
            spellCheck={false}
            value={confirmation}
            onChange={(event) => setConfirmation(event.target.value)}
          />
        </div>
      )}
      {error && <ErrorNotice error={error} />}
      <InsideButton
        subject={stepsOf(plan)}
        type="submit"
        variant={typeToConfirm === null ? "primary" : "danger"}
        isDisabled={busy || !ready}
      >
        {busy ? t("start.starting") : t("start.do", { title: local(plan.title) })}
      </InsideButton>
    </form>
  );
}
