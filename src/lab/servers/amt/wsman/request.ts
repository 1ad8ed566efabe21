import { child, type Element, readDocument } from "./element.ts";
import { WsmanFault } from "./fault.ts";
import { classOf, spaces } from "./names.ts";

/** What a console asks for (DSP0226). */
export interface Request {
  action: string;
  /** The class that the resource URI names; null when it names none of the model. */
  className: string | null;
  selectors: ReadonlyMap<string, string>;
  messageId: string;
  /** The body's only element, if there is one. */
  body: Element | null;
}

/** A reference to an instance (endpoint reference of WS-Addressing). */
export interface Reference {
  className: string;
  selectors: ReadonlyMap<string, string>;
}

/** Reads a request. Throws WsmanFault when it is none, or lacks a header that must be there. */
export function readRequest(words: string): Request {
  const envelope = readDocument(words);
  if (envelope.space !== spaces.soap || envelope.name !== "Envelope") throw new WsmanFault("wrong-body");
  const header = child(envelope, spaces.soap, "Header");
  const body = child(envelope, spaces.soap, "Body");
  if (!body || body.children.length > 1) throw new WsmanFault("wrong-body");
  const content = body.children[0] ?? null;
  if (content?.space === spaces.identity && content.name === "Identify") {
    return { action: "Identify", className: null, selectors: new Map(), messageId: "", body: content };
  }
  const text = (space: string, name: string) => child(header, space, name)?.text.trim() ?? "";
  const action = text(spaces.addressing, "Action");
  const uri = text(spaces.management, "ResourceURI");
  if (action === "" || uri === "" || text(spaces.addressing, "To") === "") {
    throw new WsmanFault("missing-header");
  }
  return {
    action,
    className: classOf(uri),
    selectors: readSelectors(child(header, spaces.management, "SelectorSet")),
    messageId: text(spaces.addressing, "MessageID").slice(0, 100),
    body: content,
  };
}

/** Reads the reference that an element holds. Throws WsmanFault when it holds none, as an empty element does not. */
export function readReference(element: Element): Reference {
  const parameters = child(element, spaces.addressing, "ReferenceParameters");
  const className = classOf(child(parameters, spaces.management, "ResourceURI")?.text.trim() ?? "");
  const isAddressed = child(element, spaces.addressing, "Address") !== null;
  if (className === null || !isAddressed) throw new WsmanFault("wrong-body");
  return { className, selectors: readSelectors(child(parameters, spaces.management, "SelectorSet")) };
}

function readSelectors(set: Element | null): Map<string, string> {
  const selectors = set?.children.filter((each) => each.name === "Selector") ?? [];
  return new Map(selectors.map((each) => [each.attributes.get("Name") ?? "", each.text.trim()]));
}
