import { type FactDefinition, factDefinitions } from "../../../shared/facts.ts";
import type { LocalText } from "../../../shared/text.ts";

/** Columns that every list can show besides facts. */
const builtInColumns = ["health", "site", "environment", "parent", "system", "seenAt"] as const;
export type BuiltInColumn = (typeof builtInColumns)[number];

const definitions: Record<string, FactDefinition> = factDefinitions;

/** Whether a column shows a field of the row and not a fact. */
export function isBuiltIn(column: string): column is BuiltInColumn {
  return builtInColumns.some((each) => each === column);
}

/** The label of a fact key, or the key itself for a fact that this version does not know. */
export function factLabel(key: string): LocalText {
  return definitions[key]?.label ?? { en: key, fr: key };
}

/** Every column that can be chosen: fields, then facts in the order of their definitions. */
export function allColumns(): string[] {
  return [...builtInColumns, ...Object.keys(factDefinitions)];
}

/** Columns of figures stand flush right. */
export function isFigure(column: string): boolean {
  const unit = definitions[column]?.unit;
  return unit === "bytes" || unit === "count" || unit === "seconds" || column.startsWith("load.");
}

/** The least width of a column in rem, and its share of what is left over. */
function widthOf(column: string): { least: number; share: number } {
  if (column === "name") return { least: 10.5, share: 1.8 };
  if (column === "health") return { least: 8, share: 1.6 };
  if (column === "seenAt" || column === "site") return { least: 6.5, share: 0.6 };
  if (definitions[column]?.unit === "percent") return { least: 7.6, share: 0.6 };
  return isFigure(column) ? { least: 7, share: 0.6 } : { least: 7.25, share: 0.8 };
}

/** Names of pods are made up by their controllers: long, and told apart by their ends. Their health is one word. */
const widthsOfPods: Record<string, { least: number; share: number }> = {
  name: { least: 14.5, share: 4 },
  health: { least: 5.75, share: 0.6 },
  "kubernetes.restarts": { least: 6.25, share: 0.6 },
};

/** Short words and small figures, of which a list of VMs has many. */
const widthsOfVms: Record<string, { least: number; share: number }> = {
  health: { least: 8, share: 1.8 },
  "power.state": { least: 6.5, share: 0.2 },
  "vm.host": { least: 8.5, share: 1.4 },
  "cpu.count": { least: 6.25, share: 0.2 },
  "memory.total": { least: 5.5, share: 0.2 },
  "reach.address": { least: 8.5, share: 1 },
  "vm.snapshots": { least: 6.25, share: 0.2 },
  "vm.storageUsed": { least: 6.75, share: 0.5 },
};

const checkbox = 2.25;

function ownWidths(columns: readonly string[]): Record<string, { least: number; share: number }> {
  if (columns.includes("kubernetes.podReady")) return widthsOfPods;
  return columns.includes("power.state") ? widthsOfVms : {};
}

/** The columns of a list as a CSS grid: its template, and the width below which it scrolls sideways. */
export function gridOf(columns: readonly string[]): { template: string; leastWidth: string } {
  const own = ownWidths(columns);
  const widths = ["name", ...columns].map((column) => own[column] ?? widthOf(column));
  const least = widths.reduce((sum, width) => sum + width.least, checkbox);
  return {
    template: [`${checkbox}rem`, ...widths.map(({ least, share }) => `minmax(${least}rem, ${share}fr)`)].join(
      " ",
    ),
    leastWidth: `${least}rem`,
  };
}
