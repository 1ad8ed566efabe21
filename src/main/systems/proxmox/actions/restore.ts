import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { type GuestNow, lockIn, missing, noQuorum, readGuestNumbered, rightsOn, spaceOn } from "./guest.ts";
import { choice, storageChoices } from "./guest-fields.ts";
import { holderOf, readShape } from "./made-guest.ts";
import {
  awaitRestore,
  beginRestore,
  type Expected,
  proveRestored,
  restoreTasks,
  whatStands,
} from "./restore-call.ts";
import { backupChoices, backupOf, configIn, hasBackups, isThere, kindOf, nodesOf } from "./restore-source.ts";
import type { ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks } from "./tasks-since.ts";

const restoreInput = z.strictObject({
  /** The resource of the backup; empty where the resource is one. */
  backup: z.string().max(1000).default(""),
  storage: z.string().max(100).default(""),
});
type Input = z.infer<typeof restoreInput>;

export const unknownBackup = text("That backup is not known.", "Cette sauvegarde n'est pas connue.");
export const notThere = text(
  "That backup is not in its storage any more.",
  "Cette sauvegarde n'est plus dans son stockage.",
);
export const noBackup = text("No backup of it is known.", "Aucune sauvegarde d'elle n'est connue.");
export const noNode = text(
  "No node that answers has the storage of this backup.",
  "Aucun nœud qui répond n'a le stockage de cette sauvegarde.",
);

/**
 * Puts a guest back as a backup has it, in its own place: all that it holds now is lost. Proven by what is there afterwards,
 * compared with the config in the backup.
 */
export function restoreAction(parts: ProxmoxActionParts): Action<Input> {
  const { known, system } = parts;
  const guestNumber = (resource: Resource) =>
    known.guest(resource.id)?.id ?? known.backup(resource.id)?.guest ?? null;
  const rightsOf = (resource: Resource) => {
    const id = guestNumber(resource);
    return id === null ? null : rightsOn(parts, `/vms/${id}`, ["VM.Backup", "VM.Allocate"]);
  };
  return {
    id: "proxmox.restore",
    title: text("Restore in its place", "Restaurer à sa place"),
    verb: text("Restore", "Restaurer"),
    risk: "destructive",
    effect: "once",
    kinds: ["restore-point", "vm"],
    input: restoreInput,
    fields: [],
    fieldsFor: (resource) => fieldsFor(parts, resource),
    bulk: false,
    probeLimit: 60_000,
    appliesTo: (resource) => hasBackups(parts, resource),
    unavailable(resource) {
      const error = resource.sources[system]?.error?.message;
      if (error) return error;
      const id = guestNumber(resource);
      if (id === null || known.backups(id).length === 0) return noBackup;
      const power = known.guestNumbered(id)?.power;
      if (known.quorum?.kept === false) return noQuorum;
      return power === "on" || power === "suspended" ? stopFirst : missing(rightsOf(resource));
    },
    rights: rightsOf,
    describe(resource, { backup }) {
      const found = backupOf(parts, resource, backup);
      const guest = found && known.guestNumbered(found.guest);
      const name = guest ? `${guest.name} (${guest.id})` : String(found?.guest ?? "—");
      return {
        steps: [
          guest
            ? text(
                `Delete what ${name} holds now, with its snapshots.`,
                `Supprimer ce que ${name} contient actuellement, avec ses instantanés.`,
              )
            : text(`Make the guest ${name} anew.`, `Recréer l'invité ${name}.`),
          text(
            `Write the disks of the backup ${found?.volume ?? ""}.`,
            `Écrire les disques de la sauvegarde ${found?.volume ?? ""}.`,
          ),
          text(
            "Follow its task to its end; it stays off.",
            "Suivre sa tâche jusqu'à sa fin ; elle reste éteinte.",
          ),
        ],
        proof,
        undo: null,
      };
    },

    async probe(context, { backup, storage }) {
      const impossible = (words: LocalText, observed = {}) => ({
        state: "impossible" as const,
        text: words,
        observed,
      });
      const found = backupOf(parts, context.resource, backup);
      if (!found) return impossible(unknownBackup);
      const { signal } = context;
      const kind = kindOf(parts, found);
      const standing = await standingOf(parts, found.guest, signal);
      const nodes = nodesOf(parts, found);
      const node = standing?.node ?? nodes[0];
      if (node === undefined) return impossible(noNode);
      if (!nodes.includes(node)) return impossible(notOnNode(node, found.storage));
      if (!(await isThere(parts, node, found, signal))) return impossible(notThere);
      const why = standing && (await objectionTo(parts, standing, kind, signal));
      if (why) return impossible(why, { node });
      const right = spaceOn(parts, storage);
      if (right) return impossible(right, { node });
      const expected = await configIn(parts, node, found, signal);
      const observed = {
        ...{ node, kind, id: found.guest, volume: found.volume, existed: standing !== null },
        ...{ name: expected?.name ?? null, disks: expected?.disks ?? null },
        tasks: await markTasks(parts, restoreTasks({ node, id: found.guest }), signal),
      };
      const words = standing
        ? text(`${standing.name} is off on ${node}.`, `${standing.name} est éteinte sur ${node}.`)
        : text(`There is no guest ${found.guest} now.`, `Il n'y a pas d'invité ${found.guest} actuellement.`);
      return { state: "needed", text: words, observed };
    },

    async apply(context, { storage }, { observed }) {
      const { id, kind, node } = expectedIn(observed);
      // A guest that has taken the number since is none that somebody agreed to lose: without this it is refused.
      const force = observed.existed === true;
      const volume = String(observed.volume);
      return beginRestore(parts, context, {
        node,
        kind,
        id,
        volume,
        force,
        unique: false,
        storage,
        name: "",
      });
    },

    async verify(context, _input, { observed }, applied) {
      return awaitRestore(parts, context, expectedIn(observed), applied);
    },

    async settle(context, _input, { observed }) {
      const expected = expectedIn(observed);
      const settled = await settledByTasks(parts, restoreTasks(expected), observed.tasks, context.signal);
      if (settled?.effect === "did-not-happen" && settled.data.exit !== undefined) {
        // It began and failed: what it was to replace may be gone.
        const left = await whatStands(parts, context, expected);
        return { ...settled, text: text(`${settled.text.en} ${left.en}`, `${settled.text.fr} ${left.fr}`) };
      }
      if (settled) return settled;
      const seen = await proveRestored(parts, context, expected);
      return { effect: seen.proven ? "happened" : "unknown", text: seen.text, data: seen.data };
    },
  };
}

const proof = text(
  "The guest is there with the name and the disks of the backup.",
  "L'invité existe avec le nom et les disques de la sauvegarde.",
);
const stopFirst = text(
  "It runs: shut it down first, what it holds will be replaced.",
  "Elle est en marche : arrêtez-la d'abord, son contenu sera remplacé.",
);

/** The guest that has that number now; null when nobody has it. */
async function standingOf(
  parts: ProxmoxActionParts,
  id: number,
  signal: AbortSignal,
): Promise<GuestNow | null> {
  const holder = await holderOf(parts, id, signal);
  return holder && readGuestNumbered(parts, { id, ...holder }, signal);
}

async function objectionTo(
  parts: ProxmoxActionParts,
  guest: GuestNow,
  kind: string,
  signal: AbortSignal,
): Promise<LocalText | null> {
  if (guest.kind !== kind) {
    return text(
      `The number ${guest.id} is that of a guest of another kind now.`,
      `Le numéro ${guest.id} est désormais celui d'un invité d'un autre type.`,
    );
  }
  const lock = lockIn(guest);
  if (lock) return lock;
  if (guest.power !== "off") return stopFirst;
  const { protected: isProtected } = await readShape(parts, guest.at, signal);
  return isProtected
    ? text(
        "It is protected: take the protection off in its options first.",
        "Elle est protégée : retirez d'abord la protection dans ses options.",
      )
    : null;
}

export function notOnNode(node: string, storage: string): LocalText {
  return text(
    `The storage ${storage} of the backup is not available on ${node}.`,
    `Le stockage ${storage} de la sauvegarde n'est pas disponible sur ${node}.`,
  );
}

/** What the probe noted of the guest that is to be there. */
export function expectedIn(observed: Readonly<Record<string, unknown>>): Expected {
  const { id, kind, node, name, disks } = observed;
  return {
    id: Number(id),
    kind: kind === "lxc" ? "lxc" : "qemu",
    node: String(node),
    name: typeof name === "string" ? name : null,
    disks: Array.isArray(disks) ? disks.filter((each) => typeof each === "string") : null,
  };
}

function fieldsFor(parts: ProxmoxActionParts, resource: Pick<ActionContext["resource"], "id">): InputField[] {
  const { known } = parts;
  const guest = known.guest(resource.id);
  const backup = known.backup(resource.id);
  const id = guest?.id ?? backup?.guest;
  const standing = id === undefined ? null : known.guestNumbered(id);
  const node = standing?.node ?? (backup ? nodesOf(parts, backup)[0] : undefined) ?? "";
  const content = (backup ? kindOf(parts, backup) : guest?.kind) === "lxc" ? "rootdir" : "images";
  return [
    ...(guest
      ? [choice("backup", text("Backup", "Sauvegarde"), backupChoices(parts, guest.id), { required: true })]
      : []),
    storageField(storageChoices(known.storages, { node, content })),
  ];
}

/** Where the disks of a restored guest go. */
export function storageField(choices: InputField["choices"]): InputField {
  const asBefore = { value: "", label: text("As in the backup", "Comme dans la sauvegarde") };
  const label = text("Its disks to the storage", "Ses disques vers le stockage");
  return choice("storage", label, [asBefore, ...choices], { initial: "" });
}
