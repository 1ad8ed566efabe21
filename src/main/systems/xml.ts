import { type SaxesAttributeNS, type SaxesOptions, SaxesParser } from "saxes";

/** One element with its namespace resolved; `text` is the character data directly in it, trimmed. */
export interface XmlElement {
  namespace: string;
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  text: string;
}

/** How much of a document is taken. */
export interface XmlLimits {
  depth: number;
  elements: number;
}

const usualLimits: XmlLimits = { depth: 64, elements: 100_000 };
const noAttributes: ReadonlyMap<string, string> = new Map();
const options = { xmlns: true } satisfies SaxesOptions;

/** Elements that are given away when they have been read whole, and not kept: an answer may be larger than what is made of it. */
export interface XmlPick {
  /** Their local name, wherever they stand. */
  name: string;
  take(element: XmlElement): void;
}

/**
 * Reads one XML document piece by piece. Refuses document type declarations (so that no entity but the five of XML itself
 * can be expanded), deeper nesting and more elements than its limits. Throws an Error for that and for what is not
 * well-formed with namespaces.
 */
export class XmlReader {
  readonly #parser = new SaxesParser(options);
  #root: XmlElement | null = null;

  constructor(limits: XmlLimits = usualLimits, pick: XmlPick | null = null) {
    const parser = this.#parser;
    const open: XmlElement[] = [];
    let count = 0;
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("doctype", () => {
      throw new Error("a document type declaration");
    });
    parser.on("opentag", (tag) => {
      count += 1;
      if (open.length >= limits.depth || count > limits.elements)
        throw new Error("too many or too deep elements");
      const found = Object.values(tag.attributes);
      const attributes = found.length === 0 ? noAttributes : byName(found);
      const element: XmlElement = { namespace: tag.uri, name: tag.local, attributes, children: [], text: "" };
      open.at(-1)?.children.push(element);
      this.#root ??= element;
      open.push(element);
    });
    const keep = (piece: string) => {
      const inmost = open.at(-1);
      if (inmost) inmost.text += piece;
    };
    parser.on("text", keep);
    parser.on("cdata", keep);
    parser.on("closetag", () => {
      const closed = open.pop();
      if (!closed) return;
      if (closed.text !== "") closed.text = closed.text.trim();
      if (closed.name !== pick?.name || open.length === 0) return;
      open.at(-1)?.children.pop();
      pick.take(closed);
    });
  }

  /** The next piece of the document. */
  write(words: string): void {
    this.#parser.write(words);
  }

  /** Its root, once all of it was written. */
  end(): XmlElement {
    this.#parser.close();
    if (!this.#root) throw new Error("no element");
    return this.#root;
  }
}

/** By local name; where an attribute without a namespace has the name of one with (`type`, `xsi:type`), it is meant. */
function byName(found: readonly SaxesAttributeNS[]): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const { local, uri, value } of found)
    if (uri === "" || !attributes.has(local)) attributes.set(local, value);
  return attributes;
}

/** Reads a whole document; see XmlReader. Nesting may be 64 deep, of 100,000 elements, where no limits are given. */
export function readXml(words: string, limits?: XmlLimits): XmlElement {
  const reader = new XmlReader(limits);
  reader.write(words);
  return reader.end();
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
