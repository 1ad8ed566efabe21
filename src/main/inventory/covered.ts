import type { Maintenance, MaintenanceMark } from "../../shared/maintenance.ts";
import type { Entry } from "./entry.ts";

/** How far up it is looked for what holds a resource: a pod is in a namespace of a cluster, a VM on a host of a site. */
const mostLevels = 8;

/** What is in maintenance, by identifier, and which of it should be over. */
export interface Marks {
  marks: ReadonlyMap<string, MaintenanceMark>;
  overdue: ReadonlySet<string>;
}

export const noMarks: Marks = { marks: new Map(), overdue: new Set() };

/**
 * The maintenance that a resource is in: its own, else the nearest of what holds it. A host in maintenance takes its VMs
 * with it, a cluster its nodes.
 */
export function maintenanceOf(
  entry: Entry,
  { marks, overdue }: Marks,
  find: (id: string) => Entry | undefined,
): Maintenance | null {
  let holder: Entry | undefined = entry;
  for (let level = 0; holder && level < mostLevels; level += 1) {
    const mark = marks.get(holder.id);
    if (mark) {
      const through = holder === entry ? null : { id: holder.id, name: holder.declaration.name };
      return { ...mark, overdue: overdue.has(holder.id), through };
    }
    const { parentId }: { parentId: string | null } = holder;
    holder = parentId === null ? undefined : find(parentId);
  }
  return null;
}
