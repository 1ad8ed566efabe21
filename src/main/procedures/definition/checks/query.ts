import type { ResourceQuery } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";
import { unknownAction } from "./input.ts";
import type { Path } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";

const nouns = {
  site: text("a site", "un site"),
  environment: text("an environment", "un environnement"),
};

/** What a query names must be in the estate, or it would quietly find nothing. */
export function checkQuery(
  query: ResourceQuery,
  path: Path,
  { report, catalogue, places }: Surroundings,
): void {
  if (query.action !== undefined && catalogue && !catalogue.has(query.action)) {
    report.at([...path, "action"], unknownAction(query.action, catalogue.keys()));
  }
  for (const key of ["site", "environment"] as const) {
    const word = query[key];
    const known = places?.[key];
    if (word === undefined || !known || word.includes("${") || known.includes(word)) continue;
    report.at([...path, key], {
      message: text(
        `"${shown(word)}" is not the name of ${nouns[key].en}.`,
        `« ${shown(word)} » n'est pas le nom d'${nouns[key].fr}.`,
      ),
      expected: text(
        `the identifier of ${nouns[key].en} of this estate`,
        `l'identifiant d'${nouns[key].fr} de ce parc`,
      ),
      word,
      candidates: known,
    });
  }
}
