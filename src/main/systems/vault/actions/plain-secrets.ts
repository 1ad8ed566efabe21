import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { encodedPath } from "../api.ts";
import { plainDataSchema } from "../secret-answers.ts";
import type { VaultActionParts } from "./parts.ts";
import { pathField, pathSchema } from "./secret-parts.ts";
import {
  askSecretValue,
  drawFields,
  drawInput,
  drawSecretValue,
  fieldField,
  fieldSchema,
} from "./secret-values.ts";

const place = { path: pathSchema, field: fieldSchema };
const writeInput = z.strictObject(place);
type Place = z.infer<typeof writeInput>;
const generateInput = z.strictObject({ ...place, ...drawInput });
const deleteInput = z.strictObject({ path: pathSchema });

/**
 * `vault.write-plain-secret`: sets one field of a secret of KV 1, which is written whole: it is read, changed and sent right after.
 * Neither versions nor check-and-set stand behind it: what the field held is lost, and so is what somebody else writes between
 * (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1). The value is asked for when it is needed.
 */
export function writePlainSecretAction(parts: VaultActionParts): Action<Place> {
  return {
    ...writing(
      parts,
      text("Ask here, without showing it, for the value.", "Demander ici, sans l'afficher, la valeur."),
      (context, wanted) => askSecretValue(parts, context, wanted),
    ),
    id: "vault.write-plain-secret",
    title: text("Write a field, without versions", "Écrire un champ, sans versions"),
    verb: text("Write", "Écrire"),
    input: writeInput,
    fields: [pathField, fieldField],
  };
}

/** `vault.generate-plain-secret`: the same with a value that is drawn here and shown to nobody. */
export function generatePlainSecretAction(parts: VaultActionParts): Action<z.infer<typeof generateInput>> {
  return {
    ...writing(
      parts,
      text(
        "Draw a value at random in the console's engine; it is shown nowhere.",
        "Tirer une valeur au hasard dans le moteur de la console ; elle n'est affichée nulle part.",
      ),
      async (_context, wanted: z.infer<typeof generateInput>) => drawSecretValue(wanted),
    ),
    id: "vault.generate-plain-secret",
    title: text("Generate a value, without versions", "Générer une valeur, sans versions"),
    verb: text("Generate", "Générer"),
    input: generateInput,
    fields: [pathField, fieldField, ...drawFields],
  };
}

/** `vault.delete-plain-secret`: removes a secret of KV 1 with all its fields; nothing brings it back. */
export function deletePlainSecretAction(parts: VaultActionParts): Action<z.infer<typeof deleteInput>> {
  const { api } = parts;
  const isThere = async (context: ActionContext, path: string) => (await read(parts, context, path)) !== null;
  return {
    ...shared(parts),
    id: "vault.delete-plain-secret",
    title: text("Delete a secret for good", "Supprimer définitivement un secret"),
    verb: text("Delete", "Supprimer"),
    effect: "convergent",
    input: deleteInput,
    fields: [pathField],
    describe: ({ name }, { path }) => ({
      steps: [
        text(`Delete ${name}${path} with all its fields.`, `Supprimer ${name}${path} avec tous ses champs.`),
        noWayBack,
      ],
      proof: gone,
      undo: null,
    }),
    async probe(context, { path }) {
      const found = await isThere(context, path);
      return { state: found ? "needed" : "done", text: found ? there : gone, observed: { isThere: found } };
    },
    async apply(context, { path }) {
      const { signal, committed } = context;
      await api.access.ask({ method: "DELETE", path: at(parts, context, path), signal, onSent: committed });
      return { data: {} };
    },
    async verify(context, { path }) {
      const found = await isThere(context, path);
      return { proven: !found, text: found ? there : gone, data: {} };
    },
    async settle(context, { path }) {
      const found = await isThere(context, path);
      return { effect: found ? "did-not-happen" : "happened", text: found ? there : gone, data: {} };
    },
  };
}

/** Writing a value of `draw` to one field; `first` says where it is from. */
function writing<Wanted extends Place>(
  parts: VaultActionParts,
  first: LocalText,
  draw: (context: ActionContext, wanted: Wanted) => Promise<string>,
): Omit<Action<Wanted>, "id" | "title" | "verb" | "input" | "fields"> {
  const { api } = parts;
  return {
    ...shared(parts),
    effect: "once",
    describe: ({ name }, { path, field }) => ({
      steps: [
        first,
        text(
          `Read ${name}${path}, set ${field} in it and write the whole back at once.`,
          `Lire ${name}${path}, y placer ${field} et réécrire aussitôt le tout.`,
        ),
        noWayBack,
        text(
          "What somebody else writes there in that moment is overwritten unseen: there is no check-and-set.",
          "Ce que quelqu'un d'autre y écrit à cet instant est écrasé sans qu'on le voie : il n'y a pas de check-and-set.",
        ),
      ],
      proof: held,
      undo: null,
    }),
    async probe(context, { path, field }) {
      const found = await read(parts, context, path);
      const isOver = found !== null && Object.hasOwn(found, field);
      const words = isOver ? overwrites : found ? addsField : addsSecret;
      return { state: "needed", text: words, observed: { isThere: found !== null, isOver } };
    },
    async apply(context, wanted) {
      const { signal, committed } = context;
      const { path, field } = wanted;
      const value = await draw(context, wanted);
      // After the person was asked, who may take minutes: what others wrote meanwhile stays.
      const body = { ...(await read(parts, context, path)), [field]: value };
      await api.access.ask({
        method: "POST",
        path: at(parts, context, path),
        body,
        signal,
        onSent: committed,
      });
      const after = await read(parts, context, path);
      return { data: { held: after?.[field] === value } };
    },
    async verify(_context, _wanted, _probe, { data }) {
      return data.held === true
        ? { proven: true, text: held, data: {} }
        : { proven: false, disproven: true, text: overwritten, data: {} };
    },
    async settle(context, { path, field }, { observed }) {
      const found = await read(parts, context, path);
      const isAbsent = found === null || !Object.hasOwn(found, field);
      if (isAbsent) return { effect: "did-not-happen", text: absent, data: {} };
      return observed.isOver === true
        ? { effect: "unknown", untellable: true, text: unversioned, data: {} }
        : { effect: "happened", text: present, data: {} };
    },
  };
}

function shared({ observer }: VaultActionParts) {
  return {
    kinds: ["service" as const],
    bulk: false,
    risk: "destructive" as const,
    appliesTo: ({ id }: { id: string }) => {
      const mount = observer.mountOf(id);
      return (mount?.type === "kv" || mount?.type === "generic") && mount.version !== "2";
    },
  };
}

function at({ observer }: VaultActionParts, { resource }: Pick<ActionContext, "resource">, path: string) {
  return `${observer.mountOf(resource.id)?.path ?? ""}/${encodedPath(path)}`;
}

/** What stands there, for as long as it takes to write it back; null where nothing does. It goes nowhere else. */
async function read(
  parts: VaultActionParts,
  context: Pick<ActionContext, "resource" | "signal">,
  path: string,
): Promise<Record<string, unknown> | null> {
  try {
    const request = { path: at(parts, context, path), signal: context.signal };
    return (await parts.api.access.read(request, plainDataSchema)).data;
  } catch (error) {
    if (error instanceof OpsError && error.code === "vault.not-found") return null;
    throw error;
  }
}

const noWayBack = text(
  "This mount keeps no versions (KV 1): what stands there now is lost for good, and nothing undoes it.",
  "Ce montage ne conserve pas de versions (KV 1) : ce qui s'y trouve est définitivement perdu, et rien ne l'annule.",
);
const overwrites = text(
  "The field is there; what it holds is lost for good.",
  "Le champ existe ; son contenu est définitivement perdu.",
);
const addsField = text("The secret is there, without this field.", "Le secret existe, sans ce champ.");
const addsSecret = text("There is no such secret yet.", "Ce secret n'existe pas encore.");
const there = text("The secret is there.", "Le secret est présent.");
const gone = text("There is no such secret any more.", "Ce secret n'existe plus.");
const held = text(
  "Read again right after, the field held what was written.",
  "Relu juste après, le champ contenait ce qui a été écrit.",
);
const overwritten = text(
  "Read again right after, the field held something else: somebody has written at the same moment.",
  "Relu juste après, le champ contenait autre chose : quelqu'un a écrit au même instant.",
);
const absent = text("The field is not there.", "Le champ est absent.");
const present = text("The field is there, and was not before.", "Le champ est présent, et ne l'était pas.");
const unversioned = text(
  "The field was there before as well, and without versions nothing tells which value it holds.",
  "Le champ existait déjà, et sans versions rien ne dit quelle valeur il contient.",
);
