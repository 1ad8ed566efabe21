/** A reference to a managed object: its type and identifier (ManagedObjectReference). */
export interface Reference {
  type: string;
  id: string;
}

/** A value of the vSphere Web Services API, with the type that xsi:type names for it. */
export type Value =
  | { kind: "simple"; type: string; text: string }
  | { kind: "reference"; reference: Reference }
  | { kind: "data"; type: string; fields: Fields; isDerived: boolean }
  | { kind: "list"; type: string; items: readonly Value[] }
  /** One that stands where anything may, and so names its type. */
  | { kind: "any"; value: Value };

/** The fields of a data object, in the order of its schema; what is undefined is left out. */
export type Fields = Readonly<Record<string, Value | (() => Value | undefined) | undefined>>;

const simple = (type: string, text: string): Value => ({ kind: "simple", type, text });

export const words = (text: string): Value => simple("xsd:string", text);
export const int = (value: number): Value => simple("xsd:int", String(Math.round(value)));
export const long = (value: number): Value => simple("xsd:long", String(Math.round(value)));
export const short = (value: number): Value => simple("xsd:short", String(Math.round(value)));
export const flag = (value: boolean): Value => simple("xsd:boolean", String(value));
/** `at` is in epoch milliseconds. */
export const time = (at: number): Value => simple("xsd:dateTime", new Date(at).toISOString());
/** A word of an enumeration, such as `poweredOn` of `VirtualMachinePowerState`. */
export const word = (type: string, text: string): Value => simple(type, text);
export const link = (reference: Reference): Value => ({ kind: "reference", reference });
export const data = (type: string, fields: Fields): Value => ({
  kind: "data",
  type,
  fields,
  isDerived: false,
});
/** Data of a type derived from the one that its place is declared with, so that its own is named. */
export const derived = (type: string, fields: Fields): Value => ({
  kind: "data",
  type,
  fields,
  isDerived: true,
});
export const asAny = (value: Value): Value => ({ kind: "any", value });
/** `type` is that of the items. */
export const list = (type: string, items: readonly Value[]): Value => ({ kind: "list", type, items });
export const links = (references: readonly Reference[]): Value =>
  list("ManagedObjectReference", references.map(link));

/** What a field of data is now. */
export function fieldOf(fields: Fields, name: string): Value | undefined {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof field === "function" ? field() : field;
}

/** Text between tags or in an attribute (XML 1.0, 2.4); characters that XML cannot carry are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "&quot;");
}

/** A value as an element of that name whose type is known by its place; a list as one element for each item. */
export function element(name: string, value: Value): string {
  return write(name, value, false);
}

/** A value as an element of that name that names its type, as one of anyType must. */
export function typedElement(name: string, value: Value): string {
  return write(name, value, true);
}

function write(name: string, value: Value, isTyped: boolean): string {
  switch (value.kind) {
    case "simple":
      return `<${name}${isTyped ? ` xsi:type="${value.type}"` : ""}>${escapeXml(value.text)}</${name}>`;
    case "reference": {
      const { type, id } = value.reference;
      return `<${name} type="${type}"${isTyped ? ' xsi:type="ManagedObjectReference"' : ""}>${escapeXml(id)}</${name}>`;
    }
    case "data": {
      const parts = Object.keys(value.fields).map((field) => {
        const inner = fieldOf(value.fields, field);
        return inner === undefined ? "" : write(field, inner, false);
      });
      const type = isTyped || value.isDerived ? ` xsi:type="${value.type}"` : "";
      return `<${name}${type}>${parts.join("")}</${name}>`;
    }
    case "any":
      return write(name, value.value, true);
    case "list": {
      if (!isTyped) return value.items.map((item) => write(name, item, false)).join("");
      const short = value.type.startsWith("xsd:") ? value.type.slice(4) : value.type;
      const array = `ArrayOf${short.charAt(0).toUpperCase()}${short.slice(1)}`;
      const items = value.items.map((item) => write(short, item, false)).join("");
      return `<${name} xsi:type="${array}">${items}</${name}>`;
    }
  }
}
