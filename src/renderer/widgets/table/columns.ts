import { type FactDefinition, factDefinitions } from "../../../shared/facts.ts";
import type { LocalText } from "../../../shared/text.ts";

/** Columns that every list can show besides facts. */
export const builtInColumns = ["health", "site", "environment", "parent", "system", "seenAt"] as const;
export type BuiltInColumn = (typeof builtInColumns)[number];

const definitions: Record<string, FactDefinition> = factDefinitions;

export function isBuiltIn(column: string): column is BuiltInColumn {
  return builtInColumns.some((each) => each === column);
}

/** The label of a fact key, or the key itself for a fact that this version does not know. */
export function factLabel(key: string): LocalText {
  return definitions[key]?.label ?? { en: key, fr: key };
}

export function allColumns(): string[] {
  return [...builtInColumns, ...Object.keys(factDefinitions)];
}

/** Columns of figures stand flush right. */
export function isFigure(column: string): boolean {
  const unit = definitions[column]?.unit;
  return unit === "bytes" || unit === "count" || unit === "seconds" || column.startsWith("load.");
}

/** The relative width of a column. */
export function widthOf(column: string): string {
  if (column === "name") return "minmax(11rem, 1.6fr)";
  if (column === "health" || column === "seenAt") return "minmax(7rem, 0.7fr)";
  return isFigure(column) ? "minmax(6rem, 0.6fr)" : "minmax(8rem, 1fr)";
}
