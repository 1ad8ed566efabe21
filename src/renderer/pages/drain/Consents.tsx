import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { InputField } from "../../../shared/action.ts";
import type { DrainLoss, DrainPod } from "../../../shared/drain.ts";
import { useLocalText } from "../../i18n/index.ts";
import { InputFields } from "../../widgets/sheet/InputFields.tsx";
import type { FieldValues } from "../../widgets/sheet/input.ts";
import { countLosses } from "./outcomes.ts";

const lossOf: Readonly<Record<string, DrainLoss>> = { localData: "local-data", unmanaged: "unmanaged" };

/** What the drain needs to know: what may be lost, each with the number of pods that it concerns, then the rest. */
export function Consents({
  fields,
  values,
  onChange,
  pods,
}: {
  fields: readonly InputField[];
  values: FieldValues;
  onChange: (values: FieldValues) => void;
  pods: readonly DrainPod[];
}) {
  const counts = countLosses(pods);
  const asked = fields.filter(({ name }) => lossOf[name] !== undefined);
  return (
    <>
      {asked.map((field) => {
        const loss = lossOf[field.name];
        return (
          <Consent
            key={field.name}
            field={field}
            count={loss === undefined ? 0 : counts[loss]}
            checked={values[field.name] === true}
            onChange={(checked) => onChange({ ...values, [field.name]: checked })}
          />
        );
      })}
      <InputFields
        fields={fields.filter((field) => !asked.includes(field))}
        values={values}
        onChange={onChange}
      />
    </>
  );
}

function Consent({
  field,
  count,
  checked,
  onChange,
}: {
  field: InputField;
  count: number;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const { t } = useTranslation("drain");
  const local = useLocalText();
  const id = useId();
  return (
    <div className="field field-check">
      <input id={id} type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id}>
        {local(field.label)}{" "}
        <span className={count > 0 ? "figure" : "figure quiet"}>({t("pods", { count })})</span>
      </label>
    </div>
  );
}
