import { parseDuration } from "../../../shared/estate-words.ts";
import type { Variable } from "../../../shared/procedure.ts";
import { type LocalText, text } from "../../../shared/text.ts";

/**
 * What a value of a variable must be, by its type, limits and choices; null when it is so. Whether resources exist and
 * fit is only known in an estate and is asked by the plan.
 */
export function valueFault(variable: Variable, value: unknown): LocalText | null {
  const { least, most } = variable;
  switch (variable.type) {
    case "text":
      if (typeof value !== "string") return text("text", "du texte");
      return within(value.length, least, most, text("characters", "caractères"));
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) return text("a number", "un nombre");
      return within(value, least, most, null);
    case "boolean":
      return typeof value === "boolean" ? null : text("true or false", "true ou false");
    case "duration":
      return typeof value === "string" && parseDuration(value) !== null
        ? null
        : text('a duration such as "15s", "30m" or "4h"', "une durée telle que « 15s », « 30m » ou « 4h »");
    case "choice": {
      const words = (variable.choices ?? []).map((choice) => choice.value);
      if (typeof value === "string" && words.includes(value)) return null;
      return text(`one of ${words.join(", ")}`, `au choix : ${words.join(", ")}`);
    }
    case "resource":
      return typeof value === "string" && value !== ""
        ? null
        : text("the identifier of a resource", "l'identifiant d'une ressource");
    case "resources":
      return value === "all" || (Array.isArray(value) && value.length > 0 && areDistinct(value))
        ? null
        : text(
            'a list of identifiers of resources, each once, or "all"',
            "une liste d'identifiants de ressources, chacun une fois, ou « all »",
          );
  }
}

function areDistinct(values: readonly unknown[]): boolean {
  return values.every((each) => typeof each === "string") && new Set(values).size === values.length;
}

function within(
  figure: number,
  least: number | undefined,
  most: number | undefined,
  unit: LocalText | null,
): LocalText | null {
  if ((least === undefined || figure >= least) && (most === undefined || figure <= most)) return null;
  const [en, fr] = unit ? [` ${unit.en}`, ` ${unit.fr}`] : ["", ""];
  if (least === undefined) return text(`at most ${most}${en}`, `au plus ${most}${fr}`);
  if (most === undefined) return text(`at least ${least}${en}`, `au moins ${least}${fr}`);
  return text(`${least} to ${most}${en}`, `de ${least} à ${most}${fr}`);
}
