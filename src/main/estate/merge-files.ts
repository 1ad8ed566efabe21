import { text } from "../../shared/text.ts";
import { type FaultList, pathWords, shown } from "./faults.ts";
import type { Located, LocatedMap } from "./located.ts";

/** Maps whose entries may be spread over several files; everything else is defined whole in one of them. */
const shared = new Set([
  "environments",
  "sites",
  "reach",
  "reach.allowlists",
  "reach.hops",
  "systems",
  "procedures",
]);

/** Joins the files of an estate folder. A key that two of them define is a fault that names both. */
export function mergeFiles(trees: readonly Located[], faults: FaultList): Located | null {
  const [first, ...others] = trees;
  if (!first || others.length === 0) return first ?? null;
  const maps: LocatedMap[] = [];
  for (const tree of trees) {
    if (tree.kind === "map") maps.push(tree);
    else {
      faults.add({
        at: tree.at,
        path: "",
        message: text("The file holds no map of keys.", "Le fichier ne contient pas de table de clés."),
      });
    }
  }
  const merged: LocatedMap = { kind: "map", at: first.at, entries: new Map(), size: 1 };
  for (const map of maps) mergeInto(merged, map, [], faults);
  return merged;
}

function mergeInto(target: LocatedMap, source: LocatedMap, path: string[], faults: FaultList): void {
  for (const [key, entry] of source.entries) {
    const inner = [...path, key];
    const earlier = target.entries.get(key);
    if (!earlier) {
      const isShared = entry.value.kind === "map" && shared.has(inner.join("."));
      if (!isShared) {
        target.entries.set(key, entry);
        target.size += entry.value.size;
        continue;
      }
      const copy: LocatedMap = { kind: "map", at: entry.value.at, entries: new Map(), size: 1 };
      target.entries.set(key, { keyAt: entry.keyAt, value: copy });
      if (entry.value.kind === "map") mergeInto(copy, entry.value, inner, faults);
    } else if (earlier.value.kind === "map" && entry.value.kind === "map" && shared.has(inner.join("."))) {
      mergeInto(earlier.value, entry.value, inner, faults);
    } else if (!isSameVersion(inner, earlier.value, entry.value)) {
      const place = `${earlier.keyAt.file}:${earlier.keyAt.line}`;
      faults.add({
        at: entry.keyAt,
        path: pathWords(inner),
        message: text(
          `The key "${shown(inner.join("."))}" is already defined in ${place}.`,
          `La clé « ${shown(inner.join("."))} » est déjà définie dans ${place}.`,
        ),
      });
    }
  }
}

/** Every file of a folder may say which version of the format it is written in. */
function isSameVersion(path: readonly string[], one: Located, other: Located): boolean {
  return (
    path.length === 1 &&
    path[0] === "passerelle" &&
    one.kind === "scalar" &&
    other.kind === "scalar" &&
    one.value === other.value
  );
}
