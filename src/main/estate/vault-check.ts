import { text } from "../../shared/text.ts";
import { type FaultList, pathWords, shown } from "./faults.ts";
import { child, type Entry, entriesOf, type Located, wordAt } from "./located.ts";
import type { DeclaredNames } from "./references.ts";

/** Whatever names a Vault names one of this estate, and at most one of them is where `vault:` references are read. */
export function checkVaults(tree: Located, names: DeclaredNames, faults: FaultList): void {
  const vaults = new Map([...names.systems].filter(([, { value }]) => wordAt(value, "type") === "vault"));
  const candidates = [...vaults.keys()];
  const check = (node: Located | undefined, path: readonly PropertyKey[]) => {
    const value = child(node, "vault");
    const word = wordAt(node, "vault");
    if (!value || word === undefined || vaults.has(word)) return;
    const other = names.systems.get(word);
    faults.add({
      at: value.at,
      path: pathWords([...path, "vault"]),
      message: other
        ? text(
            `The system "${shown(word)}" is not a Vault.`,
            `Le système « ${shown(word)} » n'est pas un Vault.`,
          )
        : text(
            `"${shown(word)}" is not the name of a Vault.`,
            `« ${shown(word)} » n'est pas le nom d'un Vault.`,
          ),
      expected: text(
        "the identifier of a system of type vault of this estate",
        "l'identifiant d'un système de type vault de ce parc",
      ),
      // What is another system was not mistyped.
      ...(!other && { word, candidates }),
    });
  };
  for (const [node, path] of loginPlaces(names)) {
    const list = child(node, "authentication");
    if (list?.kind !== "list") continue;
    for (const [index, way] of list.items.entries())
      check(child(way, "certificate"), [...path, "authentication", index, "certificate"]);
  }
  check(child(child(tree, "certificates"), "signer"), ["certificates", "signer"]);
  checkMarks(vaults, faults);
}

/** Where ways to log in may stand: at hops, at systems, and at what a system declares by name. */
function* loginPlaces(names: DeclaredNames): Generator<[Located, readonly PropertyKey[]]> {
  for (const [id, { value }] of names.hops) yield [value, ["reach", "hops", id]];
  for (const [id, { value: system }] of names.systems) {
    yield [system, ["systems", id]];
    for (const [key, { value: named }] of entriesOf(system))
      for (const [name, { value }] of entriesOf(named)) yield [value, ["systems", id, key, name]];
  }
}

function checkMarks(vaults: ReadonlyMap<string, Entry>, faults: FaultList): void {
  let first: string | null = null;
  for (const [id, { value }] of vaults) {
    const mark = child(value, "references");
    if (mark?.kind !== "scalar" || mark.value !== true) continue;
    if (first === null) {
      first = id;
      continue;
    }
    faults.add({
      at: mark.at,
      path: pathWords(["systems", id, "references"]),
      message: text(
        `References are read from the Vault "${shown(first)}" already.`,
        `Les références sont déjà lues dans le Vault « ${shown(first)} ».`,
      ),
      expected: text(
        '"references: true" at one Vault of the estate only',
        "« references: true » pour un seul Vault du parc",
      ),
    });
  }
}
