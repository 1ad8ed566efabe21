import { type LocalText, text } from "../../../../shared/text.ts";

/**
 * What API servers say of a budget that holds a pod, and the same in French. Source: kubernetes,
 * pkg/registry/core/pod/storage/eviction.go.
 */
const known: readonly [RegExp, string][] = [
  [
    /^The disruption budget (\S+) needs (\d+) healthy pods and has (\d+) currently\.?$/,
    "le budget « $1 » exige $2 pods sains et en compte $3 actuellement.",
  ],
  [
    /^The disruption budget (\S+) does not allow evicting pods currently because it failed sync: (.+)$/,
    "le budget « $1 » n'admet aucune éviction, faute d'avoir pu être synchronisé (« $2 »).",
  ],
  [
    /^The disruption budget (\S+) is still being processed by the server\.?$/,
    "le serveur traite encore le budget « $1 ».",
  ],
  [
    /^Cannot evict pod as it would violate the pod's disruption budget\.?$/,
    "son éviction ne le respecterait pas.",
  ],
];

/** Why a budget holds a pod, by what the API server said, and what would free it. */
export function budgetSays(said: string): LocalText {
  const words = /[.!?)]$/.test(said) ? said : `${said}.`;
  const found = known.find(([form]) => form.test(said));
  const mots = found ? said.replace(...found) : `« ${said} ».`;
  return text(
    `Held by its PodDisruptionBudget: ${words} Another ready pod, or a smaller budget, frees it.`,
    `Retenu par son PodDisruptionBudget : ${mots} Un autre pod prêt, ou un budget réduit, le libère.`,
  );
}

/** It is under several budgets, by what the API server said, which it does not name. */
export const underSeveral = text(
  "Under several PodDisruptionBudgets, which the API refuses to evict: remove all but one.",
  "Sous plusieurs PodDisruptionBudgets, ce que l'API refuse d'évincer : n'en gardez qu'un.",
);

/** The API server puts it off, in its own words. */
export function serverSays(said: string): LocalText {
  return said === ""
    ? text("The API server asks for patience.", "Le serveur d'API demande de patienter.")
    : text(
        `The API server asks for patience: ${said}`,
        `Le serveur d'API demande de patienter : « ${said} »`,
      );
}
