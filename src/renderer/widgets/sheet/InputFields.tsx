import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { InputField } from "../../../shared/action.ts";
import { useLocalText } from "../../i18n/index.ts";
import type { FieldValues } from "./input.ts";

/** The fields of an action's input, as the action declares them. */
export function InputFields({
  fields,
  values,
  onChange,
}: {
  fields: readonly InputField[];
  values: FieldValues;
  onChange: (values: FieldValues) => void;
}) {
  return fields.map((field) => (
    <Field
      key={field.name}
      field={field}
      value={values[field.name] ?? ""}
      onChange={(value) => onChange({ ...values, [field.name]: value })}
    />
  ));
}

function Field({
  field,
  value,
  onChange,
}: {
  field: InputField;
  value: string | boolean;
  onChange: (value: string | boolean) => void;
}) {
  const { t } = useTranslation();
  const local = useLocalText();
  const id = useId();
  const label = (
    <label htmlFor={id}>
      {local(field.label)}
      {field.required && field.type !== "boolean" && <span className="quiet"> ({t("required")})</span>}
    </label>
  );
  if (field.type === "boolean") {
    return (
      <div className="field field-check">
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </div>
    );
  }
  const words = String(value);
  const common = { id, required: field.required, value: words };
  return (
    <div className="field">
      {label}
      {field.type === "multiline" ? (
        <textarea
          {...common}
          rows={4}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : field.type === "choice" ? (
        <select {...common} onChange={(event) => onChange(event.target.value)}>
          {!field.required && !field.choices.some((choice) => choice.value === "") && <option value="" />}
          {field.choices.map((choice) => (
            <option key={choice.value} value={choice.value} disabled={choice.unavailable !== undefined}>
              {local(choice.label)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type="text"
          inputMode={field.type === "number" ? "decimal" : "text"}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {field.choices.map(
        ({ value: choice, unavailable }) =>
          unavailable && (
            <p key={choice} className="quiet">
              {local(unavailable)}
            </p>
          ),
      )}
    </div>
  );
}
