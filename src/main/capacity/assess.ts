import type { ClusterCapacity, HostCapacity } from "../../shared/capacity.ts";
import type { CapacityRules } from "../../shared/estate-capacity.ts";
import type { Problem } from "../../shared/resource.ts";
import { clusterLoad } from "./cluster-load.ts";
import { memoryOf, processorsOf } from "./figures.ts";
import type { Group } from "./groups.ts";
import { lossOf } from "./losses.ts";
import { spareOf } from "./spare.ts";

/** How many of the VMs without a place are named for each host; all of them where one loss is asked for. */
const mostNamed = 20;

/** What a cluster can bear, by the rules of its environment; `readAt` is left open. */
export function assess(group: Group, rules: CapacityRules): ClusterCapacity {
  const load = clusterLoad(group, rules);
  const losses = load.rooms.map(({ id }) => {
    const loss = lossOf(load, new Set([id]));
    return { ...loss, vms: loss.vms.filter(({ to }) => to === null).slice(0, mostNamed) };
  });
  const { id, name, site, environment, alone } = group;
  return {
    id,
    name,
    site,
    environment,
    alone,
    readAt: null,
    hosts: group.hosts
      .map((host): HostCapacity => {
        const guests = load.guests.get(host.id) ?? [];
        return {
          id: host.id,
          name: host.name,
          standing: host.standing,
          model: host.model,
          cores: host.cores,
          memory: host.memory,
          vms: guests.length,
          vcpus: guests.reduce((sum, { vcpus }) => sum + vcpus, 0),
          memoryAssigned: guests.reduce((sum, { memory }) => sum + memory, 0),
        };
      })
      .sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true })),
    apart: load.apart,
    processors: processorsOf(load),
    memory: memoryOf(load),
    limits: { memoryRatio: load.limits.memoryRatio, vcpuPerCore: load.limits.vcpuPerCore },
    losses,
    spare: spareOf(load, losses),
  };
}

/** What is wrong with a cluster by its capacity. What cannot be told is no problem of its own: its resources say it. */
export function findingsOf({ alone, processors, memory, spare }: ClusterCapacity): Problem[] {
  const found: Problem[] = [];
  const add = (code: string, words: Problem["text"]) =>
    found.push({ code: `capacity.${code}`, health: "warning", text: words });
  if (!alone && (spare.verdict === "exceeded" || spare.verdict === "warning")) add("spare-lost", spare.text);
  if (processors.verdict === "exceeded") add("vcpu-ratio", processors.text);
  if (memory.verdict === "exceeded") add("memory", memory.text);
  return found;
}
