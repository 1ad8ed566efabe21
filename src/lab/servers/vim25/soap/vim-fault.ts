import type { VirtualFaultCode } from "../../../world/virtual/model.ts";
import type { VirtualFault } from "../../../world/virtual/virtual-fault.ts";
import {
  data,
  derived,
  escapeXml,
  type Fields,
  link,
  type Reference,
  typedElement,
  type Value,
  word,
  words,
} from "./values.ts";

/** A fault of the vSphere Web Services API: its type, its fields and what it says. */
export class VimFault extends Error {
  readonly type: string;
  readonly fields: Fields;

  constructor(type: string, message: string, fields: Fields = {}) {
    super(message);
    this.type = type;
    this.fields = fields;
  }

  /** As an answer to a request (SOAP 1.1, 4.4). */
  toEnvelope(): string {
    const content = typedElement(`${this.type}Fault`, data(this.type, this.fields)).replace(
      `<${this.type}Fault `,
      `<${this.type}Fault xmlns="urn:vim25" `,
    );
    return `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${escapeXml(this.message)}</faultstring><detail>${content}</detail></soapenv:Fault>`;
  }

  /** As the error of a task (LocalizedMethodFault). */
  toValue(): Value {
    return data("LocalizedMethodFault", {
      fault: derived(this.type, this.fields),
      localizedMessage: words(this.message),
    });
  }
}

export const notAuthenticated = (object: Reference): VimFault =>
  new VimFault("NotAuthenticated", "The session is not authenticated.", {
    object: link(object),
    privilegeId: words("System.View"),
  });

export const notFound = ({ type, id }: Reference): VimFault =>
  new VimFault(
    "ManagedObjectNotFound",
    `The object 'vim.${type}:${id}' has already been deleted or has not been completely created`,
    { obj: link({ type, id }) },
  );

export const invalidArgument = (property: string): VimFault =>
  new VimFault("InvalidArgument", `A specified parameter was not correct: ${property}`, {
    invalidProperty: words(property),
  });

const powerStates = { on: "poweredOn", off: "poweredOff", suspended: "suspended" } as const;

/** What a fault of the World is called here, of the guest or host that it befell. */
export function vimFaultOf(
  fault: { code: VirtualFaultCode; words: string } | VirtualFault,
  about: { object: Reference; power?: keyof typeof powerStates; wanted?: keyof typeof powerStates },
): VimFault {
  const said = "words" in fault ? fault.words : fault.message;
  const device = words("CD/DVD drive 1");
  switch (fault.code) {
    case "not-found":
      return notFound(about.object);
    case "wrong-power-state":
      return new VimFault(
        "InvalidPowerState",
        "The attempted operation cannot be performed in the current state.",
        {
          requestedState: word("VirtualMachinePowerState", powerStates[about.wanted ?? "on"]),
          existingState: word("VirtualMachinePowerState", powerStates[about.power ?? "off"]),
        },
      );
    case "in-progress":
      return new VimFault("TaskInProgress", "Another task is already in progress.", {
        task: link(about.object),
      });
    case "no-room":
      return said.includes("failover")
        ? new VimFault("InsufficientFailoverResourcesFault", said)
        : new VimFault("InsufficientMemoryResourcesFault", said);
    case "no-space":
      return new VimFault("NoDiskSpace", said, {
        file: words(""),
        datastore: words(said.slice(said.lastIndexOf(" ") + 1)),
      });
    case "storage-lost":
      return new VimFault("CannotAccessVmDisk", said, {
        device: words("Hard disk 1"),
        connected: word("xsd:boolean", "true"),
      });
    case "pinned":
      return new VimFault("CannotAccessVmDevice", said, { device, connected: word("xsd:boolean", "true") });
    case "refused-by-rule":
      return new VimFault("RuleViolation", said);
    case "tools-not-running":
      return new VimFault(
        "ToolsUnavailable",
        "Cannot complete operation because VMware Tools is not running in this virtual machine.",
      );
    case "host-down":
      return new VimFault("HostNotConnected", said);
    case "in-maintenance":
    case "invalid":
      return new VimFault("InvalidState", said);
    case "timed-out":
      return new VimFault("Timedout", said);
    case "cancelled":
      return new VimFault("RequestCanceled", "The task was canceled by a user.");
    case "refused":
      return new VimFault("MigrationFault", said);
    case "not-reachable":
    case "no-quorum":
    case "failed":
      return new VimFault("SystemError", said, { reason: words(said) });
  }
}
