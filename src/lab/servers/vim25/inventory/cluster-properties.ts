import type { VirtualCluster } from "../../../world/virtual/model.ts";
import {
  data,
  derived,
  flag,
  int,
  link,
  links,
  list,
  long,
  short,
  type Value,
  word,
  words,
} from "../soap/values.ts";
import { overallStatus } from "./alarms.ts";
import type { PropertyTable } from "./table.ts";
import { fixed, type VCenter } from "./vcenter.ts";

const mebibyte = 1024 ** 2;
const megahertz = 2_800;

function summary(cluster: VirtualCluster, { virtual, alarms }: VCenter): Value {
  const hosts = virtual.hostsOf(cluster.id);
  const effective = hosts.filter((host) => virtual.isReachable(host.id) && host.maintenance === "none");
  const sum = (of: typeof hosts, figure: (host: (typeof hosts)[number]) => number) =>
    of.reduce((all, host) => all + figure(host), 0);
  const memory = (host: (typeof hosts)[number]) => virtual.memoryOf(host.id);
  return derived("ClusterComputeResourceSummary", {
    totalCpu: int(sum(hosts, (host) => host.cores * megahertz)),
    totalMemory: long(sum(hosts, memory)),
    numCpuCores: short(sum(hosts, (host) => host.cores)),
    numCpuThreads: short(sum(hosts, (host) => host.threads)),
    effectiveCpu: int(sum(effective, (host) => host.cores * megahertz)),
    effectiveMemory: long(sum(effective, memory) / mebibyte),
    numHosts: int(hosts.length),
    numEffectiveHosts: int(effective.length),
    overallStatus: overallStatus(alarms.ofCluster(cluster.id)),
    currentFailoverLevel: cluster.admissionControl ? int(Math.max(0, effective.length - 3)) : undefined,
    numVmotions: int(0),
  });
}

const dasConfig = (cluster: VirtualCluster) =>
  data("ClusterDasConfigInfo", {
    enabled: flag(cluster.ha),
    vmMonitoring: words("vmMonitoringDisabled"),
    hostMonitoring: words("enabled"),
    failoverLevel: int(1),
    admissionControlEnabled: flag(cluster.admissionControl),
  });

const drsConfig = (cluster: VirtualCluster) =>
  data("ClusterDrsConfigInfo", {
    enabled: flag(true),
    enableVmBehaviorOverrides: flag(true),
    defaultVmBehavior: word("DrsBehavior", cluster.balances ? "fullyAutomated" : "manual"),
    vmotionRate: int(3),
  });

const ruleTypes = {
  apart: "ClusterAntiAffinityRuleSpec",
  together: "ClusterAffinityRuleSpec",
  "must-run-on": "ClusterVmHostRuleInfo",
} as const;

const rules = (cluster: VirtualCluster, center: VCenter) =>
  list(
    "ClusterRuleInfo",
    cluster.rules.map((rule, index) => {
      const members = rule.guests.flatMap((id) => center.virtual.guests.get(id) ?? []);
      return derived(ruleTypes[rule.kind], {
        key: int(index + 1),
        status: word("ManagedEntityStatus", "green"),
        enabled: flag(true),
        name: words(rule.name),
        mandatory: flag(true),
        userCreated: flag(true),
        inCompliance: flag(true),
        ...(rule.kind === "must-run-on"
          ? { vmGroupName: words(`${rule.name} VMs`), affineHostGroupName: words(`${rule.name} hosts`) }
          : { vm: links(members.map(center.guestReference)) }),
      });
    }),
  );

/** The groups of VMs and of hosts that rules between both are made of (ClusterVmGroup, ClusterHostGroup). */
const groups = (cluster: VirtualCluster, { virtual, guestReference, hostReference }: VCenter) =>
  list(
    "ClusterGroupInfo",
    cluster.rules
      .filter(({ kind }) => kind === "must-run-on")
      .flatMap(({ name, guests, hosts }) => [
        derived("ClusterVmGroup", {
          name: words(`${name} VMs`),
          userCreated: flag(true),
          vm: links(guests.flatMap((id) => virtual.guests.get(id) ?? []).map(guestReference)),
        }),
        derived("ClusterHostGroup", {
          name: words(`${name} hosts`),
          userCreated: flag(true),
          host: links(hosts.map((id) => hostReference(virtual.host(id)))),
        }),
      ]),
  );

/** ClusterComputeResource. */
export const clusterProperties: PropertyTable<VirtualCluster> = {
  name: (cluster) => words(cluster.name),
  parent: () => link(fixed.hostFolder),
  overallStatus: (cluster, { alarms }) => overallStatus(alarms.ofCluster(cluster.id)),
  configStatus: () => word("ManagedEntityStatus", "green"),
  triggeredAlarmState: (cluster, { alarms }) => alarms.stateOf(alarms.ofCluster(cluster.id)),
  declaredAlarmState: () => list("AlarmState", []),
  alarmActionsEnabled: () => flag(true),
  permission: () => list("Permission", []),
  tag: () => list("Tag", []),
  value: () => list("CustomFieldValue", []),
  availableField: () => list("CustomFieldDef", []),
  disabledMethod: () => list("xsd:string", []),
  effectiveRole: () => list("xsd:int", [int(-1)]),
  host: (cluster, center) => links(center.virtual.hostsOf(cluster.id).map(center.hostReference)),
  resourcePool: (cluster, center) => link(center.poolReference(cluster)),
  datastore: (cluster, center) => {
    const hosts = new Set(center.virtual.hostsOf(cluster.id).map(({ id }) => id));
    const reached = center.storages().filter((storage) => storage.hosts.some((id) => hosts.has(id)));
    return links(reached.map(center.storageReference));
  },
  network: (cluster, center) =>
    links(
      center
        .networks()
        .filter((network) => network.cluster === cluster.id)
        .map(center.networkReference),
    ),
  summary,
  configuration: (cluster, center) =>
    data("ClusterConfigInfo", {
      dasConfig: dasConfig(cluster),
      drsConfig: drsConfig(cluster),
      rule: rules(cluster, center),
    }),
  configurationEx: (cluster, center) =>
    derived("ClusterConfigInfoEx", {
      dasConfig: dasConfig(cluster),
      drsConfig: drsConfig(cluster),
      rule: rules(cluster, center),
      group: groups(cluster, center),
    }),
  recentTask: (cluster, center) => links(center.recentTasks(cluster.id)),
};

/** ResourcePool: the one at the root of each cluster. */
export const poolProperties: PropertyTable<VirtualCluster> = {
  name: () => words("Resources"),
  parent: (cluster, center) => link(center.clusterReference(cluster)),
  owner: (cluster, center) => link(center.clusterReference(cluster)),
  overallStatus: () => overallStatus([]),
  triggeredAlarmState: () => list("AlarmState", []),
  resourcePool: () => links([]),
  vm: (cluster, center) =>
    links(
      center.virtual
        .guestsOf(cluster.id)
        .filter(({ template }) => !template)
        .map(center.guestReference),
    ),
  summary: () => data("ResourcePoolSummary", { name: words("Resources") }),
  recentTask: () => links([]),
};
