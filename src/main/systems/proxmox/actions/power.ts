import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import { type GuestNow, givenUpByHa, guestCommon, isTemplate, lockIn, readGuest } from "./guest.ts";
import { type PowerChange, type PowerState, powerChanges } from "./power-changes.ts";
import { begin, failureOf, type ProxmoxActionParts, timesOf } from "./task.ts";
import { markTasks, settledByTasks, type TaskWish } from "./tasks-since.ts";

const input = z.strictObject({
  seconds: z.coerce.number().int().min(1).max(7200).default(180),
  force: z.boolean().default(false),
  toDisk: z.boolean().default(false),
});
type Input = z.infer<typeof input>;

const stateWords: Readonly<Record<PowerState, LocalText>> = {
  on: text("It runs.", "Elle est en marche."),
  off: text("It is off.", "Elle est éteinte."),
  suspended: text("It is suspended.", "Elle est suspendue."),
};
const unknownState = text(
  "Its node does not say whether it runs.",
  "Son nœud ne dit pas si elle est en marche.",
);
const cameBack = text(
  "It runs in another process than before, or for less time than before.",
  "Elle tourne dans un autre processus qu'avant, ou depuis moins longtemps.",
);
const resetDone = text(
  "Proxmox VE's own task has ended well, and the VM runs.",
  "La tâche de Proxmox VE s'est bien terminée et la VM est en marche.",
);
const byHa = text(
  "HA looks after it: Proxmox VE has HA do it, and HA keeps it so.",
  "La HA la surveille : Proxmox VE le fait faire par la HA, qui maintient ensuite cet état.",
);

/** Start, shutdown, stop, reset, reboot, suspend and resume; proven by reading the guest again. */
export function powerActions(parts: ProxmoxActionParts): Action<Input>[] {
  return powerChanges.map((change) => powerAction(parts, change));
}

function powerAction(parts: ProxmoxActionParts, change: PowerChange): Action<Input> {
  const { id, title, verb, risk, from, wanted, containers, quorum, does } = change;
  const restarts = from.includes(wanted);
  const isReset = restarts && !change.patient;
  const common = guestCommon(parts, {
    rights: ["VM.PowerMgmt"],
    kinds: containers ? ["qemu", "lxc"] : ["qemu"],
    quorum,
  });
  const wish = (node: unknown, { resource }: Pick<ActionContext, "resource">): TaskWish => ({
    nodes: typeof node === "string" ? [node] : [],
    types: change.types,
    subject: resource.id.slice(resource.id.lastIndexOf("/") + 1),
  });
  return {
    ...common,
    id,
    title,
    verb,
    risk,
    input,
    fields: fieldsOf(change),
    bulk: true,
    unavailable: (resource) => common.unavailable(resource) ?? notNow(parts, change, resource),
    describe: (resource) => ({
      steps: [
        does,
        ...(parts.known.guest(resource.id)?.service && hasHa(change) ? [byHa] : []),
        text("Follow its task to its end.", "Suivre sa tâche jusqu'à sa fin."),
      ],
      proof: isReset ? resetDone : restarts ? cameBack : stateWords[wanted],
      undo: null,
    }),

    async probe(context) {
      const guest = await readGuest(parts, context);
      const { power, uptime, pid, node, managed } = guest;
      const tasks = await markTasks(parts, wish(node, context), context.signal);
      const observed = { power, uptime, pid, node, managed, tasks };
      const answer = (state: "needed" | "done" | "impossible", words: LocalText) => ({
        state,
        text: words,
        observed,
      });
      if (guest.template) return answer("impossible", isTemplate);
      if (power === null) return answer("impossible", unknownState);
      if (power === wanted && !restarts) return answer("done", stateWords[wanted]);
      if (!from.includes(power)) return answer("impossible", stateWords[power]);
      const why = lockIn(guest) ?? (hasHa(change) ? givenUpByHa(guest) : null);
      return why ? answer("impossible", why) : answer("needed", stateWords[power]);
    },

    async apply(context, given) {
      const { at } = await readGuest(parts, context);
      return begin(parts, context, (options) => change.send(parts.client, at, given, options));
    },

    async verify(context, _input, { observed }, applied) {
      const failure = await failureOf(parts, context, applied);
      if (failure) return failure;
      return awaitState(parts, context, change, observed);
    },

    async settle(context, _input, { observed }) {
      const guest = await readGuest(parts, context);
      const data = { power: guest.power, uptime: guest.uptime };
      const words = guest.power === null ? unknownState : stateWords[guest.power];
      if (!restarts && guest.power === wanted) return { effect: "happened", text: words, data };
      const settled = await settledByTasks(
        parts,
        wish(observed.node, context),
        observed.tasks,
        context.signal,
      );
      if (settled) return { ...settled, data: { ...settled.data, ...data } };
      // The task has ended well, or was lost: what it was for must show in the guest itself.
      const isBack = isReset ? guest.power === "on" : restarts && isNewRun(guest, observed, parts.now());
      return { effect: isBack ? "happened" : "unknown", text: isBack ? cameBack : words, data };
    },
  };
}

function hasHa({ types }: PowerChange): boolean {
  return types.some((type) => type.startsWith("ha"));
}

function notNow({ known }: ProxmoxActionParts, { from }: PowerChange, resource: Resource): LocalText | null {
  const power = known.guest(resource.id)?.power ?? null;
  if (power !== "on" && power !== "off" && power !== "suspended") return unknownState;
  return from.includes(power) ? null : stateWords[power];
}

/** Looks until the guest is as it should be: at once after most tasks, later where it or HA takes its time. */
async function awaitState(
  parts: ProxmoxActionParts,
  context: ActionContext,
  change: PowerChange,
  observed: Readonly<Record<string, unknown>>,
): Promise<Verification> {
  const { look, guestPatience } = timesOf(parts);
  const { wanted, from } = change;
  const restarts = from.includes(wanted);
  const isPatient = change.patient || observed.managed === true;
  const until = parts.now() + (isPatient ? guestPatience : look * 10);
  for (;;) {
    const guest = await readGuest(parts, context);
    const data = { power: guest.power, uptime: guest.uptime, pid: guest.pid };
    const isThere = guest.power === wanted;
    const isProven = isThere && (!restarts || !change.patient || isNewRun(guest, observed, parts.now()));
    if (isProven) {
      const words = restarts ? (change.patient ? cameBack : resetDone) : stateWords[wanted];
      return { proven: true, text: words, data };
    }
    if (parts.now() > until) {
      const words = guest.power === null ? unknownState : stateWords[guest.power];
      const same = text("It was not seen to start again.", "Elle n'a pas été vue redémarrer.");
      return { proven: false, text: restarts && isThere ? same : words, data };
    }
    await parts.wait(isPatient ? look * 3 : look, context.signal);
  }
}

/** Seconds that two clocks' rounding may make. */
const rounding = 2;

/** Whether it runs anew: in another process, or for less time than it would otherwise have. */
function isNewRun(guest: GuestNow, observed: Readonly<Record<string, unknown>>, now: number): boolean {
  if (guest.power !== "on") return false;
  if (typeof observed.pid === "number" && guest.pid !== null) return guest.pid !== observed.pid;
  if (typeof observed.uptime !== "number" || guest.uptime === null) return false;
  const { at } = (observed.tasks ?? {}) as { at?: unknown };
  const passed = typeof at === "number" ? Math.max(0, (now - at) / 1000) : 0;
  return guest.uptime < observed.uptime || guest.uptime + rounding < observed.uptime + passed;
}

function fieldsOf({ id }: PowerChange): InputField[] {
  const field = (name: keyof Input, label: LocalText, more: Pick<InputField, "type" | "initial">) => ({
    name,
    label,
    required: false,
    choices: [],
    ...more,
  });
  const seconds = text("Seconds that the guest is given", "Secondes laissées à l'invité");
  const force = text("Then stop it hard", "Puis l'éteindre de force");
  const toDisk = text("Write its memory to the disk", "Écrire sa mémoire sur le disque");
  switch (id) {
    case "proxmox.shutdown":
      return [
        field("seconds", seconds, { type: "number", initial: 180 }),
        field("force", force, { type: "boolean", initial: false }),
      ];
    case "proxmox.reboot":
      return [field("seconds", seconds, { type: "number", initial: 180 })];
    case "proxmox.suspend":
      return [field("toDisk", toDisk, { type: "boolean", initial: false })];
    default:
      return [];
  }
}
