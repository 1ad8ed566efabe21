import "../../styles/procedures.css";
import { Button } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { VariableValues } from "../../../shared/procedure.ts";
import type { JudgedPlan, ListedProcedure } from "../../../shared/procedure-calls.ts";
import { useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useClient, useLive } from "../../state/live.ts";
import { placeTo, usePlace } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { Planned } from "./Planned.tsx";
import { PlanRights } from "./PlanRights.tsx";
import { useStepWords, VariableFields } from "./VariableFields.tsx";
import { initialValues, type TypedValues, valuesOf } from "./values.ts";

const open = (client: Client, signal: AbortSignal) => client.procedures.list(undefined, { signal });

/** One procedure before it is run: its values, then the plan made of them, a dry run, and the start. */
export default function Prepare({ id }: { id: string }) {
  const { t } = useTranslation(["procedures", "common"]);
  const { value, error, retry } = useLive(open);
  const procedure = value?.procedures.find((each) => each.id === id);
  return (
    <div className="page">
      {error && <ErrorNotice error={error} retry={retry} />}
      {procedure && <Form procedure={procedure} />}
      {!procedure && (
        <>
          <h1>{id}</h1>
          <p>{value ? t("gone") : t("common:loading")}</p>
          <p>
            <a href={placeTo("procedures")}>{t("all")}</a>
          </p>
        </>
      )}
    </div>
  );
}

interface Made {
  answer: JudgedPlan;
  values: VariableValues;
  /** The form when the plan was made, to see whether it has changed since. */
  form: string;
}

function Form({ procedure }: { procedure: ListedProcedure }) {
  const { id, variables } = procedure;
  const { t } = useTranslation("procedures");
  const local = useLocalText();
  const words = useStepWords();
  const client = useClient();
  const { query } = usePlace();
  const [typed, setTyped] = useState<TypedValues>(() => initialValues(variables, query));
  const [made, setMade] = useState<Made | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const { values, missing } = valuesOf(variables, typed);
  const form = JSON.stringify(values);
  const titleOf = (name: string) => {
    const title = variables[name]?.title;
    return title === undefined ? name : words(title);
  };
  const plan = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || missing.length > 0) return;
    setBusy(true);
    setError(null);
    try {
      setMade({ answer: await client.procedures.plan({ procedure: id, variables: values }), values, form });
    } catch (thrown) {
      setMade(null);
      setError(toWireError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const problems = made?.form === form ? made.answer.problems : [];
  const atVariables = new Map(
    problems.flatMap(({ at, message, hint }): [string, string][] =>
      at.kind === "variable" ? [[at.name, `${local(message)} ${local(hint)}`]] : [],
    ),
  );
  return (
    <>
      <header className="resource-title">
        <h1>{local(procedure.title)}</h1>
        <a href={placeTo("procedures")}>{t("all")}</a>
      </header>
      {procedure.description && <p>{local(procedure.description)}</p>}
      {procedure.unavailable && <Notice tone="warning" title={local(procedure.unavailable)} />}
      <form className="panel procedure-form" onSubmit={plan}>
        <h2>{t("values")}</h2>
        {Object.keys(variables).length === 0 && <p className="quiet">{t("noValues")}</p>}
        <VariableFields variables={variables} values={typed} problems={atVariables} onChange={setTyped} />
        {missing.length > 0 && (
          <p className="quiet">{t("missing", { names: missing.map(titleOf).join(", ") })}</p>
        )}
        <Button type="submit" variant="primary" isDisabled={busy || missing.length > 0}>
          {busy ? t("planning") : t("makePlan")}
        </Button>
      </form>
      <div aria-live="polite">
        {error && <ErrorNotice error={error} />}
        {problems.length > 0 && (
          <Notice tone="warning" title={t("problems")}>
            <ul>
              {problems.map(({ at, message, hint }) => (
                <li key={JSON.stringify([at, message.en])}>
                  <strong>{at.kind === "variable" ? titleOf(at.name) : at.id}</strong> {local(message)}{" "}
                  {local(hint)}
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {made && made.form !== form && <Notice tone="info" title={t("changed")} />}
      </div>
      {made?.answer.rights && made.form === form && <PlanRights rights={made.answer.rights} />}
      {made?.answer.plan && (
        <Planned
          key={made.answer.plan.hash}
          plan={made.answer.plan}
          values={made.values}
          typeToConfirm={made.answer.typeToConfirm}
          current={made.form === form}
        />
      )}
    </>
  );
}
