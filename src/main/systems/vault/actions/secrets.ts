import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { lineField, type VaultActionParts } from "./parts.ts";
import { newestWords, pathField, pathSchema, SecretParts, versionSchema } from "./secret-parts.ts";
import {
  askSecretValue,
  drawFields,
  drawInput,
  drawSecretValue,
  fieldField,
  fieldSchema,
} from "./secret-values.ts";

/** One field over one version. */
const place = {
  path: pathSchema,
  field: fieldSchema,
  version: versionSchema,
};
const writeInput = z.strictObject(place);
type Place = z.infer<typeof writeInput>;

const fields: Action["fields"] = [
  pathField,
  fieldField,
  lineField("version", text("Over version (0: it is new)", "Par-dessus la version (0 : nouveau)"), {
    type: "number",
  }),
];
const generateInput = z.strictObject({ ...place, ...drawInput });

/**
 * `vault.write-secret`: sets one field of a secret, over the version that is named and no other (check-and-set). The value is
 * asked for when it is needed, goes to Vault and nowhere else. Version 0 makes a secret that is not there yet.
 */
export function writeSecretAction(parts: VaultActionParts): Action<Place> {
  return {
    ...writing(
      parts,
      text("Ask here, without showing it, for the value.", "Demander ici, sans l'afficher, la valeur."),
      (context, wanted) => askSecretValue(parts, context, wanted),
    ),
    id: "vault.write-secret",
    title: text("Write a field of a secret", "Écrire un champ d'un secret"),
    verb: text("Write", "Écrire"),
    input: writeInput,
    fields,
  };
}

/**
 * `vault.generate-secret`: the same with a value that is drawn here and shown to nobody, for what reads it from Vault by
 * itself. About 5.7 bits for each character of letters and digits.
 */
export function generateSecretAction(parts: VaultActionParts): Action<z.infer<typeof generateInput>> {
  return {
    ...writing(
      parts,
      text(
        "Draw a value at random in the console's engine; it is shown nowhere.",
        "Tirer une valeur au hasard dans le moteur de la console ; elle n'est affichée nulle part.",
      ),
      async (_context, wanted: z.infer<typeof generateInput>) => drawSecretValue(wanted),
    ),
    id: "vault.generate-secret",
    title: text("Generate a new value for a field", "Générer une nouvelle valeur pour un champ"),
    verb: text("Generate", "Générer"),
    input: generateInput,
    fields: [...fields, ...drawFields],
  };
}

/** Writing a value of `draw` to one field; `first` says where it is from. */
function writing<Wanted extends Place>(
  parts: VaultActionParts,
  first: LocalText,
  draw: (context: ActionContext, wanted: Wanted) => Promise<string>,
): Omit<Action<Wanted>, "id" | "title" | "verb" | "input" | "fields"> {
  const { api } = parts;
  const secrets = new SecretParts(parts);
  return {
    ...secrets.shared,
    effect: "once",
    risk: "disruptive",
    describe: ({ name }, { path, field, version }) => ({
      steps: [
        first,
        text(
          `Write ${field} of ${name}${path}, only if version ${version} is still the newest.`,
          `Écrire ${field} de ${name}${path}, seulement si la version ${version} est toujours la dernière.`,
        ),
      ],
      proof: text(`Version ${version + 1} is the newest.`, `La version ${version + 1} est la dernière.`),
      undo: null,
    }),
    async probe(context, { path, version }) {
      const newest = await secrets.newest(context, path);
      const state = newest === version ? "needed" : "impossible";
      return { state, text: newestWords(newest), observed: { newest } };
    },
    async apply(context, wanted) {
      const { path, field, version } = wanted;
      const { signal, committed } = context;
      const value = await draw(context, wanted);
      await api.access.ask({
        method: version === 0 ? "POST" : "PATCH",
        path: secrets.at("data", context, path),
        body: { data: { [field]: value }, options: { cas: version } },
        signal,
        onSent: committed,
      });
      return { data: { version: version + 1 } };
    },
    async verify(context, { path, version }) {
      const newest = await secrets.newest(context, path);
      return { proven: newest === version + 1, text: newestWords(newest), data: { newest } };
    },
    async settle(context, { path, version }) {
      const newest = await secrets.newest(context, path);
      // Another console may have written over the same version: check-and-set lets only one of both through.
      return {
        effect: newest === version ? "did-not-happen" : "unknown",
        text: newestWords(newest),
        data: { newest },
      };
    },
  };
}
