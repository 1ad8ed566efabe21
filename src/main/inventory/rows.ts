import type { ListRow } from "../../shared/live.ts";
import type { FactValue } from "../../shared/resource.ts";
import type { Entry } from "./entry.ts";

/** A resource as a line of a list; of its facts only the asked columns travel. */
export function rowOf(entry: Entry, columns: readonly string[]): ListRow {
  const { id, kind, name, system, parent, site, environment } = entry.declaration;
  const cells: Record<string, FactValue> = {};
  for (const column of columns) {
    const value = entry.fact(column)?.value;
    if (value !== undefined) cells[column] = value;
  }
  return {
    id,
    kind,
    name,
    system,
    parent,
    site,
    environment,
    health: entry.health,
    stale: entry.stale,
    seenAt: entry.seenAt,
    problem: entry.problems()[0]?.text ?? null,
    ...(entry.maintenance && { maintenance: entry.maintenance }),
    cells,
  };
}

/** Whether two lines of the same resource read the same. */
export function sameRow(one: ListRow, other: ListRow): boolean {
  return (
    one.seenAt === other.seenAt &&
    one.health === other.health &&
    one.stale === other.stale &&
    one.name === other.name &&
    one.kind === other.kind &&
    one.system === other.system &&
    one.parent === other.parent &&
    one.site === other.site &&
    one.environment === other.environment &&
    one.problem?.en === other.problem?.en &&
    one.problem?.fr === other.problem?.fr &&
    sameMaintenance(one.maintenance, other.maintenance) &&
    sameCells(one.cells, other.cells)
  );
}

function sameCells(one: Record<string, FactValue>, other: Record<string, FactValue>): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key], other[key]))
  );
}

function sameValue(one: FactValue | undefined, other: FactValue | undefined): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

function sameMaintenance(one: ListRow["maintenance"], other: ListRow["maintenance"]): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.since === other.since &&
    one.until === other.until &&
    one.by === other.by &&
    one.reason === other.reason &&
    one.overdue === other.overdue &&
    one.through?.id === other.through?.id &&
    one.through?.name === other.through?.name
  );
}
