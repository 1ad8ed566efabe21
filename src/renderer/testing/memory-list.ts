import {
  factOfFacet,
  type GroupHead,
  type ListFrame,
  type ListQuery,
  type ListRow,
} from "../../shared/live.ts";

/** The window of a list over a few rows in memory: filtered by name and health, grouped, not sorted. */
export function listFrameOf(all: readonly ListRow[], query: ListQuery): ListFrame {
  const { kinds, text, facets, group, fold, offset, limit } = query;
  const rows = all.filter(
    (row) =>
      (kinds.length === 0 || kinds.includes(row.kind)) &&
      row.name.includes(text) &&
      (facets.health ?? [row.health]).includes(row.health) &&
      (facets.host ?? [groupValue(row, "host")]).includes(groupValue(row, "host")),
  );
  const lines: (ListRow | GroupHead)[] = [];
  for (const value of group === null ? [] : [...new Set(rows.map((row) => groupValue(row, group)))].sort()) {
    const members = rows.filter((row) => group !== null && groupValue(row, group) === value);
    const key = `\n${value}`;
    const open = fold.except.includes(key) ? !fold.open : fold.open;
    const wrong = members.filter(({ health }) => health !== "ok").length;
    lines.push({ key, value, system: null, total: members.length, wrong, open, place: lines.length });
    if (open) lines.push(...members);
  }
  const window = (group === null ? rows : lines).slice(offset, offset + limit);
  const hosts = [...new Set(rows.map((row) => groupValue(row, "host")))];
  return {
    asOf: Date.now(),
    total: all.length,
    matching: rows.length,
    order: window.map((line) => ("key" in line ? line.key : line.id)),
    facets: { health: { ok: 1, warning: 1 }, host: Object.fromEntries(hosts.map((host) => [host, 1])) },
    ...(group !== null && {
      groups: { lines: lines.length, heads: window.filter((line): line is GroupHead => "key" in line) },
    }),
    rows: window.filter((line): line is ListRow => !("key" in line)),
  };
}

function groupValue(row: ListRow, group: NonNullable<ListQuery["group"]>): string {
  const fact = Object.entries(factOfFacet).find(([name]) => name === group)?.[1];
  if (fact !== undefined) return String(row.cells[fact] ?? "");
  return String(Object.entries(row).find(([key]) => key === group)?.[1] ?? "");
}
