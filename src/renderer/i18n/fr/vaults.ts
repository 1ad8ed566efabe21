import type { vaults as english } from "../en/vaults.ts";
import type { Translation } from "../translation.ts";

export const vaults: Translation<typeof english> = {
  list: "Vault du parc",
  chip: {
    in: "Vault",
    ready: "Vault",
    out: "{{name}} : s'identifier",
    near: "{{name}} : jeton proche de sa fin",
  },
  states: {
    "signed-out": "Personne n'est identifié.",
    "signing-in": "Identification en cours…",
    "signed-in": "Identifié.",
  },
  signedIn: "Identifié en tant que {{who}}.",
  somebody: "quelqu'un sans nom",
  method: "par {{method}}",
  policies: "Politiques : {{policies}}",
  endless: "jeton sans fin",
  renewedWithin_one: "renouvelé d'ici {{count}} min",
  renewedWithin_other: "renouvelé d'ici {{count}} min",
  endsIn_one: "prend fin dans {{count}} min",
  endsIn_other: "prend fin dans {{count}} min",
  signIn: "S'identifier",
  signInTo: "S'identifier auprès de {{name}}",
  signOut: "Se déconnecter",
  signOutOf: "Se déconnecter de {{name}}",
  reference: {
    "signed-in": "lu dans {{name}}",
    "signed-out": "{{name}} : personne n'est identifié",
    "signing-in": "{{name}} : identification en cours",
    ready: "lu dans {{name}} au besoin",
    failing: "{{name}} : {{why}}",
    none: "aucun Vault où le lire",
  },
};
