import type { InputField } from "../../../shared/action.ts";

/** What stands in the sheet's fields: text as typed, so that a half-typed number is no error yet. */
export type FieldValues = Readonly<Record<string, string | boolean>>;

/** What the fields hold at first: what the action proposes, else nothing (a required choice: the first that can be). */
export function initialValues(fields: readonly InputField[]): FieldValues {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.type === "boolean"
        ? field.initial === true
        : field.initial === null
          ? field.required && field.type === "choice"
            ? (field.choices.find(({ unavailable }) => !unavailable)?.value ?? "")
            : ""
          : String(field.initial),
    ]),
  );
}

/**
 * The action's input as main expects it, or null while a required field is empty or a number is none. An empty
 * field that is not required is left out.
 */
export function inputOf(
  fields: readonly InputField[],
  values: FieldValues,
): Record<string, string | number | boolean> | null {
  const input: Record<string, string | number | boolean> = {};
  for (const field of fields) {
    const value = values[field.name] ?? "";
    if (typeof value === "boolean") {
      input[field.name] = value;
    } else if (value.trim() === "") {
      if (field.required) return null;
    } else if (field.type === "number") {
      const number = Number(value.trim().replace(",", "."));
      if (!Number.isFinite(number)) return null;
      input[field.name] = number;
    } else {
      input[field.name] = value;
    }
  }
  return input;
}
