import type { Step } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import type { Named, Scope } from "../scope.ts";
import { checkQuery } from "./query.ts";
import type { Path } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";
import { checkName } from "./variables.ts";
import { checkReference, checkWords } from "./words.ts";

type ForEach = NonNullable<Step["forEach"]>;

/** A list of resources, the name of one of them, and the steps that are done for each (by `checkSteps`). */
export function checkForEach(
  forEach: ForEach,
  path: Path,
  scope: Scope,
  around: Surroundings,
  checkSteps: (steps: readonly Step[], path: Path, scope: Scope, around: Surroundings) => void,
): void {
  const { report } = around;
  const item: Named = { type: "resource" };
  const kinds = checkItems(forEach.in, [...path, "in"], scope, around);
  if (kinds) item.kinds = kinds;
  checkName(forEach.as, [...path, "as"], report);
  if (scope.has(forEach.as)) {
    report.at([...path, "as"], {
      message: text(
        `"${forEach.as}" is already the name of something else here.`,
        `« ${forEach.as} » désigne déjà autre chose ici.`,
      ),
      expected: text("a name of its own", "un nom à part"),
    });
  }
  checkSteps(forEach.steps, [...path, "steps"], scope.with(forEach.as, item), around);
}

function checkItems(items: ForEach["in"], path: Path, scope: Scope, around: Surroundings): Named["kinds"] {
  const { report } = around;
  if (typeof items === "string") {
    const found = checkReference(items, "resources", path, scope, report);
    if (found === "word") {
      report.at(path, {
        message: text("A word is not a list of resources.", "Un mot n'est pas une liste de ressources."),
        expected: text(
          "a placeholder of a variable of type resources, or a query",
          "le paramètre d'une variable de type resources, ou une requête",
        ),
      });
    }
    return found === null || found === "word" ? undefined : found.kinds && [...found.kinds];
  }
  checkWords(items, path, scope, report);
  if (Object.keys(items).length === 0) {
    report.at(path, {
      message: text(
        "An empty query would take every resource of the estate.",
        "Une requête vide prendrait toutes les ressources du parc.",
      ),
      expected: text(
        "what narrows it: kinds, site, environment …",
        "ce qui la restreint : kinds, site, environment…",
      ),
    });
  }
  checkQuery(items, path, around);
  return items.kinds;
}
