import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import { minuteInWords } from "../../../../shared/amount-words.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import { escapeXml } from "../../xml.ts";
import { child, idAt, wordsAt } from "../client/values.ts";
import { snapshotsOf } from "../properties.ts";
import type { Snapshot, Vm } from "../records.ts";
import { begin, failureOf, readVm, type VsphereActionParts } from "./task.ts";

export interface SnapshotParts extends VsphereActionParts {
  /** A VM as it is known; undefined when it is none. */
  vm(resource: string): Vm | undefined;
}

const createInput = z.strictObject({
  name: z.string().trim().min(1).max(80),
  memory: z.boolean().default(false),
  quiesce: z.boolean().default(false),
});
const pickInput = z.strictObject({ snapshot: z.string().min(1).max(500) });
type Pick = z.infer<typeof pickInput>;

const none = text("The VM has no snapshot.", "La VM n'a aucun instantané.");
const notThere = text("That snapshot is not there.", "Cet instantané n'existe pas.");
const snapshotLabel = text("Snapshot", "Instantané");

/** Create, delete and revert to a snapshot; proven by reading the VM's tree of snapshots again. */
export function snapshotActions(parts: SnapshotParts): Action[] {
  const remove = pickAction(parts, removal);
  const revert = pickAction(parts, reversion);
  return [createAction(parts), remove, revert] as Action[];
}

function createAction(parts: SnapshotParts): Action<z.infer<typeof createInput>> {
  const isNew = (before: unknown, name: string) => (each: Snapshot) =>
    each.name === name && !(Array.isArray(before) && before.includes(each.id));
  const made = async (context: ActionContext, name: string, before: unknown): Promise<Verification> => {
    const { snapshots } = await treeOf(parts, context);
    const found = snapshots.find(isNew(before, name));
    return {
      proven: found !== undefined,
      text: found
        ? text(`The snapshot ${name} is in the VM's tree.`, `L'instantané ${name} est dans l'arbre de la VM.`)
        : notThere,
      data: { snapshot: found?.id ?? null },
    };
  };
  return {
    ...common(parts),
    id: "vsphere.snapshot-create",
    title: text("Take a snapshot", "Prendre un instantané"),
    verb: text("Take a snapshot of", "Prendre un instantané de"),
    risk: "safe",
    input: createInput,
    fields: [
      { ...emptyField, name: "name", label: text("Name", "Nom"), type: "text", required: true },
      {
        ...emptyField,
        name: "memory",
        label: text("With the memory", "Avec la mémoire"),
        type: "boolean",
        initial: false,
      },
      {
        ...emptyField,
        name: "quiesce",
        label: text("Quiesce the guest's file systems", "Figer les systèmes de fichiers de l'invité"),
        type: "boolean",
        initial: false,
      },
    ],
    bulk: true,
    describe: (_resource, { name }) => ({
      steps: [
        text(`Have vCenter take the snapshot ${name}.`, `Faire prendre l'instantané ${name} par vCenter.`),
      ],
      proof: text("The snapshot is in the VM's tree.", "L'instantané est dans l'arbre de la VM."),
      undo: text("Delete this snapshot.", "Supprimer cet instantané."),
    }),
    async probe(context) {
      const { snapshots } = await treeOf(parts, context);
      return {
        state: "needed",
        text: text(
          `Snapshots that it has: ${snapshots.length}.`,
          `Instantanés existants : ${snapshots.length}.`,
        ),
        observed: { snapshots: snapshots.map(({ id }) => id) },
      };
    },
    async apply(context, { name, memory, quiesce }) {
      const parameters = `<name>${escapeXml(name)}</name><description></description><memory>${memory}</memory><quiesce>${quiesce}</quiesce>`;
      return {
        data: {
          task: (await begin(parts, context, { method: "CreateSnapshot_Task", parameters }))?.id ?? null,
        },
      };
    },
    async verify(context, { name }, { observed }, { data }) {
      return (await failureOf(parts, context, data.task)) ?? made(context, name, observed.snapshots);
    },
    async settle(context, { name }, { observed }) {
      const { proven, text: words, data } = await made(context, name, observed.snapshots);
      // A task that was queued may still make it.
      return { effect: proven ? "happened" : "unknown", text: words, data };
    },
    async undo(context, { name }, { observed }) {
      const { snapshots } = await treeOf(parts, context);
      const found = snapshots.find(isNew(observed.snapshots, name));
      if (!found) return { proven: true, text: notThere, data: {} };
      const task = await begin(parts, context, removal.call(found.id));
      return (await failureOf(parts, context, task?.id)) ?? removal.prove(parts, context, found.id);
    },
  };
}

interface PickChange {
  id: string;
  title: LocalText;
  verb: LocalText;
  does: LocalText;
  proof: LocalText;
  call(snapshot: string): { method: string; on: { type: string; id: string }; parameters?: string };
  prove(parts: SnapshotParts, context: ActionContext, snapshot: string): Promise<Verification>;
}

const removal: PickChange = {
  id: "vsphere.snapshot-delete",
  title: text("Delete a snapshot", "Supprimer un instantané"),
  verb: text("Delete a snapshot of", "Supprimer un instantané de"),
  does: text(
    "Delete the snapshot; what was written since is merged into its parent, and there is no way back to it.",
    "Supprimer l'instantané ; ce qui a été écrit depuis est fusionné dans son parent, sans retour possible.",
  ),
  proof: text(
    "The snapshot is no longer in the VM's tree.",
    "L'instantané n'est plus dans l'arbre de la VM.",
  ),
  call: (snapshot) => ({
    method: "RemoveSnapshot_Task",
    on: { type: "VirtualMachineSnapshot", id: snapshot },
    parameters: "<removeChildren>false</removeChildren>",
  }),
  async prove(parts, context, snapshot) {
    const { snapshots } = await treeOf(parts, context);
    const isLeft = snapshots.some(({ id }) => id === snapshot);
    const words = isLeft
      ? text("The snapshot is still there.", "L'instantané est toujours là.")
      : removal.proof;
    return { proven: !isLeft, text: words, data: { left: snapshots.length } };
  },
};

const reversion: PickChange = {
  id: "vsphere.snapshot-revert",
  title: text("Revert to a snapshot", "Revenir à un instantané"),
  verb: text("Revert", "Ramener en arrière"),
  does: text(
    "Put the VM back to the snapshot; everything since is lost, and without memory in it the VM ends up off.",
    "Ramener la VM à l'instantané ; tout ce qui a suivi est perdu et, sans mémoire incluse, la VM se retrouve éteinte.",
  ),
  proof: text(
    "vCenter's own task has ended well, and the snapshot is the VM's current one.",
    "La tâche de vCenter s'est bien terminée et l'instantané est l'instantané courant de la VM.",
  ),
  call: (snapshot) => ({
    method: "RevertToSnapshot_Task",
    on: { type: "VirtualMachineSnapshot", id: snapshot },
  }),
  async prove(parts, context, snapshot) {
    const { current } = await treeOf(parts, context);
    const proven = current === snapshot;
    const words = text("Another snapshot is the current one.", "Un autre instantané est le courant.");
    return { proven, text: proven ? reversion.proof : words, data: { current } };
  },
};

function pickAction(parts: SnapshotParts, change: PickChange): Action<Pick> {
  const { id, title, verb, does, proof } = change;
  const field: InputField = {
    ...emptyField,
    name: "snapshot",
    label: snapshotLabel,
    type: "choice",
    required: true,
  };
  return {
    ...common(parts),
    id,
    title,
    verb,
    risk: "destructive",
    input: pickInput,
    fields: [field],
    fieldsFor: (resource) => [{ ...field, choices: choicesOf(parts.vm(resource.id)?.snapshots ?? []) }],
    bulk: false,
    // In a run the step before may have taken one a moment ago: the probe reads the tree.
    idle: ({ facts }) => (facts["vm.snapshots"]?.value === 0 ? none : null),
    describe: () => ({ steps: [does], proof, undo: null }),
    async probe(context, { snapshot }) {
      const { snapshots, current } = await treeOf(parts, context);
      const found = snapshots.find((each) => each.id === snapshot);
      const observed = { snapshot: found?.name ?? null, current };
      if (!found) return { state: change === removal ? "done" : "impossible", text: notThere, observed };
      const words = text(`It is the snapshot ${found.name}.`, `Il s'agit de l'instantané ${found.name}.`);
      return { state: "needed", text: words, observed };
    },
    async apply(context, { snapshot }) {
      return { data: { task: (await begin(parts, context, change.call(snapshot)))?.id ?? null } };
    },
    async verify(context, { snapshot }, _probe, { data }) {
      return (await failureOf(parts, context, data.task)) ?? change.prove(parts, context, snapshot);
    },
    async settle(context, { snapshot }, { observed }) {
      const { proven, text: words, data } = await change.prove(parts, context, snapshot);
      // A VM that had this very snapshot as its current one shows nothing of a reversion.
      const tells = change === removal || observed.current !== snapshot;
      return { effect: proven && tells ? "happened" : "unknown", text: words, data };
    },
  };
}

const emptyField = { required: false, choices: [], initial: null };

function common({ system }: SnapshotParts) {
  return {
    effect: "once" as const,
    kinds: ["vm"] as const,
    appliesTo: (resource: Resource) => resource.id.startsWith(`${system}/vms/`),
    unavailable: (resource: Resource) => resource.sources[system]?.error?.message ?? null,
  };
}

function choicesOf(snapshots: readonly Snapshot[]): InputField["choices"] {
  return snapshots.map(({ id, name, createdAt }) => {
    const words = createdAt === null ? name : `${name} (${minuteInWords(createdAt)})`;
    return { value: id, label: { en: words, fr: words } };
  });
}

async function treeOf(parts: SnapshotParts, context: ActionContext) {
  const value = (await readVm(parts, context, ["name", "snapshot"])).get("snapshot");
  return {
    snapshots: snapshotsOf(value),
    current: wordsAt(child(value, "currentSnapshot")) && idAt(value, "currentSnapshot"),
  };
}
