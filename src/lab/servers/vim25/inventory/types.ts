/** What each type of managed object is derived from. */
const parents: Readonly<Record<string, string>> = {
  ManagedEntity: "ExtensibleManagedObject",
  Folder: "ManagedEntity",
  Datacenter: "ManagedEntity",
  ComputeResource: "ManagedEntity",
  ClusterComputeResource: "ComputeResource",
  HostSystem: "ManagedEntity",
  ResourcePool: "ManagedEntity",
  VirtualMachine: "ManagedEntity",
  Datastore: "ManagedEntity",
  Network: "ManagedEntity",
  Task: "ExtensibleManagedObject",
  Alarm: "ExtensibleManagedObject",
  VirtualMachineSnapshot: "ExtensibleManagedObject",
  HistoryCollector: "ManagedObject",
  TaskHistoryCollector: "HistoryCollector",
  EventHistoryCollector: "HistoryCollector",
  View: "ManagedObject",
  ManagedObjectView: "View",
  ContainerView: "ManagedObjectView",
  ListView: "ManagedObjectView",
  ExtensibleManagedObject: "ManagedObject",
};

/** Whether a type is another, or is derived from it. */
export function isA(type: string, wanted: string): boolean {
  if (wanted === "ManagedObject") return true;
  for (let each: string | undefined = type; each !== undefined; each = parents[each]) {
    if (each === wanted) return true;
  }
  return false;
}
