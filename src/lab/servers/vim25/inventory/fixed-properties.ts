import {
  data,
  derived,
  flag,
  int,
  link,
  links,
  list,
  type Reference,
  time,
  type Value,
  word,
  words,
} from "../soap/values.ts";
import { alarmNames, overallStatus } from "./alarms.ts";
import { eventCategories } from "./event-values.ts";
import { about } from "./host-properties.ts";
import type { PropertyTable } from "./table.ts";
import { methodLabels } from "./task-properties.ts";
import { fixed, type VCenter } from "./vcenter.ts";

/** What a vCenter says of itself and its managers (ServiceContent); anybody may read it. */
export function serviceContent(center: VCenter): Value {
  return data("ServiceContent", {
    rootFolder: link(fixed.rootFolder),
    propertyCollector: link(fixed.propertyCollector),
    viewManager: link(fixed.viewManager),
    about: about({
      name: "vCenter Server",
      version: "8.0.2",
      build: "22617221",
      apiType: "VirtualCenter",
      uuid: center.instanceUuid,
    }),
    authorizationManager: link(fixed.authorizationManager),
    sessionManager: link(fixed.sessionManager),
    eventManager: link(fixed.eventManager),
    taskManager: link(fixed.taskManager),
    alarmManager: link(fixed.alarmManager),
    searchIndex: link(fixed.searchIndex),
    vmProvisioningChecker: link(fixed.provisioningChecker),
  });
}

/** What a folder holds. */
export function childrenOf(folder: string, center: VCenter): Reference[] {
  switch (folder) {
    case fixed.rootFolder.id:
      return [fixed.datacenter];
    case fixed.vmFolder.id:
      return center.guests().map(center.guestReference);
    case fixed.hostFolder.id:
      return center.clusters().map(center.clusterReference);
    case fixed.datastoreFolder.id:
      return center.storages().map(center.storageReference);
    case fixed.networkFolder.id:
      return center.networks().map(center.networkReference);
    default:
      return [];
  }
}

/** The folders' names, and the types of what they take. */
export const folders: Readonly<Record<string, { name: string; takes: readonly string[] }>> = {
  [fixed.rootFolder.id]: { name: "Datacenters", takes: ["Folder", "Datacenter"] },
  [fixed.vmFolder.id]: { name: "vm", takes: ["Folder", "VirtualMachine", "VirtualApp"] },
  [fixed.hostFolder.id]: { name: "host", takes: ["Folder", "ComputeResource"] },
  [fixed.datastoreFolder.id]: { name: "datastore", takes: ["Folder", "Datastore", "StoragePod"] },
  [fixed.networkFolder.id]: { name: "network", takes: ["Folder", "Network", "DistributedVirtualSwitch"] },
};

const entity = {
  overallStatus: () => overallStatus([]),
  configStatus: () => word("ManagedEntityStatus", "green"),
  triggeredAlarmState: (_id: string, center: VCenter) =>
    center.alarms.stateOf([
      ...center.hosts().flatMap((host) => center.alarms.ofHost(host.id)),
      ...center.storages().flatMap((storage) => center.alarms.ofStorage(storage.id)),
    ]),
  declaredAlarmState: () => list("AlarmState", []),
  alarmActionsEnabled: () => flag(true),
  disabledMethod: () => list("xsd:string", []),
  effectiveRole: () => list("xsd:int", [int(-1)]),
  permission: () => list("Permission", []),
  tag: () => list("Tag", []),
  value: () => list("CustomFieldValue", []),
  recentTask: () => links([]),
};

/** Folder, by identifier. */
export const folderProperties: PropertyTable<string> = {
  ...entity,
  name: (id) => words(folders[id]?.name ?? ""),
  parent: (id) => (id === fixed.rootFolder.id ? undefined : link(fixed.datacenter)),
  childType: (id) => list("xsd:string", (folders[id]?.takes ?? []).map(words)),
  childEntity: (id, center) => links(childrenOf(id, center)),
};

/** Datacenter. */
export const datacenterProperties: PropertyTable<string> = {
  ...entity,
  name: (_id, center) => words(center.name),
  parent: () => link(fixed.rootFolder),
  vmFolder: () => link(fixed.vmFolder),
  hostFolder: () => link(fixed.hostFolder),
  datastoreFolder: () => link(fixed.datastoreFolder),
  networkFolder: () => link(fixed.networkFolder),
  datastore: (_id, center) => links(center.storages().map(center.storageReference)),
  network: (_id, center) => links(center.networks().map(center.networkReference)),
};

const elementDescription = (key: string, label: string) =>
  derived("ElementDescription", { label: words(label), summary: words(label), key: words(key) });

/** The managers that hold nothing of a session's own. */
export const managerProperties: Readonly<Record<string, PropertyTable<string>>> = {
  ServiceInstance: {
    serverClock: (_id, center) => time(center.now()),
    content: (_id, center) => serviceContent(center),
    capability: () =>
      data("Capability", { provisioningSupported: flag(true), multiHostSupported: flag(true) }),
  },
  TaskManager: {
    recentTask: (_id, center) => links(center.recentTasks()),
    maxCollector: () => int(32),
    description: () =>
      data("TaskDescription", {
        methodInfo: list(
          "ElementDescription",
          Object.entries(methodLabels).map(([key, label]) => elementDescription(key, label)),
        ),
        state: list("ElementDescription", []),
        reason: list("TypeDescription", []),
      }),
  },
  EventManager: {
    maxCollector: () => int(32),
    description: () =>
      data("EventDescription", {
        category: list("ElementDescription", []),
        eventInfo: list(
          "EventDescriptionEventDetail",
          Object.entries(eventCategories).map(([key, category]) =>
            data("EventDescriptionEventDetail", {
              key: words(key),
              description: words(key),
              category: words(category),
              formatOnDatacenter: words(""),
              formatOnComputeResource: words(""),
              formatOnHost: words(""),
              formatOnVm: words(""),
              fullFormat: words(""),
            }),
          ),
        ),
        enumeratedTypes: list("EnumDescription", []),
      }),
  },
  AlarmManager: { defaultExpression: () => list("AlarmExpression", []) },
  SearchIndex: {},
  VirtualMachineProvisioningChecker: {},
  AuthorizationManager: {
    roleList: () => list("AuthorizationRole", []),
    privilegeList: () => list("AuthorizationPrivilege", []),
  },
  Alarm: {
    info: (id) =>
      data("AlarmInfo", {
        key: words(id),
        name: words(alarmNames[id] ?? id),
        systemName: words(`alarm.${id}`),
        description: words(alarmNames[id] ?? id),
        enabled: flag(true),
        alarm: link({ type: "Alarm", id }),
        entity: link(fixed.rootFolder),
        lastModifiedTime: time(0),
        lastModifiedUser: words(""),
        creationEventId: int(0),
      }),
  },
};
