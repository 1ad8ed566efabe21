import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import { bytesInWords, minuteInWords } from "../../../../shared/amount-words.ts";
import { restoreTestedType } from "../../../../shared/protection.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Verification } from "../../../actions/action.ts";
import { numberAt } from "../client/values.ts";
import { readGuestConfig } from "../guest-details.ts";
import type { KnownBackup } from "../known.ts";
import { proveByAgent } from "./agent-proof.ts";
import { missing, rightsOn } from "./guest.ts";
import { field } from "./guest-fields.ts";
import { freeNumber, type MadeGuest, madeIn, noteMade } from "./made-guest.ts";
import { whereIs } from "./migrate-call.ts";
import { beginRestore, expectedIn, proveRestored, restoreTasks } from "./restore-call.ts";
import {
  backupField,
  backupOf,
  backupShape,
  guestNumber,
  hasBackups,
  impossible,
  kindOf,
  nodesOf,
  onBackups,
  type RestoreSource,
  sourceOn,
  storageField,
  unknownBackup,
  whyNoRestore,
} from "./restore-source.ts";
import {
  clearLeftovers,
  cutOff,
  scratchName,
  startScratch,
  takeAway,
  testRestoreId,
  tidyAfter,
} from "./scratch-guest.ts";
import { failureOf, type ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks } from "./tasks-since.ts";

const testInput = z.strictObject({
  ...backupShape,
  /** A file inside the VM whose checksum is taken; empty: none. */
  file: z.union([z.literal(""), z.string().trim().startsWith("/").max(1000)]).default(""),
  sha256: z
    .union([
      z.literal(""),
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[0-9a-f]{64}$/),
    ])
    .default(""),
});
type Input = z.infer<typeof testInput>;

/** What a test needs on the VM that it makes: version 8 and version 9 name the agent's privileges differently. */
const needed = [
  ["VM.Allocate"],
  ["VM.PowerMgmt"],
  ["VM.Config.Network"],
  ["VM.Config.Options"],
  ["VM.Monitor", "VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"],
];

/**
 * Restores a backup as a VM of its own, takes all network from it, starts it, waits for its guest agent, and deletes it. Proven
 * by the file systems that its operating system has mounted, and by the checksum of a file where one is named.
 */
export function testRestoreAction(parts: ProxmoxActionParts): Action<Input> {
  const rightsOf = () => {
    const all = needed.map((anyOf) => rightsOn(parts, "/vms", anyOf));
    return all.find((right) => right?.allowed === false) ?? all[0] ?? null;
  };
  return {
    ...onBackups(parts),
    id: testRestoreId,
    title: text("Test restore from a backup", "Tester la restauration d'une sauvegarde"),
    verb: text("Test restore", "Tester la restauration"),
    risk: "safe",
    input: testInput,
    fieldsFor: (resource) => fieldsFor(parts, resource),
    appliesTo: (resource) => hasBackups(parts, resource) && resource.facts["vm.kind"]?.value !== "container",
    unavailable: (resource) => whyNoRestore(parts, resource) ?? missing(rightsOf()),
    rights: rightsOf,
    describe: (resource, { backup, file }) => ({
      steps: [
        text(
          `Make a VM of its own of the backup ${backupOf(parts, resource, backup)?.volume ?? ""}.`,
          `Créer une VM à part de la sauvegarde ${backupOf(parts, resource, backup)?.volume ?? ""}.`,
        ),
        text(
          "Take its network cards and passed-through devices from it, then start it.",
          "Lui retirer ses cartes réseau et ses périphériques attribués, puis la démarrer.",
        ),
        file === ""
          ? text("Wait for its guest agent.", "Attendre son agent invité.")
          : text(
              `Wait for its guest agent, and take the checksum of ${file}.`,
              `Attendre son agent invité, et calculer la somme de contrôle de ${file}.`,
            ),
        text("Stop it and delete it with its disks.", "L'arrêter et la supprimer avec ses disques."),
      ],
      proof: text(
        "Its operating system had started from the restored disks and had mounted its file systems; nothing of it is left.",
        "Son système avait démarré sur les disques restaurés et monté ses systèmes de fichiers ; il n'en reste rien.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }, { backup, storage }) {
      const found = backupOf(parts, resource, backup);
      if (!found) return impossible(unknownBackup);
      const source = await sourceOn(parts, found, { node: null, storage }, signal);
      if ("why" in source) return impossible(source.why);
      const why = missing(rightsOf()) ?? objectionTo(parts, source);
      if (why) return impossible(why);
      const { node, kind, config } = source;
      const id = await freeNumber(parts, signal);
      const name = scratchName(config?.name ?? String(found.guest));
      const observed = {
        ...{ node, kind, id, volume: found.volume, name, disks: config?.disks ?? null },
        ...(await noteMade(parts, { id, kind, node, name }, signal)),
        tasks: await markTasks(parts, restoreTasks({ node, id }), signal),
        ...{ of: parts.ids.guest(found.guest), restorePoint: found.resource, at: parts.now() },
      };
      return { state: "needed", text: willBe(found, id, node), observed };
    },

    async apply(context, { storage }, { observed }) {
      const { id, kind, node, name } = expectedIn(observed);
      const volume = String(observed.volume);
      await clearLeftovers(parts, context);
      const wish = { node, kind, id, volume, force: false, unique: true, storage, name: name ?? "" };
      return beginRestore(parts, context, wish);
    },

    async verify(context, input, { observed }, applied): Promise<Verification> {
      const made = madeIn(observed);
      if (!made) return { proven: false, disproven: true, text: unknownBackup, data: {} };
      const test = () => provenTest(parts, context, { input, observed, applied, made });
      const tested = await tidyAfter(parts, context, made, observed, test);
      const took = Math.max(0, parts.now() - Number(observed.at));
      // What was refused was never made: whoever has that number now has nothing to do with this test.
      const wasMade = applied.data.refused === undefined;
      const gone = wasMade ? await takeAway(parts, context, made, observed) : null;
      await context.journal?.({
        type: restoreTestedType,
        subject: String(observed.of),
        data: {
          of: String(observed.of),
          restorePoint: String(observed.restorePoint),
          guest: made.id,
          objects: tested.data.objects ?? 0,
          took,
          good: tested.proven,
          ...(tested.data.sha256 !== undefined && { file: input.file, sha256: tested.data.sha256 }),
        },
      });
      const data = { ...tested.data, guest: made.id, of: String(observed.of), took };
      if (!gone || gone.proven) return { ...tested, data };
      const { en, fr } = gone.text;
      return {
        proven: false,
        ...(tested.disproven && { disproven: true }),
        text: text(
          `${tested.text.en} The VM ${made.id} is not deleted, delete it yourself. ${en}`,
          `${tested.text.fr} La VM ${made.id} n'est pas supprimée, supprimez-la vous-même. ${fr}`,
        ),
        data,
      };
    },

    async settle(context, _input, { observed }) {
      const expected = expectedIn(observed);
      const guest = await whereIs(parts, expected, context.signal);
      const data = { guest: expected.id };
      if (guest === null) {
        const settled = await settledByTasks(parts, restoreTasks(expected), observed.tasks, context.signal);
        return settled?.effect === "unknown"
          ? settled
          : { effect: "did-not-happen", text: nothingLeft, data };
      }
      const words = text(
        `The test was broken off, and its result is not known: the VM ${expected.id} (${guest.name}) is left of it. The next test of this resource deletes it.`,
        `L'essai a été interrompu et son résultat n'est pas connu : il en reste la VM ${expected.id} (${guest.name}). Le prochain essai de cette ressource la supprimera.`,
      );
      return { effect: guest.lock === null ? "did-not-happen" : "unknown", text: words, data };
    },
  };
}

const nothingLeft = text(
  "The test was broken off, and its result is not known; nothing of it is left.",
  "L'essai a été interrompu et son résultat n'est pas connu ; il n'en reste rien.",
);

function willBe({ madeAt }: KnownBackup, id: number, node: string): LocalText {
  const [of, du] =
    madeAt === null ? ["", ""] : [` of ${minuteInWords(madeAt)}`, ` du ${minuteInWords(madeAt)}`];
  return text(
    `The backup${of} is restored as the VM ${id} on ${node}, without network, and deleted afterwards.`,
    `La sauvegarde${du} est restaurée comme VM ${id} sur ${node}, sans réseau, puis supprimée.`,
  );
}

/** Why a backup cannot be tried out: nobody would answer in it, or its node has no memory to start it in. */
function objectionTo({ known }: ProxmoxActionParts, { node, kind, config }: RestoreSource): LocalText | null {
  if (kind === "lxc") {
    return text(
      "Only backups of VMs are tried out: nothing in a container would answer for it.",
      "Seules les sauvegardes de VM sont essayées : rien dans un conteneur ne répondrait.",
    );
  }
  if (!config) return null;
  if (!readGuestConfig(config.fields).agent) {
    return text(
      "The guest agent is not enabled in its configuration: nothing would show that its operating system has started. Enable it, and make a new backup.",
      "L'agent invité n'est pas activé dans sa configuration : rien ne montrerait que son système a démarré. Activez-le et faites une nouvelle sauvegarde.",
    );
  }
  const wanted = (numberAt(config.fields, "memory") ?? 512) * 2 ** 20;
  const { memory = null, memoryUsed = null } = known.nodeNamed(node) ?? {};
  if (memory === null || memoryUsed === null || memory - memoryUsed > wanted) return null;
  const [free, asked] = [bytesInWords(Math.max(0, memory - memoryUsed)), bytesInWords(wanted)];
  return text(
    `${node} has ${free.en} of memory left, and it needs ${asked.en}: it would be started at the expense of others.`,
    `${node} n'a plus que ${free.fr} de mémoire et elle demande ${asked.fr} : elle démarrerait aux dépens des autres.`,
  );
}

interface Tested {
  input: Input;
  observed: Readonly<Record<string, unknown>>;
  applied: Applied;
  made: MadeGuest;
}

async function provenTest(
  parts: ProxmoxActionParts,
  context: ActionContext,
  { input, observed, applied, made }: Tested,
): Promise<Verification> {
  const failure = await failureOf(parts, context, applied);
  if (failure) return failure;
  const restored = await proveRestored(parts, context, expectedIn(observed));
  if (!restored.proven) return { ...restored, disproven: true };
  const held = (await cutOff(parts, context, made)) ?? (await startScratch(parts, context, made));
  if (held) return held;
  return proveByAgent(parts, context, made, input);
}

function fieldsFor(parts: ProxmoxActionParts, resource: Pick<Resource, "id">): InputField[] {
  const id = guestNumber(parts, resource);
  const backup = parts.known.backup(resource.id) ?? (id === null ? null : parts.known.backups(id)[0]) ?? null;
  return [
    ...backupField(parts, resource),
    storageField(parts, backup ? nodesOf(parts, backup) : [], backup ? kindOf(parts, backup) : "qemu"),
    field("file", text("A file inside it (empty: none)", "Un fichier dans la VM (vide : aucun)"), "text"),
    field(
      "sha256",
      text("The file's SHA-256 (empty: only take it)", "Le SHA-256 du fichier (vide : le relever seulement)"),
      "text",
    ),
  ];
}
