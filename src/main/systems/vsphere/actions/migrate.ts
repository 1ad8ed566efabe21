import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import { noLimits } from "../../placement-limits.ts";
import { VimFault } from "../client/vim-fault.ts";
import type { Vm } from "../records.ts";
import { readCluster } from "./evacuation/cluster.ts";
import { askCompatibility } from "./evacuation/compatibility.ts";
import { accepts, planMoves } from "./evacuation/plan.ts";
import { type EvacuationParts, loadOf } from "./evacuation/standing.ts";
import { type GuestNow, type HostNow, readGuests, readHost } from "./host-reading.ts";
import { beginMove, hostOf, moveOperations, moveVm } from "./migrate-call.ts";
import { migrateFields } from "./migrate-fields.ts";
import { followTask, runningTask, vmReference } from "./task.ts";

export interface MigrateParts extends EvacuationParts {
  /** A VM as it is known; undefined when it is none. */
  vm(resource: string): Vm | undefined;
}

const migrateInput = z.strictObject({
  host: z.string().min(1).max(500),
  /** Where its files go too; empty: they stay where they are. */
  datastore: z.string().max(500).default(""),
});
type Input = z.infer<typeof migrateInput>;

const isTemplate = text("It is a template.", "C'est un modèle.");
const takesNone = text(
  "That host takes no VMs now: it is in maintenance mode, or not connected.",
  "Cet hôte n'accepte pas de VM actuellement : il est en mode maintenance, ou non connecté.",
);
/** Moves one VM to another host of its cluster, with its files if wanted; proven by where vCenter shows it. */
export function migrateAction(parts: MigrateParts): Action<Input> {
  const { system, session } = parts;
  return {
    id: "vsphere.migrate",
    title: text("Migrate", "Migrer"),
    verb: text("Migrate", "Migrer"),
    risk: "disruptive",
    effect: "once",
    kinds: ["vm"],
    input: migrateInput,
    fields: migrateFields([], []),
    fieldsFor: (resource) => fieldsFor(parts, resource),
    bulk: false,
    probeLimit: 40_000,
    appliesTo: (resource) => resource.id.startsWith(`${system}/vms/`),
    unavailable: (resource) =>
      resource.sources[system]?.error?.message ??
      (resource.facts["vm.template"]?.value === true ? isTemplate : null),
    describe: (_resource, { datastore }) => ({
      steps: [
        datastore === ""
          ? text("Have vCenter move it to that host.", "Faire déplacer la VM vers cet hôte par vCenter.")
          : text(
              "Have vCenter move it to that host, and its files to that datastore.",
              "Faire déplacer la VM vers cet hôte, et ses fichiers vers cette banque de données, par vCenter.",
            ),
        text("Follow the task in vCenter to its end.", "Suivre la tâche dans vCenter jusqu'à sa fin."),
      ],
      proof: text("vCenter shows it on that host.", "vCenter la montre sur cet hôte."),
      undo:
        datastore === ""
          ? text("Move it back to where it was.", "La ramener là où elle était.")
          : text(
              "Move it back to its host; its files stay where they are then.",
              "La ramener sur son hôte ; ses fichiers restent alors où ils sont.",
            ),
    }),

    async probe(context, { host, datastore }) {
      const { guest, target } = await both(parts, context, host);
      const observed = { host: guest.host, hadDatastores: guest.datastores };
      const isStored = datastore === "" || guest.datastores.every((id) => id === datastore);
      if (guest.host === target.id && isStored) return { state: "done", text: onHost(target), observed };
      const why = await objectionTo(parts, context, guest, target, datastore);
      if (why) return { state: "impossible", text: why, observed };
      const words = text(`It may go to ${target.name}.`, `Elle peut aller sur ${target.name}.`);
      return { state: "needed", text: words, observed };
    },

    async apply(context, { host, datastore }) {
      const to = datastore === "" ? { host } : { host, datastore };
      const task = await beginMove(parts, context, vmReference(system, context.resource), to);
      return { data: { task: task?.id ?? null } };
    },

    async verify(context, { host, datastore }, _probe, { data }): Promise<Verification> {
      if (typeof data.task === "string") {
        const end = await followTask(parts, context, { type: "Task", id: data.task });
        if (end.state === "error") {
          return { proven: false, disproven: true, text: end.fault.text, data: { fault: end.fault.fault } };
        }
      }
      return proven(parts, context, host, datastore);
    },

    async settle(context, { host, datastore }) {
      const seen = await proven(parts, context, host, datastore);
      if (seen.proven) return { effect: "happened", text: seen.text, data: seen.data };
      const vm = vmReference(system, context.resource);
      const under = await runningTask(parts, vm, moveOperations, context.signal);
      return { effect: under ? "unknown" : "did-not-happen", text: seen.text, data: seen.data };
    },

    async undo(context, _input, { observed }) {
      const before = observed.host;
      if (typeof before !== "string") throw new VimFault("ManagedObjectNotFound", session.name);
      const vm = vmReference(system, context.resource);
      const end = await moveVm(parts, context, vm, before, (fraction) =>
        context.progress(text("It moves back.", "Elle revient."), fraction),
      );
      if (end.state !== "refused") return proven(parts, context, before, "");
      const words = text(`It was not moved: ${end.why.en}.`, `Elle n'a pas été déplacée : ${end.why.fr}.`);
      return { proven: false, text: words, data: { fault: end.fault } };
    },
  };
}

async function both({ session, system }: MigrateParts, { resource, signal }: ActionContext, host: string) {
  const [guest] = await readGuests(session, [vmReference(system, resource).id], signal);
  if (!guest) throw new VimFault("ManagedObjectNotFound", session.name);
  return { guest, target: await readHost(session, host, signal) };
}

/** Why it cannot go there, by a fresh reading and what vCenter says; null when nothing is against it. */
async function objectionTo(
  parts: MigrateParts,
  { signal }: ActionContext,
  guest: GuestNow,
  target: HostNow,
  datastore: string,
): Promise<LocalText | null> {
  if (guest.template) return isTemplate;
  if (!accepts(target)) return takesNone;
  if (!target.parent || guest.host === target.id) return null;
  const cluster = await readCluster(parts.session, target.parent, signal);
  const incompatible =
    guest.power === "poweredOn" && datastore === ""
      ? await askCompatibility(parts, [guest.id], [target.id], signal)
      : new Map();
  const guests = [datastore === "" ? guest : { ...guest, datastores: [datastore] }];
  const input = { guests, hosts: [target], cluster, incompatible, limits: noLimits };
  const [first] = planMoves({ ...input, ...loadOf(parts.inventory(), new Set([guest.id])) }).unplaced;
  return first?.why ?? null;
}

async function proven(
  parts: MigrateParts,
  context: ActionContext,
  host: string,
  datastore: string,
): Promise<Verification> {
  const vm = vmReference(parts.system, context.resource);
  const at = await hostOf(parts, vm, context.signal);
  if (at === null) {
    const words = text("The VM is not there any more.", "La VM n'existe plus.");
    return { proven: false, text: words, data: { host: null } };
  }
  const now = await readHost(parts.session, at, context.signal);
  const [guest] = datastore === "" ? [] : await readGuests(parts.session, [vm.id], context.signal);
  const isStored = datastore === "" || guest?.datastores.includes(datastore) === true;
  return { proven: at === host && isStored, text: onHost(now), data: { host: at } };
}

function onHost({ name }: HostNow): LocalText {
  return text(`It is on ${name}.`, `Elle est sur ${name}.`);
}

function fieldsFor(parts: MigrateParts, resource: Resource): InputField[] {
  const vm = parts.vm(resource.id);
  const all = [...parts.inventory()];
  const home = all.find(({ id }) => id === vm?.host);
  const { load } = loadOf(all, new Set(vm ? [vm.id] : []));
  const hosts = all.flatMap((held) => (held.is === "host" && held.parent === home?.parent ? [held] : []));
  const stores = all.flatMap((held) => (held.is === "datastore" && held.accessible === true ? [held] : []));
  return migrateFields(
    hosts.map((host) => ({ host, load: load.get(host.id), isHome: host.id === vm?.host })),
    stores,
  );
}
