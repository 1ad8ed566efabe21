import type { XmlElement } from "../xml.ts";
import { child, children, flagAt, idAt, numberAt, timeAt, wordsAt } from "./client/values.ts";
import type { Alarm, Cluster, Datastore, Entity, Held, Host, Place, Snapshot, Vm } from "./records.ts";

type Readers<Kind extends Held> = Readonly<
  Record<string, (held: Kind, value: XmlElement | undefined) => void>
>;

const mostSnapshots = 100;
const mostNamed = 64;
const mostAlarms = 50;
/** The methods that buttons follow; vCenter names dozens of others. */
const methods = new Set([
  "PowerOnVM_Task",
  "PowerOffVM_Task",
  "ResetVM_Task",
  "SuspendVM_Task",
  "ShutdownGuest",
  "RebootGuest",
  "CreateSnapshot_Task",
  "RemoveAllSnapshots_Task",
  "RevertToCurrentSnapshot_Task",
]);

const named = {
  name: (held: Entity, value: XmlElement | undefined) => {
    held.name = nameOf(wordsAt(value));
  },
  parent: (held: Entity, value: XmlElement | undefined) => {
    held.parent = idAt(value);
  },
};

const managed = {
  ...named,
  overallStatus: (held: Entity, value: XmlElement | undefined) => {
    held.status = wordsAt(value);
  },
  triggeredAlarmState: (held: Entity, value: XmlElement | undefined) => {
    held.alarms = alarmsOf(value, held.id);
  },
};

/** Folders, datacenters and what stands for a host by itself: alarms on them are alarms of the vCenter. */
const places: Readers<Place> = { ...named, triggeredAlarmState: managed.triggeredAlarmState };

const clusters: Readers<Cluster> = {
  ...managed,
  summary(held, value) {
    held.hosts = numberAt(value, "numHosts");
    held.hostsEffective = numberAt(value, "numEffectiveHosts");
    held.cores = numberAt(value, "numCpuCores");
    held.memory = numberAt(value, "totalMemory");
    held.failoverNow = numberAt(value, "currentFailoverLevel");
  },
  configurationEx(held, value) {
    held.ha = flagAt(value, "dasConfig", "enabled");
    held.admissionControl = flagAt(value, "dasConfig", "admissionControlEnabled");
    const policy = child(value, "dasConfig", "admissionControlPolicy");
    held.admissionPolicy = policy?.attributes.get("type") ?? null;
    held.failoverLevel = numberAt(policy, "failoverLevel") ?? numberAt(value, "dasConfig", "failoverLevel");
    held.reserved = {
      cpu: numberAt(policy, "cpuFailoverResourcesPercent"),
      memory: numberAt(policy, "memoryFailoverResourcesPercent"),
    };
    held.drs = flagAt(value, "drsConfig", "enabled");
    held.drsMode = wordsAt(value, "drsConfig", "defaultVmBehavior");
  },
};

const hosts: Readers<Host> = {
  ...managed,
  "runtime.connectionState": (held, value) => {
    held.connection = wordsAt(value);
  },
  "runtime.powerState": (held, value) => {
    held.power = wordsAt(value);
  },
  "runtime.inMaintenanceMode": (held, value) => {
    held.maintenance = flagAt(value);
  },
  "runtime.bootTime": (held, value) => {
    held.bootedAt = timeAt(value);
  },
  "summary.hardware": (held, value) => {
    held.hardware = {
      vendor: wordsAt(value, "vendor"),
      model: wordsAt(value, "model"),
      processor: wordsAt(value, "cpuModel"),
      uuid: wordsAt(value, "uuid"),
    };
    held.sockets = numberAt(value, "numCpuPkgs");
    held.cores = numberAt(value, "numCpuCores");
    held.threads = numberAt(value, "numCpuThreads");
    held.memory = numberAt(value, "memorySize");
    const megahertz = numberAt(value, "cpuMhz");
    held.load.cpuMost = megahertz === null || held.cores === null ? null : megahertz * held.cores;
  },
  "summary.quickStats.overallCpuUsage": (held, value) => {
    held.load.cpu = numberAt(value);
  },
  "summary.quickStats.overallMemoryUsage": (held, value) => {
    held.load.memory = bytesAt(value);
  },
  "summary.config.product": (held, value) => {
    held.version = wordsAt(value, "fullName");
  },
};

const vms: Readers<Vm> = {
  ...managed,
  "runtime.powerState": (held, value) => {
    held.power = wordsAt(value);
  },
  "runtime.connectionState": (held, value) => {
    held.connection = wordsAt(value);
  },
  "runtime.host": (held, value) => {
    held.host = idAt(value);
  },
  "runtime.bootTime": (held, value) => {
    held.bootedAt = timeAt(value);
  },
  "runtime.question": (held, value) => {
    held.asks = (value?.children.length ?? 0) > 0;
  },
  "runtime.consolidationNeeded": (held, value) => {
    held.consolidate = flagAt(value) === true;
  },
  "summary.config": (held, value) => {
    held.template = flagAt(value, "template") === true;
    held.cpus = numberAt(value, "numCpu");
    held.memory = bytesAt(value, "memorySizeMB");
    held.disks = numberAt(value, "numVirtualDisks");
    held.uuid = wordsAt(value, "instanceUuid");
    held.system = wordsAt(value, "guestFullName");
  },
  "config.changeVersion": (held, value) => {
    const configured = wordsAt(value);
    if (configured !== held.configured) held.diskList = null;
    held.configured = configured;
  },
  "runtime.maxCpuUsage": (held, value) => {
    held.load.cpuMost = numberAt(value);
  },
  "summary.quickStats.overallCpuUsage": (held, value) => {
    held.load.cpu = numberAt(value);
  },
  "summary.quickStats.guestMemoryUsage": (held, value) => {
    held.load.memory = bytesAt(value);
  },
  "summary.storage": (held, value) => {
    held.storage = numberAt(value, "committed");
  },
  "guest.toolsRunningStatus": (held, value) => {
    held.tools = wordsAt(value);
  },
  "guest.ipAddress": (held, value) => {
    held.address = wordsAt(value);
  },
  "guest.hostName": (held, value) => {
    held.hostName = wordsAt(value);
  },
  snapshot: (held, value) => {
    held.snapshots = snapshotsOf(value);
    held.current = idAt(value, "currentSnapshot");
  },
  network: (held, value) => {
    held.networks = ids(value);
  },
  datastore: (held, value) => {
    held.datastores = ids(value);
  },
  disabledMethod: (held, value) => {
    held.disabled = disabledOf(value);
  },
};

const datastores: Readers<Datastore> = {
  ...managed,
  summary(held, value) {
    held.capacity = numberAt(value, "capacity");
    held.free = numberAt(value, "freeSpace");
    held.accessible = flagAt(value, "accessible");
    held.kind = wordsAt(value, "type");
    held.maintenance = wordsAt(value, "maintenanceMode");
  },
};

/** Whether a property is of those that change all the time, and are shown in steps. */
export function isLoad(name: string): boolean {
  return name.startsWith("summary.quickStats.");
}

/** What is asked of each type of object, derived from what is read. */
export const propertySets: Readonly<Record<string, readonly string[]>> = {
  Folder: Object.keys(places),
  Datacenter: Object.keys(places),
  Network: ["name"],
  ComputeResource: Object.keys(places),
  ClusterComputeResource: Object.keys(clusters),
  HostSystem: Object.keys(hosts),
  VirtualMachine: Object.keys(vms),
  Datastore: Object.keys(datastores),
};

/**
 * Takes one property into what is held of an object; undefined: it has none. False for a property that is not one of
 * those asked for, such as a part of one.
 */
export function takeProperty(held: Held, name: string, value: XmlElement | undefined): boolean {
  switch (held.is) {
    case "vm":
      return take(vms, held, name, value);
    case "host":
      return take(hosts, held, name, value);
    case "cluster":
      return take(clusters, held, name, value);
    case "datastore":
      return take(datastores, held, name, value);
    case "place":
      return take(places, held, name, value);
  }
}

function take<Kind extends Held>(
  readers: Readers<Kind>,
  held: Kind,
  name: string,
  value: XmlElement | undefined,
): boolean {
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  reader?.(held, value);
  return reader !== undefined;
}

/** The alarms in a `triggeredAlarmState` that the object triggered itself: those of what is in it are listed as well. */
export function alarmsOf(value: XmlElement | undefined, id: string): Alarm[] {
  return children(value, "AlarmState")
    .filter((state) => idAt(state, "entity") === id)
    .slice(0, mostAlarms)
    .map((state) => {
      const alarm = idAt(state, "alarm") ?? "";
      const acknowledged = flagAt(state, "acknowledged") === true;
      return {
        key: wordsAt(state, "key") ?? `${alarm}.${id}`,
        alarm,
        status: wordsAt(state, "overallStatus") ?? "",
        acknowledged,
        // vCenter keeps who acknowledged an earlier triggering: only valid while this one is.
        by: acknowledged ? wordsAt(state, "acknowledgedByUser") : null,
        at: acknowledged ? timeAt(state, "acknowledgedTime") : null,
      };
    });
}

/** A VM's snapshots, the tree in depth-first order. */
export function snapshotsOf(value: XmlElement | undefined): Snapshot[] {
  const found: Snapshot[] = [];
  const walk = (trees: XmlElement[], parent: string | null) => {
    for (const tree of trees) {
      const id = idAt(tree, "snapshot");
      if (!id || found.length >= mostSnapshots) continue;
      // Its state is the one that the VM returns to: off, unless the memory was taken along.
      const state = wordsAt(tree, "state");
      found.push({
        id,
        parent,
        name: nameOf(wordsAt(tree, "name")) ?? id,
        description: wordsAt(tree, "description") ?? "",
        createdAt: timeAt(tree, "createTime"),
        withMemory: state === null ? null : state !== "poweredOff",
      });
      walk(children(tree, "childSnapshotList"), id);
    }
  };
  walk(children(value, "rootSnapshotList"), null);
  return found;
}

/** The methods that vCenter would refuse now, of those that there are buttons for. */
export function disabledOf(value: XmlElement | undefined): string[] {
  return children(value, "string").flatMap(
    ({ text }) => [...methods].find((method) => method === text) ?? [],
  );
}

/** Bytes of what is written in MiB. */
function bytesAt(element: XmlElement | undefined, ...path: string[]): number | null {
  const mebibytes = numberAt(element, ...path);
  return mebibytes === null ? null : mebibytes * 1024 * 1024;
}

function ids(value: XmlElement | undefined): string[] {
  const found = children(value, "ManagedObjectReference").slice(0, mostNamed);
  return found.flatMap((each) => idAt(each) ?? []);
}

/** vCenter writes three characters of a name as URLs do: the percent sign, the slash and the backslash. */
function nameOf(words: string | null): string | null {
  return (
    words?.replace(/%(25|2f|5c)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) ??
    null
  );
}
