import type { VirtualNetwork, VirtualStorage } from "../../../world/virtual/model.ts";
import { data, flag, int, link, links, list, long, time, type Value, word, words } from "../soap/values.ts";
import { overallStatus } from "./alarms.ts";
import type { PropertyTable } from "./table.ts";
import { fixed, type VCenter } from "./vcenter.ts";

const guestsOf = (storage: VirtualStorage, center: VCenter) =>
  center.guests().filter(({ disks }) => disks.some((disk) => disk.storage === storage.id));

function summary(storage: VirtualStorage, center: VCenter): Value {
  const { bytes, used, accessible } = center.virtual.storageOf(storage.id);
  return data("DatastoreSummary", {
    datastore: link(center.storageReference(storage)),
    name: words(storage.name),
    url: words(`ds:///vmfs/volumes/${storage.key}/`),
    capacity: long(bytes),
    freeSpace: long(bytes - used),
    uncommitted: long(0),
    accessible: flag(accessible),
    multipleHostAccess: flag(storage.shared),
    type: words(storage.type),
    maintenanceMode: words("normal"),
  });
}

/** Datastore. */
export const storageProperties: PropertyTable<VirtualStorage> = {
  name: (storage) => words(storage.name),
  parent: () => link(fixed.datastoreFolder),
  overallStatus: (storage, { alarms }) => overallStatus(alarms.ofStorage(storage.id)),
  configStatus: () => word("ManagedEntityStatus", "green"),
  triggeredAlarmState: (storage, { alarms }) => alarms.stateOf(alarms.ofStorage(storage.id)),
  declaredAlarmState: () => list("AlarmState", []),
  summary,
  info: (storage, center) => {
    const { bytes, used } = center.virtual.storageOf(storage.id);
    return data("DatastoreInfo", {
      name: words(storage.name),
      url: words(`ds:///vmfs/volumes/${storage.key}/`),
      freeSpace: long(bytes - used),
      maxFileSize: long(bytes),
      timestamp: time(center.now()),
    });
  },
  host: (storage, center) =>
    list(
      "DatastoreHostMount",
      storage.hosts.map((id) =>
        data("DatastoreHostMount", {
          key: link(center.hostReference(center.virtual.host(id))),
          mountInfo: data("HostMountInfo", {
            path: words(`/vmfs/volumes/${storage.key}`),
            accessMode: words("readWrite"),
            mounted: flag(true),
            accessible: flag(center.virtual.storageOf(storage.id).accessible),
          }),
        }),
      ),
    ),
  vm: (storage, center) => links(guestsOf(storage, center).map(center.guestReference)),
  effectiveRole: () => list("xsd:int", [int(-1)]),
  recentTask: (storage, center) => links(center.recentTasks(storage.id)),
};

/** Network. */
export const networkProperties: PropertyTable<VirtualNetwork> = {
  name: (network) => words(network.name),
  parent: () => link(fixed.networkFolder),
  overallStatus: () => overallStatus([]),
  triggeredAlarmState: () => list("AlarmState", []),
  summary: (network, center) =>
    data("NetworkSummary", {
      network: link(center.networkReference(network)),
      name: words(network.name),
      accessible: flag(true),
      ipPoolName: words(""),
    }),
  host: (network, center) => links(center.virtual.hostsOf(network.cluster).map(center.hostReference)),
  vm: (network, center) =>
    links(
      center
        .guests()
        .filter(({ networks }) => networks.includes(network.id))
        .map(center.guestReference),
    ),
  recentTask: () => links([]),
};
