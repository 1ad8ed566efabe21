import type { FactValue, Health, ResourceKind } from "../../shared/resource.ts";
import type { Contribution } from "../inventory/contribution.ts";
import { hypervisorsWord } from "../inventory/hypervisors-word.ts";
import type { Followed } from "../inventory/reader.ts";
import { identifiersOf } from "../inventory/relations.ts";

/** What a topology needs of a resource. */
export interface ThingRecord {
  id: string;
  kind: ResourceKind;
  name: string;
  /** What names are ordered by. */
  nameKey: string;
  system: string;
  site: string | null;
  parent: string | null;
  health: Health;
  stale: boolean;
  /** The system that runs VMs on it, runs it as a VM or stores their disks; null for what no hypervisor tells of. */
  hypervisor: string | null;
  /** By name: what a VM is stored on, and what it joins. */
  storages: readonly string[];
  networks: readonly string[];
  /** What tells which machine it is. */
  identifiers: readonly string[];
}

/** Machines, under whichever name. */
export const machineKinds: ReadonlySet<ResourceKind> = new Set(["host", "vm", "node"]);
const drawnKinds: ReadonlySet<ResourceKind> = new Set([...machineKinds, "site", "cluster", "volume"]);
const none: readonly string[] = [];

/** What counts of a resource here; null for what stands in no topology. Of volumes that is what is not a hypervisor's. */
export function recordOf(entry: Followed): ThingRecord | null {
  const { kind, name, system, site, parent } = entry.declaration;
  if (!drawnKinds.has(kind)) return null;
  const told = hypervisorsWord(entry);
  if (kind === "volume" && !told) return null;
  return {
    id: entry.id,
    kind,
    name,
    nameKey: entry.nameKey,
    system,
    site,
    parent,
    health: entry.health,
    stale: entry.stale,
    hypervisor: told?.source ?? null,
    storages: kind === "vm" && told ? namesIn(told, "vm.storages") : none,
    networks: kind === "vm" && told ? namesIn(told, "vm.networks") : none,
    identifiers: machineKinds.has(kind) ? identifiersOf(entry) : none,
  };
}

function namesIn({ facts }: Contribution, key: string): readonly string[] {
  const value: FactValue | undefined = Object.hasOwn(facts, key) ? facts[key]?.value : undefined;
  return Array.isArray(value) ? [...new Set(value)] : none;
}

/** Whether two records say the same; they are made with their keys in one order. */
export function isSame(one: ThingRecord, other: ThingRecord): boolean {
  const [before, now] = [Object.values(one), Object.values(other)];
  return before.every((value: unknown, index) => {
    const next: unknown = now[index];
    return Array.isArray(value) && Array.isArray(next)
      ? value.length === next.length && value.every((each, place) => each === next[place])
      : value === next;
  });
}
