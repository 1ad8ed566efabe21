import type { Variable } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";
import { valueFault } from "../variable-values.ts";
import { checkQuery } from "./query.ts";
import type { Path, Report } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";

/** Words that mean something else in a condition or a placeholder. */
const reserved = ["steps", "fact", "and", "or", "not", "true", "false", "null", "all"];
const queryKeys = ["kinds", "site", "environment", "health", "text", "action"] as const;

/** Whether this word may be the name of a variable or an item; says so at its place when it may not. */
export function checkName(name: string, path: Path, report: Report): void {
  if (!reserved.includes(name)) return;
  report.atKey(path, {
    message: text(
      `"${name}" means something else in conditions and cannot be a name.`,
      `« ${name} » a un autre sens dans les conditions et ne peut pas être un nom.`,
    ),
    expected: text("another name", "un autre nom"),
  });
}

/** What of a variable's keys belong to its type, and whether its default is a value of it. */
export function checkVariable(name: string, variable: Variable, path: Path, around: Surroundings): void {
  const { report } = around;
  checkName(name, path, report);
  checkQuery(variable, path, around);
  const { type } = variable;
  const only = (key: keyof Variable, types: readonly string[]) => {
    if (variable[key] === undefined || types.includes(type)) return;
    report.atKey([...path, key], {
      message: text(
        `A variable of type ${type} has no "${key}".`,
        `Une variable de type ${type} n'a pas de « ${key} ».`,
      ),
      expected: text(
        `"${key}" with the type ${types.join(" or ")}`,
        `« ${key} » avec le type ${types.join(" ou ")}`,
      ),
    });
  };
  only("choices", ["choice"]);
  only("least", ["text", "number"]);
  only("most", ["text", "number"]);
  for (const key of queryKeys) only(key, ["resource", "resources"]);
  if (type === "choice") checkChoices(variable, path, report);
  if (variable.least !== undefined && variable.most !== undefined && variable.least > variable.most) {
    report.at([...path, "most"], {
      message: text('"most" is less than "least".', "« most » est inférieur à « least »."),
      expected: text(`at least ${variable.least}`, `au moins ${variable.least}`),
    });
  }
  const expected = variable.default === undefined ? null : valueFault(variable, variable.default);
  if (!expected) return;
  report.at([...path, "default"], {
    message: text(
      `The default of "${shown(name)}" is not a value of this variable.`,
      `La valeur par défaut de « ${shown(name)} » ne convient pas à cette variable.`,
    ),
    expected,
    ...(type === "choice" && typeof variable.default === "string"
      ? { word: variable.default, candidates: (variable.choices ?? []).map(({ value }) => value) }
      : {}),
  });
}

function checkChoices(variable: Variable, path: Path, report: Report): void {
  if (!variable.choices) {
    report.atKey(path, {
      message: text("A choice needs something to choose from.", "Un choix doit proposer des valeurs."),
      expected: text('"choices", each with a "value"', "« choices », avec une « value » pour chacun"),
    });
    return;
  }
  const seen = new Set<string>();
  for (const [index, { value }] of variable.choices.entries()) {
    if (seen.has(value)) {
      report.at([...path, "choices", index, "value"], {
        message: text(`"${shown(value)}" can be chosen twice.`, `« ${shown(value)} » est proposé deux fois.`),
        expected: text("each value once", "chaque valeur une seule fois"),
      });
    }
    seen.add(value);
  }
}
