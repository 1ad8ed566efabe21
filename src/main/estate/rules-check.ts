import { text } from "../../shared/text.ts";
import { type FaultList, pathWords, shown } from "./faults.ts";
import { child, entriesOf, type Located } from "./located.ts";
import type { DeclaredNames } from "./references.ts";

/** A rule is switched off in environments of this estate: one that is misspelt would be watched for all the same. */
export function checkRules(tree: Located, names: DeclaredNames, faults: FaultList): void {
  for (const [rule, { value }] of entriesOf(child(tree, "rules"))) {
    const offIn = child(value, "offIn");
    if (offIn?.kind !== "list") continue;
    for (const [place, item] of offIn.items.entries()) {
      const word = item.kind === "scalar" ? item.value : undefined;
      if (typeof word !== "string" || names.environments.has(word)) continue;
      faults.add({
        at: item.at,
        path: pathWords(["rules", rule, "offIn", place]),
        message: text(
          `"${shown(word)}" is not the name of an environment.`,
          `« ${shown(word)} » n'est pas le nom d'un environnement.`,
        ),
        expected: text(
          "the identifier of an environment of this estate",
          "l'identifiant d'un environnement de ce parc",
        ),
        word,
        candidates: [...names.environments.keys()],
      });
    }
  }
}
