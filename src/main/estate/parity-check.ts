import { text } from "../../shared/text.ts";
import { type FaultList, pathWords, shown } from "./faults.ts";
import { child, type Located, wordAt } from "./located.ts";
import type { DeclaredNames } from "./references.ts";

/** Each parity compares two different sites of this estate, under a name of its own. */
export function checkParities(tree: Located, names: DeclaredNames, faults: FaultList): void {
  const parities = child(tree, "parity");
  if (parities?.kind !== "list") return;
  const taken = new Map<string, number>();
  for (const [index, parity] of parities.items.entries()) {
    checkName(parity, index, taken, faults);
    const sites = child(parity, "sites");
    if (sites?.kind !== "list") continue;
    const words = sites.items.map((item) => (item.kind === "scalar" ? item.value : undefined));
    for (const [place, item] of sites.items.entries()) {
      const word = words[place];
      if (typeof word !== "string") continue;
      const path = pathWords(["parity", index, "sites", place]);
      if (!names.sites.has(word)) {
        faults.add({
          at: item.at,
          path,
          message: text(
            `"${shown(word)}" is not the name of a site.`,
            `« ${shown(word)} » n'est pas le nom d'un site.`,
          ),
          expected: text("the identifier of a site of this estate", "l'identifiant d'un site de ce parc"),
          word,
          candidates: [...names.sites.keys()],
        });
      } else if (words.indexOf(word) < place) {
        faults.add({
          at: item.at,
          path,
          message: text(
            `The site "${shown(word)}" is compared with itself.`,
            `Le site « ${shown(word)} » est comparé à lui-même.`,
          ),
          expected: text("another site", "un autre site"),
        });
      }
    }
  }
}

function checkName(parity: Located, index: number, taken: Map<string, number>, faults: FaultList): void {
  const name = wordAt(parity, "name");
  const at = child(parity, "name")?.at;
  if (name === undefined || at === undefined) return;
  const line = taken.get(name);
  if (line === undefined) {
    taken.set(name, at.line);
    return;
  }
  faults.add({
    at,
    path: pathWords(["parity", index, "name"]),
    message: text(
      `The name "${shown(name)}" is already taken in line ${line}.`,
      `Le nom « ${shown(name)} » est déjà pris à la ligne ${line}.`,
    ),
    expected: text("a name that no other parity has", "un nom qu'aucune autre parité ne porte"),
  });
}
