import { factOfHypervisorCluster } from "../../../shared/live.ts";
import type { Resource } from "../../../shared/resource.ts";
import { hypervisorColumns, vmColumns } from "../../widgets/table/hypervisor-columns.ts";
import { clusterColumns } from "../clusters/columns.ts";
import { hostColumns } from "../hosts/columns.ts";
import type { kindOf, ListTab } from "./tabs.ts";

type ListedKind = ReturnType<typeof kindOf<ListTab>>;

const storages = ["health", "storage.type", "storage.capacity", "storage.free", "storage.used", "seenAt"];
const restorePoints = [
  "health",
  "backup.madeAt",
  "backup.size",
  "backup.location",
  "backup.offSite",
  "seenAt",
];

/** What would say the same in each row, by the kind of what holds them. */
const repeated: Readonly<Record<string, readonly string[]>> = {
  cluster: ["system", "hypervisor.cluster"],
  namespace: ["kubernetes.namespace"],
  workload: ["kubernetes.namespace"],
  node: ["kubernetes.node"],
  host: ["vm.host", "hypervisor.cluster"],
  site: ["site"],
};
const narrowed = new Map<string, readonly string[]>();

/** The columns that a list of a kind begins with on the page of what holds them; the same array each time. */
export function columnsIn(holder: Pick<Resource, "kind" | "facts">, kind: ListedKind): readonly string[] {
  const columns = columnsOf(holder, kind);
  const key = `${holder.kind} ${columns.join(" ")}`;
  const known = narrowed.get(key);
  if (known) return known;
  const narrow = columns.filter((column) => !repeated[holder.kind]?.includes(column));
  narrowed.set(key, narrow);
  return narrow;
}

function columnsOf({ kind: holder, facts }: Pick<Resource, "kind" | "facts">, kind: ListedKind) {
  const ofHypervisor = holder === "cluster" && Object.hasOwn(facts, factOfHypervisorCluster);
  switch (kind) {
    case "vm":
      return vmColumns;
    case "host":
      return ofHypervisor ? hypervisorColumns : hostColumns;
    case "restore-point":
      return restorePoints;
    case "volume":
      return ofHypervisor || holder === "site" || holder === "host" ? storages : clusterColumns.volume;
    default:
      return clusterColumns[kind];
  }
}
