import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Verification } from "../../../actions/action.ts";
import type { SystemContext } from "../../system.ts";
import { readGuestConfig } from "../guest-details.ts";
import { cloneFields } from "./clone-fields.ts";
import { type CloneInput, cloneInput, cloudInitOf, tellsCloudInit } from "./clone-input.ts";
import { halfDone, proveClone } from "./clone-proof.ts";
import { type GuestNow, guestCommon, lockIn, readGuest, spaceOn } from "./guest.ts";
import { deleteMade, freeNumber, type MadeGuest, madeIn, noteMade, readShape } from "./made-guest.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";
import { markTasks, settledByTasks, type TaskWish } from "./tasks-since.ts";

export interface CloneParts extends ProxmoxActionParts {
  secrets: SystemContext["secrets"];
}

const unknownClone = text("Nothing is known of the clone.", "On ne sait rien du clone.");

/**
 * Makes a VM of a template or of another VM, tells its cloud-init who may log in and where it is in the network, and starts
 * it. Proven by the config and the state of what was made; undone by deleting it while it is off.
 */
export function cloneAction(parts: CloneParts): Action<CloneInput> {
  const common = guestCommon(parts, { rights: ["VM.Clone"], kinds: ["qemu"], templates: "too" });
  return {
    ...common,
    id: "proxmox.clone",
    title: text("Clone", "Cloner"),
    verb: text("Clone", "Cloner"),
    risk: "safe",
    input: cloneInput,
    fields: cloneFields(parts, { node: "", template: true, hasCloudInit: true }),
    fieldsFor(resource) {
      const guest = parts.known.guest(resource.id);
      const { node = "", template = false } = guest ?? {};
      return cloneFields(parts, { node, template, hasCloudInit: template });
    },
    bulk: false,
    probeLimit: 40_000,
    describe: (resource, input) => ({
      steps: stepsOf(resource.name, input),
      proof: input.start
        ? text(
            "The clone is there as it was wished for, and runs.",
            "Le clone existe tel que demandé, et est en marche.",
          )
        : text("The clone is there as it was wished for.", "Le clone existe tel que demandé."),
      undo: text("Delete the clone while it is off.", "Supprimer le clone tant qu'il est éteint."),
    }),

    async probe(context, input) {
      const { signal } = context;
      const source = await readGuest(parts, context);
      const observed = { node: source.node, template: source.template };
      const why = await objectionTo(parts, context, source, input);
      if (why) return { state: "impossible", text: why, observed };
      const id = await freeNumber(parts, signal);
      const tasks = await markTasks(parts, wishOf(context, source.node), signal);
      const target = input.node === "" ? source.node : input.node;
      const made = await noteMade(parts, { id, kind: "qemu", node: target, name: input.name }, signal);
      const words = text(
        `It will be the VM ${id} (${input.name}) on ${target}.`,
        `Ce sera la VM ${id} (${input.name}) sur ${target}.`,
      );
      return { state: "needed", text: words, observed: { ...observed, ...made, tasks } };
    },

    async apply(context, input, { observed }) {
      const made = madeIn(observed);
      const { at, template } = await readGuest(parts, context);
      // A secret that cannot be had is said before anything is made.
      const password = await passwordOf(parts, context, input);
      const full = !template || input.full;
      const parameters = {
        newid: made?.id ?? 0,
        name: input.name,
        full,
        target: input.node === "" || input.node === at.node ? undefined : input.node,
        storage: full && input.storage !== "" ? input.storage : undefined,
      };
      const { node, vmid } = at;
      const cloned = await begin(parts, context, (options) =>
        parts.client.call({ request: "machineClone", at: { node, vmid }, parameters, ...options }),
      );
      if (cloned.data.refused !== undefined || !made) return cloned;
      const failure = await failureOf(parts, context, cloned);
      if (failure) return stopped(cloned, "clone", failure);
      return finish(parts, context, input, made, password);
    },

    async verify(context, input, { observed }, applied) {
      const { data } = applied;
      const made = madeIn(observed);
      if (!made) return { proven: false, text: unknownClone, data: {} };
      if (typeof data.stopped === "string") return halfDone(parts, context, made, applied);
      const failure = await failureOf(parts, context, applied);
      return failure ?? proveClone(parts, context, input, made);
    },

    async settle(context, input, { observed }) {
      const made = madeIn(observed);
      if (!made) return { effect: "unknown", text: unknownClone, data: {} };
      const seen = await proveClone(parts, context, input, made);
      if (seen.proven) return { effect: "happened", text: seen.text, data: seen.data };
      const settled = await settledByTasks(
        parts,
        wishOf(context, String(observed.node)),
        observed.tasks,
        context.signal,
      );
      return settled ?? { effect: "unknown", text: seen.text, data: seen.data };
    },

    async undo(context, _input, { observed }) {
      const made = madeIn(observed);
      if (made) return deleteMade(parts, context, made, observed);
      return { proven: false, disproven: true, text: unknownClone, data: {} };
    },
  };
}

function wishOf({ resource }: Pick<ActionContext, "resource">, node: string): TaskWish {
  return { nodes: [node], types: ["qmclone"], subject: resource.id.slice(resource.id.lastIndexOf("/") + 1) };
}

async function passwordOf(
  { secrets }: CloneParts,
  { resource }: Pick<ActionContext, "resource">,
  { passwordFrom }: CloneInput,
): Promise<string | null> {
  return passwordFrom === "" ? null : (await secrets.resolve(passwordFrom, resource.id)).reveal();
}

async function objectionTo(
  parts: ProxmoxActionParts,
  { signal }: ActionContext,
  source: GuestNow,
  input: CloneInput,
): Promise<LocalText | null> {
  const held = lockIn(source) ?? spaceOn(parts, input.storage);
  if (held) return held;
  const { known } = parts;
  if (input.node !== "" && known.nodeNamed(input.node)?.online !== true) {
    return text(`${input.node} does not answer.`, `${input.node} ne répond pas.`);
  }
  if (source.template && !input.full && input.storage !== "") {
    return text(
      "A linked clone lies where its template does: choose no storage, or a full copy.",
      "Un clone lié réside avec son modèle : ne choisissez pas de stockage, ou faites une copie complète.",
    );
  }
  const { fields } = await readShape(parts, source.at, signal);
  const { storages } = readGuestConfig(fields);
  const rows = known.storages.filter(({ name, node }) => storages.includes(name) && node === source.node);
  const local = rows.filter(({ shared }) => !shared).map(({ name }) => name);
  if (input.node !== "" && input.node !== source.node && local.length > 0) {
    const names = local.join(", ");
    return text(
      `It has disks on its node alone (${names}): its clone can only be made there.`,
      `Elle a des disques sur son seul nœud (${names}) : son clone ne peut être créé que là.`,
    );
  }
  const hasDrive = Object.values(fields ?? {}).some(
    (value) => typeof value === "string" && /^[^,]*cloudinit/.test(value),
  );
  return tellsCloudInit(input) && !hasDrive ? noDrive : null;
}

const noDrive = text(
  "It has no cloud-init drive, so that nobody would read who may log in: leave those fields empty, or add the drive.",
  "Elle n'a pas de lecteur cloud-init, personne ne lirait donc qui peut se connecter : videz ces champs, ou ajoutez ce lecteur.",
);

/** Tells cloud-init, then starts; what stops it on the way is noted with what was made already. */
async function finish(
  parts: ProxmoxActionParts,
  context: ActionContext,
  input: CloneInput,
  made: MadeGuest,
  password: string | null,
): Promise<Applied> {
  const at = { node: made.node, guest: "qemu" as const, vmid: made.id };
  const { client } = parts;
  if (tellsCloudInit(input)) {
    context.progress(text("Cloud-init is told.", "cloud-init est renseigné."));
    const parameters = cloudInitOf(input, password);
    const told = await begin(parts, context, (options) =>
      client.call({ request: "machineConfigure", at, parameters, ...options }),
    );
    const failure = await failureOf(parts, context, told);
    if (failure) return stopped(told, "configure", failure);
  }
  const done = { data: { task: null, made: made.id } };
  if (!input.start) return done;
  context.progress(text("It starts.", "Elle démarre."));
  const started = await begin(parts, context, (options) =>
    client.call({ request: "guestStart", at, ...options }),
  );
  const failure = await failureOf(parts, context, started);
  return failure ? stopped(started, "start", failure) : done;
}

function stopped(applied: Applied, step: string, { text: why }: Verification): Applied {
  return { data: { ...applied.data, stopped: step, why: { ...why } } };
}

function stepsOf(template: string, input: CloneInput): LocalText[] {
  const { name, full, start, node } = input;
  const [on, sur] = node === "" ? ["", ""] : [` on ${node}`, ` sur ${node}`];
  return [
    full
      ? text(
          `Make ${name}${on} as a full copy of ${template}.`,
          `Créer ${name}${sur} comme copie complète de ${template}.`,
        )
      : text(
          `Make ${name}${on} as a clone that stays linked to ${template}.`,
          `Créer ${name}${sur} comme clone lié à ${template}.`,
        ),
    ...(tellsCloudInit(input)
      ? [
          text(
            "Tell its cloud-init the user, the keys and the network.",
            "Donner à son cloud-init l'utilisateur, les clés et le réseau.",
          ),
        ]
      : []),
    ...(start ? [text("Start it.", "La démarrer.")] : []),
  ];
}
