import type { HostStanding } from "../../shared/capacity.ts";
import type { FactValue } from "../../shared/resource.ts";
import type { Contribution } from "../inventory/contribution.ts";
import { hypervisorsWord } from "../inventory/hypervisors-word.ts";
import type { Followed } from "../inventory/reader.ts";

interface Read {
  id: string;
  name: string;
  /** The system that manages it. */
  source: string;
  /** Whether that system read it lately. */
  fresh: boolean;
  site: string | null;
  environment: string | null;
}

/** A host as its hypervisor tells of it. Memory in bytes. */
export interface HostRecord extends Read {
  is: "host";
  /** What it belongs to: a cluster's identifier, or something else's. */
  parent: string | null;
  clusterName: string | null;
  model: string | null;
  cores: number | null;
  memory: number | null;
  standing: HostStanding;
}

/** A VM as its hypervisor tells of it: on, off (suspended as well), a template, or not told. Memory in bytes. */
export interface VmRecord extends Read {
  is: "vm";
  parent: string | null;
  hostName: string | null;
  clusterName: string | null;
  state: "on" | "off" | "template" | "unknown";
  vcpus: number | null;
  memory: number | null;
}

export interface ClusterRecord extends Read {
  is: "cluster";
}

export type CapacityRecord = HostRecord | VmRecord | ClusterRecord;

/** What counts of a resource here; null for what no hypervisor tells of. Guests' and other systems' figures do not count. */
export function recordOf(entry: Followed): CapacityRecord | null {
  const { kind } = entry.declaration;
  if (kind !== "host" && kind !== "vm" && kind !== "cluster") return null;
  const told = hypervisorsWord(entry);
  if (!told) return null;
  const { id, name, site, environment } = entry.declaration;
  const { source } = told;
  const read: Read = { id, name, source, fresh: !told.stale && told.error === null, site, environment };
  const parent = entry.declarations.get(source)?.parent ?? entry.declaration.parent;
  const clusterName = wordOf(told, "hypervisor.cluster");
  const memory = numberOf(told, "memory.total");
  if (kind === "cluster") return { ...read, is: "cluster" };
  if (kind === "vm") {
    return {
      ...read,
      is: "vm",
      parent,
      hostName: wordOf(told, "vm.host"),
      clusterName,
      state: vmState(told),
      vcpus: numberOf(told, "cpu.count"),
      memory,
    };
  }
  const cores = numberOf(told, "hypervisor.cores");
  const standing = read.fresh ? hostStanding(told, entry) : "unknown";
  return {
    ...read,
    is: "host",
    parent,
    clusterName,
    // Where a hypervisor does not tell the machine's model, hosts are of a kind by their processors.
    model: wordOf(told, "hardware.model") ?? wordOf(told, "hardware.processor"),
    cores,
    memory,
    standing: standing === "serving" && (cores === null || memory === null) ? "unknown" : standing,
  };
}

/** When what counts of a resource was read; null when it never was. */
export function readAtOf(entry: Followed, { source }: CapacityRecord): number | null {
  return entry.contributions.get(source)?.seenAt ?? null;
}

/** A mark of the console counts as soon as it is made: the host is about to be emptied. */
function hostStanding(told: Contribution, { id, maintenance }: Followed): HostStanding {
  const power = factOf(told, "power.state");
  const marked = maintenance !== null && (maintenance.through === null || maintenance.through.id === id);
  if (power === "off" || power === "sleeping") return "off";
  // Of a host that does not answer, its hypervisor does not tell whether it is on.
  if (power !== "on") return "unreachable";
  return marked || factOf(told, "hypervisor.maintenance") === true ? "maintenance" : "serving";
}

function vmState(told: Contribution): VmRecord["state"] {
  if (factOf(told, "vm.template") === true) return "template";
  const power = factOf(told, "power.state");
  if (power === "on") return "on";
  return typeof power === "string" ? "off" : "unknown";
}

function factOf({ facts }: Contribution, key: string): FactValue | undefined {
  return Object.hasOwn(facts, key) ? facts[key]?.value : undefined;
}

function numberOf(told: Contribution, key: string): number | null {
  const value = factOf(told, key);
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

function wordOf(told: Contribution, key: string): string | null {
  const value = factOf(told, key);
  return typeof value === "string" && value !== "" ? value : null;
}
