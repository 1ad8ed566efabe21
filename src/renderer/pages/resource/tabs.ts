import type { ResourceKind } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { handsOffers } from "../hands/power-offers.ts";

/** The views of one thing, in their order. */
export const tabs = [
  "facts",
  "hosts",
  "vms",
  "nodes",
  "namespaces",
  "workloads",
  "pods",
  "volumes",
  "services",
  "operators",
  "machine-pools",
  "releases",
  "snapshots",
  "restore-points",
  "remote-tasks",
  "secrets",
  "vault-keys",
  "relations",
  "screen",
  "logs",
  "terminal",
  "manifest",
  "events",
  "journal",
] as const;
export type Tab = (typeof tabs)[number];

/** The views that list what is in a thing, and the kind that each is of. */
const listed = {
  hosts: "host",
  vms: "vm",
  nodes: "node",
  namespaces: "namespace",
  workloads: "workload",
  pods: "pod",
  volumes: "volume",
  services: "service",
  operators: "operator",
  "machine-pools": "machine-pool",
  releases: "release",
  "restore-points": "restore-point",
} as const satisfies Partial<Record<Tab, ResourceKind>>;
export type ListTab = keyof typeof listed;

/** Whether a view lists what is in a thing. */
export function isListTab(tab: Tab): tab is ListTab {
  return tab in listed;
}

/** The kind that it lists. */
export function kindOf<Asked extends ListTab>(tab: Asked): (typeof listed)[Asked] {
  return listed[tab];
}

/** What one looks for a terminal on; where there is none, its view says why. */
const machines: ReadonlySet<ResourceKind | undefined> = new Set(["host", "vm", "node", "pod"] as const);

/**
 * The views that this resource has: a list only where there is something to list, the terminal only on what has one or
 * might, the screen only where a system shows one or power can be changed, or it is asked for.
 */
export function tabsOf(detail: ResourceDetail, wanted: Tab): readonly Tab[] {
  const hasScreen = detail.consoles.some(({ kind }) => kind === "screen");
  const hasTerminal = detail.consoles.some(({ kind }) => kind !== "screen");
  const hasPower = handsOffers(detail.offers).names.size > 0;
  return tabs.filter((tab) => {
    if (tab === wanted) return true;
    if (tab === "screen") return hasScreen || hasPower;
    if (tab === "terminal") return hasTerminal || machines.has(detail.resource?.kind);
    if (tab === "logs" || tab === "manifest" || tab === "snapshots" || tab === "secrets")
      return detail.has[tab];
    if (tab === "vault-keys") return detail.resource?.facts["vault.part"]?.value === "cluster";
    if (tab === "remote-tasks") return detail.has.remoteTasks;
    return !isListTab(tab) || (detail.contents[kindOf(tab)]?.total ?? 0) > 0;
  });
}
