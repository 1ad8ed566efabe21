import { z } from "zod";
import type { Risk } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import { timeAt, wordsAt } from "../client/values.ts";
import { disabledOf } from "../properties.ts";
import { powerWord } from "../seen.ts";
import { type PowerRecord, serverTime, settledByRecord } from "./recorded.ts";
import {
  begin,
  followTask,
  readVm,
  runningTask,
  usualTaskTimes,
  type VsphereActionParts,
  vmReference,
} from "./task.ts";

interface PowerChange {
  id: string;
  title: LocalText;
  verb: LocalText;
  risk: Risk;
  method: string;
  /** What vCenter calls the task that it is (`descriptionId`). */
  operation: string;
  /** The state that it must have been in, and the one that it ends in. */
  from: readonly string[];
  wanted: "on" | "off" | "suspended";
  /** The guest is asked; what shows the effect: its end, or that VMware Tools stopped and came back. */
  guest: boolean;
  /** What vCenter records of it, where the VM's state afterwards does not tell whether it was done. */
  record?: PowerRecord;
  does: LocalText;
}

const changes: readonly PowerChange[] = [
  {
    id: "vsphere.power-on",
    title: text("Power on", "Allumer"),
    verb: text("Power on", "Allumer"),
    risk: "safe",
    method: "PowerOnVM_Task",
    operation: "VirtualMachine.powerOn",
    from: ["off", "suspended"],
    wanted: "on",
    guest: false,
    does: text("Switch the VM on, or resume it.", "Allumer la VM, ou la sortir de suspension."),
  },
  {
    id: "vsphere.guest-shutdown",
    title: text("Shut down the guest", "Arrêter le système invité"),
    verb: text("Shut down", "Arrêter"),
    risk: "disruptive",
    method: "ShutdownGuest",
    operation: "VirtualMachine.shutdownGuest",
    from: ["on"],
    wanted: "off",
    guest: true,
    record: {
      begun: "VmGuestShutdownEvent",
      failed: "VmFailedShutdownGuestEvent",
    },
    does: text(
      "Ask the guest's operating system to shut down, by VMware Tools.",
      "Demander au système invité de s'arrêter, par VMware Tools.",
    ),
  },
  {
    id: "vsphere.guest-reboot",
    title: text("Reboot the guest", "Redémarrer le système invité"),
    verb: text("Reboot", "Redémarrer"),
    risk: "disruptive",
    method: "RebootGuest",
    operation: "VirtualMachine.rebootGuest",
    from: ["on"],
    wanted: "on",
    guest: true,
    record: {
      begun: "VmGuestRebootEvent",
      failed: "VmFailedRebootGuestEvent",
    },
    does: text(
      "Ask the guest's operating system to start again, by VMware Tools.",
      "Demander au système invité de redémarrer, par VMware Tools.",
    ),
  },
  {
    id: "vsphere.suspend",
    title: text("Suspend", "Suspendre"),
    verb: text("Suspend", "Suspendre"),
    risk: "disruptive",
    method: "SuspendVM_Task",
    operation: "VirtualMachine.suspend",
    from: ["on"],
    wanted: "suspended",
    guest: false,
    does: text(
      "Write the VM's memory to its disk and let it stand still.",
      "Écrire la mémoire de la VM sur son disque et la mettre à l'arrêt.",
    ),
  },
  {
    id: "vsphere.power-off",
    title: text("Power off hard", "Éteindre de force"),
    verb: text("Power off", "Éteindre"),
    risk: "destructive",
    method: "PowerOffVM_Task",
    operation: "VirtualMachine.powerOff",
    from: ["on", "suspended"],
    wanted: "off",
    guest: false,
    does: text(
      "Switch the VM off at once; its operating system is not shut down and unwritten data is lost.",
      "Éteindre la VM immédiatement ; son système n'est pas arrêté et les données non écrites sont perdues.",
    ),
  },
  {
    id: "vsphere.reset",
    title: text("Reset hard", "Réinitialiser de force"),
    verb: text("Reset", "Réinitialiser"),
    risk: "destructive",
    method: "ResetVM_Task",
    operation: "VirtualMachine.reset",
    from: ["on"],
    wanted: "on",
    guest: false,
    record: { begun: "VmResettingEvent", failed: "VmFailedToResetEvent" },
    does: text(
      "Start the VM again at once; its operating system is not shut down and unwritten data is lost.",
      "Redémarrer la VM immédiatement ; son système n'est pas arrêté et les données non écrites sont perdues.",
    ),
  },
];

const stateWords = {
  on: text("The VM is on.", "La VM est allumée."),
  off: text("The VM is off.", "La VM est éteinte."),
  suspended: text("The VM is suspended.", "La VM est suspendue."),
};
const unknownState = text(
  "vCenter does not know the VM's power state.",
  "vCenter ne connaît pas l'état d'alimentation de la VM.",
);
const refusedNow = text(
  "vCenter does not allow it in the VM's present state.",
  "vCenter ne le permet pas dans l'état actuel de la VM.",
);
const needsTools = text(
  "VMware Tools do not run in the guest, so that it cannot be asked.",
  "VMware Tools ne s'exécute pas dans l'invité, qui ne peut donc pas être sollicité.",
);
const isTemplate = text("It is a template.", "C'est un modèle.");
const isUnderWay = text("vCenter is still at work on it.", "vCenter y travaille encore.");
const taskGone = text("vCenter does not know the task any more.", "vCenter ne connaît plus la tâche.");

const properties = ["runtime.powerState", "runtime.bootTime", "guest.toolsRunningStatus", "disabledMethod"];
const input = z.strictObject({});
type Input = z.infer<typeof input>;

/** Power on, off, reset and suspend, and what the guest is asked for; proven by reading the VM again. */
export function powerActions(parts: VsphereActionParts): Action<Input>[] {
  return changes.map((change) => powerAction(parts, change));
}

function powerAction(parts: VsphereActionParts, change: PowerChange): Action<Input> {
  const { id, title, verb, risk, method, operation, from, wanted, guest, record, does } = change;
  const restarts = from.includes(wanted);
  return {
    id,
    title,
    verb,
    risk,
    effect: "once",
    kinds: ["vm"],
    input,
    fields: [],
    bulk: true,
    appliesTo: (resource) => resource.id.startsWith(`${parts.system}/vms/`),
    unavailable: ({ sources, facts }) =>
      sources[parts.system]?.error?.message ?? (facts["vm.template"]?.value === true ? isTemplate : null),
    idle: (resource) => idle(change, resource),
    describe: () => ({
      steps: [
        does,
        guest
          ? text("Look until the effect shows.", "Observer jusqu'à ce que l'effet soit visible.")
          : text("Follow the task in vCenter to its end.", "Suivre la tâche dans vCenter jusqu'à sa fin."),
      ],
      proof: restarts ? restartProof(guest) : stateWords[wanted],
      undo: null,
    }),
    async probe(context) {
      const { state, bootedAt, tools, disabled } = await powerOf(parts, context);
      const observed = {
        ...{ powerState: state, bootedAt, tools, at: parts.now() },
        // Its clock and ours may differ; what it records is asked for by its own.
        ...(record && { serverAt: await serverTime(parts, context.signal) }),
      };
      if (state === null) return { state: "impossible", text: unknownState, observed };
      if (state === wanted && !restarts) return { state: "done", text: stateWords[wanted], observed };
      const words = stateWords[state];
      if (!from.includes(state)) return { state: "impossible", text: words, observed };
      if (guest && tools !== "guestToolsRunning") return { state: "impossible", text: needsTools, observed };
      if (disabled.includes(method)) return { state: "impossible", text: refusedNow, observed };
      return { state: "needed", text: words, observed };
    },
    async apply(context) {
      const task = await begin(parts, context, { method });
      return { data: { task: task?.id ?? null } };
    },
    async verify(context, _input, _probe, { data }) {
      let ended = false;
      if (typeof data.task === "string") {
        const end = await followTask(parts, context, { type: "Task", id: data.task });
        if (end.state === "error")
          return { proven: false, disproven: true, text: end.fault.text, data: { fault: end.fault.fault } };
        ended = end.state === "success";
      }
      if (restarts && guest) return guestCameBack(parts, context);
      if (restarts && !ended) return { proven: false, text: taskGone, data: {} };
      return awaitState(parts, context, wanted, guest);
    },
    async settle(context, _input, { observed }) {
      const { state } = await powerOf(parts, context);
      const words = state === null ? unknownState : stateWords[state];
      const data = { powerState: state };
      if (state === wanted && !restarts) return { effect: "happened", text: words, data };
      if (state === null) return { effect: "unknown", text: words, data };
      if (!record) {
        // A task that is queued or runs may still do it: suspending takes minutes.
        const vm = vmReference(parts.system, context.resource);
        const under = await runningTask(parts, vm, [operation], context.signal);
        return under
          ? { effect: "unknown", text: isUnderWay, data: { ...data, task: under.id } }
          : { effect: "did-not-happen", text: words, data };
      }
      const settled = await settledByRecord(parts, context, record, operation, observed.serverAt);
      // A VM that is on may have been started again or not; a guest that was asked to shut down may not have obeyed.
      if (settled === null || (settled.effect === "happened" && !restarts)) {
        return { effect: "unknown", text: settled?.text ?? words, data: { ...settled?.data, ...data } };
      }
      return { ...settled, data: { ...settled.data, ...data } };
    },
  };
}

/** Why it cannot be done now by what is known; in a run, where a step before may have changed that, the probe tells. */
function idle(change: PowerChange, { facts }: Resource): LocalText | null {
  const fact = (key: string) => facts[key]?.value;
  const state = stateOf(fact("power.state"));
  if (state === null) return unknownState;
  if (!change.from.includes(state)) return stateWords[state];
  if (change.guest && fact("vsphere.tools") !== "guestToolsRunning") return needsTools;
  const disabled = fact("vsphere.disabled");
  return Array.isArray(disabled) && disabled.includes(change.method) ? refusedNow : null;
}

function restartProof(guest: boolean): LocalText {
  return guest
    ? text(
        "VMware Tools were seen to stop and to run again.",
        "VMware Tools a été vu s'arrêter puis fonctionner de nouveau.",
      )
    : text(
        "vCenter's own task has ended well, and the VM is on.",
        "La tâche de vCenter s'est bien terminée et la VM est allumée.",
      );
}

async function powerOf(parts: VsphereActionParts, context: ActionContext) {
  const values = await readVm(parts, context, properties);
  return {
    state: stateOf(powerWord(wordsAt(values.get("runtime.powerState")))),
    bootedAt: timeAt(values.get("runtime.bootTime")),
    tools: wordsAt(values.get("guest.toolsRunningStatus")),
    disabled: disabledOf(values.get("disabledMethod")),
  };
}

function stateOf(word: unknown): keyof typeof stateWords | null {
  return word === "on" || word === "off" || word === "suspended" ? word : null;
}

/** Looks until the VM is in a state: a task that has ended shows it at once, a guest takes its time. */
async function awaitState(
  parts: VsphereActionParts,
  context: ActionContext,
  wanted: keyof typeof stateWords,
  patient: boolean,
): Promise<Verification> {
  const { look, guestPatience } = { ...usualTaskTimes, ...parts.times };
  const until = parts.now() + (patient ? guestPatience : look * 5);
  for (;;) {
    const { state, bootedAt } = await powerOf(parts, context);
    const words = state === null ? unknownState : stateWords[state];
    const data = { powerState: state, bootedAt };
    if (state === wanted) return { proven: true, text: words, data };
    if (parts.now() > until) return { proven: false, text: words, data };
    await parts.wait(look, context.signal);
  }
}

async function guestCameBack(parts: VsphereActionParts, context: ActionContext): Promise<Verification> {
  const { look, guestPatience } = { ...usualTaskTimes, ...parts.times };
  const until = parts.now() + guestPatience;
  let wasDown = false;
  for (;;) {
    const { state, tools } = await powerOf(parts, context);
    const isUp = state === "on" && tools === "guestToolsRunning";
    if (!isUp) wasDown = true;
    if (isUp && wasDown) return { proven: true, text: restartProof(true), data: { tools } };
    if (parts.now() > until) {
      const words = wasDown
        ? text("VMware Tools have not come back.", "VMware Tools n'est pas revenu.")
        : text("VMware Tools were not seen to stop.", "VMware Tools n'a pas été vu s'arrêter.");
      return { proven: false, text: words, data: { tools, wasDown } };
    }
    await parts.wait(look, context.signal);
  }
}
