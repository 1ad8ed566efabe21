import { parseDuration } from "../../../../shared/estate-words.ts";
import type { Bound, PlanProblem } from "../../../../shared/plan.ts";
import type { Variable, VariableValue, VariableValues } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";
import { valueFault } from "../variable-values.ts";
import type { Bindings, PlanParts, Problems } from "./parts.ts";
import { matches } from "./select.ts";

/** The variables of a procedure with their values. */
export interface BoundVariables {
  bindings: Bindings;
  /** The values in force: defaults written out, "all" as the identifiers that it means now. */
  values: VariableValues;
}

/**
 * Gives each variable its value or its default. What is missing, unknown or does not fit goes to `problems`, at the
 * variable, or at the step `at` whose sub-procedure it is.
 */
export function bindVariables(
  variables: Readonly<Record<string, Variable>>,
  given: VariableValues,
  parts: PlanParts,
  problems: Problems,
  at: PlanProblem["at"] | null = null,
): BoundVariables {
  const bindings: Record<string, Bound> = {};
  const values: VariableValues = {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(variables, name)) continue;
    problems.add(
      at ?? { kind: "variable", name },
      text(
        `The procedure has no variable "${shown(name)}".`,
        `La procédure n'a pas de variable « ${shown(name)} ».`,
      ),
      text("Leave it out.", "Retirez-la."),
    );
  }
  for (const [name, variable] of Object.entries(variables)) {
    const place = at ?? { kind: "variable" as const, name };
    const value = Object.hasOwn(given, name) ? given[name] : variable.default;
    if (value === undefined) {
      problems.add(
        place,
        text(`"${name}" has no value.`, `« ${name} » n'a pas de valeur.`),
        text("Give it one.", "Donnez-lui-en une."),
      );
      continue;
    }
    const bound = bind(name, variable, value, parts, problems, place);
    if (!bound) continue;
    bindings[name] = bound;
    values[name] = bound.kind === "resources" ? [...bound.ids] : value;
  }
  return { bindings, values };
}

function bind(
  name: string,
  variable: Variable,
  value: VariableValue,
  parts: PlanParts,
  problems: Problems,
  at: PlanProblem["at"],
): Bound | null {
  const expected = valueFault(variable, value);
  if (expected) {
    problems.add(
      at,
      text(`"${name}" does not take this value.`, `« ${name} » n'admet pas cette valeur.`),
      text(`Give it ${expected.en}.`, `Donnez-lui ${expected.fr}.`),
    );
    return null;
  }
  if (variable.type === "duration") {
    const words = String(value);
    return { kind: "duration", milliseconds: parseDuration(words) ?? 0, words };
  }
  if (variable.type === "resource") {
    const resource = fitting(String(value), variable, parts, problems, at);
    return resource && { kind: "resource", id: resource.id, name: resource.name };
  }
  if (variable.type !== "resources") return Array.isArray(value) ? null : { kind: "value", value };
  if (value === "all") {
    const all = parts.resources().filter((resource) => matches(variable, resource, parts));
    if (all.length === 0) {
      problems.add(
        at,
        text(`No resource fits "${name}".`, `Aucune ressource ne convient à « ${name} ».`),
        queryWords(variable),
      );
      return null;
    }
    return { kind: "resources", ids: all.map(({ id }) => id) };
  }
  const ids = Array.isArray(value) ? value : [String(value)];
  const found = ids.map((id) => fitting(id, variable, parts, problems, at));
  return found.includes(null) ? null : { kind: "resources", ids };
}

/** The resource, if it is there and is one of those that the variable takes. */
function fitting(
  id: string,
  variable: Variable,
  parts: PlanParts,
  problems: Problems,
  at: PlanProblem["at"],
): Resource | null {
  const resource = parts.resource(id);
  if (!resource) {
    problems.add(
      at,
      text(`There is no resource "${shown(id)}".`, `Il n'y a pas de ressource « ${shown(id)} ».`),
      text("Choose one of the estate's resources.", "Choisissez une ressource du parc."),
    );
    return null;
  }
  if (matches(variable, resource, parts)) return resource;
  problems.add(
    at,
    text(`${resource.name} is none of those that fit here.`, `${resource.name} ne convient pas ici.`),
    queryWords(variable),
  );
  return null;
}

function queryWords({ kinds, site, environment, health, text: part, action }: Variable): LocalText {
  const words = [
    kinds?.join(", "),
    site && `site ${site}`,
    environment && `environment ${environment}`,
    health?.join(", "),
    part && `"${part}"`,
    action && `action ${action}`,
  ].filter((each) => each !== undefined && each !== "");
  return text(`Choose one with: ${words.join("; ")}.`, `Choisissez-en une avec : ${words.join(" ; ")}.`);
}
