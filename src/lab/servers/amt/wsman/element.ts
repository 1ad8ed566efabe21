import { SaxesParser } from "saxes";
import { WsmanFault } from "./fault.ts";

/** An element of a request, its names resolved. */
export interface Element {
  space: string;
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: Element[];
  text: string;
}

const depthLimit = 24;
const elementLimit = 5_000;

/** Reads a document; a WsmanFault when it is no well-formed XML, has a document type, or is nested absurdly. */
export function readDocument(words: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const open: Element[] = [];
  let root: Element | null = null;
  let count = 0;
  const refuse = () => {
    throw new WsmanFault("wrong-body");
  };
  parser.on("error", refuse);
  parser.on("doctype", refuse);
  parser.on("opentag", (tag) => {
    count += 1;
    if (open.length >= depthLimit || count > elementLimit) refuse();
    const attributes = Object.values(tag.attributes).map(({ local, value }) => [local, value] as const);
    const element = {
      space: tag.uri,
      name: tag.local,
      attributes: new Map(attributes),
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
export function child(element: Element | null | undefined, space: string, name: string): Element | null {
  return element?.children.find((each) => each.space === space && each.name === name) ?? null;
}
