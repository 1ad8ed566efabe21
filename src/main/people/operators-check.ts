import type { Estate } from "../../shared/estate.ts";
import { text } from "../../shared/text.ts";
import { type FaultList, type Position, pathWords, shown } from "../estate/faults.ts";
import type { FurtherCheck } from "../estate/load.ts";
import { child, entriesOf, type Located, wordAt } from "../estate/located.ts";
import { advisePeople } from "./operators-advice.ts";
import { isKeyFault, parsePublicKey } from "./public-key.ts";
import { checkTimes } from "./role-times-check.ts";

/**
 * Checks what no schema sees of an estate's operators: keys that can be read and are strong enough, that no key, account
 * or identity stands for two people, for then two signatures would not be two people, and that the sites and
 * environments of their roles are the estate's. What roles give by the time is judged by `clock`, epoch milliseconds.
 */
export function operatorsCheck(clock: () => number): FurtherCheck {
  return (tree, estate, faults) => check(tree, estate, faults, clock());
}

/** The same by this workstation's clock. */
export const checkOperators: FurtherCheck = operatorsCheck(Date.now);

function check(tree: Located, estate: Estate | null, faults: FaultList, now: number): void {
  const keys = new Map<string, Owner>();
  const accounts = new Map<string, Owner>();
  const identities = new Map<string, Owner>();
  const operators = entriesOf(child(tree, "operators"));
  checkAnnounce(tree, faults);
  if (estate !== null) advisePeople(tree, estate, faults, now);
  for (const [id, { value }] of operators) {
    for (const [index, item] of itemsOf(child(value, "keys")).entries()) {
      const path = pathWords(["operators", id, "keys", index]);
      const key = parsePublicKey(item.words);
      if (isKeyFault(key)) {
        faults.add({ at: item.at, path, ...key });
        continue;
      }
      const before = keys.get(key.fingerprint);
      if (before === undefined) keys.set(key.fingerprint, { id, at: item.at });
      else
        faults.add({
          at: item.at,
          path,
          message: text(
            `The key ${key.fingerprint} stands in line ${before.at.line} already, for "${shown(before.id)}".`,
            `La clé ${key.fingerprint} figure déjà à la ligne ${before.at.line}, pour « ${shown(before.id)} ».`,
          ),
          expected: text("a key of this operator alone", "une clé propre à cet opérateur"),
        });
    }
    for (const [index, item] of itemsOf(child(value, "accounts")).entries()) {
      const path = pathWords(["operators", id, "accounts", index]);
      const before = accounts.get(item.words);
      const named = item.words !== id && operators.has(item.words);
      if (before === undefined) accounts.set(item.words, { id, at: item.at });
      if (before === undefined && !named) continue;
      const owner = shown(before?.id ?? item.words);
      faults.add({
        at: item.at,
        path,
        message: text(
          `The account "${shown(item.words)}" stands for the operator "${owner}" already.`,
          `Le compte « ${shown(item.words)} » désigne déjà l'opérateur « ${owner} ».`,
        ),
        expected: text("an account of this operator alone", "un compte propre à cet opérateur"),
      });
    }
    for (const [index, item] of itemsOf(child(value, "identities")).entries()) {
      const before = identities.get(item.words);
      if (before === undefined) identities.set(item.words, { id, at: item.at });
      else
        faults.add({
          at: item.at,
          path: pathWords(["operators", id, "identities", index]),
          message: text(
            `The identity "${shown(item.words)}" stands for the operator "${shown(before.id)}" already.`,
            `L'identité « ${shown(item.words)} » désigne déjà l'opérateur « ${shown(before.id)} ».`,
          ),
          expected: text("an identity of this operator alone", "une identité propre à cet opérateur"),
        });
    }
    checkPlaces(tree, ["operators", id, "roles"], child(value, "roles"), faults);
    checkTimes(id, child(value, "roles"), faults, now);
  }
}

/** A role that names what the estate does not have would be a role for nothing. */
function checkPlaces(
  tree: Located,
  path: readonly PropertyKey[],
  roles: Located | undefined,
  faults: FaultList,
): void {
  if (roles?.kind !== "list") return;
  for (const [index, role] of roles.items.entries()) {
    for (const { key, message, expected } of placeWords) {
      const known = entriesOf(child(tree, key));
      for (const [place, item] of itemsOf(child(role, key)).entries()) {
        if (known.has(item.words)) continue;
        faults.add({
          at: item.at,
          path: pathWords([...path, index, key, place]),
          message: message(shown(item.words)),
          expected,
          word: item.words,
          candidates: [...known.keys()],
        });
      }
    }
  }
}

function checkAnnounce(tree: Located, faults: FaultList): void {
  const announce = child(child(tree, "breakGlass"), "announce");
  if (announce?.kind !== "scalar" || typeof announce.value !== "string") return;
  const hooks = [...entriesOf(child(tree, "systems"))].flatMap(([id, { value }]) =>
    wordAt(value, "type") === "webhook" ? [id] : [],
  );
  if (hooks.includes(announce.value)) return;
  const word = announce.value;
  faults.add({
    at: announce.at,
    path: pathWords(["breakGlass", "announce"]),
    message: text(
      `"${shown(word)}" is not a system of the type webhook.`,
      `« ${shown(word)} » n'est pas un système de type webhook.`,
    ),
    expected: text(
      "the identifier of a webhook system of this estate",
      "l'identifiant d'un système webhook de ce parc",
    ),
    word,
    candidates: hooks,
  });
}

const placeWords = [
  {
    key: "sites",
    message: (word: string) =>
      text(`"${word}" is not the name of a site.`, `« ${word} » n'est pas le nom d'un site.`),
    expected: text("the identifier of a site of this estate", "l'identifiant d'un site de ce parc"),
  },
  {
    key: "environments",
    message: (word: string) =>
      text(
        `"${word}" is not the name of an environment.`,
        `« ${word} » n'est pas le nom d'un environnement.`,
      ),
    expected: text(
      "the identifier of an environment of this estate",
      "l'identifiant d'un environnement de ce parc",
    ),
  },
] as const;

interface Owner {
  id: string;
  at: Position;
}

function itemsOf(node: Located | undefined): { at: Position; words: string }[] {
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item) =>
    item.kind === "scalar" && typeof item.value === "string" ? [{ at: item.at, words: item.value }] : [],
  );
}
