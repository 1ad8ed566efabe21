import type { SecretsState } from "../../../shared/secrets-state.ts";
import { sameText, text } from "../../../shared/text.ts";
import { type Context, checkOf, targetsOf } from "./context.ts";
import { ageWords, fewOf } from "./words.ts";

/** Whether every secret is there that the targets' systems, and the hops on the way to them, log in with. */
export async function secretChecks(context: Context): Promise<void> {
  const { parts, ways, findings, now, signal } = context;
  const users = new Set<string>();
  for (const { id } of targetsOf(ways)) {
    await findings.breathe(signal);
    users.add(id);
    const resource = parts.inventory.get(id);
    if (!resource) continue;
    for (const source of [resource.system, ...Object.keys(resource.sources)]) users.add(source);
    const via = resource.facts["reach.via"]?.value;
    if (typeof via === "string") for (const hop of via.split(/[^\w.-]+/)) users.add(hop);
  }
  const { secrets, locked } = parts.secrets();
  for (const secret of secrets) {
    const usedBy = secret.usedBy.filter((user) => users.has(user));
    if (usedBy.length === 0) continue;
    findings.add(
      checkOf({
        id: `secret/${secret.reference}`,
        kind: "credentials",
        title: sameText(secret.name),
        provenAt: secret.lastUsedAt,
        ...standing(secret, usedBy, locked, now),
      }),
    );
  }
}

function standing(
  { present, lastUsedAt }: SecretsState["secrets"][number],
  usedBy: readonly string[],
  locked: boolean,
  now: number,
) {
  const whom = fewOf(usedBy);
  if (present === true) {
    const age = lastUsedAt === null ? null : ageWords(lastUsedAt, now);
    return {
      state: "ready" as const,
      text: age
        ? text(
            `It is stored, and was last used ${age.en}, by ${whom.en}.`,
            `Il est enregistré ; dernière utilisation ${age.fr}, par ${whom.fr}.`,
          )
        : text(
            `It is stored, for ${whom.en}; it was not used yet.`,
            `Il est enregistré, pour ${whom.fr} ; il n'a pas encore servi.`,
          ),
    };
  }
  if (present === false)
    return {
      state: "blocked" as const,
      text: text(
        `It is not stored; ${whom.en} cannot be logged in to with it.`,
        `Il n'est pas enregistré ; la connexion à ${whom.fr} est impossible avec lui.`,
      ),
      mend: {
        text: text("Store it on the page Secrets.", "Enregistrez-le sur la page Secrets."),
        resource: null,
        action: null,
      },
    };
  return {
    state: "unknown" as const,
    text: locked
      ? text(
          "The secrets are locked: nobody can tell whether it is there.",
          "Les secrets sont verrouillés : on ne peut pas dire s'il est là.",
        )
      : text(
          "Nobody can tell whether it is there before it is used.",
          "On ne peut pas dire s'il est là avant de l'utiliser.",
        ),
    ...(locked && {
      mend: {
        text: text("Unlock the secrets.", "Déverrouillez les secrets."),
        resource: null,
        action: null,
      },
    }),
  };
}
