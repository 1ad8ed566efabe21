import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import type { XmlElement } from "../../xml.ts";
import { retrieve } from "../client/collector.ts";
import { garbage } from "../client/faults.ts";
import type { VimSession } from "../client/session.ts";
import { child, children, idAt, numberAt, type Reference, referenceAt, wordsAt } from "../client/values.ts";
import { faultType, isFault, VimFault } from "../client/vim-fault.ts";

export interface VsphereActionParts {
  system: string;
  session: VimSession;
  now(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  times?: Partial<TaskTimes>;
}

/** All in milliseconds. */
export interface TaskTimes {
  /** Between two looks at a task or a VM. */
  look: number;
  /** How long a task may take, a guest that shuts down or starts again, and a host. */
  patience: number;
  guestPatience: number;
  hostPatience: number;
}

/** Milliseconds to the second look at a task; each pause is twice the one before, until `look`. */
const firstPause = 100;

export const usualTaskTimes: TaskTimes = {
  look: 1000,
  patience: 3_600_000,
  guestPatience: 300_000,
  hostPatience: 2_400_000,
};

/** How a task ended: `gone` when vCenter does not know it any more. */
export type TaskEnd =
  | { state: "success"; result: string | null }
  | { state: "error"; fault: VimFault }
  | { state: "gone" };

const taskProperties = ["info.state", "info.progress", "info.error", "info.result"];

/** The VM of a resource's identifier. */
export function vmReference(system: string, resource: { id: string }): Reference {
  return { type: "VirtualMachine", id: decodeURIComponent(resource.id.slice(`${system}/vms/`.length)) };
}

/** Sends a method once and gives the task that it began; null for a method without one. */
export async function begin(
  { session, system }: VsphereActionParts,
  context: ActionContext,
  call: { method: string; on?: Reference; parameters?: string },
): Promise<Reference | null> {
  const { method, parameters = "" } = call;
  const response = await session.call({
    method,
    on: call.on ?? vmReference(system, context.resource),
    parameters,
    signal: context.signal,
    repeatable: false,
    onSent: () => context.committed(),
  });
  if (!method.endsWith("_Task")) return null;
  const task = referenceAt(response, "returnval");
  if (task?.type !== "Task") throw garbage(session.name);
  return task;
}

/**
 * Follows a task to its end (Task.info by the PropertyCollector), and tells how far it is: by `tell` where given, with the
 * part that is done from 0 to 1, null when that is not known.
 */
export async function followTask(
  { session, now, wait, times }: VsphereActionParts,
  context: Pick<ActionContext, "signal" | "progress">,
  task: Reference,
  tell?: (fraction: number | null) => Promise<void> | void,
): Promise<TaskEnd> {
  const { look, patience } = { ...usualTaskTimes, ...times };
  const { signal } = context;
  const until = now() + patience;
  let pause = Math.min(look, firstPause);
  for (;;) {
    const values = await infoOf(session, task, signal);
    if (!values) return { state: "gone" };
    const state = wordsAt(values.get("info.state"));
    if (state === "success") return { state, result: idAt(values.get("info.result")) };
    if (state === "error") {
      const fault = faultType(child(values.get("info.error"), "fault"));
      return { state, fault: new VimFault(fault, session.name) };
    }
    if (now() > until) throw tooLong(session.name, Math.round(patience / 60_000));
    const percent = numberAt(values.get("info.progress"));
    const fraction = percent === null ? null : Math.min(100, Math.max(0, percent)) / 100;
    if (tell) await tell(fraction);
    else context.progress(state === "queued" ? isQueued : isRunning, fraction);
    await wait(pause, signal);
    pause = Math.min(look, 2 * pause);
  }
}

/** How a task failed, as a verification; null when it ended well, or is gone and the object itself must tell. */
export async function failureOf(
  parts: VsphereActionParts,
  context: ActionContext,
  task: unknown,
): Promise<Verification | null> {
  if (typeof task !== "string") return null;
  const end = await followTask(parts, context, { type: "Task", id: task });
  if (end.state !== "error") return null;
  return { proven: false, disproven: true, text: end.fault.text, data: { fault: end.fault.fault } };
}

const isQueued = text("The task is queued.", "La tâche est en file d'attente.");
const isRunning = text("The task runs.", "La tâche s'exécute.");
/** Milliseconds that a task is given to take its cancellation. */
const cancelDeadline = 1500;

/** Asks vCenter to cancel a task; whether it does is found out by reading. Never throws. */
export async function cancelTask({ session }: VsphereActionParts, task: Reference): Promise<void> {
  const signal = AbortSignal.timeout(cancelDeadline);
  await session.call({ method: "CancelTask", on: task, signal, repeatable: false }).catch(() => undefined);
}

/**
 * The task that is queued or running on an object (its `recentTask`) by one of these operations, as `descriptionId` names
 * them, such as `HostSystem.enterMaintenanceMode`; null when there is none.
 */
export async function runningTask(
  { session }: VsphereActionParts,
  object: Reference,
  operations: readonly string[],
  signal: AbortSignal,
): Promise<Reference | null> {
  const recent = (await retrieve(session, [object], ["recentTask"], signal))
    .get(object.id)
    ?.get("recentTask");
  for (const { text: id } of children(recent, "ManagedObjectReference")) {
    const task = { type: "Task", id };
    const values = await infoOf(session, task, signal, ["info.state", "info.descriptionId"]);
    const state = wordsAt(values?.get("info.state"));
    const operation = wordsAt(values?.get("info.descriptionId"))?.toLowerCase();
    const isOpen = state === "queued" || state === "running";
    if (isOpen && operations.some((each) => each.toLowerCase() === operation)) return task;
  }
  return null;
}

async function infoOf(
  session: VimSession,
  task: Reference,
  signal: AbortSignal,
  properties: readonly string[] = taskProperties,
) {
  try {
    return (await retrieve(session, [task], properties, signal)).get(task.id) ?? null;
  } catch (error) {
    if (isFault(error, "ManagedObjectNotFound")) return null;
    throw error;
  }
}

/** Properties of a VM as they are now, read on their own. Throws `vsphere.object-gone` when it is not there any more. */
export async function readVm(
  { session, system }: VsphereActionParts,
  context: ActionContext,
  properties: readonly string[],
): Promise<ReadonlyMap<string, XmlElement>> {
  const vm = vmReference(system, context.resource);
  const values = (await retrieve(session, [vm], properties, context.signal)).get(vm.id);
  if (!values) throw new VimFault("ManagedObjectNotFound", session.name);
  return values;
}

function tooLong(name: string, minutes: number): OpsError {
  return new OpsError({
    code: "vsphere.task-too-long",
    system: "vsphere",
    message: text(
      `The task in ${name} has not ended within ${minutes} minutes.`,
      `La tâche dans ${name} ne s'est pas terminée en ${minutes} minutes.`,
    ),
    hint: text(
      "Look at it in the vSphere Client; it may still end there.",
      "Consultez-la dans le client vSphere ; elle peut encore s'y terminer.",
    ),
  });
}
