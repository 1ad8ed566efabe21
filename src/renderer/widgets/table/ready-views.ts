import type { ResourceKind } from "../../../shared/resource.ts";
import { hypervisorClusterColumns, hypervisorColumns } from "./hypervisor-columns.ts";
import { type ListView, unfolded } from "./list-settings.ts";

type Ready =
  | "asDelivered"
  | "hypervisors"
  | "hypervisorClusters"
  | "kubernetes"
  | "byHost"
  | "byCluster"
  | "powerOff"
  | "oldSnapshots"
  | "guests";

const ofKinds: Partial<Record<ResourceKind, readonly (readonly [Ready, Partial<ListView>])[]>> = {
  host: [
    [
      "hypervisors",
      {
        group: "cluster",
        columns: [...hypervisorColumns],
      },
    ],
  ],
  cluster: [
    ["hypervisorClusters", { columns: [...hypervisorClusterColumns] }],
    [
      "kubernetes",
      {
        columns: [
          "health",
          "kubernetes.version",
          "kubernetes.nodesReady",
          "kubernetes.nodes",
          "environment",
          "seenAt",
        ],
      },
    ],
  ],
  vm: [
    ["byCluster", { group: "cluster" }],
    ["byHost", { group: "host" }],
    [
      "powerOff",
      { facets: { power: ["off", "suspended"] }, sort: { by: "vm.storageUsed", direction: "descending" } },
    ],
    [
      "oldSnapshots",
      {
        sort: { by: "vm.oldestSnapshot", direction: "ascending" },
        columns: [
          "health",
          "vm.oldestSnapshot",
          "vm.snapshots",
          "vm.snapshotNames",
          "vm.storageUsed",
          "vm.host",
        ],
      },
    ],
    [
      "guests",
      {
        columns: [
          "health",
          "power.state",
          "os.name",
          "os.hostname",
          "reach.address",
          "vm.host",
          "os.bootedAt",
        ],
      },
    ],
  ],
};

/** The views that a list of this kind comes with, the first of them as it is delivered. */
export function readyViews(kind: ResourceKind, delivered: ListView): [Ready, ListView][] {
  const own = ofKinds[kind] ?? [];
  const all: readonly (readonly [Ready, Partial<ListView>])[] = [["asDelivered", {}], ...own];
  return all.map(([name, part]) => [name, { ...delivered, fold: unfolded, ...part }]);
}
