import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import { guestCommon, lockIn, readGuest } from "./guest.ts";
import { field } from "./guest-fields.ts";
import { removal } from "./snapshot-changes.ts";
import { followTask, notThere, readTree, snapshotTasks, snapshotTasksOf } from "./snapshot-reading.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks } from "./tasks-since.ts";

/** Two to forty characters, as PVE::JSONSchema's `pve-configid` has it; two names stand for something else. */
const snapshotName = z
  .string()
  .trim()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{1,39}$/)
  .refine((name) => !/^(current|pending)$/i.test(name));
const createInput = z.strictObject({
  name: snapshotName,
  description: z.string().max(2000).default(""),
  vmstate: z.boolean().default(false),
});

/** Takes a snapshot; proven by the guest's tree of snapshots, undone by deleting it. */
export function createSnapshotAction(parts: ProxmoxActionParts): Action<z.infer<typeof createInput>> {
  const common = guestCommon(parts, { rights: ["VM.Snapshot"] });
  const types = ["qmsnapshot", "vzsnapshot"];
  const taken = async (context: ActionContext, name: string): Promise<Verification> => {
    const { tree } = await readTree(parts, context);
    const isThere = tree.snapshots.some((each) => each.name === name);
    return {
      proven: isThere,
      text: isThere
        ? text(`The snapshot ${name} is in its tree.`, `L'instantané ${name} est dans son arbre.`)
        : notThere,
      data: { snapshots: tree.snapshots.length },
    };
  };
  return {
    ...common,
    id: "proxmox.snapshot-create",
    title: text("Take a snapshot", "Prendre un instantané"),
    verb: text("Take a snapshot of", "Prendre un instantané de"),
    risk: "safe",
    input: createInput,
    fields: createFields(true),
    fieldsFor: (resource) => {
      const guest = parts.known.guest(resource.id);
      return createFields(guest?.kind === "qemu" && guest.power === "on");
    },
    bulk: true,
    describe: (_resource, { name, vmstate }) => ({
      steps: [
        vmstate
          ? text(
              `Take the snapshot ${name}, with the memory: the VM is slow or held meanwhile.`,
              `Prendre l'instantané ${name}, avec la mémoire : la VM est ralentie ou figée entre-temps.`,
            )
          : text(`Take the snapshot ${name}.`, `Prendre l'instantané ${name}.`),
        followTask,
      ],
      proof: text("The snapshot is in its tree.", "L'instantané est dans son arbre."),
      undo: text("Delete this snapshot.", "Supprimer cet instantané."),
    }),
    async probe(context, { name, vmstate }) {
      const { guest, tree } = await readTree(parts, context);
      const tasks = await markTasks(parts, snapshotTasks(guest, types), context.signal);
      const observed = { node: guest.node, snapshots: tree.snapshots.length, tasks };
      const lock = lockIn(guest);
      if (lock) return { state: "impossible", text: lock, observed };
      if (tree.snapshots.some((each) => each.name === name)) {
        const words = text(`It already has a snapshot ${name}.`, `Elle a déjà un instantané ${name}.`);
        return { state: "impossible", text: words, observed };
      }
      if (vmstate && (guest.kind === "lxc" || guest.power !== "on")) {
        const words = text(
          "Only a VM that runs has a memory that can be saved.",
          "Seule une VM en marche a une mémoire à enregistrer.",
        );
        return { state: "impossible", text: words, observed };
      }
      const many = tree.snapshots.length;
      const words = text(`Snapshots that it has: ${many}.`, `Instantanés existants : ${many}.`);
      return { state: "needed", text: words, observed };
    },
    async apply(context, { name, description, vmstate }) {
      const { at } = await readGuest(parts, context);
      const parameters = {
        snapname: name,
        description: description === "" ? undefined : description,
        vmstate: at.guest === "qemu" ? vmstate : undefined,
      };
      return begin(parts, context, (options) =>
        parts.client.call({ request: "snapshotCreate", at, parameters, ...options }),
      );
    },
    async verify(context, { name }, _probe, applied) {
      return (await failureOf(parts, context, applied)) ?? taken(context, name);
    },
    async settle(context, { name }, { observed }) {
      const settled = await settledByTasks(
        parts,
        snapshotTasksOf(context, observed, types),
        observed.tasks,
        context.signal,
      );
      if (settled) return settled;
      const { proven, text: words, data } = await taken(context, name);
      return { effect: proven ? "happened" : "unknown", text: words, data };
    },
    async undo(context, { name }) {
      const { guest, tree } = await readTree(parts, context);
      if (!tree.snapshots.some((each) => each.name === name))
        return { proven: true, text: notThere, data: {} };
      const applied = await begin(parts, context, (options) =>
        removal.send(parts, guest.at, name, false, options),
      );
      return (await failureOf(parts, context, applied)) ?? removal.prove(parts, context, name);
    },
  };
}

function createFields(hasMemory: boolean): InputField[] {
  const memory = text("With the memory", "Avec la mémoire");
  return [
    field("name", text("Name", "Nom"), "text", { required: true }),
    field("description", text("Description", "Description"), "text"),
    ...(hasMemory ? [field("vmstate", memory, "boolean", { initial: false })] : []),
  ];
}
