import { isDeepStrictEqual } from "node:util";
import type { ManifestFault } from "../../../../shared/manifest.ts";
import { text } from "../../../../shared/text.ts";
import { isTree } from "../list-watch/items.ts";
import { type Tree, writtenByServer } from "./content.ts";
import type { WrittenObject } from "./yaml-text.ts";

const identity = [["apiVersion"], ["kind"], ["metadata", "name"], ["metadata", "namespace"]] as const;

/** What is wrong with an edit of `current` by itself: it is another object, or says what only the cluster says. */
export function ownFaults({ object, at }: WrittenObject, current: Tree): ManifestFault[] {
  const faults: ManifestFault[] = [];
  for (const path of identity) {
    const [is, was] = [valueAt(object, path), valueAt(current, path)];
    if (is === was || (path[1] === "namespace" && is === undefined)) continue;
    const field = path.join(".");
    faults.push({
      ...at(path),
      text:
        is === undefined
          ? text(`${field} is missing: it is ${shown(was)}.`, `${field} manque : c'est ${shown(was)}.`)
          : text(
              `${field} is ${shown(was)} and cannot be changed: this is an edit of that object alone.`,
              `${field} vaut ${shown(was)} et ne peut pas changer : on ne modifie ici que cet objet.`,
            ),
    });
  }
  const server = [["status"], ...writtenByServer.map((key) => ["metadata", key])];
  for (const path of server) {
    const is = valueAt(object, path);
    if (is === undefined || isDeepStrictEqual(is, valueAt(current, path))) continue;
    const field = path.join(".");
    faults.push({
      ...at(path),
      text: text(
        `Only the cluster writes ${field}: take it out.`,
        `Seule la grappe écrit ${field} : retirez-le.`,
      ),
    });
  }
  return faults;
}

function valueAt(object: Tree, path: readonly string[]): unknown {
  let place: unknown = object;
  for (const key of path) place = isTree(place) && Object.hasOwn(place, key) ? place[key] : undefined;
  return place;
}

function shown(value: unknown): string {
  return JSON.stringify(String(value ?? "").slice(0, 100));
}
