import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { retrieve } from "../client/collector.ts";
import { referenceXml } from "../client/session.ts";
import { idAt, type Reference, wordsAt } from "../client/values.ts";
import { isFault, VimFault } from "../client/vim-fault.ts";
import { begin, followTask, runningTask, usualTaskTimes, type VsphereActionParts } from "./task.ts";

/** What vCenter calls the moves of a VM, its own by DRS among them. */
export const moveOperations = [
  "VirtualMachine.migrate",
  "VirtualMachine.relocate",
  "Drm.ExecuteVMotionLRO",
] as const;

/** Where a VM is to go; with a datastore its files go there too. */
export interface Destination {
  host: string;
  datastore?: string;
}

/** How a move ended: by where the VM is. */
export type MoveEnd =
  | { state: "there" }
  | { state: "gone" }
  | { state: "refused"; why: LocalText; fault: string | null };

/** How often a VM that another task works on is tried, one look apart. */
const mostTries = 30;

/**
 * Begins to move a VM: MigrateVM_Task, and RelocateVM_Task where files move as well or the first is not known (it changes
 * nothing to be asked for what one does not know). Gives the task. Throws VimFaults and what the session throws.
 */
export async function beginMove(
  parts: VsphereActionParts,
  context: ActionContext,
  vm: Reference,
  { host, datastore }: Destination,
): Promise<Reference | null> {
  const target = referenceXml("host", { type: "HostSystem", id: host });
  const priority = "<priority>defaultPriority</priority>";
  if (datastore === undefined) {
    try {
      const parameters = `${target}${priority}`;
      return await begin(parts, context, { method: "MigrateVM_Task", on: vm, parameters });
    } catch (thrown) {
      if (!isFault(thrown, "MethodNotFound")) throw thrown;
    }
  }
  const store =
    datastore === undefined ? "" : referenceXml("datastore", { type: "Datastore", id: datastore });
  const parameters = `<spec>${store}${target}</spec>${priority}`;
  return begin(parts, context, { method: "RelocateVM_Task", on: vm, parameters });
}

/** The host that a VM is on now; null when it is gone. */
export async function hostOf(
  { session }: VsphereActionParts,
  vm: Reference,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const values = (await retrieve(session, [vm], ["runtime.host", "name"], signal)).get(vm.id);
    if (!values) return null;
    const host = values.get("runtime.host");
    return (host && (idAt(host) ?? wordsAt(host))) ?? "";
  } catch (thrown) {
    if (isFault(thrown, "ManagedObjectNotFound")) return null;
    throw thrown;
  }
}

/**
 * Moves a VM to a host and says how that ended by reading where it is. A VM that another task works on is waited for; a move
 * that is under way already is followed. Throws what says nothing of this VM: a lost connection, a missing privilege.
 */
export async function moveVm(
  parts: VsphereActionParts,
  context: ActionContext,
  vm: Reference,
  to: string,
  tell: (fraction: number | null) => void,
): Promise<MoveEnd> {
  const { look } = { ...usualTaskTimes, ...parts.times };
  let why: VimFault | null = null;
  for (let tries = 0; tries < mostTries; tries++) {
    try {
      const under = tries === 0 ? null : await runningTask(parts, vm, moveOperations, context.signal);
      const task = under ?? (await beginMove(parts, context, vm, { host: to }));
      const end = task ? await followTask(parts, context, task, tell) : null;
      why = end?.state === "error" ? end.fault : null;
    } catch (thrown) {
      if (!(thrown instanceof VimFault) || isFault(thrown, "NoPermission", "NotAuthenticated")) throw thrown;
      why = thrown;
    }
    const at = await hostOf(parts, vm, context.signal);
    if (at === null) return { state: "gone" };
    if (at === to) return { state: "there" };
    if (!isFault(why, "TaskInProgress")) break;
    tell(null);
    await parts.wait(look, context.signal);
  }
  return { state: "refused", why: why?.why ?? stayed, fault: why?.fault ?? null };
}

const stayed = text("vCenter did not move it", "vCenter ne l'a pas déplacée");
