import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { type GuestNow, lockIn, missing, readGuestNumbered, rightsOn } from "./guest.ts";
import { holderOf, readShape } from "./made-guest.ts";
import {
  awaitRestore,
  beginRestore,
  expectedIn,
  restoreTasks,
  settleRestore,
  whatStands,
} from "./restore-call.ts";
import {
  backupField,
  backupOf,
  backupShape,
  guestNumber,
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

const restoreInput = z.strictObject(backupShape);
type Input = z.infer<typeof restoreInput>;

/**
 * Puts a guest back as a backup has it, in its own place: all that it holds now is lost. Proven by what is there afterwards,
 * compared with the config in the backup.
 */
export function restoreAction(parts: ProxmoxActionParts): Action<Input> {
  const { known } = parts;
  const rightsOf = (resource: Resource) => {
    const id = guestNumber(parts, resource);
    return id === null ? null : rightsOn(parts, `/vms/${id}`, ["VM.Backup", "VM.Allocate"]);
  };
  return {
    ...onBackups(parts),
    id: "proxmox.restore",
    title: text("Restore in its place", "Restaurer à sa place"),
    verb: text("Restore", "Restaurer"),
    risk: "destructive",
    input: restoreInput,
    fieldsFor: (resource) => fieldsFor(parts, resource),
    unavailable(resource) {
      const why = whyNoRestore(parts, resource);
      if (why) return why;
      const id = guestNumber(parts, resource);
      const power = id === null ? null : known.guestNumbered(id)?.power;
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
      const found = backupOf(parts, context.resource, backup);
      if (!found) return impossible(unknownBackup);
      const { signal } = context;
      const standing = await standingOf(parts, found.guest, signal);
      const place = { node: standing?.node ?? null, storage };
      const source = await sourceOn(parts, found, place, signal);
      if ("why" in source) return impossible(source.why);
      const { node, kind, config } = source;
      const why = standing && (await objectionTo(parts, standing, kind, signal));
      if (why) return impossible(why, { node });
      const observed = {
        ...{ node, kind, id: found.guest, volume: found.volume, existed: standing !== null },
        ...{ name: config?.name ?? null, disks: config?.disks ?? null },
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
      const settled = await settleRestore(parts, context, observed);
      if (settled.effect !== "did-not-happen" || settled.data.exit === undefined) return settled;
      // It began and failed: what it was to replace may be gone.
      const left = await whatStands(parts, context, expectedIn(observed));
      return { ...settled, text: text(`${settled.text.en} ${left.en}`, `${settled.text.fr} ${left.fr}`) };
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

function fieldsFor(parts: ProxmoxActionParts, resource: Pick<ActionContext["resource"], "id">): InputField[] {
  const { known } = parts;
  const guest = known.guest(resource.id);
  const backup = known.backup(resource.id);
  const id = guest?.id ?? backup?.guest;
  const standing = id === undefined ? null : known.guestNumbered(id);
  const node = standing?.node ?? (backup ? nodesOf(parts, backup)[0] : undefined);
  const kind = backup ? kindOf(parts, backup) : (guest?.kind ?? "qemu");
  return [...backupField(parts, resource), storageField(parts, node === undefined ? [] : [node], kind)];
}
