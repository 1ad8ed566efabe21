import {
  needObject,
  type ObjectReader,
  objectOf,
  type SessionObjects,
  valueAt,
} from "../inventory/objects.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import { element, link, type Reference, typedElement, words } from "../soap/values.ts";
import type { PropertyWish, Selection } from "./selection.ts";
import { selectObjects, wishFor } from "./selection.ts";

/** A property as it stands: its path and its value as XML. */
export interface Read {
  path: string;
  xml: string;
}

/** What of an object is wanted and set. */
export function readWished(object: ObjectReader, wish: PropertyWish): Read[] {
  const paths = wish.paths ?? object.names;
  const found: Read[] = [];
  for (const path of paths) {
    const value = valueAt(object, path);
    if (value !== undefined) found.push({ path, xml: typedElement("val", value) });
  }
  return found;
}

/** The objects of a selection, one at a time as they are asked for: an ObjectContent each. */
export function* contents(
  center: VCenter,
  own: SessionObjects,
  selections: readonly Selection[],
): Generator<string> {
  for (const selection of selections) {
    for (const reference of selectObjects(center, own, selection)) {
      const content = contentOf(center, own, reference, selection);
      if (content !== null) yield content;
    }
  }
}

function contentOf(
  center: VCenter,
  own: SessionObjects,
  reference: Reference,
  selection: Selection,
): string | null {
  const wish = wishFor(selection.wishes, reference.type);
  // What has gone since it was found is left out; what was asked for by itself is missed.
  const isStart = selection.starts.some(({ object }) => object.id === reference.id);
  const object = isStart ? needObject(center, reference, own) : objectOf(center, reference, own);
  if (!wish || !object) return null;
  const properties = readWished(object, wish)
    .map(({ path, xml }) => `<propSet>${element("name", words(path))}${xml}</propSet>`)
    .join("");
  return `${element("obj", link(reference))}${properties}`;
}
