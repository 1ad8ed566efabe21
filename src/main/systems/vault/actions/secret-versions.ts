import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { VaultActionParts } from "./parts.ts";
import {
  pathField,
  pathSchema,
  SecretParts,
  type Standing,
  standingWords,
  versionField,
  versionSchema,
} from "./secret-parts.ts";

const input = z.strictObject({ path: pathSchema, version: versionSchema.min(1) });
type Wanted = z.infer<typeof input>;

/** One way of marking a version: what it is called, and how the version stands before and after. */
interface Mark {
  how: "delete" | "undelete" | "destroy";
  title: LocalText;
  verb: LocalText;
  risk: Action["risk"];
  /** From which standings it is done, and which proves it. */
  from: readonly Standing[];
  to: Standing;
  /** Its one step; `which` names the version, `where` the secret. */
  step(which: number, where: string): LocalText;
  proof: LocalText;
  /** The mark that takes it back. */
  back: { how: "delete" | "undelete"; to: Standing; text: LocalText } | null;
}

/** `vault.undelete-secret`: brings a deleted version back, unless it was destroyed; undone by deleting it again. */
export function undeleteSecretAction(parts: VaultActionParts): Action<Wanted> {
  return markAction(parts, {
    how: "undelete",
    title: text("Bring back a deleted version", "Rétablir une version supprimée"),
    verb: text("Bring back", "Rétablir"),
    risk: "safe",
    from: ["deleted"],
    to: "there",
    step: (which, where) =>
      text(
        `Take the mark of deletion off version ${which} of ${where}.`,
        `Lever la marque de suppression de la version ${which} de ${where}.`,
      ),
    proof: text("Its metadata shows no deletion.", "Ses métadonnées n'indiquent plus de suppression."),
    back: {
      how: "delete",
      to: "deleted",
      text: text("It is deleted again.", "Elle est de nouveau supprimée."),
    },
  });
}

/** `vault.delete-version`: marks a version as deleted, which keeps it; undone by bringing it back. */
export function deleteVersionAction(parts: VaultActionParts): Action<Wanted> {
  return markAction(parts, {
    how: "delete",
    title: text("Delete a version of a secret", "Supprimer une version d'un secret"),
    verb: text("Delete", "Supprimer"),
    risk: "disruptive",
    from: ["there"],
    to: "deleted",
    step: (which, where) =>
      text(
        `Mark version ${which} of ${where} as deleted: it can no longer be read, and stays in Vault.`,
        `Marquer la version ${which} de ${where} comme supprimée : elle n'est plus lisible, et reste dans Vault.`,
      ),
    proof: text("Its metadata shows the deletion.", "Ses métadonnées indiquent la suppression."),
    back: { how: "undelete", to: "there", text: text("It is brought back.", "Elle est rétablie.") },
  });
}

/** `vault.destroy-version`: has Vault overwrite a version for good, deleted or not. */
export function destroyVersionAction(parts: VaultActionParts): Action<Wanted> {
  return markAction(parts, {
    how: "destroy",
    title: text("Destroy a version of a secret for good", "Détruire définitivement une version d'un secret"),
    verb: text("Destroy", "Détruire"),
    risk: "destructive",
    from: ["there", "deleted"],
    to: "destroyed",
    step: (which, where) =>
      text(
        `Have version ${which} of ${where} destroyed: nothing brings it back but a snapshot of the whole Vault.`,
        `Faire détruire la version ${which} de ${where} : seul un instantané de tout le Vault la ramènerait.`,
      ),
    proof: text("Its metadata says that it is destroyed.", "Ses métadonnées la disent détruite."),
    back: null,
  });
}

function markAction(parts: VaultActionParts, mark: Mark): Action<Wanted> {
  const { api } = parts;
  const secrets = new SecretParts(parts);
  const standing = (context: ActionContext, { path, version }: Wanted) =>
    secrets.standing(context, path, version);
  const set = (how: Mark["how"], context: ActionContext, { path, version }: Wanted) => {
    const at = secrets.at(how, context, path);
    return api.change(at, { versions: [version] }, context);
  };
  const { back } = mark;
  return {
    ...secrets.shared,
    effect: "convergent",
    id: mark.how === "undelete" ? "vault.undelete-secret" : `vault.${mark.how}-version`,
    title: mark.title,
    verb: mark.verb,
    risk: mark.risk,
    input,
    fields: [pathField, versionField],
    describe: ({ name }, { path, version }) => ({
      steps: [mark.step(version, `${name}${path}`)],
      proof: mark.proof,
      undo: back?.text ?? null,
    }),
    async probe(context, wanted) {
      const state = await standing(context, wanted);
      const words = { text: standingWords[state], observed: { state } };
      if (state === mark.to) return { state: "done", ...words };
      return { state: mark.from.includes(state) ? "needed" : "impossible", ...words };
    },
    async apply(context, wanted) {
      await set(mark.how, context, wanted);
      return { data: {} };
    },
    async verify(context, wanted) {
      const state = await standing(context, wanted);
      return { proven: state === mark.to, text: standingWords[state], data: { state } };
    },
    async settle(context, wanted) {
      const state = await standing(context, wanted);
      return {
        effect: state === mark.to ? "happened" : "did-not-happen",
        text: standingWords[state],
        data: { state },
      };
    },
    ...(back && {
      async undo(context: ActionContext, wanted: Wanted) {
        await set(back.how, context, wanted);
        const state = await standing(context, wanted);
        return { proven: state === back.to, text: standingWords[state], data: { state } };
      },
    }),
  };
}
