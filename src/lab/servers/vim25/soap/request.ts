import { child, type Element, readDocument } from "./element.ts";
import type { Reference } from "./values.ts";
import { VimFault } from "./vim-fault.ts";

/** A call of a method of a managed object. */
export interface Request {
  method: string;
  on: Reference;
  arguments: Element;
}

/** Reads a SOAP envelope. Throws VimFault `InvalidRequest` when it is none or calls nothing. */
export function readRequest(words: string): Request {
  let envelope: Element;
  try {
    envelope = readDocument(words);
  } catch {
    throw new VimFault("InvalidRequest", "Unable to parse the request");
  }
  const call = envelope.name === "Envelope" ? child(envelope, "Body")?.children[0] : undefined;
  const on = call && referenceOf(child(call, "_this"));
  if (!call || !on) throw new VimFault("InvalidRequest", "The request calls no method of an object");
  return { method: call.name, on, arguments: call };
}

/** The reference that an element holds; null when it holds none. */
export function referenceOf(element: Element | null | undefined): Reference | null {
  const type = element?.attributes.get("type");
  const id = element?.text.trim() ?? "";
  return type === undefined || id === "" ? null : { type, id };
}

const open =
  '<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>';

/** An envelope around an answer. */
export function envelope(content: string): string {
  return `${open}${content}</soapenv:Body></soapenv:Envelope>`;
}

/** The answer to a method; `content` is its `returnval` elements. */
export function response(method: string, content: string): string {
  return envelope(`<${method}Response xmlns="urn:vim25">${content}</${method}Response>`);
}
