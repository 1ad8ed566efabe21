import type { ManagedClass } from "./class.ts";

const gibibyte = 1024 ** 3;
const manufacturer = "Example Works";

/** SMBIOS keeps the first three groups of an identifier little-endian (SMBIOS 3.7, 7.2.1); the firmware gives it so. */
function storedGuid(uuid: string): string {
  const bytes = Buffer.from(uuid.replaceAll("-", ""), "hex");
  for (const [start, end] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ] as const) {
    bytes.subarray(start, end).reverse();
  }
  return bytes.toString("hex").toUpperCase();
}

/** What AMT knows of the hardware: filled in by the BIOS at each start, and kept while the machine is off. */
export const inventory: Readonly<Record<string, ManagedClass>> = {
  CIM_ComputerSystem: {
    instances: ({ machine }) => [
      [
        ["CreationClassName", "CIM_ComputerSystem"],
        ["Dedicated", 0],
        ["ElementName", "Managed System"],
        ["EnabledState", machine.power === "off" ? 3 : 2],
        ["Name", "ManagedSystem"],
        ["NameFormat", "Other"],
      ],
    ],
  },
  CIM_ComputerSystemPackage: {
    instances: ({ management }) => [
      [
        [
          "Antecedent",
          { className: "CIM_Chassis", selectors: { CreationClassName: "CIM_Chassis", Tag: "CIM_Chassis" } },
        ],
        [
          "Dependent",
          {
            className: "CIM_ComputerSystem",
            selectors: { CreationClassName: "CIM_ComputerSystem", Name: "ManagedSystem" },
          },
        ],
        ["PlatformGUID", storedGuid(management.platformGuid)],
      ],
    ],
  },
  CIM_Chassis: {
    instances: ({ machine }) => [
      [
        ["ChassisPackageType", 0],
        ["CreationClassName", "CIM_Chassis"],
        ["ElementName", "Managed System Chassis"],
        ["Manufacturer", manufacturer],
        ["Model", "Lab Tower 2"],
        ["OperationalStatus", 0],
        ["PackageType", 3],
        ["SerialNumber", `LT-${machine.machineId.slice(0, 8).toUpperCase()}`],
        ["Tag", "CIM_Chassis"],
        ["Version", "1.0"],
      ],
    ],
  },
  CIM_Card: {
    instances: ({ machine }) => [
      [
        ["CanBeFRUed", true],
        ["CreationClassName", "CIM_Card"],
        ["ElementName", "Managed System Base Board"],
        ["Manufacturer", manufacturer],
        ["Model", "Lab Board Q"],
        ["OperationalStatus", 0],
        ["PackageType", 9],
        ["SerialNumber", `LB-${machine.machineId.slice(8, 16).toUpperCase()}`],
        ["Tag", "CIM_Card"],
        ["Version", "2.1"],
      ],
    ],
  },
  CIM_BIOSElement: {
    instances: ({ management }) => [
      [
        ["ElementName", "Primary BIOS"],
        ["Manufacturer", "Example Firmware"],
        ["Name", "Primary BIOS"],
        ["OperationalStatus", 0],
        ["PrimaryBIOS", true],
        ["SoftwareElementID", `LAB${management.version.split(".")[0]}.18`],
        ["SoftwareElementState", 2],
        ["TargetOperatingSystem", 66],
        ["Version", `LAB${management.version.split(".")[0]}.18`],
      ],
    ],
  },
  CIM_Chip: {
    instances: ({ machine }) => [
      [
        ["CanBeFRUed", false],
        ["CreationClassName", "CIM_Chip"],
        ["ElementName", "Managed System Processor Chip"],
        ["Manufacturer", manufacturer],
        ["OperationalStatus", 0],
        ["Tag", "CPU 0"],
        ["Version", machine.processorModel],
      ],
    ],
  },
  CIM_Processor: {
    instances: () => [
      [
        ["CPUStatus", 1],
        ["CreationClassName", "CIM_Processor"],
        ["CurrentClockSpeed", 3400],
        ["DeviceID", "CPU 0"],
        ["ElementName", "Managed System CPU"],
        ["EnabledState", 2],
        ["ExternalBusClockSpeed", 100],
        ["Family", 198],
        ["HealthState", 0],
        ["MaxClockSpeed", 4800],
        ["OperationalStatus", 0],
        ["Role", "Central"],
        ["Stepping", "5"],
        ["SystemCreationClassName", "CIM_ComputerSystem"],
        ["SystemName", "ManagedSystem"],
        ["UpgradeMethod", 1],
      ],
    ],
  },
  CIM_PhysicalMemory: {
    instances: ({ machine }) => {
      const count = 4;
      return Array.from({ length: count }, (_, index) => [
        ["BankLabel", `BANK ${index}`],
        ["Capacity", Math.round(machine.memoryBytes / count / gibibyte) * gibibyte],
        ["ConfiguredMemoryClockSpeed", 3200],
        ["CreationClassName", "CIM_PhysicalMemory"],
        ["ElementName", "Managed System Memory Chip"],
        ["FormFactor", 8],
        ["IsSpeedInMhz", true],
        ["Manufacturer", manufacturer],
        ["MaxMemorySpeed", 3200],
        ["MemoryType", 26],
        ["OperationalStatus", 0],
        ["PartNumber", "LAB-DIMM-16"],
        ["SerialNumber", machine.machineId.slice(16 + index, 24 + index).toUpperCase()],
        ["Speed", 0],
        ["Tag", `${index}`],
      ]);
    },
  },
  CIM_MediaAccessDevice: {
    instances: ({ machine }) =>
      machine.disks.map((disk, index) => [
        ["Capabilities", [4, 10]],
        ["CreationClassName", "CIM_MediaAccessDevice"],
        ["DeviceID", `MEDIA DEV ${index}`],
        ["ElementName", "Managed System Media Access Device"],
        ["EnabledDefault", 2],
        ["EnabledState", 0],
        ["MaxMediaSize", Math.round(disk.bytes / 1000)],
        ["OperationalStatus", 0],
        ["RequestedState", 12],
        ["Security", 2],
        ["SystemCreationClassName", "CIM_ComputerSystem"],
        ["SystemName", "ManagedSystem"],
      ]),
  },
  CIM_SoftwareIdentity: {
    instances: ({ management }) =>
      [
        ["Flash", management.version],
        ["Netstack", management.version],
        ["AMTApps", management.version],
        ["AMT", management.version],
        ["Sku", "16392"],
        ["VendorID", "8086"],
        ["Build Number", management.build],
        ["Recovery Version", management.version],
        ["Recovery Build Num", management.build],
        ["Legacy Mode", "False"],
      ].map(([name = "", version = ""]) => [
        ["InstanceID", name],
        ["IsEntity", true],
        ["VersionString", version],
      ]),
  },
};
