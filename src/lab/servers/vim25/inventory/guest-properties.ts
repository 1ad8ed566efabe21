import type { Guest } from "../../../world/virtual/model.ts";
import {
  data,
  derived,
  flag,
  int,
  link,
  links,
  list,
  long,
  type Reference,
  time,
  type Value,
  word,
  words,
} from "../soap/values.ts";
import { overallStatus } from "./alarms.ts";
import { snapshotInfo } from "./snapshot-properties.ts";
import type { PropertyTable } from "./table.ts";
import { fixed, type VCenter } from "./vcenter.ts";

const mebibyte = 1024 ** 2;
const kibibyte = 1024;
const powerStates = { on: "poweredOn", off: "poweredOff", suspended: "suspended" } as const;
const guestIds: readonly (readonly [RegExp, string, string])[] = [
  [/^Debian/, "debian12_64Guest", "linuxGuest"],
  [/^Ubuntu/, "ubuntu64Guest", "linuxGuest"],
  [/^Microsoft/, "windows2019srvNext_64Guest", "windowsGuest"],
  [/^Red Hat/, "rhel9_64Guest", "linuxGuest"],
];

const guestIdOf = (guest: Guest) => guestIds.find(([pattern]) => pattern.test(guest.system)) ?? guestIds[0];
const isReachable = (guest: Guest, { virtual }: VCenter) => virtual.isReachable(guest.host);

function poolOf(guest: Guest, center: VCenter): Reference {
  return center.poolReference(center.virtual.cluster(guest.cluster));
}

function storagesOf(guest: Guest, center: VCenter): Reference[] {
  const ids = new Set(guest.disks.map(({ storage }) => storage));
  return [...ids].map((id) => center.storageReference(center.virtual.storage(id)));
}

function networksOf(guest: Guest, center: VCenter): Reference[] {
  return guest.networks.flatMap((id) => {
    const network = center.virtual.networks.get(id);
    return network ? [center.networkReference(network)] : [];
  });
}

const pathOf = (guest: Guest, center: VCenter): string => {
  const storage = guest.disks[0] ? center.virtual.storage(guest.disks[0].storage).name : "";
  return `[${storage}] ${guest.name}/${guest.name}.vmx`;
};

function runtime(guest: Guest, center: VCenter): Value {
  return data("VirtualMachineRuntimeInfo", {
    host: link(center.hostReference(center.virtual.host(guest.host))),
    connectionState: word(
      "VirtualMachineConnectionState",
      isReachable(guest, center) ? "connected" : "disconnected",
    ),
    powerState: word("VirtualMachinePowerState", powerStates[guest.power]),
    faultToleranceState: word("VirtualMachineFaultToleranceState", "notConfigured"),
    toolsInstallerMounted: flag(false),
    bootTime: guest.bootedAt === null ? undefined : time(guest.bootedAt),
    maxCpuUsage: int(guest.vcpus * 2_800),
    maxMemoryUsage: int(guest.memory / mebibyte),
    numMksConnections: int(0),
    recordReplayState: word("VirtualMachineRecordReplayState", "inactive"),
    onlineStandby: flag(false),
    consolidationNeeded: flag(false),
  });
}

/** What the tools tell: which run, which are there at all. */
function toolsOf(guest: Guest, center: VCenter): { running: boolean; installed: boolean } {
  return { running: center.virtual.toolsRun(guest.id), installed: guest.guestTools };
}

function guestInfo(guest: Guest, center: VCenter, isSummary: boolean): Value {
  const { running, installed } = toolsOf(guest, center);
  const status = !installed ? "toolsNotInstalled" : running ? "toolsOk" : "toolsNotRunning";
  const [, id = "", family = ""] = guestIdOf(guest) ?? [];
  const shared = {
    toolsStatus: word("VirtualMachineToolsStatus", status),
    toolsVersionStatus: words(installed ? "guestToolsUnmanaged" : "guestToolsNotInstalled"),
    toolsVersionStatus2: words(installed ? "guestToolsUnmanaged" : "guestToolsNotInstalled"),
    toolsRunningStatus: words(running ? "guestToolsRunning" : "guestToolsNotRunning"),
    hostName: running ? words(`${guest.name}.${center.region}.example`) : undefined,
    ipAddress: running && guest.address !== null ? words(guest.address) : undefined,
  };
  if (isSummary) {
    return data("VirtualMachineGuestSummary", {
      guestId: running ? words(id) : undefined,
      guestFullName: running ? words(guest.system) : undefined,
      ...shared,
    });
  }
  return data("GuestInfo", {
    toolsStatus: shared.toolsStatus,
    toolsVersionStatus: shared.toolsVersionStatus,
    toolsVersionStatus2: shared.toolsVersionStatus2,
    toolsRunningStatus: shared.toolsRunningStatus,
    toolsVersion: words(installed ? "12352" : "0"),
    guestId: running ? words(id) : undefined,
    guestFamily: running ? words(family) : undefined,
    guestFullName: running ? words(guest.system) : undefined,
    hostName: shared.hostName,
    ipAddress: shared.ipAddress,
    guestState: words(running ? "running" : "notRunning"),
    guestOperationsReady: flag(running),
  });
}

function summaryConfig(guest: Guest, center: VCenter): Value {
  const [, id = ""] = guestIdOf(guest) ?? [];
  return data("VirtualMachineConfigSummary", {
    name: words(guest.name),
    template: flag(guest.template),
    vmPathName: words(pathOf(guest, center)),
    memorySizeMB: int(guest.memory / mebibyte),
    cpuReservation: int(0),
    memoryReservation: int(0),
    numCpu: int(guest.vcpus),
    numEthernetCards: int(guest.networks.length),
    numVirtualDisks: int(guest.disks.length),
    uuid: words(guest.uuid),
    instanceUuid: words(instanceUuidOf(guest)),
    guestId: words(id),
    guestFullName: words(guest.system),
    annotation: words(""),
    installBootRequired: flag(false),
  });
}

/** The identifier within the vCenter, beside that of the firmware. */
const instanceUuidOf = (guest: Guest) => `50${guest.uuid.slice(2)}`;

function summaryStorage(guest: Guest, center: VCenter): Value {
  const committed = guest.disks.reduce((sum, { used }) => sum + used, 0);
  const all = guest.disks.reduce((sum, { bytes }) => sum + bytes, 0);
  return data("VirtualMachineStorageSummary", {
    committed: long(committed),
    uncommitted: long(Math.max(0, all - committed)),
    unshared: long(committed),
    timestamp: time(center.now()),
  });
}

/** Figures of load that are the same each time they are looked at: a share of what the guest was given. */
function quickStats(guest: Guest, center: VCenter): Value {
  const share = 0.05 + (Number.parseInt(guest.uuid.slice(0, 2), 16) / 255) * 0.4;
  const isOn = guest.power === "on";
  return data("VirtualMachineQuickStats", {
    overallCpuUsage: int(isOn ? guest.vcpus * 2_800 * share : 0),
    guestMemoryUsage: int(isOn ? (guest.memory / mebibyte) * share : 0),
    hostMemoryUsage: int(isOn ? guest.memory / mebibyte : 0),
    guestHeartbeatStatus: word("ManagedEntityStatus", center.virtual.toolsRun(guest.id) ? "green" : "gray"),
    uptimeSeconds: guest.bootedAt === null ? undefined : int((center.now() - guest.bootedAt) / 1000),
  });
}

function hardware(guest: Guest, center: VCenter): Value {
  const cards = networksOf(guest, center);
  return data("VirtualHardware", {
    numCPU: int(guest.vcpus),
    numCoresPerSocket: int(1),
    memoryMB: int(guest.memory / mebibyte),
    device: list("VirtualDevice", [
      derived("ParaVirtualSCSIController", {
        key: int(1000),
        busNumber: int(0),
        sharedBus: word("VirtualSCSISharing", "noSharing"),
      }),
      derived("VirtualCdrom", {
        key: int(3000),
        deviceInfo: data("Description", { label: words("CD/DVD drive 1"), summary: words("ATAPI") }),
        backing: derived("VirtualCdromAtapiBackingInfo", { deviceName: words("/dev/cdrom") }),
        connectable: data("VirtualDeviceConnectInfo", {
          startConnected: flag(guest.pinnedBy !== null),
          allowGuestControl: flag(true),
          connected: flag(guest.pinnedBy !== null),
        }),
      }),
      ...guest.disks.map((disk, index) =>
        derived("VirtualDisk", {
          key: int(2000 + index),
          deviceInfo: data("Description", {
            label: words(`Hard disk ${index + 1}`),
            summary: words(`${disk.bytes / kibibyte} KB`),
          }),
          backing: derived("VirtualDiskFlatVer2BackingInfo", {
            fileName: words(
              `[${center.virtual.storage(disk.storage).name}] ${guest.name}/${guest.name}_${index}.vmdk`,
            ),
            datastore: link(center.storageReference(center.virtual.storage(disk.storage))),
            diskMode: words("persistent"),
            thinProvisioned: flag(true),
          }),
          controllerKey: int(1000),
          unitNumber: int(index),
          capacityInKB: long(disk.bytes / kibibyte),
          capacityInBytes: long(disk.bytes),
        }),
      ),
      ...cards.map((network, index) =>
        derived("VirtualVmxnet3", {
          key: int(4000 + index),
          deviceInfo: data("Description", {
            label: words(`Network adapter ${index + 1}`),
            summary: words(center.network(network)?.name ?? ""),
          }),
          backing: derived("VirtualEthernetCardNetworkBackingInfo", {
            deviceName: words(center.network(network)?.name ?? ""),
            network: link(network),
          }),
          addressType: words("assigned"),
          macAddress: words(`00:50:56:${guest.uuid.slice(0, 6).replace(/..(?=.)/g, "$&:")}`),
        }),
      ),
    ]),
  });
}

function config(guest: Guest, center: VCenter): Value {
  const [, id = ""] = guestIdOf(guest) ?? [];
  return data("VirtualMachineConfigInfo", {
    changeVersion: words(new Date(guest.bootedAt ?? 0).toISOString()),
    modified: time(0),
    name: words(guest.name),
    guestFullName: words(guest.system),
    version: words("vmx-20"),
    uuid: words(guest.uuid),
    instanceUuid: words(instanceUuidOf(guest)),
    template: flag(guest.template),
    guestId: words(id),
    alternateGuestName: words(""),
    annotation: words(""),
    files: () => data("VirtualMachineFileInfo", { vmPathName: words(pathOf(guest, center)) }),
    flags: () => data("VirtualMachineFlagInfo", {}),
    defaultPowerOps: () => data("VirtualMachineDefaultPowerOpInfo", {}),
    hardware: () => hardware(guest, center),
  });
}

/** The methods that would be refused as the guest is now. */
function disabledMethods(guest: Guest, center: VCenter): string[] {
  if (!isReachable(guest, center)) {
    return [
      "PowerOnVM_Task",
      "PowerOffVM_Task",
      "ResetVM_Task",
      "SuspendVM_Task",
      "ShutdownGuest",
      "RebootGuest",
      "CreateSnapshot_Task",
      "MigrateVM_Task",
      "RelocateVM_Task",
    ];
  }
  const disabled = guest.template ? ["PowerOnVM_Task"] : [];
  if (guest.power === "on") disabled.push("PowerOnVM_Task");
  else disabled.push("ResetVM_Task", "SuspendVM_Task");
  if (guest.power === "off") disabled.push("PowerOffVM_Task");
  if (!center.virtual.toolsRun(guest.id)) disabled.push("ShutdownGuest", "RebootGuest", "StandbyGuest");
  if (guest.snapshots.length === 0) disabled.push("RemoveAllSnapshots_Task", "RevertToCurrentSnapshot_Task");
  return disabled;
}

/** VirtualMachine. */
export const guestProperties: PropertyTable<Guest> = {
  name: (guest) => words(guest.name),
  parent: () => link(fixed.vmFolder),
  parentVApp: () => undefined,
  overallStatus: () => overallStatus([]),
  configStatus: () => word("ManagedEntityStatus", "green"),
  triggeredAlarmState: (_guest, { alarms }) => alarms.stateOf([]),
  declaredAlarmState: () => list("AlarmState", []),
  alarmActionsEnabled: () => flag(true),
  permission: () => list("Permission", []),
  tag: () => list("Tag", []),
  value: () => list("CustomFieldValue", []),
  availableField: () => list("CustomFieldDef", []),
  runtime,
  summary: (guest, center) =>
    data("VirtualMachineSummary", {
      vm: link(center.guestReference(guest)),
      runtime: () => runtime(guest, center),
      guest: () => guestInfo(guest, center, true),
      config: () => summaryConfig(guest, center),
      storage: () => summaryStorage(guest, center),
      quickStats: () => quickStats(guest, center),
      overallStatus: overallStatus([]),
    }),
  config: (guest, center) => (isReachable(guest, center) ? config(guest, center) : undefined),
  guest: (guest, center) => guestInfo(guest, center, false),
  guestHeartbeatStatus: (guest, center) =>
    word("ManagedEntityStatus", center.virtual.toolsRun(guest.id) ? "green" : "gray"),
  resourcePool: (guest, center) => (guest.template ? undefined : link(poolOf(guest, center))),
  datastore: (guest, center) => links(storagesOf(guest, center)),
  network: (guest, center) => links(networksOf(guest, center)),
  snapshot: (guest, center) => (guest.snapshots.length === 0 ? undefined : snapshotInfo(guest, center)),
  rootSnapshot: (guest) =>
    links(
      guest.snapshots
        .filter(({ parent }) => parent === null)
        .map(({ key }) => ({ type: "VirtualMachineSnapshot", id: key })),
    ),
  disabledMethod: (guest, center) => list("xsd:string", disabledMethods(guest, center).map(words)),
  effectiveRole: () => list("xsd:int", [int(-1)]),
  recentTask: (guest, center) => links(center.recentTasks(guest.id)),
};
