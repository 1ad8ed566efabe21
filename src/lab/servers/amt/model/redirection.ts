import { WsmanFault } from "../wsman/fault.ts";
import { type ManagedClass, type Subject, status } from "./class.ts";

/** CIM_EnabledLogicalElement: enabled, disabled, and enabled but offline (no session). */
const enabled = 2;
const disabled = 3;
const enabledButOffline = 6;

/** AMT_RedirectionService counts from here: neither, IDER, SOL, both. */
const redirectionBase = 32_768;

const inSystem = [
  ["SystemCreationClassName", "CIM_ComputerSystem"],
  ["SystemName", "ManagedSystem"],
] as const;

function screenState({ management }: Subject): number {
  if (!management.kvmEnabled) return disabled;
  return management.open.has("kvm") ? enabled : enabledButOffline;
}

export const kvmRedirection: ManagedClass = {
  instances: (subject) => [
    [
      ["CreationClassName", "CIM_KVMRedirectionSAP"],
      ["ElementName", "KVM Redirection Service Access Point"],
      ["EnabledState", screenState(subject)],
      ["KVMProtocol", 4],
      ["Name", "KVM Redirection Service Access Point"],
      ["RequestedState", subject.management.kvmEnabled ? enabled : disabled],
      ...inSystem,
    ],
  ],
  methods: {
    RequestStateChange: (subject, input) => {
      const wanted = input.number("RequestedState");
      if (wanted !== enabled && wanted !== disabled) return status.invalidParameter;
      subject.management.kvmEnabled = wanted === enabled;
      subject.settingsChanged();
      return status.success;
    },
  },
};

export const redirectionService: ManagedClass = {
  instances: ({ management }) => {
    const state = redirectionBase + (management.iderEnabled ? 1 : 0) + (management.solEnabled ? 2 : 0);
    return [
      [
        ["AccessLog", ""],
        ["CreationClassName", "AMT_RedirectionService"],
        ["ElementName", "Intel(r) AMT Redirection Service"],
        ["EnabledState", state],
        ["ListenerEnabled", management.listenerEnabled],
        ["Name", "Intel(r) AMT Redirection Service"],
        ["SystemCreationClassName", "CIM_ComputerSystem"],
        ["SystemName", "Intel(r) AMT"],
      ],
    ];
  },
  put: (subject, given) => {
    const state = given.number("EnabledState");
    const listener = given.truth("ListenerEnabled");
    if (state !== null) setRedirection(subject, state);
    if (listener !== null) subject.management.listenerEnabled = listener;
    subject.settingsChanged();
  },
  methods: {
    RequestStateChange: (subject, input) => {
      const wanted = input.number("RequestedState");
      if (wanted === null || wanted < redirectionBase || wanted > redirectionBase + 3) {
        return status.invalidParameter;
      }
      setRedirection(subject, wanted);
      subject.settingsChanged();
      return status.success;
    },
  },
};

function setRedirection({ management }: Subject, state: number): void {
  const bits = state - redirectionBase;
  if (bits < 0 || bits > 3) throw new WsmanFault("wrong-values");
  management.iderEnabled = (bits & 1) !== 0;
  management.solEnabled = (bits & 2) !== 0;
}

/** Exactly eight characters with an upper-case and a lower-case letter, a digit and a sign that AMT allows. */
export function isScreenPassword(words: string): boolean {
  return (
    /^[!-~]{8}$/.test(words) &&
    !/[:,"]/.test(words) &&
    [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9_]/].every((kind) => kind.test(words))
  );
}

export const screenSettings: ManagedClass = {
  instances: ({ management }) => [
    [
      ["BackToBackFbMode", false],
      ["DefaultScreen", 0],
      ["ElementName", "Intel(r) KVM Redirection Settings"],
      ["EnabledByMEBx", true],
      ["InstanceID", "Intel(r) KVM Redirection Settings"],
      ["Is5900PortEnabled", management.screenPort.enabled],
      ["OptInPolicy", management.consent.policy !== "none"],
      ["OptInPolicyTimeout", 300],
      ["SessionTimeout", management.screenTimeout],
    ],
  ],
  put: (subject, given) => {
    const { management } = subject;
    const port = given.truth("Is5900PortEnabled");
    const password = given.find("RFBPassword")?.text;
    const timeout = given.number("SessionTimeout");
    const consent = given.truth("OptInPolicy");
    // Recent firmware has no classic port any more and takes no password for it.
    if (password !== undefined && (!management.plainPorts || !isScreenPassword(password))) {
      throw new WsmanFault("wrong-values");
    }
    if (port === true && !management.plainPorts) throw new WsmanFault("wrong-values");
    if (timeout !== null && timeout > 255) throw new WsmanFault("wrong-values");
    if (consent !== null && management.consent.policy !== "all") {
      if (management.controlMode === "client" && !consent) throw new WsmanFault("access-denied");
      management.consent.policy = consent ? "kvm" : "none";
    }
    if (port !== null) management.screenPort.enabled = port;
    if (password !== undefined) management.screenPort.password = password;
    if (timeout !== null) management.screenTimeout = timeout;
    subject.settingsChanged();
  },
  methods: {
    TerminateSession: (subject) => {
      if (!subject.management.open.has("kvm")) return status.notReady;
      subject.endSession("kvm");
      return status.success;
    },
  },
};
