import type { VirtualTask } from "../../../world/virtual/model.ts";
import {
  asAny,
  data,
  derived,
  flag,
  int,
  link,
  type Reference,
  time,
  type Value,
  word,
  words,
} from "../soap/values.ts";
import { vimFaultOf } from "../soap/vim-fault.ts";
import type { PropertyTable } from "./table.ts";
import type { VCenter } from "./vcenter.ts";

/** The method that each task of the World is here, as `descriptionId` and as `name` tell it. */
const methods: Readonly<Record<string, readonly [description: string, name: string]>> = {
  "guest.power-on": ["VirtualMachine.powerOn", "PowerOnVM_Task"],
  "guest.power-off": ["VirtualMachine.powerOff", "PowerOffVM_Task"],
  "guest.shut-down": ["VirtualMachine.shutdownGuest", "ShutdownGuest"],
  "guest.reboot": ["VirtualMachine.rebootGuest", "RebootGuest"],
  "guest.reset": ["VirtualMachine.reset", "ResetVM_Task"],
  "guest.suspend": ["VirtualMachine.suspend", "SuspendVM_Task"],
  "guest.create-snapshot": ["VirtualMachine.createSnapshot", "CreateSnapshot_Task"],
  "guest.delete-snapshot": ["vm.Snapshot.remove", "RemoveSnapshot_Task"],
  "guest.revert-snapshot": ["vm.Snapshot.revert", "RevertToSnapshot_Task"],
  "guest.migrate": ["VirtualMachine.migrate", "MigrateVM_Task"],
  "guest.relocate": ["VirtualMachine.relocate", "RelocateVM_Task"],
  "guest.clone": ["VirtualMachine.clone", "CloneVM_Task"],
  "guest.remove": ["VirtualMachine.destroy", "Destroy_Task"],
  "host.enter-maintenance": ["HostSystem.enterMaintenanceMode", "EnterMaintenanceMode_Task"],
  "host.leave-maintenance": ["HostSystem.exitMaintenanceMode", "ExitMaintenanceMode_Task"],
  "host.reboot": ["HostSystem.reboot", "RebootHost_Task"],
  "host.shut-down": ["HostSystem.shutdown", "ShutdownHost_Task"],
  "host.stand-by": ["HostSystem.powerDownToStandBy", "PowerDownHostToStandBy_Task"],
  "host.wake": ["HostSystem.powerUpFromStandBy", "PowerUpHostFromStandBy_Task"],
};

/** What people read for each `descriptionId`. */
export const methodLabels: Readonly<Record<string, string>> = {
  "VirtualMachine.powerOn": "Power On virtual machine",
  "VirtualMachine.powerOff": "Power Off virtual machine",
  "VirtualMachine.shutdownGuest": "Initiate guest OS shutdown",
  "VirtualMachine.rebootGuest": "Initiate guest OS reboot",
  "VirtualMachine.reset": "Reset virtual machine",
  "VirtualMachine.suspend": "Suspend virtual machine",
  "VirtualMachine.createSnapshot": "Create virtual machine snapshot",
  "vm.Snapshot.remove": "Remove snapshot",
  "vm.Snapshot.revert": "Revert snapshot",
  "VirtualMachine.migrate": "Migrate virtual machine",
  "VirtualMachine.relocate": "Relocate virtual machine",
  "VirtualMachine.clone": "Clone virtual machine",
  "VirtualMachine.destroy": "Delete virtual machine",
  "HostSystem.enterMaintenanceMode": "Enter maintenance mode",
  "HostSystem.exitMaintenanceMode": "Exit maintenance mode",
  "HostSystem.reboot": "Initiate host reboot",
  "HostSystem.shutdown": "Initiate host shutdown",
  "HostSystem.powerDownToStandBy": "Enter standby mode",
  "HostSystem.powerUpFromStandBy": "Exit standby mode",
};

const states = { queued: "queued", running: "running", done: "success", failed: "error" } as const;
const wanted = new Map<string, "on" | "off" | "suspended">([
  ["guest.power-on", "on"],
  ["guest.power-off", "off"],
  ["guest.suspend", "suspended"],
]);

const asksOnly = new Set<string>(["guest.shut-down", "guest.reboot"]);
/** Those who asked that are no people. */
const programs = new Set(["DRS", "HA", ""]);

/** What a task tells of itself (TaskInfo). */
export function taskInfo(task: VirtualTask, center: VCenter): Value {
  const [description, name] = methods[task.name] ?? [task.name, task.name];
  const entity = center.referenceTo(task.target);
  const reference: Reference = { type: "Task", id: task.key };
  const power = center.virtual.guests.get(task.target)?.power;
  const asked = wanted.get(task.name);
  const fault =
    task.fault &&
    vimFaultOf(task.fault, {
      object: entity,
      ...(power ? { power } : {}),
      ...(asked ? { wanted: asked } : {}),
    });
  // What only asks the guest is over once it was asked.
  const isAsked = asksOnly.has(task.name) && (task.endedAt === null || task.fault?.code === "timed-out");
  const ended = isAsked ? task.queuedAt : task.endedAt;
  const isCancelled = task.fault?.code === "cancelled";
  const parent = task.parent?.slice(task.parent.lastIndexOf("/") + 1);
  return data("TaskInfo", {
    key: words(task.key),
    task: link(reference),
    name: words(name),
    descriptionId: words(description),
    entity: link(entity),
    entityName: words(task.targetName),
    state: word("TaskInfoState", isAsked ? "success" : states[task.state]),
    cancelled: flag(isCancelled),
    cancelable: flag(task.cancellable && ended === null),
    error: isAsked ? undefined : fault?.toValue(),
    result: resultOf(task, center),
    progress: task.state === "running" && !isAsked ? int(task.fraction * 100) : undefined,
    reason: programs.has(task.by)
      ? derived("TaskReasonSystem", {})
      : derived("TaskReasonUser", { userName: words(task.by) }),
    queueTime: time(task.queuedAt),
    startTime: task.startedAt === null ? undefined : time(task.startedAt),
    completeTime: ended === null ? undefined : time(ended),
    eventChainId: int(Number(task.key.replace(/\D/g, ""))),
    parentTaskKey: parent === undefined ? undefined : words(parent),
    rootTaskKey: parent === undefined ? undefined : words(parent),
  });
}

/** A result is of anyType: it must say what it is. */
function resultOf(task: VirtualTask, center: VCenter): Value | undefined {
  const said = center.results.get(task.id);
  if (said) return asAny(said);
  if (task.made === null) return undefined;
  const id = task.made.slice(task.made.lastIndexOf("/") + 1);
  const type = id.startsWith("snapshot-") ? "VirtualMachineSnapshot" : "VirtualMachine";
  return asAny(link({ type, id }));
}

/** Task. */
export const taskProperties: PropertyTable<VirtualTask> = { info: taskInfo };
