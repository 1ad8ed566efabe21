import { takeNextBoot } from "../../../world/management.ts";
import { WsmanFault } from "../wsman/fault.ts";
import type { ReferenceValue } from "../wsman/reply.ts";
import { readReference } from "../wsman/request.ts";
import { type Given, type ManagedClass, type Outcome, type Subject, status } from "./class.ts";

/** Requested power states (CIM_PowerManagementService). */
const on = 2;
const cycle = 5;
const off = 8;
const reset = 10;
const gracefulOff = 12;
const gracefulReset = 14;

const managedSystem: ReferenceValue = {
  className: "CIM_ComputerSystem",
  selectors: { CreationClassName: "CIM_ComputerSystem", Name: "ManagedSystem" },
};
const service: ReferenceValue = {
  className: "CIM_PowerManagementService",
  selectors: {
    CreationClassName: "CIM_PowerManagementService",
    Name: "Intel(r) AMT Power Management Service",
    SystemCreationClassName: "CIM_ComputerSystem",
    SystemName: "Intel(r) AMT",
  },
};

/** What may be asked for in the present state. The graceful ones need a service in the running system. */
function availableStates({ machine }: Subject): number[] {
  if (machine.power === "off") return [on];
  return machine.power === "on" ? [cycle, off, reset, gracefulOff, gracefulReset] : [cycle, off, reset];
}

export const associatedPowerManagement: ManagedClass = {
  instances: (subject) => {
    const state = subject.machine.power === "off" ? off : on;
    return [
      [
        ["AvailableRequestedPowerStates", availableStates(subject)],
        ["PowerState", state],
        ["RequestedPowerState", state],
        ["ServiceProvided", service],
        ["UserOfService", managedSystem],
      ],
    ];
  },
};

export const powerManagement: ManagedClass = {
  instances: () => [
    [
      ["CreationClassName", "CIM_PowerManagementService"],
      ["ElementName", "Intel(r) AMT Power Management Service"],
      ["EnabledState", 5],
      ["Name", "Intel(r) AMT Power Management Service"],
      ["RequestedState", 12],
      ["SystemCreationClassName", "CIM_ComputerSystem"],
      ["SystemName", "Intel(r) AMT"],
    ],
  ],
  methods: { RequestPowerStateChange: requestPowerStateChange },
};

function requestPowerStateChange(subject: Subject, input: Given): Outcome {
  const { world, machine, management } = subject;
  const wanted = input.number("PowerState");
  const element = input.find("ManagedElement");
  if (wanted === null || !element) throw new WsmanFault("wrong-body");
  if (readReference(element).className !== "CIM_ComputerSystem") return status.invalidParameter;
  if (!availableStates(subject).includes(wanted)) return status.notReady;
  // The firmware does not take the power from under a session of its own.
  if ((wanted === cycle || wanted === off) && management.open.size > 0) return status.notReady;
  if (world.fault("amt-power-ignored", machine.id)) return status.success;
  if ([on, cycle, reset, gracefulReset].includes(wanted)) machine.nextBoot = takeNextBoot(management.boot);
  if (wanted === on) world.powerOn(machine.id);
  else if (wanted === cycle) world.cycle(machine.id);
  else if (wanted === off) world.powerOff(machine.id);
  else if (wanted === reset) world.reset(machine.id);
  else world.shutDown(machine.id, wanted === gracefulOff ? "off" : "reboot");
  return status.success;
}

/** Of machines with Modern Standby; the state of the system itself is not known while it is off. */
export const osPowerSaving: ManagedClass = {
  instances: ({ machine }) => [
    [
      ["CreationClassName", "IPS_PowerManagementService"],
      ["ElementName", "Intel(r) AMT Power Management Service"],
      ["EnabledState", 5],
      ["Name", "Intel(r) AMT Power Management Service"],
      ...(machine.power === "off" ? [] : [["OSPowerSavingState", 2] as const]),
      ["RequestedState", 12],
      ["SystemCreationClassName", "CIM_ComputerSystem"],
      ["SystemName", "Intel(r) AMT"],
    ],
  ],
  methods: {
    RequestOSPowerSavingStateChange: ({ machine }, input) => {
      const wanted = input.number("OSPowerSavingState");
      if (wanted !== 2 && wanted !== 3) return status.invalidParameter;
      // Towers have no Modern Standby to leave or to enter.
      return wanted === 2 && machine.power === "on" ? status.success : status.notReady;
    },
  },
};
