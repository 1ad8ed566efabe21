import { SaxesParser } from "saxes";

/** One element with its namespace resolved; `text` is the character data directly in it, trimmed. */
export interface XmlElement {
  namespace: string;
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  text: string;
}

const deepest = 64;
const mostElements = 100_000;

/**
 * Reads one XML document. Refuses document type declarations (so that no entity but the five of XML itself can be
 * expanded), nesting deeper than 64 and more than 100,000 elements. Throws an Error for that and for what is not
 * well-formed with namespaces.
 */
export function readXml(words: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: { element: XmlElement; texts: string[] }[] = [];
  let root: XmlElement | null = null;
  let count = 0;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error("a document type declaration");
  });
  parser.on("opentag", (tag) => {
    count += 1;
    if (open.length >= deepest || count > mostElements) throw new Error("too many or too deep elements");
    const attributes = new Map(
      Object.values(tag.attributes).map((attribute) => [attribute.local, attribute.value]),
    );
    const element: XmlElement = { namespace: tag.uri, name: tag.local, attributes, children: [], text: "" };
    open.at(-1)?.element.children.push(element);
    root ??= element;
    open.push({ element, texts: [] });
  });
  const keep = (piece: string) => void open.at(-1)?.texts.push(piece);
  parser.on("text", keep);
  parser.on("cdata", keep);
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed) closed.element.text = closed.texts.join("").trim();
  });
  parser.write(words).close();
  if (!root) throw new Error("no element");
  return root;
}

/** The first child of that namespace and name. */
export function childOf(
  element: XmlElement | undefined,
  namespace: string,
  name: string,
): XmlElement | undefined {
  return element?.children.find((each) => each.namespace === namespace && each.name === name);
}

/** Words as they may stand in element content and in attribute values. Characters that XML 1.0 forbids are dropped. */
export function escapeXml(words: string): string {
  return words
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
