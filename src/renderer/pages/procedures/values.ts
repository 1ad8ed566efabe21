import type { Variable, VariableValue, VariableValues } from "../../../shared/procedure.ts";

/** What stands in a form: text as typed, a tick, or resources by identifier. */
export type Typed = string | boolean | readonly string[];
export type TypedValues = Readonly<Record<string, Typed>>;

/** What the form holds at first: what the link to it says, the defaults, else nothing. */
export function initialValues(
  variables: Readonly<Record<string, Variable>>,
  link: URLSearchParams = new URLSearchParams(),
): TypedValues {
  return Object.fromEntries(
    Object.entries(variables).map(([name, { type, default: preset }]): [string, Typed] => {
      const said = link.getAll(name);
      if (type === "resources" && said.length > 0) return [name, said.includes("all") ? "all" : said];
      if (type === "boolean" && said.length > 0) return [name, said[0] === "true"];
      if (said[0] !== undefined) return [name, said[0]];
      if (type === "boolean") return [name, preset === true];
      if (type === "resources") return [name, preset === "all" || Array.isArray(preset) ? preset : []];
      return [name, preset === undefined || Array.isArray(preset) ? "" : String(preset)];
    }),
  );
}

/**
 * The values as main takes them, and the names of the variables that must be given and are not. What is empty is left
 * out, so that its default holds; a number that is none stays words, and the plan says what is wrong with it.
 */
export function valuesOf(
  variables: Readonly<Record<string, Variable>>,
  typed: TypedValues,
): { values: VariableValues; missing: string[] } {
  const values: Record<string, VariableValue> = {};
  const missing: string[] = [];
  for (const [name, variable] of Object.entries(variables)) {
    const value = givenValue(variable, typed[name] ?? "");
    if (value !== null) values[name] = value;
    else if (variable.default === undefined) missing.push(name);
  }
  return { values, missing };
}

function givenValue({ type }: Variable, typed: Typed): VariableValue | null {
  if (typeof typed === "boolean") return typed;
  if (typeof typed !== "string") return typed.length === 0 ? null : [...typed];
  const words = typed.trim();
  if (words === "") return null;
  const number = Number(words.replace(",", "."));
  return type === "number" && Number.isFinite(number) ? number : words;
}
