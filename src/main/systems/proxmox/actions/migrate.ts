import { z } from "zod";
import type { Probe } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { type GuestNow, guestCommon, knownGuest, readGuest } from "./guest.ts";
import { awaitMove, beginMove, isOn, moveGuest, moveWish, whereIs } from "./migrate-call.ts";
import { askConditions, disksInWords, type MigrateConditions, objectionTo } from "./migrate-conditions.ts";
import { migrateFields } from "./migrate-fields.ts";
import type { ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks, type TaskMark } from "./tasks-since.ts";

const migrateInput = z.strictObject({
  node: z.string().min(1).max(64),
  storage: z.string().max(100).default(""),
  withLocalDisks: z.boolean().default(false),
  restart: z.boolean().default(false),
});
type Input = z.infer<typeof migrateInput>;

/** Moves a guest to another node; proven by the node that has it afterwards. */
export function migrateAction(parts: ProxmoxActionParts): Action<Input> {
  const common = guestCommon(parts, { rights: ["VM.Migrate"], templates: "too" });
  return {
    ...common,
    id: "proxmox.migrate",
    title: text("Migrate", "Migrer"),
    verb: text("Migrate", "Migrer"),
    risk: "disruptive",
    input: migrateInput,
    fields: migrateFields({ kind: "qemu", nodes: [], storages: [], isLocal: false, home: "", runs: false }),
    fieldsFor(resource) {
      const guest = parts.known.guest(resource.id);
      if (!guest) return [];
      const { kind, node: home } = guest;
      const { nodes, storages } = parts.known;
      const own = parts.known.storagesOf(guest.id) ?? [];
      const isLocal = storages.some((each) => each.node === home && !each.shared && own.includes(each.name));
      return migrateFields({ kind, nodes, storages, isLocal, home, runs: guest.power !== "off" });
    },
    bulk: true,
    probeLimit: 40_000,
    unavailable: (resource) => common.unavailable(resource) ?? (parts.known.nodes.length < 2 ? alone : null),
    describe: (resource, input) => ({
      steps: stepsOf(parts, resource.id, input),
      proof: text("The node says that it has it.", "Le nœud indique qu'il l'héberge."),
      undo: text(
        "Move it back to where it was; disks that were copied go back under the same name of storage.",
        "La ramener là où elle était ; les disques copiés reviennent sur le stockage de même nom.",
      ),
    }),

    async probe(context, input): Promise<Probe> {
      const guest = await readGuest(parts, context);
      const { node, power, managed, kind } = guest;
      const tasks = await markTasks(parts, moveWish(guest), context.signal);
      const observed = { node, power, managed, kind, tasks };
      if (node === input.node) return { state: "done", text: isOn(node), observed };
      const conditions = await askConditions(parts, guest, context.signal);
      const why = objectionTo(parts, guest, conditions, input);
      if (why) return { state: "impossible", text: why, observed };
      return {
        state: "needed",
        text: text(`It may go to ${input.node}.`, `Elle peut aller sur ${input.node}.`),
        observed: { ...observed, copied: copiedBy(conditions).map(({ volume }) => volume) },
        steps: stepsOf(parts, context.resource.id, input, { guest, conditions }),
      };
    },

    async apply(context, input) {
      return beginMove(parts, context, await readGuest(parts, context), input);
    },

    async verify(context, input, { observed }, applied) {
      return awaitMove(parts, context, movedFrom(parts, context, observed), input, markIn(observed), applied);
    },

    async settle(context, input, { observed }) {
      const guest = movedFrom(parts, context, observed);
      const now = await whereIs(parts, { ...guest, node: input.node }, context.signal);
      const data = { node: now?.node ?? null };
      if (!now) return { effect: "unknown", text: nowhere, data };
      if (now.node === input.node) return { effect: "happened", text: isOn(now.node), data };
      const settled = await settledByTasks(parts, moveWish(guest), observed.tasks, context.signal);
      if (settled) return { ...settled, data: { ...settled.data, ...data } };
      // It has ended well and yet it is not there: HA was asked and has not done it, or somebody moved it on.
      return { effect: "unknown", text: isOn(now.node), data };
    },

    async undo(context, input, { observed }) {
      const home = movedFrom(parts, context, observed).node;
      const guest = await readGuest(parts, context);
      if (guest.node === home) return { proven: true, text: isOn(home), data: { node: home } };
      const withLocalDisks = input.withLocalDisks || input.storage !== "";
      const to = { node: home, storage: "", withLocalDisks, restart: true };
      const end = await moveGuest(parts, context, guest, to);
      if (end.state === "there") return { proven: true, text: isOn(home), data: { node: home } };
      const words = end.state === "gone" ? nowhere : end.why;
      return { proven: false, disproven: true, text: words, data: { node: guest.node } };
    },
  };
}

const alone = text("There is no other node.", "Il n'y a pas d'autre nœud.");
const nowhere = text("It is not there any more.", "Elle n'existe plus.");

/** The guest as it was before the move. */
function movedFrom(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "resource">,
  observed: Readonly<Record<string, unknown>>,
): Pick<GuestNow, "id" | "kind" | "node" | "managed" | "power"> {
  const { id, kind, node } = knownGuest(parts, context.resource);
  const before = typeof observed.node === "string" ? observed.node : node;
  const power = observed.power === "on" ? "on" : null;
  return { id, kind, node: before, managed: observed.managed === true, power };
}

function markIn({ tasks }: Readonly<Record<string, unknown>>): TaskMark | null {
  return typeof tasks === "object" && tasks !== null ? (tasks as TaskMark) : null;
}

function copiedBy(conditions: MigrateConditions | null): MigrateConditions["localDisks"] {
  return conditions?.localDisks ?? [];
}

function stepsOf(
  { known }: ProxmoxActionParts,
  resource: string,
  { node, storage, restart }: Input,
  told?: { guest: GuestNow; conditions: MigrateConditions | null },
): LocalText[] {
  const guest = known.guest(resource);
  const runs = told ? told.guest.power !== "off" : guest?.power !== "off";
  const isManaged = told ? told.guest.managed : guest?.service !== null;
  const steps: LocalText[] = [];
  if (isManaged) {
    steps.push(
      text(
        `Ask HA, which looks after it, to move it to ${node}.`,
        `Demander à la HA, qui la surveille, de la déplacer vers ${node}.`,
      ),
    );
  } else if (guest?.kind === "lxc" && runs && restart) {
    steps.push(
      text(
        `Shut the container down, move it to ${node} and start it there: it is away meanwhile.`,
        `Arrêter le conteneur, le déplacer vers ${node} et l'y redémarrer : il est indisponible entre-temps.`,
      ),
    );
  } else {
    steps.push(
      runs
        ? text(`Move it to ${node} while it runs.`, `La déplacer vers ${node} sans l'arrêter.`)
        : text(`Move it to ${node}; it is off.`, `La déplacer vers ${node} ; elle est éteinte.`),
    );
  }
  const copied = told ? copiedBy(told.conditions) : [];
  if (copied.length > 0) {
    const { en, fr } = disksInWords(copied);
    const [to, vers] = storage === "" ? ["", ""] : [` to ${storage}`, ` vers ${storage}`];
    steps.push(text(`Copy its local disks${to}: ${en}.`, `Copier ses disques locaux${vers} : ${fr}.`));
  }
  steps.push(text("Follow its task to its end.", "Suivre sa tâche jusqu'à sa fin."));
  return steps;
}
