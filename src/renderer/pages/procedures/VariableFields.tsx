import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { StepWords, Variable } from "../../../shared/procedure.ts";
import { sameText } from "../../../shared/text.ts";
import { useLocalText } from "../../i18n/index.ts";
import { ResourcePicker } from "./ResourcePicker.tsx";
import type { Typed, TypedValues } from "./values.ts";

/** Words of a definition, which has them for both languages or in each. */
export function useStepWords(): (words: StepWords) => string {
  const local = useLocalText();
  return (words) => local(typeof words === "string" ? sameText(words) : words);
}

/** A field for each variable of a procedure, by its type. `problems` stand beside the variable that they are about. */
export function VariableFields({
  variables,
  values,
  problems,
  onChange,
}: {
  variables: Readonly<Record<string, Variable>>;
  values: TypedValues;
  problems: ReadonlyMap<string, string>;
  onChange: (values: TypedValues) => void;
}) {
  return Object.entries(variables).map(([name, variable]) => (
    <Field
      key={name}
      name={name}
      variable={variable}
      value={values[name] ?? ""}
      problem={problems.get(name) ?? null}
      onChange={(value) => onChange({ ...values, [name]: value })}
    />
  ));
}

function Field({
  name,
  variable,
  value,
  problem,
  onChange,
}: {
  name: string;
  variable: Variable;
  value: Typed;
  problem: string | null;
  onChange: (value: Typed) => void;
}) {
  const { t } = useTranslation(["procedures", "common"]);
  const words = useStepWords();
  const id = useId();
  const title = variable.title === undefined ? name : words(variable.title);
  const hints = [variable.description && words(variable.description), useBounds(variable)].filter(Boolean);
  const described = hints.length > 0 || problem !== null;
  const label = (
    <>
      {title}
      {variable.default === undefined && <span className="quiet"> ({t("common:required")})</span>}
    </>
  );
  const common = { id, "aria-describedby": described ? `${id}-hint` : undefined };
  const invalid = problem !== null;
  let control: ReactNode;
  if (variable.type === "resource" || variable.type === "resources") {
    return (
      <fieldset className="field" aria-describedby={common["aria-describedby"]}>
        <legend>{label}</legend>
        <ResourcePicker
          title={title}
          variable={variable}
          value={typeof value === "boolean" ? "" : value}
          onChange={onChange}
        />
        <Remarks id={`${id}-hint`} hints={hints} problem={problem} />
      </fieldset>
    );
  }
  if (variable.type === "boolean") {
    return (
      <div className="field">
        <div className="field-check">
          <input
            {...common}
            type="checkbox"
            checked={value === true}
            onChange={(event) => onChange(event.target.checked)}
          />
          <label htmlFor={id}>{title}</label>
        </div>
        <Remarks id={`${id}-hint`} hints={hints} problem={problem} />
      </div>
    );
  }
  if (variable.type === "choice") {
    control = (
      <select {...common} value={String(value)} onChange={(event) => onChange(event.target.value)}>
        {variable.default === undefined && <option value="">{t("resources.choose")}</option>}
        {variable.choices?.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title === undefined ? choice.value : words(choice.title)}
          </option>
        ))}
      </select>
    );
  } else {
    control = (
      <input
        {...common}
        type="text"
        inputMode={variable.type === "number" ? "decimal" : "text"}
        autoComplete="off"
        spellCheck={false}
        maxLength={2000}
        aria-invalid={invalid}
        value={String(value)}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {control}
      <Remarks id={`${id}-hint`} hints={hints} problem={problem} />
    </div>
  );
}

function useBounds({ type, least, most }: Variable): string {
  const { t } = useTranslation("procedures");
  const parts = [
    type === "number" ? t("typed.number") : type === "duration" ? t("typed.duration") : "",
    type === "number" && least !== undefined ? t("typed.least", { least }) : "",
    type === "number" && most !== undefined ? t("typed.most", { most }) : "",
  ];
  return parts.filter(Boolean).join(", ");
}

function Remarks({
  id,
  hints,
  problem,
}: {
  id: string;
  hints: readonly (string | undefined)[];
  problem: string | null;
}) {
  if (hints.length === 0 && problem === null) return null;
  return (
    <div id={id}>
      {hints.map((hint) => (
        <p key={hint} className="quiet">
          {hint}
        </p>
      ))}
      {problem !== null && <p className="guard-refused">{problem}</p>}
    </div>
  );
}
