import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { lineField, type VaultActionParts } from "./parts.ts";
import { newestWords, pathField, pathSchema, SecretParts } from "./secret-parts.ts";

const input = z.strictObject({ path: pathSchema, versions: z.coerce.number().int().min(0).max(1000) });
type Wanted = z.infer<typeof input>;

/**
 * `vault.set-max-versions`: how many versions of a secret Vault keeps; 0: as many as its mount says. Fewer takes effect
 * with the next write. Undone by setting what was set before.
 */
export function setMaxVersionsAction(parts: VaultActionParts): Action<Wanted> {
  const { api } = parts;
  const secrets = new SecretParts(parts);
  const kept = async (context: ActionContext, path: string) =>
    (await secrets.known(context, path))?.max_versions ?? null;
  const set = (context: ActionContext, path: string, versions: number) =>
    api.change(secrets.at("metadata", context, path), { max_versions: versions }, context);
  return {
    ...secrets.shared,
    effect: "convergent",
    id: "vault.set-max-versions",
    title: text("Set how many versions are kept", "Fixer le nombre de versions conservées"),
    verb: text("Set", "Fixer"),
    risk: "disruptive",
    input,
    fields: [
      pathField,
      lineField("versions", text("Versions (0: as its mount says)", "Versions (0 : selon le montage)"), {
        type: "number",
      }),
    ],
    describe: ({ name }, { path, versions }) => ({
      steps: [
        text(
          `Have ${name} keep ${inWords(versions).en} of ${path}; older ones than that are lost at its next write.`,
          `Faire conserver par ${name} ${inWords(versions).fr} de ${path} ; les plus anciennes seront perdues à la prochaine écriture.`,
        ),
      ],
      proof: text("Its metadata says so.", "Ses métadonnées l'indiquent."),
      undo: text("What was set before is set again.", "Le réglage précédent est rétabli."),
    }),
    async probe(context, { path, versions }) {
      const before = await kept(context, path);
      if (before === null) return { state: "impossible", text: newestWords(0), observed: { before } };
      return {
        state: before === versions ? "done" : "needed",
        text: keptWords(before),
        observed: { before },
      };
    },
    async apply(context, { path, versions }) {
      await set(context, path, versions);
      return { data: {} };
    },
    async verify(context, { path, versions }) {
      const after = await kept(context, path);
      return { proven: after === versions, text: keptWords(after ?? 0), data: { after } };
    },
    async settle(context, { path, versions }) {
      const after = await kept(context, path);
      return {
        effect: after === versions ? "happened" : "did-not-happen",
        text: keptWords(after ?? 0),
        data: { after },
      };
    },
    async undo(context, { path }, { observed }) {
      const before = Number(observed.before ?? 0);
      await set(context, path, before);
      const after = await kept(context, path);
      return { proven: after === before, text: keptWords(after ?? 0), data: { after } };
    },
  };
}

function inWords(versions: number) {
  return versions === 0
    ? text("as many versions as the mount says", "autant de versions que le montage l'indique")
    : text(`${versions} version(s)`, `${versions} version(s)`);
}

function keptWords(versions: number) {
  const words = inWords(versions);
  return text(`It keeps ${words.en}.`, `Il en conserve ${words.fr}.`);
}
