import { SaxesParser } from "saxes";

/** An element of a request. `type` is what xsi:type names, without its prefix. */
export interface Element {
  name: string;
  attributes: ReadonlyMap<string, string>;
  type: string | null;
  children: Element[];
  text: string;
}

const depthLimit = 48;
const elementLimit = 50_000;
const instanceSpace = "http://www.w3.org/2001/XMLSchema-instance";

/** Reads a document. Throws SyntaxError when it is not well-formed, has a document type, or is nested absurdly. */
export function readDocument(words: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const open: Element[] = [];
  let root: Element | null = null;
  let count = 0;
  const refuse = (): never => {
    throw new SyntaxError("not a request");
  };
  parser.on("error", refuse);
  parser.on("doctype", refuse);
  parser.on("opentag", (tag) => {
    count += 1;
    if (open.length >= depthLimit || count > elementLimit) refuse();
    const given = Object.values(tag.attributes);
    const type = given.find(({ uri, local }) => uri === instanceSpace && local === "type")?.value ?? null;
    const element: Element = {
      name: tag.local,
      attributes: new Map(given.filter(({ uri }) => uri === "").map(({ local, value }) => [local, value])),
      type: type?.slice(type.indexOf(":") + 1) ?? null,
      children: [],
      text: "",
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const add = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => open.pop());
  parser.write(words).close();
  return root ?? refuse();
}

/** The first child of that name. */
export function child(element: Element | null | undefined, name: string): Element | null {
  return element?.children.find((each) => each.name === name) ?? null;
}

/** All children of that name. */
export function children(element: Element | null | undefined, name: string): Element[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** What a child says; null when it is not there. */
export function wordsOf(element: Element | null | undefined, name: string): string | null {
  return child(element, name)?.text.trim() ?? null;
}

/** Whether a child says true, as xsd:boolean writes it. */
export function isTrue(element: Element | null | undefined, name: string): boolean {
  const words = wordsOf(element, name);
  return words === "true" || words === "1";
}

/** The whole number that a child says; null when it says none. */
export function numberOf(element: Element | null | undefined, name: string): number | null {
  const words = wordsOf(element, name);
  return words !== null && /^-?\d{1,15}$/.test(words) ? Number(words) : null;
}
