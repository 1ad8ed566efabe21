import { text } from "../../shared/text.ts";
import { type FaultList, pathWords, shown } from "./faults.ts";
import { child, type Located, wordAt } from "./located.ts";
import { checkParities } from "./parity-check.ts";
import {
  checkCycles,
  checkDuplicates,
  checkReferences,
  type DeclaredNames,
  declaredNames,
} from "./references.ts";
import { checkRules } from "./rules-check.ts";
import { checkVaults } from "./vault-check.ts";

/** What no schema of one value can see. Works on the file's own words, so that all faults come at once. */
export function crossCheck(tree: Located, faults: FaultList): void {
  const names = declaredNames(tree);
  checkReferences(names, faults);
  checkDuplicates(names, faults);
  checkCycles(names, faults);
  checkLogins(names, faults);
  checkMachinePasswords(names, faults);
  checkHostKeys(names, faults);
  checkTimeZones(names, faults);
  checkReservedSystems(names, faults);
  checkParities(tree, names, faults);
  checkRules(tree, names, faults);
  checkVaults(tree, names, faults);
}

/** Names under which the console itself declares resources: the sites, and the hops shown as hosts. */
const reservedSystems = new Set(["estate", "bounces", "shown-certificates", "signed-keys"]);

function checkReservedSystems(names: DeclaredNames, faults: FaultList): void {
  for (const [id, { keyAt }] of names.systems) {
    if (!reservedSystems.has(id)) continue;
    faults.add({
      at: keyAt,
      path: pathWords(["systems", id]),
      message: text(
        `The name "${id}" is kept for the console's own use.`,
        `Le nom « ${id} » est réservé à l'usage de la console.`,
      ),
      expected: text("another name for the system", "un autre nom pour le système"),
    });
  }
}

/** Each host needs a user and a way to log in, its own or its system's. */
function checkLogins(names: DeclaredNames, faults: FaultList): void {
  for (const host of names.hosts) {
    const defaults = names.systems.get(host.system)?.value;
    if (host.entry.value.kind !== "map") continue;
    const has = (key: string) =>
      child(host.entry.value, key) !== undefined || child(defaults, key) !== undefined;
    const id = shown(host.id);
    if (!has("user")) {
      faults.add({
        at: host.entry.keyAt,
        path: pathWords(host.path),
        message: text(
          `The host "${id}" has no user to log in as.`,
          `L'hôte « ${id} » n'a pas d'utilisateur.`,
        ),
        expected: text(
          `"user" here or in the system "${shown(host.system)}"`,
          `« user » ici ou dans le système « ${shown(host.system)} »`,
        ),
      });
    }
    if (!has("authentication")) {
      faults.add({
        at: host.entry.keyAt,
        path: pathWords(host.path),
        message: text(
          `The host "${id}" has no way to log in.`,
          `L'hôte « ${id} » n'a aucun moyen d'authentification.`,
        ),
        expected: text(
          `"authentication" here or in the system "${shown(host.system)}"`,
          `« authentication » ici ou dans le système « ${shown(host.system)} »`,
        ),
      });
    }
  }
}

/** Each machine with AMT needs a password, its own or its system's. */
function checkMachinePasswords(names: DeclaredNames, faults: FaultList): void {
  for (const { id, system, path, entry } of names.machines) {
    const defaults = names.systems.get(system)?.value;
    if (entry.value.kind !== "map" || child(entry.value, "password") || child(defaults, "password")) continue;
    faults.add({
      at: entry.keyAt,
      path: pathWords(path),
      message: text(
        `The machine "${shown(id)}" has no AMT password.`,
        `La machine « ${shown(id)} » n'a pas de mot de passe AMT.`,
      ),
      expected: text(
        `"password" here or in the system "${shown(system)}"`,
        `« password » ici ou dans le système « ${shown(system)} »`,
      ),
    });
  }
}

/** A well-formed fingerprint that no key can have: 43 base64 letters hold 258 bits, a SHA-256 has 256. */
function checkHostKeys(names: DeclaredNames, faults: FaultList): void {
  const check = (node: Located, path: readonly PropertyKey[]) => {
    const value = child(node, "hostKey");
    const match = /^SHA256:([A-Za-z0-9+/]{43})$/.exec(wordAt(node, "hostKey") ?? "");
    if (!value || !match?.[1]) return;
    if (Buffer.from(match[1], "base64").toString("base64") === `${match[1]}=`) return;
    faults.add({
      at: value.at,
      path: pathWords([...path, "hostKey"]),
      message: text(
        "No host key can have this fingerprint.",
        "Aucune clé d'hôte ne peut avoir cette empreinte.",
      ),
      expected: text(
        "the fingerprint as ssh-keygen -l prints it, copied whole",
        "l'empreinte telle que ssh-keygen -l l'affiche, copiée en entier",
      ),
    });
  };
  for (const [id, { value }] of names.hops) check(value, ["reach", "hops", id]);
  for (const host of names.hosts) check(host.entry.value, host.path);
}

function checkTimeZones(names: DeclaredNames, faults: FaultList): void {
  for (const [id, { value }] of names.environments) {
    const zone = wordAt(value, "timeZone");
    const at = child(value, "timeZone")?.at;
    if (zone === undefined || at === undefined || isTimeZone(zone)) continue;
    faults.add({
      at,
      path: pathWords(["environments", id, "timeZone"]),
      message: text(
        `"${shown(zone)}" is not a time zone.`,
        `« ${shown(zone)} » n'est pas un fuseau horaire.`,
      ),
      expected: text('an IANA name such as "Europe/Paris"', "un nom IANA tel que « Europe/Paris »"),
      word: zone,
      candidates: [...Intl.supportedValuesOf("timeZone"), "UTC"],
    });
  }
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
