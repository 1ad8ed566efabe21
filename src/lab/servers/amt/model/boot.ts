import { isConsented } from "../../../world/consent.ts";
import { WsmanFault } from "../wsman/fault.ts";
import { readReference } from "../wsman/request.ts";
import { type ManagedClass, type Subject, status } from "./class.ts";

const configuration = "Intel(r) AMT: Boot Configuration 0";
const sources = ["CD/DVD Boot", "Hard-drive Boot", "PXE Boot"].map((name) => `Intel(r) AMT: Force ${name}`);

/** What AMT_BootSettingData gives and does not take back; recent firmware refuses a Put that holds any of it. */
const readOnly = {
  BIOSLastStatus: [2, 0],
  BootguardStatus: 127,
  OptionsCleared: true,
  RPEEnabled: false,
  SecureBootControlEnabled: false,
  UEFIHTTPSBootEnabled: false,
  UEFILocalPBABootEnabled: false,
  UefiBootParametersArray: "",
  WinREBootEnabled: false,
} as const;

function isAllowed({ world, management }: Subject): boolean {
  return isConsented(management.consent, "other", management.controlMode, world.clock.now());
}

export const bootSettingData: ManagedClass = {
  instances: ({ management }) => {
    const { settings } = management.boot;
    const all = {
      ElementName: "Intel(r) AMT Boot Configuration Settings",
      InstanceID: "Intel(r) AMT:BootSettingData 0",
      OwningEntity: "Intel(r) AMT",
      ...settings,
      ...(management.plainPorts
        ? { BIOSLastStatus: readOnly.BIOSLastStatus, OptionsCleared: true }
        : readOnly),
    };
    return [Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1))];
  },
  put: (subject, given) => {
    const { settings } = subject.management.boot;
    if (!isAllowed(subject)) throw new WsmanFault("access-denied");
    for (const name of given.names()) {
      if (!subject.management.plainPorts && Object.hasOwn(readOnly, name)) {
        throw new WsmanFault("wrong-values");
      }
    }
    for (const [name, value] of Object.entries(settings)) {
      const put = typeof value === "boolean" ? given.truth(name) : given.number(name);
      if (put !== null) settings[name] = put;
    }
  },
};

export const bootService: ManagedClass = {
  instances: () => [
    [
      ["CreationClassName", "CIM_BootService"],
      ["ElementName", "Intel(r) AMT Boot Service"],
      ["EnabledState", 5],
      ["Name", "Intel(r) AMT Boot Service"],
      ["RequestedState", 12],
      ["SystemCreationClassName", "CIM_ComputerSystem"],
      ["SystemName", "Intel(r) AMT"],
    ],
  ],
  methods: {
    SetBootConfigRole: (subject, input) => {
      const setting = input.find("BootConfigSetting");
      const role = input.number("Role");
      if (!setting || role === null) throw new WsmanFault("wrong-body");
      if (!isAllowed(subject)) return status.notPermitted;
      const { className, selectors } = readReference(setting);
      const isKnown = className === "CIM_BootConfigSetting" && selectors.get("InstanceID") === configuration;
      if (!isKnown || (role !== 1 && role !== 32_768)) return status.invalidParameter;
      subject.management.boot.isNextSingleUse = role === 1;
      return status.success;
    },
  },
};

export const bootConfigSetting: ManagedClass = {
  instances: () => [
    [
      ["ElementName", "Intel(r) AMT: Boot Configuration"],
      ["InstanceID", configuration],
    ],
  ],
  methods: {
    ChangeBootOrder: (subject, input) => {
      if (!isAllowed(subject)) return status.notPermitted;
      // No source at all forgets the order; one that holds no reference is against the schema. Only the first counts.
      const first = input.find("Source");
      const source = first ? readReference(first).selectors.get("InstanceID") : null;
      if (source === undefined || (source !== null && !sources.includes(source))) {
        return status.invalidParameter;
      }
      subject.management.boot.source = source;
      return status.success;
    },
  },
};

export const bootSourceSetting: ManagedClass = {
  instances: () =>
    sources.map((source) => [
      ["ElementName", source],
      ["FailThroughSupported", 2],
      ["InstanceID", source],
      ["StructuredBootString", `CIM:${source.includes("PXE") ? "Network" : "Hard-Disk"}:1`],
    ]),
};

export const bootCapabilities: ManagedClass = {
  instances: ({ management }) => [
    [
      ["BIOSPause", false],
      ["BIOSReflash", false],
      ["BIOSSecureBoot", !management.plainPorts],
      ["BIOSSetup", true],
      ["ConfigurationDataReset", false],
      ["ElementName", "Intel(r) AMT: Boot Capabilities"],
      ["ForceCDorDVDBoot", true],
      ["ForceDiagnosticBoot", false],
      ["ForceHardDriveBoot", true],
      ["ForceHardDriveSafeModeBoot", false],
      ["ForcePXEBoot", true],
      ["ForcedProgressEvents", true],
      ["IDER", true],
      ["InstanceID", "Intel(r) AMT:BootCapabilities 0"],
      ["KeyboardLock", false],
      ["PowerButtonLock", false],
      ["ResetButtonLock", false],
      ["SOL", true],
      ["SecureErase", false],
      ["SleepButtonLock", false],
      ["UserPasswordBypass", false],
      ["VerbosityQuiet", false],
      ["VerbosityScreenBlank", false],
      ["VerbosityVerbose", false],
    ],
  ],
};
