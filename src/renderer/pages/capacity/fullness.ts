import type { ClusterCapacity, HostCapacity, Loss } from "../../../shared/capacity.ts";

/** How full a host would be, as shares of what it may bear; null: it has no such limit, or it is not known. */
export interface Fullness {
  memory: number | null;
  vcpus: number | null;
  taken: number;
  /** The larger of both, and which it is. */
  most: number | null;
  of: "memory" | "processors";
  level: "fine" | "near" | "full";
}

/** From this share on a host is nearly full. */
const near = 0.9;

/** How full a host would be after a loss, by the limits of its cluster; null for a host that is lost or does not serve. */
export function fullnessAfter(
  { after }: Pick<Loss, "after">,
  { id, memory, cores }: Pick<HostCapacity, "id" | "memory" | "cores">,
  { memoryRatio, vcpuPerCore }: ClusterCapacity["limits"],
): Fullness | null {
  const bears = after.find(({ host }) => host === id);
  if (!bears) return null;
  const ofMemory = share(bears.memory, memory === null ? null : memory * memoryRatio);
  const ofVcpus = share(bears.vcpus, vcpuPerCore === null || cores === null ? null : cores * vcpuPerCore);
  const of = (ofVcpus ?? -1) > (ofMemory ?? -1) ? "processors" : "memory";
  const most = of === "memory" ? ofMemory : ofVcpus;
  const level = (most ?? 0) >= 1 ? "full" : (most ?? 0) >= near ? "near" : "fine";
  return { memory: ofMemory, vcpus: ofVcpus, taken: bears.taken, most, of, level };
}

function share(used: number, whole: number | null): number | null {
  if (whole === null) return null;
  if (whole === 0) return used > 0 ? Number.POSITIVE_INFINITY : 0;
  return used / whole;
}
