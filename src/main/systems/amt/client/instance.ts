import { childOf, type XmlElement } from "../../xml.ts";
import { namespaces } from "./namespaces.ts";

/** Where instances of AMT's model live: the schemas of DMTF and Intel. */
const modelNamespace =
  /^http:\/\/(schemas\.dmtf\.org|intel\.com)\/wbem\/wscim\/1\/[a-z0-9/-]{1,60}\/([A-Za-z_]\w{0,80})$/;
const longestValue = 65_536;

/** An instance of a class, or the output of a method: its properties as words. */
export class Instance {
  /** Properties in the order in which they came; one that is repeated comes several times, one that is nil not at all. */
  readonly properties: readonly (readonly [name: string, value: string])[];

  constructor(properties: readonly (readonly [name: string, value: string])[]) {
    this.properties = properties;
  }

  /** The first value of a property; undefined when it is absent. */
  value(name: string): string | undefined {
    return this.properties.find(([each]) => each === name)?.[1];
  }

  /** All values of a property that is repeated. */
  values(name: string): string[] {
    return this.properties.flatMap(([each, value]) => (each === name ? [value] : []));
  }

  /** A property as a non-negative integer; undefined when it is absent or anything else. */
  number(name: string): number | undefined {
    return wholeNumber(this.value(name));
  }

  /** The integers among the values of a property that is repeated. */
  numbers(name: string): number[] {
    return this.values(name).flatMap((value) => wholeNumber(value) ?? []);
  }
}

/**
 * Reads an element as an instance: it and its properties must be in the namespace of one class of the model. Null for
 * anything else. `wrapped` is what the class's name is extended by in the element's own name.
 */
export function readInstance(element: XmlElement | undefined, wrapped = ""): Instance | null {
  const [, , name] = modelNamespace.exec(element?.namespace ?? "") ?? [];
  if (!element || name === undefined) return null;
  if (wrapped === "" ? element.name !== name : element.name !== wrapped) return null;
  return new Instance(
    element.children.flatMap((child) => {
      if (child.namespace !== element.namespace || child.text.length > longestValue) return [];
      const nil = child.attributes.get("nil");
      return nil === "true" || nil === "1" ? [] : [[child.name, child.text] as const];
    }),
  );
}

/** The content of a SOAP envelope's body; null when the document is no SOAP 1.2 envelope with a body. */
export function bodyOf(document: XmlElement): XmlElement | null {
  if (document.namespace !== namespaces.soap || document.name !== "Envelope") return null;
  return childOf(document, namespaces.soap, "Body") ?? null;
}

function wholeNumber(words: string | undefined): number | undefined {
  if (words === undefined || !/^\d{1,15}$/.test(words)) return undefined;
  return Number(words);
}
