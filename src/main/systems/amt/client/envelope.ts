import { escapeXml } from "../../xml.ts";
import { type ClassName, namespaces, resourceUri } from "./namespaces.ts";

/** Picks one instance of a class by its key properties. */
export type Selectors = Readonly<Record<string, string>>;

/** A reference to one instance (an endpoint reference of WS-Addressing). */
export interface Reference {
  class: ClassName;
  selectors: Selectors;
}

/** What a property or a method's parameter may be; a list stands for an element that is repeated. */
type Value = string | number | boolean | Reference | readonly (string | number | boolean)[];
/** Properties or parameters in the order in which they are written. */
export type Values = readonly (readonly [name: string, value: Value])[];

export interface Request {
  action: string;
  class: ClassName;
  selectors?: Selectors;
  /** The body's content, already XML. */
  body: string;
}

/** AMT takes no less than 30 s for the time an operation may need; ours ends the exchange before. */
const operationTimeout = "PT60S";

/** One WS-Management request as AMT reads it: anonymous reply address, no fragments, no options (DSP0226). */
export function envelope(request: Request, messageId: number): string {
  const selectors = request.selectors ? selectorSet(request.selectors) : "";
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<Envelope xmlns:xsi="${namespaces.instance}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"`,
    ` xmlns:a="${namespaces.addressing}" xmlns:w="${namespaces.wsman}" xmlns="${namespaces.soap}">`,
    `<Header><a:Action>${escapeXml(request.action)}</a:Action><a:To>/wsman</a:To>`,
    `<w:ResourceURI>${escapeXml(resourceUri(request.class))}</w:ResourceURI>`,
    `<a:MessageID>${messageId}</a:MessageID>`,
    `<a:ReplyTo><a:Address>${namespaces.addressing}/role/anonymous</a:Address></a:ReplyTo>`,
    `<w:OperationTimeout>${operationTimeout}</w:OperationTimeout>${selectors}</Header>`,
    `<Body>${request.body}</Body></Envelope>`,
  ].join("");
}

/** The body of a method call: `<r:Method_INPUT>` with its parameters in the namespace of the class. */
export function methodInput(name: ClassName, method: string, parameters: Values): string {
  return element(`${method}_INPUT`, name, parameters);
}

/** An instance as Put wants it: the class with all its properties. */
export function instance(name: ClassName, properties: Values): string {
  return element(name, name, properties);
}

function element(tag: string, of: ClassName, values: Values): string {
  const inner = values.map(([name, value]) => property(name, value)).join("");
  return `<r:${tag} xmlns:r="${escapeXml(resourceUri(of))}">${inner}</r:${tag}>`;
}

const properName = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

function property(name: string, value: Value): string {
  if (!properName.test(name)) throw new Error("not the name of a property");
  const values = Array.isArray(value) ? value : [value];
  return values.map((each) => `<r:${name}>${content(each)}</r:${name}>`).join("");
}

function content(value: Exclude<Value, readonly unknown[]>): string {
  return typeof value === "object" ? reference(value) : escapeXml(String(value));
}

function reference({ class: name, selectors }: Reference): string {
  return [
    `<a:Address>${namespaces.addressing}</a:Address>`,
    `<a:ReferenceParameters><w:ResourceURI>${escapeXml(resourceUri(name))}</w:ResourceURI>`,
    `${selectorSet(selectors)}</a:ReferenceParameters>`,
  ].join("");
}

function selectorSet(selectors: Selectors): string {
  const inner = Object.entries(selectors)
    .map(([name, value]) => `<w:Selector Name="${escapeXml(name)}">${escapeXml(value)}</w:Selector>`)
    .join("");
  return `<w:SelectorSet>${inner}</w:SelectorSet>`;
}
