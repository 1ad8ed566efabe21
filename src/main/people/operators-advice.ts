import type { Estate } from "../../shared/estate.ts";
import { grantsAt } from "../../shared/roles.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type FaultList, type Position, pathWords, shown } from "../estate/faults.ts";
import { find, type Located } from "../estate/located.ts";

/**
 * Advises on what is no fault of an estate and yet leaves its people without what they count on: that everybody may do
 * everything, operators who can prove nothing, gates for two that one person alone keeps shut, and break-glass that nobody hears
 * of. Roles count as they stand at `now`, epoch milliseconds.
 */
export function advisePeople(tree: Located, estate: Estate, faults: FaultList, now: number): void {
  const { operators, breakGlass } = estate;
  const all = Object.entries(operators ?? {});
  if (all.length === 0) return;
  const advise = (path: readonly PropertyKey[], message: LocalText, expected: LocalText) => {
    const at: Position = find(tree, path)?.keyAt ?? tree.at;
    faults.advise({ at, path: pathWords(path), message, expected });
  };
  const hasRoles = all.some(([, { roles = [] }]) => roles.length > 0);
  if (!hasRoles) {
    advise(
      ["operators"],
      text(
        "No operator has a role: everybody at a console may do everything.",
        "Aucun opérateur n'a de rôle : quiconque est à une console peut tout faire.",
      ),
      text('"roles" of at least one operator', "« roles » d'au moins un opérateur"),
    );
  }
  for (const [id, { name, keys, identities = [] }] of all) {
    if (keys.length > 0) continue;
    advise(
      ["operators", id],
      identities.length > 0
        ? text(
            `"${shown(name)}" has no key: they can sign no approval.`,
            `« ${shown(name)} » n'a pas de clé : il lui est impossible de signer un accord.`,
          )
        : text(
            `"${shown(name)}" has neither a key nor an identity: they can neither sign in nor sign an approval.`,
            `« ${shown(name)} » n'a ni clé ni identité : il lui est impossible de s'identifier comme de signer un accord.`,
          ),
      text("a public key of theirs", "une clé publique de cette personne"),
    );
  }
  const able = all.filter(
    ([, { keys, roles = [] }]) =>
      keys.length > 0 && (!hasRoles || grantsAt(roles, now).some(({ role }) => role === "approve")),
  );
  if (able.length < 2) {
    const [only] = able;
    advise(
      ["operators"],
      only === undefined
        ? text(
            "No operator can approve: a gate for two people can never be passed.",
            "Aucun opérateur ne peut approuver : un point d'accord à deux personnes ne pourra jamais être franchi.",
          )
        : text(
            `Only "${shown(only[1].name)}" can approve: a gate for two people can never be passed in a run of theirs.`,
            `Seul « ${shown(only[1].name)} » peut approuver : un point d'accord à deux personnes ne pourra jamais être franchi dans une exécution qu'il mène.`,
          ),
      text(
        hasRoles ? 'the role "approve" and a key for two operators' : "a key for two operators",
        hasRoles ? "le rôle « approve » et une clé pour deux opérateurs" : "une clé pour deux opérateurs",
      ),
    );
  }
  if (breakGlass?.allowed === true && breakGlass.announce === undefined) {
    advise(
      ["breakGlass"],
      text(
        "Whoever takes every right is announced to nobody.",
        "Quand quelqu'un prend tous les droits, personne n'en reçoit l'annonce.",
      ),
      text('"announce" with a webhook system', "« announce » avec un système webhook"),
    );
  }
}
