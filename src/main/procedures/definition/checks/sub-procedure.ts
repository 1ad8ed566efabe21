import type { Step, Variable, VariableValue } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { wholePlaceholder } from "../placeholders.ts";
import type { Scope } from "../scope.ts";
import { valueFault } from "../variable-values.ts";
import type { Path } from "./report.ts";
import { checkResource } from "./resource.ts";
import type { Surroundings } from "./surroundings.ts";
import { checkReference } from "./words.ts";

/** A procedure inside a procedure: that it exists, and gets a value for each of its variables. */
export function checkSubProcedure(step: Step, path: Path, scope: Scope, around: Surroundings): void {
  const { report, procedures, unread } = around;
  const id = step.procedure ?? "";
  const inner = Object.hasOwn(procedures, id) ? procedures[id] : undefined;
  if (!inner) {
    if (unread.has(id)) return;
    report.at([...path, "procedure"], {
      message: text(`There is no procedure "${id}".`, `Il n'y a pas de procédure « ${id} ».`),
      expected: text("the identifier of a procedure", "l'identifiant d'une procédure"),
      word: id,
      candidates: Object.keys(procedures),
    });
    return;
  }
  const given = step.with ?? {};
  for (const [name, value] of Object.entries(given)) {
    const place = [...path, "with", name];
    const variable = Object.hasOwn(inner.variables, name) ? inner.variables[name] : undefined;
    if (!variable) {
      report.atKey(place, {
        message: text(
          `The procedure "${id}" has no variable "${name}".`,
          `La procédure « ${id} » n'a pas de variable « ${name} ».`,
        ),
        expected: text("one of its variables", "une de ses variables"),
        word: name,
        candidates: Object.keys(inner.variables),
      });
      continue;
    }
    if (typeof value === "string" && value.includes("${")) {
      checkReference(value, referenceType(variable.type, value, scope), place, scope, report);
      continue;
    }
    const expected = valueFault(variable, value);
    if (!expected) {
      if (variable.type === "resource" || variable.type === "resources") checkNamed(value, place, around);
      continue;
    }
    report.at(place, {
      message: text(`"${name}" does not take this value.`, `« ${name} » n'admet pas cette valeur.`),
      expected,
    });
  }
  for (const [name, variable] of Object.entries(inner.variables)) {
    if (variable.default !== undefined || Object.hasOwn(given, name)) continue;
    report.atKey([...path, "procedure"], {
      message: text(
        `The variable "${name}" of the procedure "${id}" gets no value.`,
        `La variable « ${name} » de la procédure « ${id} » ne reçoit pas de valeur.`,
      ),
      expected: text(`"${name}" under "with"`, `« ${name} » sous « with »`),
    });
  }
}

/** What a placeholder must stand for; whether a choice or text is one of the choices is known once it is planned. */
function referenceType(type: Variable["type"], value: string, scope: Scope): Variable["type"] {
  if (type !== "choice") return type;
  const name = wholePlaceholder(value);
  const found = name && scope.find(name);
  return found && found.kind !== "unknown" && found.type === "choice" ? "choice" : "text";
}

/** The resources of a value, "all" aside. */
function checkNamed(value: VariableValue, path: Path, around: Surroundings): void {
  if (typeof value === "string" && value !== "all") checkResource(value, path, around);
  if (!Array.isArray(value)) return;
  for (const [index, id] of value.entries()) checkResource(id, [...path, index], around);
}
