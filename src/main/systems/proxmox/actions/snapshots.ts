import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import { minuteInWords } from "../../../../shared/amount-words.ts";
import type { Resource } from "../../../../shared/resource.ts";
import type { SnapshotRecord } from "../../../../shared/snapshots.ts";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import type { Action, Settlement } from "../../../actions/action.ts";
import { guestCommon, lockIn, readGuest } from "./guest.ts";
import { choice, field } from "./guest-fields.ts";
import { removal, rollback, type SnapshotChange } from "./snapshot-changes.ts";
import { createSnapshotAction } from "./snapshot-create.ts";
import { followTask, notThere, readTree, snapshotTasks, snapshotTasksOf } from "./snapshot-reading.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks } from "./tasks-since.ts";

const pickInput = z.strictObject({
  snapshot: z.string().min(1).max(40),
  start: z.boolean().default(false),
});
type Chosen = z.infer<typeof pickInput>;

const none = text("It has no snapshot.", "Elle n'a aucun instantané.");

/** Take, delete and roll back to a snapshot; proven by reading the guest's tree of snapshots again. */
export function snapshotActions(parts: ProxmoxActionParts): Action[] {
  return [
    createSnapshotAction(parts),
    pickAction(parts, removal),
    pickAction(parts, rollback),
  ] as unknown as Action[];
}

function pickAction(parts: ProxmoxActionParts, change: SnapshotChange): Action<Chosen> {
  const { id, title, verb, does, proof, rights, types } = change;
  const common = guestCommon(parts, { rights });
  const label = text("Snapshot", "Instantané");
  const start = field("start", text("Then start it", "Puis la démarrer"), "boolean", { initial: false });
  const more = change === rollback ? [start] : [];
  return {
    ...common,
    id,
    title,
    verb,
    risk: "destructive",
    input: pickInput,
    fields: [choice("snapshot", label, [], { required: true }), ...more],
    fieldsFor: (resource) => [
      choice("snapshot", label, choicesOf(parts, resource), { required: true }),
      ...more,
    ],
    bulk: false,
    unavailable: (resource) =>
      common.unavailable(resource) ?? (resource.facts["vm.snapshots"]?.value === 0 ? none : null),
    describe: () => ({ steps: [does, followTask], proof, undo: null }),
    async probe(context, { snapshot }) {
      const { guest, tree } = await readTree(parts, context);
      const found = tree.snapshots.find(({ name }) => name === snapshot);
      const tasks = await markTasks(parts, snapshotTasks(guest, types), context.signal);
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
        snapshotTasksOf(context, observed, types),
        observed.tasks,
        context.signal,
      );
      if (settled) return settled;
      const { proven, text: words, data } = await change.prove(parts, context, snapshot);
      return { effect: proven ? "happened" : "unknown", text: words, data };
    },
  };
}

function choicesOf({ known }: ProxmoxActionParts, resource: Resource): InputField["choices"] {
  const guest = known.guest(resource.id);
  const snapshots = guest ? (known.snapshotsOf(guest.id) ?? []) : [];
  return snapshots.map((each) => ({ value: each.name, label: labelOf(each) }));
}

function labelOf({ name, createdAt }: SnapshotRecord): LocalText {
  return sameText(createdAt === null ? name : `${name} (${minuteInWords(createdAt)})`);
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
