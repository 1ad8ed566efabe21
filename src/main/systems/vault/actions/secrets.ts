import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { encodedPath } from "../api.ts";
import { lineField, type VaultActionParts } from "./parts.ts";

const pathSchema = z
  .string()
  .trim()
  .min(1)
  .max(400)
  .regex(/^(?!\/)[^\p{Cc}]*[^/\p{Cc}]$/u);
const versionSchema = z.coerce.number().int().min(0).max(1_000_000);
const writeInput = z.strictObject({
  path: pathSchema,
  field: z
    .string()
    .trim()
    .regex(/^[^\s\p{Cc}]{1,200}$/u),
  version: versionSchema,
});
const undeleteInput = z.strictObject({ path: pathSchema, version: versionSchema.min(1) });
type Wanted = z.infer<typeof undeleteInput>;
/** Milliseconds that a person has to enter a value. */
const patience = 10 * 60_000;

const pathField = lineField("path", text("Path of the secret", "Chemin du secret"));

function common({ observer }: VaultActionParts) {
  const mountOf = ({ resource }: Pick<ActionContext, "resource">) =>
    observer.mountOf(resource.id)?.path ?? "";
  return {
    mountOf,
    shared: {
      effect: "once",
      kinds: ["service"],
      bulk: false,
      appliesTo: ({ id }: { id: string }) => {
        const mount = observer.mountOf(id);
        return mount?.type === "kv" && mount.version === "2";
      },
    } as const,
  };
}

/**
 * `vault.write-secret`: sets one field of a secret, over the version that is named and no other (check-and-set). The value is
 * asked for when it is needed, goes to Vault and nowhere else. Version 0 makes a secret that is not there yet.
 */
export function writeSecretAction(parts: VaultActionParts): Action<z.infer<typeof writeInput>> {
  const { api, questions, now } = parts;
  const { mountOf, shared } = common(parts);
  const current = async (context: ActionContext, path: string) =>
    (await known(parts, mountOf(context), path, context.signal))?.current_version ?? 0;
  return {
    ...shared,
    id: "vault.write-secret",
    title: text("Write a field of a secret", "Écrire un champ d'un secret"),
    verb: text("Write", "Écrire"),
    risk: "disruptive",
    input: writeInput,
    fields: [
      pathField,
      lineField("field", text("Field", "Champ")),
      lineField("version", text("Over version (0: it is new)", "Par-dessus la version (0 : nouveau)"), {
        type: "number",
      }),
    ],
    describe: ({ name }, { path, field, version }) => ({
      steps: [
        text("Ask here, without showing it, for the value.", "Demander ici, sans l'afficher, la valeur."),
        text(
          `Write ${field} of ${name}${path}, only if version ${version} is still the newest.`,
          `Écrire ${field} de ${name}${path}, seulement si la version ${version} est toujours la dernière.`,
        ),
      ],
      proof: text(`Version ${version + 1} is the newest.`, `La version ${version + 1} est la dernière.`),
      undo: null,
    }),
    async probe(context, { path, version }) {
      const newest = await current(context, path);
      return {
        state: newest === version ? "needed" : "impossible",
        text: newestWords(newest),
        observed: { newest },
      };
    },
    async apply(context, { path, field, version }) {
      const { resource, signal, committed } = context;
      const [value = ""] = await questions.ask(
        {
          kind: "sign-in",
          target: resource.id,
          instructions: text(
            `The new value of ${field} in ${resource.name}${path}.`,
            `La nouvelle valeur de ${field} dans ${resource.name}${path}.`,
          ),
          fields: [{ label: text("Value", "Valeur"), echo: false }],
          url: null,
          expiresAt: now() + patience,
        },
        patience,
        signal,
      );
      await api.access.ask({
        method: version === 0 ? "POST" : "PATCH",
        path: `${mountOf(context)}/data/${encodedPath(path)}`,
        body: { data: { [field]: value }, options: { cas: version } },
        signal,
        onSent: committed,
      });
      return { data: { version: version + 1 } };
    },
    async verify(context, { path, version }) {
      const newest = await current(context, path);
      return { proven: newest === version + 1, text: newestWords(newest), data: { newest } };
    },
    async settle(context, { path, version }) {
      const newest = await current(context, path);
      // Another console may have written over the same version: check-and-set lets only one of both through.
      return {
        effect: newest === version ? "did-not-happen" : "unknown",
        text: newestWords(newest),
        data: { newest },
      };
    },
  };
}

/** `vault.undelete-secret`: brings a deleted version back, unless it was destroyed; undone by deleting it again. */
export function undeleteSecretAction(parts: VaultActionParts): Action<Wanted> {
  const { api } = parts;
  const { mountOf, shared } = common(parts);
  const standing = async (context: ActionContext, { path, version }: Wanted) => {
    const found = await known(parts, mountOf(context), path, context.signal);
    const one = found?.versions[String(version)];
    if (!one) return "gone";
    if (one.destroyed) return "destroyed";
    return one.deletion_time === "" ? "there" : "deleted";
  };
  const set = (how: "undelete" | "delete", context: ActionContext, { path, version }: Wanted) =>
    api.change(`${mountOf(context)}/${how}/${encodedPath(path)}`, { versions: [version] }, context);
  return {
    ...shared,
    effect: "convergent",
    id: "vault.undelete-secret",
    title: text("Bring back a deleted version", "Rétablir une version supprimée"),
    verb: text("Bring back", "Rétablir"),
    risk: "safe",
    input: undeleteInput,
    fields: [pathField, lineField("version", text("Version", "Version"), { type: "number" })],
    describe: ({ name }, { path, version }) => ({
      steps: [
        text(
          `Take the mark of deletion off version ${version} of ${name}${path}.`,
          `Lever la marque de suppression de la version ${version} de ${name}${path}.`,
        ),
      ],
      proof: text("Its metadata shows no deletion.", "Ses métadonnées n'indiquent plus de suppression."),
      undo: text("It is deleted again.", "Elle est de nouveau supprimée."),
    }),
    async probe(context, wanted) {
      const state = await standing(context, wanted);
      const observed = { state };
      if (state === "there") return { state: "done", text: standingWords[state], observed };
      return { state: state === "deleted" ? "needed" : "impossible", text: standingWords[state], observed };
    },
    async apply(context, wanted) {
      await set("undelete", context, wanted);
      return { data: {} };
    },
    async verify(context, wanted) {
      const state = await standing(context, wanted);
      return { proven: state === "there", text: standingWords[state], data: { state } };
    },
    async settle(context, wanted) {
      const state = await standing(context, wanted);
      return {
        effect: state === "there" ? "happened" : "did-not-happen",
        text: standingWords[state],
        data: { state },
      };
    },
    async undo(context, wanted) {
      await set("delete", context, wanted);
      const state = await standing(context, wanted);
      return { proven: state === "deleted", text: standingWords[state], data: { state } };
    },
  };
}

/** The metadata of a secret; null for one that is not there. */
async function known({ api }: VaultActionParts, mount: string, path: string, signal: AbortSignal) {
  try {
    return await api.metadata(mount, path, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "vault.not-found") return null;
    throw error;
  }
}

const newestWords = (newest: number) =>
  newest === 0
    ? text("There is no such secret yet.", "Ce secret n'existe pas encore.")
    : text(`Its newest version is ${newest}.`, `Sa dernière version est la ${newest}.`);

const standingWords = {
  gone: text("There is no such version.", "Cette version n'existe pas."),
  destroyed: text(
    "It was destroyed, and cannot come back.",
    "Elle a été détruite et ne peut pas être rétablie.",
  ),
  deleted: text("It is deleted, and can be brought back.", "Elle est supprimée et peut être rétablie."),
  there: text("It is there.", "Elle est présente."),
};
