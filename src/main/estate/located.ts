import type { Position } from "./faults.ts";

/** A value of an estate file that remembers where it stands. Aliased parts are shared, not copied. */
export type Located =
  | { kind: "map"; at: Position; entries: Map<string, Entry>; size: number }
  | { kind: "list"; at: Position; items: Located[]; size: number }
  | { kind: "scalar"; at: Position; value: unknown; size: 1 };
export type LocatedMap = Extract<Located, { kind: "map" }>;
export interface Entry {
  keyAt: Position;
  value: Located;
}

/** The same value as plain data, aliases written out. The caller has checked its size. */
export function plain(node: Located): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  const record: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) record[key] = plain(entry.value);
  return record;
}

/** The entry or item at a path; undefined where the file has nothing. */
export function find(root: Located, path: readonly PropertyKey[]): Entry | undefined {
  let found: Entry | undefined = { keyAt: root.at, value: root };
  for (const part of path) {
    const node: Located | undefined = found?.value;
    if (node?.kind === "map") found = node.entries.get(String(part));
    else if (node?.kind === "list") {
      const item: Located | undefined = node.items[Number(part)];
      found = item && { keyAt: item.at, value: item };
    } else return undefined;
  }
  return found;
}

/** The place of the nearest thing that exists on the way to a path: where something missing would belong. */
export function nearestPosition(root: Located, path: readonly PropertyKey[]): Position {
  for (let length = path.length; length > 0; length--) {
    const entry = find(root, path.slice(0, length));
    if (entry) return entry.keyAt;
  }
  return root.at;
}

/** The entries of a map; none for anything else. */
export function entriesOf(node: Located | undefined): Map<string, Entry> {
  return node?.kind === "map" ? node.entries : new Map();
}

/** The value under a key of a map. */
export function child(node: Located | undefined, key: string): Located | undefined {
  return node?.kind === "map" ? node.entries.get(key)?.value : undefined;
}

/** The text under a key of a map; undefined when there is none or it is no text. */
export function wordAt(node: Located | undefined, key: string): string | undefined {
  const value = child(node, key);
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}
