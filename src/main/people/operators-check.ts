import { text } from "../../shared/text.ts";
import { type Position, pathWords, shown } from "../estate/faults.ts";
import type { FurtherCheck } from "../estate/load.ts";
import { child, entriesOf, type Located } from "../estate/located.ts";
import { isKeyFault, parsePublicKey } from "./public-key.ts";

/**
 * Checks what no schema sees of an estate's operators: keys that can be read and are strong enough, and that no key and no
 * account stands for two people, for then two signatures would not be two people.
 */
export const checkOperators: FurtherCheck = (tree, _estate, faults) => {
  const keys = new Map<string, Owner>();
  const accounts = new Map<string, Owner>();
  const operators = entriesOf(child(tree, "operators"));
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
  }
};

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
