import type { CapacityRecord, ClusterRecord, HostRecord, VmRecord } from "./records.ts";

/** The hosts and VMs of one cluster, or of one host that is in none. */
export interface Group {
  id: string;
  name: string;
  site: string | null;
  environment: string | null;
  /** One host, in a cluster or not: nothing stands beside it. */
  alone: boolean;
  hosts: HostRecord[];
  /** By the identifier of their host; under "" those whose host is not known. */
  vms: Map<string, VmRecord[]>;
}

/** Everything by cluster, and the cluster of each host and VM. Costs a walk over all records. */
export function grouped(records: Iterable<CapacityRecord>): {
  groups: Map<string, Group>;
  groupOf: Map<string, string>;
} {
  const clusters = new Map<string, ClusterRecord>();
  const clustersByName = new Map<string, string>();
  const hosts: HostRecord[] = [];
  const vms: VmRecord[] = [];
  for (const record of records) {
    if (record.is === "vm") vms.push(record);
    else if (record.is === "host") hosts.push(record);
    else {
      clusters.set(record.id, record);
      clustersByName.set(keyOf(record.source, record.name), record.id);
    }
  }
  const groups = new Map<string, Group>();
  const groupOf = new Map<string, string>();
  const hostsByName = new Map<string, HostRecord>();
  const clusterFor = (source: string, parent: string | null, name: string | null) => {
    if (parent !== null && clusters.has(parent)) return clusters.get(parent);
    const id = name === null ? undefined : clustersByName.get(keyOf(source, name));
    return id === undefined ? undefined : clusters.get(id);
  };
  for (const host of hosts) {
    const cluster = clusterFor(host.source, host.parent, host.clusterName);
    const at = cluster ?? host;
    const group = groups.get(at.id) ?? emptyGroup(at);
    groups.set(at.id, group);
    group.hosts.push(host);
    group.alone = group.hosts.length === 1;
    group.site ??= host.site;
    group.environment ??= host.environment;
    groupOf.set(host.id, at.id).set(at.id, at.id);
    hostsByName.set(keyOf(host.source, host.name), host);
  }
  const hostIds = new Set(hosts.map(({ id }) => id));
  for (const vm of vms) {
    const named = vm.hostName === null ? undefined : hostsByName.get(keyOf(vm.source, vm.hostName))?.id;
    const host = vm.parent !== null && hostIds.has(vm.parent) ? vm.parent : named;
    const at = host === undefined ? clusterFor(vm.source, vm.parent, vm.clusterName)?.id : groupOf.get(host);
    const group = at === undefined ? undefined : groups.get(at);
    if (!group) continue;
    groupOf.set(vm.id, group.id);
    const those = group.vms.get(host ?? "");
    if (those) those.push(vm);
    else group.vms.set(host ?? "", [vm]);
  }
  return { groups, groupOf };
}

function emptyGroup({ id, name, site, environment }: HostRecord | ClusterRecord): Group {
  return { id, name, site, environment, alone: true, hosts: [], vms: new Map() };
}

function keyOf(source: string, name: string): string {
  return `${source}\n${name}`;
}
