import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import { bytesInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import { type Backup, readBackups } from "../records.ts";
import { guestCommon, lockIn, readGuest, spaceOn } from "./guest.ts";
import { choice, field, storageChoices } from "./guest-fields.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks, type TaskWish } from "./tasks-since.ts";

const backupInput = z.strictObject({
  storage: z.string().min(1).max(100),
  mode: z.enum(["snapshot", "suspend", "stop"]).default("snapshot"),
  compress: z.enum(["zstd", "gzip", "lzo", "0"]).default("zstd"),
  notes: z.string().max(1000).default(""),
  protect: z.boolean().default(false),
});
type Input = z.infer<typeof backupInput>;

/** Backups that are noted before one is made: the newest. */
const mostNoted = 200;

/** Backs a guest up now: while it runs, or at rest; proven by the new backup in the storage's content. */
export function backupActions(parts: ProxmoxActionParts): Action<Input>[] {
  return [backupAction(parts, false), backupAction(parts, true)];
}

function backupAction(parts: ProxmoxActionParts, atRest: boolean): Action<Input> {
  const { client, known } = parts;
  const common = guestCommon(parts, { rights: ["VM.Backup"], quorum: false, templates: "too" });
  const modes: readonly [Input["mode"], LocalText][] = atRest
    ? [
        ["stop", text("Shut down, back up, start again", "Arrêter, sauvegarder, redémarrer")],
        ["suspend", text("Held while its disks are read", "Figée pendant la lecture de ses disques")],
      ]
    : [["snapshot", text("While it runs", "Sans l'arrêter")]];
  return {
    ...common,
    id: atRest ? "proxmox.backup-at-rest" : "proxmox.backup",
    title: atRest
      ? text("Back up at rest", "Sauvegarder à l'arrêt")
      : text("Back up now", "Sauvegarder maintenant"),
    verb: text("Back up", "Sauvegarder"),
    risk: atRest ? "disruptive" : "safe",
    input: atRest
      ? backupInput.extend({ mode: z.enum(["stop", "suspend"]).default("stop") })
      : backupInput.extend({ mode: z.literal("snapshot").default("snapshot") }),
    fields: fieldsOf([], modes),
    fieldsFor: (resource) => {
      const node = known.guest(resource.id)?.node ?? "";
      return fieldsOf(storageChoices(known.storages, { node, content: "backup" }), modes);
    },
    bulk: true,
    probeLimit: 40_000,
    describe: (_resource, { storage, mode }) => ({
      steps: [stepOf(storage, mode), text("Follow its task to its end.", "Suivre sa tâche jusqu'à sa fin.")],
      proof: text("The new backup is in the storage.", "La nouvelle sauvegarde est dans le stockage."),
      undo: null,
    }),

    async probe(context, { storage }) {
      const guest = await readGuest(parts, context);
      const backups = await backupsIn(parts, guest, storage, context.signal);
      const tasks = await markTasks(parts, wishOf(guest.node, context), context.signal);
      const volumes = backups.slice(0, mostNoted).map(({ volume }) => volume);
      const observed = { node: guest.node, volumes, tasks };
      const why = lockIn(guest) ?? spaceOn(parts, storage);
      if (why) return { state: "impossible", text: why, observed };
      const words = text(
        `Backups of it in ${storage}: ${backups.length}.`,
        `Ses sauvegardes dans ${storage} : ${backups.length}.`,
      );
      return { state: "needed", text: words, observed };
    },

    async apply(context, { storage, mode, compress, notes, protect }) {
      const { node, id } = await readGuest(parts, context);
      const parameters = {
        vmid: id,
        storage,
        mode,
        compress,
        // What a person asks for does not make older ones go by the storage's rules.
        remove: false,
        "notes-template": notesOf(notes),
        protected: protect || undefined,
      };
      return begin(parts, context, (options) =>
        client.call({ request: "backup", at: { node }, parameters, ...options }),
      );
    },

    async verify(context, input, { observed }, applied) {
      return (await failureOf(parts, context, applied)) ?? found(parts, context, input, observed);
    },

    async settle(context, input, { observed }) {
      const wish = wishOf(String(observed.node), context);
      const settled = await settledByTasks(parts, wish, observed.tasks, context.signal);
      if (settled) return settled;
      const seen = await found(parts, context, input, observed);
      return { effect: seen.proven ? "happened" : "unknown", text: seen.text, data: seen.data };
    },
  };
}

/** `{{`, `}}` and backslashes mean something in a template of notes; a person's words are taken as they are. */
function notesOf(notes: string): string {
  const words = notes.trim();
  if (words === "") return "{{guestname}}";
  return words
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replace(/\{{2,}|\}{2,}/g, (braces) => braces[0] ?? "");
}

function wishOf(node: string, { resource }: Pick<ActionContext, "resource">): TaskWish {
  return { nodes: [node], types: ["vzdump"], subject: resource.id.slice(resource.id.lastIndexOf("/") + 1) };
}

/** The backups of a guest in a storage, as its node has it, the newest first. Throws OpsErrors. */
async function backupsIn(
  { client }: ProxmoxActionParts,
  { node, id }: { node: string; id: number },
  storage: string,
  signal: AbortSignal,
): Promise<Backup[]> {
  const at = { node, storage };
  const parameters = { content: "backup", vmid: id };
  const backups = readBackups(await client.call({ request: "storageContent", at, parameters, signal }));
  return backups
    .filter(({ guest }) => guest === id)
    .sort((one, other) => (other.madeAt ?? 0) - (one.madeAt ?? 0));
}

async function found(
  parts: ProxmoxActionParts,
  context: ActionContext,
  { storage }: Input,
  { volumes }: Readonly<Record<string, unknown>>,
): Promise<Verification> {
  const guest = await readGuest(parts, context);
  const before = Array.isArray(volumes) ? volumes : [];
  const [made] = (await backupsIn(parts, guest, storage, context.signal)).filter(
    ({ volume }) => !before.includes(volume),
  );
  if (!made) {
    const words = text(
      `No new backup of it is in ${storage}.`,
      `Aucune nouvelle sauvegarde d'elle n'est dans ${storage}.`,
    );
    return { proven: false, text: words, data: { volume: null } };
  }
  const size = made.size === null ? null : bytesInWords(made.size);
  return {
    proven: true,
    text: text(
      `${made.volume} is in the storage${size ? ` (${size.en})` : ""}.`,
      `${made.volume} est dans le stockage${size ? ` (${size.fr})` : ""}.`,
    ),
    data: { volume: made.volume, size: made.size, madeAt: made.madeAt },
  };
}

function stepOf(storage: string, mode: Input["mode"]): LocalText {
  switch (mode) {
    case "stop":
      return text(
        `Shut it down, begin the backup to ${storage} and start it again.`,
        `L'arrêter, commencer la sauvegarde vers ${storage} puis la redémarrer.`,
      );
    case "suspend":
      return text(
        `Hold it while its disks are read, and back it up to ${storage}.`,
        `La figer pendant la lecture de ses disques et la sauvegarder vers ${storage}.`,
      );
    default:
      return text(
        `Back it up to ${storage} while it runs.`,
        `La sauvegarder vers ${storage} sans l'arrêter.`,
      );
  }
}

function fieldsOf(
  storages: InputField["choices"],
  modes: readonly [Input["mode"], LocalText][],
): InputField[] {
  const compressions: InputField["choices"] = [
    { value: "zstd", label: text("zstd, fast and small", "zstd, rapide et compact") },
    { value: "lzo", label: text("lzo, fast", "lzo, rapide") },
    { value: "gzip", label: text("gzip, slow", "gzip, lent") },
    { value: "0", label: text("None", "Aucune") },
  ];
  const ways = modes.map(([value, label]) => ({ value, label }));
  return [
    choice("storage", text("To the storage", "Vers le stockage"), storages, { required: true }),
    ...(ways.length > 1
      ? [choice("mode", text("How", "Comment"), ways, { initial: ways[0]?.value ?? null })]
      : []),
    choice("compress", text("Compression", "Compression"), compressions, { initial: "zstd" }),
    field("notes", text("Notes", "Notes"), "text"),
    field("protect", text("Protect it against deletion", "La protéger contre la suppression"), "boolean", {
      initial: false,
    }),
  ];
}
