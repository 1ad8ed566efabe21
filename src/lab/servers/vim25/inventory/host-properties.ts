import type { VirtualHost } from "../../../world/virtual/model.ts";
import {
  data,
  flag,
  int,
  link,
  links,
  list,
  long,
  short,
  time,
  type Value,
  word,
  words,
} from "../soap/values.ts";
import { overallStatus } from "./alarms.ts";
import type { PropertyTable } from "./table.ts";
import type { VCenter } from "./vcenter.ts";

const mebibyte = 1024 ** 2;
const megahertz = 2_800;

function runtime(host: VirtualHost, { virtual }: VCenter): Value {
  const isReachable = virtual.isReachable(host.id);
  return data("HostRuntimeInfo", {
    connectionState: word("HostSystemConnectionState", isReachable ? "connected" : "notResponding"),
    powerState: word(
      "HostSystemPowerState",
      host.standby ? "standBy" : isReachable ? "poweredOn" : "unknown",
    ),
    standbyMode: host.standby ? words("in") : isReachable ? words("none") : undefined,
    inMaintenanceMode: flag(host.maintenance === "in"),
    inQuarantineMode: flag(false),
    bootTime: isReachable ? time(host.bootedAt) : undefined,
  });
}

/** What a product says of itself (AboutInfo). */
export function about(of: {
  name: string;
  version: string;
  build: string;
  apiType: string;
  uuid?: string;
}): Value {
  const fullName = `VMware ${of.name} ${of.version} build-${of.build}`;
  return data("AboutInfo", {
    name: words(`VMware ${of.name}`),
    fullName: words(fullName),
    vendor: words("VMware, Inc."),
    version: words(of.version),
    build: words(of.build),
    localeVersion: words("INTL"),
    localeBuild: words("000"),
    osType: words(of.apiType === "VirtualCenter" ? "linux-x64" : "vmnix-x86"),
    productLineId: words(of.apiType === "VirtualCenter" ? "vpx" : "embeddedEsx"),
    apiType: words(of.apiType),
    apiVersion: words("8.0.2.0"),
    instanceUuid: of.uuid === undefined ? undefined : words(of.uuid),
    licenseProductName: words("VMware VirtualCenter Server"),
    licenseProductVersion: words("8.0"),
  });
}

const product = (host: VirtualHost) =>
  about({ name: "ESXi", version: host.version, build: host.build, apiType: "HostAgent" });

function hardware(host: VirtualHost, { virtual }: VCenter): Value {
  return data("HostHardwareSummary", {
    vendor: words(host.vendor),
    model: words(host.model),
    uuid: words(host.uuid),
    memorySize: long(virtual.memoryOf(host.id)),
    cpuModel: words(host.processorModel),
    cpuMhz: int(megahertz),
    numCpuPkgs: short(host.sockets),
    numCpuCores: short(host.cores),
    numCpuThreads: short(host.threads),
    numNics: int(4),
    numHBAs: int(2),
  });
}

function quickStats(host: VirtualHost, center: VCenter): Value {
  const { virtual } = center;
  const given = virtual.memoryGiven(host.id);
  const isUp = virtual.isReachable(host.id);
  return data("HostListSummaryQuickStats", {
    overallCpuUsage: isUp ? int(host.cores * megahertz * 0.9 * (given / host.memory) * 0.4) : undefined,
    overallMemoryUsage: isUp ? int(given / mebibyte + 4096) : undefined,
    uptime: isUp ? int((center.now() - host.bootedAt) / 1000) : undefined,
  });
}

function summary(host: VirtualHost, center: VCenter): Value {
  return data("HostListSummary", {
    host: link(center.hostReference(host)),
    hardware: () => hardware(host, center),
    runtime: () => runtime(host, center),
    config: () =>
      data("HostConfigSummary", {
        name: words(host.name),
        port: int(902),
        sslThumbprint: words(""),
        product: product(host),
        vmotionEnabled: flag(true),
        faultToleranceEnabled: flag(false),
      }),
    quickStats: () => quickStats(host, center),
    overallStatus: overallStatus(center.alarms.ofHost(host.id)),
    rebootRequired: flag(false),
    managementServerIp: words(center.address),
  });
}

/** HostSystem. */
export const hostProperties: PropertyTable<VirtualHost> = {
  name: (host) => words(host.name),
  parent: (host, center) => link(center.clusterReference(center.virtual.cluster(host.cluster))),
  overallStatus: (host, { alarms }) => overallStatus(alarms.ofHost(host.id)),
  configStatus: () => word("ManagedEntityStatus", "green"),
  triggeredAlarmState: (host, { alarms }) => alarms.stateOf(alarms.ofHost(host.id)),
  declaredAlarmState: () => list("AlarmState", []),
  alarmActionsEnabled: () => flag(true),
  permission: () => list("Permission", []),
  tag: () => list("Tag", []),
  value: () => list("CustomFieldValue", []),
  availableField: () => list("CustomFieldDef", []),
  runtime,
  summary,
  hardware: (host, { virtual }) =>
    data("HostHardwareInfo", {
      systemInfo: data("HostSystemInfo", {
        vendor: words(host.vendor),
        model: words(host.model),
        uuid: words(host.uuid),
      }),
      cpuInfo: data("HostCpuInfo", {
        numCpuPackages: short(host.sockets),
        numCpuCores: short(host.cores),
        numCpuThreads: short(host.threads),
        hz: long(megahertz * 1e6),
      }),
      memorySize: long(virtual.memoryOf(host.id)),
    }),
  config: (host, center) =>
    center.virtual.isReachable(host.id)
      ? data("HostConfigInfo", {
          host: link(center.hostReference(host)),
          product: product(host),
          network: () =>
            data("HostNetworkInfo", {
              vnic: list("HostVirtualNic", [
                data("HostVirtualNic", {
                  device: words("vmk0"),
                  key: words("key-vim.host.VirtualNic-vmk0"),
                  portgroup: words("Management Network"),
                  spec: data("HostVirtualNicSpec", {
                    ip: data("HostIpConfig", {
                      dhcp: flag(false),
                      ipAddress: words(host.address),
                      subnetMask: words("255.255.255.0"),
                    }),
                  }),
                }),
              ]),
            }),
        })
      : undefined,
  vm: (host, center) => links(center.virtual.guestsOn(host.id).map(center.guestReference)),
  datastore: (host, center) =>
    links(
      center
        .storages()
        .filter(({ hosts }) => hosts.includes(host.id))
        .map(center.storageReference),
    ),
  network: (host, center) =>
    links(
      center
        .networks()
        .filter(({ cluster }) => cluster === host.cluster)
        .map(center.networkReference),
    ),
  disabledMethod: (host, { virtual }) => {
    const isIn = host.maintenance === "in";
    const woken = host.standby ? [] : ["PowerUpHostFromStandBy_Task"];
    const disabled = virtual.isReachable(host.id)
      ? [isIn ? "EnterMaintenanceMode_Task" : "ExitMaintenanceMode_Task"]
      : ["EnterMaintenanceMode_Task", "ExitMaintenanceMode_Task", "RebootHost_Task", "ShutdownHost_Task"];
    return list("xsd:string", [...woken, ...disabled].map(words));
  },
  effectiveRole: () => list("xsd:int", [int(-1)]),
  recentTask: (host, center) => links(center.recentTasks(host.id)),
};
