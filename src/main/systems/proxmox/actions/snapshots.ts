import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import type { SnapshotRecord } from "../../../../shared/snapshots.ts";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import type { CallOptions } from "../client/session.ts";
import { type GuestSnapshots, readSnapshots } from "../guest-details.ts";
import { type GuestNow, type GuestPlace, guestCommon, lockIn, readGuest } from "./guest.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks, type TaskWish } from "./tasks-since.ts";

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
const pickInput = z.strictObject({
  snapshot: z.string().min(1).max(40),
  start: z.boolean().default(false),
});
type Chosen = z.infer<typeof pickInput>;

const none = text("It has no snapshot.", "Elle n'a aucun instantané.");
const notThere = text("That snapshot is not there.", "Cet instantané n'existe pas.");
const follow = text("Follow its task to its end.", "Suivre sa tâche jusqu'à sa fin.");
const emptyField = { required: false, choices: [], initial: null };

/** Take, delete and roll back to a snapshot; proven by reading the guest's tree of snapshots again. */
export function snapshotActions(parts: ProxmoxActionParts): Action[] {
  return [
    createAction(parts),
    pickAction(parts, removal),
    pickAction(parts, rollback),
  ] as unknown as Action[];
}

function createAction(parts: ProxmoxActionParts): Action<z.infer<typeof createInput>> {
  const common = guestCommon(parts, { rights: ["VM.Snapshot"] });
  const types = ["qmsnapshot", "vzsnapshot"];
  const taken = async (context: ActionContext, name: string): Promise<Verification> => {
    const { tree } = await read(parts, context);
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
        follow,
      ],
      proof: text("The snapshot is in its tree.", "L'instantané est dans son arbre."),
      undo: text("Delete this snapshot.", "Supprimer cet instantané."),
    }),
    async probe(context, { name, vmstate }) {
      const { guest, tree } = await read(parts, context);
      const tasks = await markTasks(parts, wishOf(guest, types), context.signal);
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
        wishIn(context, observed, types),
        observed.tasks,
        context.signal,
      );
      if (settled) return settled;
      const { proven, text: words, data } = await taken(context, name);
      return { effect: proven ? "happened" : "unknown", text: words, data };
    },
    async undo(context, { name }) {
      const { guest, tree } = await read(parts, context);
      if (!tree.snapshots.some((each) => each.name === name))
        return { proven: true, text: notThere, data: {} };
      const applied = await begin(parts, context, (options) =>
        removal.send(parts, guest.at, name, false, options),
      );
      return (await failureOf(parts, context, applied)) ?? removal.prove(parts, context, name);
    },
  };
}

interface PickChange {
  id: string;
  title: LocalText;
  verb: LocalText;
  does: LocalText;
  proof: LocalText;
  rights: readonly string[];
  types: readonly string[];
  send(
    parts: ProxmoxActionParts,
    at: GuestPlace,
    snapshot: string,
    start: boolean,
    options: CallOptions,
  ): Promise<unknown>;
  prove(parts: ProxmoxActionParts, context: ActionContext, snapshot: string): Promise<Verification>;
}

const removal: PickChange = {
  id: "proxmox.snapshot-delete",
  title: text("Delete a snapshot", "Supprimer un instantané"),
  verb: text("Delete a snapshot of", "Supprimer un instantané de"),
  does: text(
    "Delete the snapshot; there is no way back to it.",
    "Supprimer l'instantané, sans retour possible.",
  ),
  proof: text("The snapshot is no longer in its tree.", "L'instantané n'est plus dans son arbre."),
  rights: ["VM.Snapshot"],
  types: ["qmdelsnapshot", "vzdelsnapshot"],
  send: ({ client }, at, snapname, _start, options) =>
    client.call({ request: "snapshotDelete", at: { ...at, snapname }, ...options }),
  async prove(parts, context, snapshot) {
    const { tree } = await read(parts, context);
    const isLeft = tree.snapshots.some(({ name }) => name === snapshot);
    const words = isLeft
      ? text("The snapshot is still there.", "L'instantané est toujours là.")
      : removal.proof;
    return { proven: !isLeft, text: words, data: { left: tree.snapshots.length } };
  },
};

const rollback: PickChange = {
  id: "proxmox.snapshot-rollback",
  title: text("Roll back to a snapshot", "Revenir à un instantané"),
  verb: text("Roll back", "Ramener en arrière"),
  does: text(
    "Put the guest back to the snapshot: everything since is lost, and without memory in it it ends up off.",
    "Ramener l'invité à l'instantané : tout ce qui a suivi est perdu et, sans mémoire incluse, il se retrouve éteint.",
  ),
  proof: text(
    "Its task has ended well, and it goes on from the snapshot.",
    "Sa tâche s'est bien terminée et l'invité repart de l'instantané.",
  ),
  rights: ["VM.Snapshot", "VM.Snapshot.Rollback"],
  types: ["qmrollback", "vzrollback"],
  send: ({ client }, at, snapname, start, options) =>
    client.call({
      request: "snapshotRollback",
      at: { ...at, snapname },
      // Versions before 8 did not know it; what is not wished is not sent.
      parameters: { start: start || undefined },
      ...options,
    }),
  async prove(parts, context, snapshot) {
    const { tree, guest } = await read(parts, context);
    const proven = tree.current === snapshot;
    const words = text("It goes on from another snapshot.", "Elle repart d'un autre instantané.");
    const data = { current: tree.current, power: guest.power };
    return { proven, text: proven ? rollback.proof : words, data };
  },
};

function pickAction(parts: ProxmoxActionParts, change: PickChange): Action<Chosen> {
  const { id, title, verb, does, proof, rights, types } = change;
  const common = guestCommon(parts, { rights });
  const field: InputField = {
    ...emptyField,
    name: "snapshot",
    label: text("Snapshot", "Instantané"),
    type: "choice",
    required: true,
  };
  const start: InputField = {
    ...emptyField,
    name: "start",
    label: text("Then start it", "Puis la démarrer"),
    type: "boolean",
    initial: false,
  };
  const more = change === rollback ? [start] : [];
  return {
    ...common,
    id,
    title,
    verb,
    risk: "destructive",
    input: pickInput,
    fields: [field, ...more],
    fieldsFor: (resource) => [{ ...field, choices: choicesOf(parts, resource) }, ...more],
    bulk: false,
    unavailable: (resource) =>
      common.unavailable(resource) ?? (resource.facts["vm.snapshots"]?.value === 0 ? none : null),
    describe: () => ({ steps: [does, follow], proof, undo: null }),
    async probe(context, { snapshot }) {
      const { guest, tree } = await read(parts, context);
      const found = tree.snapshots.find(({ name }) => name === snapshot);
      const tasks = await markTasks(parts, wishOf(guest, types), context.signal);
      const observed = { node: guest.node, current: tree.current, tasks };
      if (!found) return { state: change === removal ? "done" : "impossible", text: notThere, observed };
      const lock = lockIn(guest);
      if (lock) return { state: "impossible", text: lock, observed };
      return { state: "needed", text: snapshotInWords(found), observed };
    },
    async apply(context, { snapshot, start: thenStart }) {
      const { at } = await readGuest(parts, context);
      return begin(parts, context, (options) => change.send(parts, at, snapshot, thenStart, options));
    },
    async verify(context, { snapshot }, _probe, applied) {
      return (await failureOf(parts, context, applied)) ?? change.prove(parts, context, snapshot);
    },
    async settle(context, { snapshot }, { observed }): Promise<Settlement> {
      const settled = await settledByTasks(
        parts,
        wishIn(context, observed, types),
        observed.tasks,
        context.signal,
      );
      if (settled) return settled;
      const { proven, text: words, data } = await change.prove(parts, context, snapshot);
      return { effect: proven ? "happened" : "unknown", text: words, data };
    },
  };
}

async function read(
  { client, ...rest }: ProxmoxActionParts,
  context: ActionContext,
): Promise<{ guest: GuestNow; tree: GuestSnapshots }> {
  const guest = await readGuest({ client, ...rest }, context);
  const { at } = guest;
  const data = await client.call({ request: "guestSnapshots", at, signal: context.signal });
  return { guest, tree: readSnapshots(data) };
}

function wishOf({ id, node }: Pick<GuestNow, "id" | "node">, types: readonly string[]): TaskWish {
  return { nodes: [node], types, subject: String(id) };
}

function wishIn(
  { resource }: Pick<ActionContext, "resource">,
  { node }: Readonly<Record<string, unknown>>,
  types: readonly string[],
): TaskWish {
  const subject = resource.id.slice(resource.id.lastIndexOf("/") + 1);
  return { nodes: typeof node === "string" ? [node] : [], types, subject };
}

function createFields(hasMemory: boolean): InputField[] {
  return [
    { ...emptyField, name: "name", label: text("Name", "Nom"), type: "text", required: true },
    { ...emptyField, name: "description", label: text("Description", "Description"), type: "text" },
    ...(hasMemory
      ? [
          {
            ...emptyField,
            name: "vmstate",
            label: text("With the memory", "Avec la mémoire"),
            type: "boolean" as const,
            initial: false,
          },
        ]
      : []),
  ];
}

function choicesOf({ known }: ProxmoxActionParts, resource: Resource): InputField["choices"] {
  const guest = known.guest(resource.id);
  const snapshots = guest ? (known.snapshotsOf(guest.id) ?? []) : [];
  return snapshots.map((each) => ({ value: each.name, label: labelOf(each) }));
}

function labelOf({ name, createdAt }: SnapshotRecord): LocalText {
  return sameText(createdAt === null ? name : `${name} (${new Date(createdAt).toISOString()})`);
}

function snapshotInWords({ name, withMemory }: SnapshotRecord): LocalText {
  return withMemory === true
    ? text(
        `It is the snapshot ${name}, with the memory.`,
        `Il s'agit de l'instantané ${name}, avec la mémoire.`,
      )
    : text(
        `It is the snapshot ${name}, without memory.`,
        `Il s'agit de l'instantané ${name}, sans la mémoire.`,
      );
}
