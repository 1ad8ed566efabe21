import type { XmlElement } from "../../xml.ts";

/** A managed object: its type and its identifier, which is unique in one vCenter. */
export interface Reference {
  type: string;
  id: string;
}

const longestWord = 500;

/** The element at a path of child names below another; undefined wherever the path leads out of it. */
export function child(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let place = element;
  for (const name of path) place = place?.children.find((each) => each.name === name);
  return place;
}

export function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** Words of bounded length without control characters; null for what is not said. */
export function wordsAt(element: XmlElement | undefined, ...path: string[]): string | null {
  const words = child(element, ...path)?.text;
  if (!words) return null;
  return words.replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, longestWord);
}

/** A finite number; null for what is none. */
export function numberAt(element: XmlElement | undefined, ...path: string[]): number | null {
  const words = child(element, ...path)?.text ?? "";
  const value = /^-?\d{1,19}(\.\d{1,9})?$/.test(words) ? Number(words) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** An `xsd:boolean`; null for what is none. */
export function flagAt(element: XmlElement | undefined, ...path: string[]): boolean | null {
  const words = child(element, ...path)?.text;
  if (words === "true" || words === "1") return true;
  return words === "false" || words === "0" ? false : null;
}

/** An `xsd:dateTime` in epoch milliseconds; null for what is none. */
export function timeAt(element: XmlElement | undefined, ...path: string[]): number | null {
  const time = Date.parse(child(element, ...path)?.text ?? "");
  return Number.isNaN(time) ? null : time;
}

/** The identifier of a managed object; null for what is none. */
export function idAt(element: XmlElement | undefined, ...path: string[]): string | null {
  return referenceText(child(element, ...path)?.text ?? "");
}

/** A managed object with its type; null for what is none. */
export function referenceAt(element: XmlElement | undefined, ...path: string[]): Reference | null {
  const found = child(element, ...path);
  const type = found?.attributes.get("type") ?? "";
  const id = found && referenceText(found.text);
  return id && /^[A-Za-z]{1,80}$/.test(type) ? { type, id } : null;
}

/** Views, filters and tasks of a session have identifiers that are no file names; they are only sent back. */
function referenceText(words: string): string | null {
  return words !== "" && words.length <= longestWord ? words : null;
}
