import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { sameText, text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import { missing, rightsOn } from "./guest.ts";
import { choice, field } from "./guest-fields.ts";
import { deleteMade, freeNumber, guestName, holderOf, madeIn, noteMade } from "./made-guest.ts";
import { awaitRestore, beginRestore, expectedIn, restoreTasks, settleRestore } from "./restore-call.ts";
import {
  backupField,
  backupOf,
  backupShape,
  impossible,
  kindOf,
  nodesOf,
  onBackups,
  sourceOn,
  storageField,
  unknownBackup,
  whyNoRestore,
} from "./restore-source.ts";
import type { ProxmoxActionParts } from "./task.ts";
import { markTasks } from "./tasks-since.ts";

const restoreInput = z.strictObject({
  ...backupShape,
  name: z.union([z.literal(""), z.string().trim().regex(guestName)]).default(""),
  /** The number of the new guest; 0: the next that is free. */
  number: z.coerce
    .number()
    .int()
    .refine((id) => id === 0 || (id >= 100 && id <= 999_999_999))
    .default(0),
  node: z.string().max(64).default(""),
  unique: z.boolean().default(true),
});
type Input = z.infer<typeof restoreInput>;

/**
 * Makes a new guest of a backup, beside the one that it is of. Proven by what is there afterwards; undone by deleting it
 * while it is off.
 */
export function restoreNewAction(parts: ProxmoxActionParts): Action<Input> {
  const rightsOf = () => rightsOn(parts, "/vms", ["VM.Allocate"]);
  return {
    ...onBackups(parts),
    id: "proxmox.restore-new",
    title: text("Restore as a new guest", "Restaurer comme nouvel invité"),
    verb: text("Restore", "Restaurer"),
    risk: "safe",
    input: restoreInput,
    fieldsFor: (resource) => fieldsFor(parts, resource),
    unavailable: (resource) => whyNoRestore(parts, resource) ?? missing(rightsOf()),
    rights: rightsOf,
    describe: (resource, { backup, name, unique }) => {
      const found = backupOf(parts, resource, backup);
      return {
        steps: [
          text(
            `Make a new guest${name === "" ? "" : ` ${name}`} of the backup ${found?.volume ?? ""}.`,
            `Créer un nouvel invité${name === "" ? "" : ` ${name}`} de la sauvegarde ${found?.volume ?? ""}.`,
          ),
          unique
            ? text(
                "Give it hardware addresses of its own; addresses inside it stay those of the backup.",
                "Lui donner ses propres adresses matérielles ; ses adresses internes restent celles de la sauvegarde.",
              )
            : text(
                "Leave it the hardware addresses of the backup: both must not run in one network.",
                "Lui laisser les adresses matérielles de la sauvegarde : les deux ne doivent pas tourner sur un même réseau.",
              ),
          text(
            "Follow its task to its end; it stays off.",
            "Suivre sa tâche jusqu'à sa fin ; il reste éteint.",
          ),
        ],
        proof: text(
          "The new guest is there with the disks of the backup.",
          "Le nouvel invité existe avec les disques de la sauvegarde.",
        ),
        undo: text(
          "Delete the new guest while it is off.",
          "Supprimer le nouvel invité tant qu'il est éteint.",
        ),
      };
    },

    async probe(context, { backup, number, name, storage, node: wished }) {
      const { signal } = context;
      const found = backupOf(parts, context.resource, backup);
      if (!found) return impossible(unknownBackup);
      const place = { node: wished === "" ? null : wished, storage };
      const source = await sourceOn(parts, found, place, signal);
      if ("why" in source) return impossible(source.why);
      const { node, kind, config } = source;
      const id = number === 0 ? await freeNumber(parts, signal) : number;
      const holder = number === 0 ? null : await holderOf(parts, id, signal);
      if (holder) {
        return impossible(
          text(
            `The number ${id} is taken by ${holder.name}.`,
            `Le numéro ${id} est pris par ${holder.name}.`,
          ),
        );
      }
      const named = name === "" ? (config?.name ?? null) : name;
      const observed = {
        ...{ node, kind, id, volume: found.volume, name: named, disks: config?.disks ?? null },
        ...(await noteMade(parts, { id, kind, node, name: named }, signal)),
        tasks: await markTasks(parts, restoreTasks({ node, id }), signal),
      };
      const words = text(`It will be the guest ${id} on ${node}.`, `Ce sera l'invité ${id} sur ${node}.`);
      return { state: "needed", text: words, observed };
    },

    async apply(context, { storage, name, unique }, { observed }) {
      const { id, kind, node } = expectedIn(observed);
      const volume = String(observed.volume);
      return beginRestore(parts, context, { node, kind, id, volume, force: false, unique, storage, name });
    },

    async verify(context, _input, { observed }, applied) {
      return awaitRestore(parts, context, expectedIn(observed), applied);
    },

    settle: (context, _input, { observed }) => settleRestore(parts, context, observed),

    async undo(context, _input, { observed }) {
      const made = madeIn(observed);
      if (made) return deleteMade(parts, context, made, observed);
      return { proven: false, disproven: true, text: unknownBackup, data: {} };
    },
  };
}

function fieldsFor(parts: ProxmoxActionParts, resource: Pick<Resource, "id">): InputField[] {
  const { known } = parts;
  const guest = known.guest(resource.id);
  const backup = known.backup(resource.id) ?? (guest ? known.backups(guest.id)[0] : null) ?? null;
  const nodes = backup ? nodesOf(parts, backup) : [];
  const kind = backup ? kindOf(parts, backup) : (guest?.kind ?? "qemu");
  const anyNode = { value: "", label: text("Where it was, if it can be", "Là où il était, si possible") };
  return [
    ...backupField(parts, resource),
    field("name", text("Name (empty: as in the backup)", "Nom (vide : celui de la sauvegarde)"), "text"),
    field("number", text("Number (0: the next free one)", "Numéro (0 : le prochain libre)"), "number", {
      initial: 0,
    }),
    choice(
      "node",
      text("On the node", "Sur le nœud"),
      [anyNode, ...nodes.map((node) => ({ value: node, label: sameText(node) }))],
      { initial: "" },
    ),
    storageField(parts, nodes, kind),
    field("unique", text("New hardware addresses", "Nouvelles adresses matérielles"), "boolean", {
      initial: true,
    }),
  ];
}
