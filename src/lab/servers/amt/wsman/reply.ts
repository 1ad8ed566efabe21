import type { WsmanFault } from "./fault.ts";
import { anonymous, spaces, uriOf } from "./names.ts";

/** A reference to an instance as a value of a property. */
export interface ReferenceValue {
  className: string;
  selectors: Readonly<Record<string, string>>;
}
type Plain = string | number | boolean | ReferenceValue;
/** The properties of an instance in their order; a list is a property that is repeated. */
export type Properties = readonly (readonly [name: string, value: Plain | readonly Plain[]])[];

/** An answer on its way: HTTP status and the whole document. */
export interface Reply {
  status: number;
  body: string;
}

function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function written(value: Plain): string {
  if (typeof value !== "object") return escaped(String(value));
  const selectors = Object.entries(value.selectors)
    .map(([name, words]) => `<c:Selector Name="${escaped(name)}">${escaped(words)}</c:Selector>`)
    .join("");
  return [
    `<b:Address>${anonymous}</b:Address><b:ReferenceParameters>`,
    `<c:ResourceURI>${uriOf(value.className)}</c:ResourceURI>`,
    `<c:SelectorSet>${selectors}</c:SelectorSet></b:ReferenceParameters>`,
  ].join("");
}

/** An element in the namespace of a class: an instance, or what a method gives. */
export function modelElement(className: string, name: string, properties: Properties): string {
  const inner = properties
    .flatMap(([property, value]) =>
      (Array.isArray(value) ? value : [value]).map(
        (each: Plain) => `<h:${property}>${written(each)}</h:${property}>`,
      ),
    )
    .join("");
  return `<h:${name} xmlns:h="${uriOf(className)}">${inner}</h:${name}>`;
}

let lastMessage = 0;

function document(action: string, relatesTo: string, className: string | null, body: string): string {
  lastMessage = (lastMessage + 1) % 0x1_0000_0000;
  const number = lastMessage.toString(16).toUpperCase().padStart(12, "0");
  const resource = className === null ? "" : `<c:ResourceURI>${uriOf(className)}</c:ResourceURI>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<a:Envelope xmlns:a="${spaces.soap}" xmlns:b="${spaces.addressing}" xmlns:c="${spaces.management}"`,
    ` xmlns:n="${spaces.enumeration}" xmlns:t="${spaces.transfer}" xmlns:xsi="${spaces.instance}">`,
    `<a:Header><b:To>${anonymous}</b:To><b:RelatesTo>${escaped(relatesTo)}</b:RelatesTo>`,
    `<b:Action a:mustUnderstand="true">${escaped(action)}</b:Action>`,
    `<b:MessageID>uuid:00000000-8086-8086-8086-${number}</b:MessageID>${resource}</a:Header>`,
    `<a:Body>${body}</a:Body></a:Envelope>`,
  ].join("");
}

/** The answer to a request that was carried out; `body` is XML. */
export function wellReply(
  request: { action: string; messageId: string; className: string | null },
  body: string,
): Reply {
  return {
    status: 200,
    body: document(`${request.action}Response`, request.messageId, request.className, body),
  };
}

/** The answer to a request that was refused, as AMT gives it: status 400. */
export function faultReply(fault: WsmanFault, messageId: string): Reply {
  const body = [
    "<a:Fault><a:Code><a:Value>a:Sender</a:Value>",
    `<a:Subcode><a:Value>${fault.subcode}</a:Value></a:Subcode></a:Code>`,
    `<a:Reason><a:Text xml:lang="en-US">${escaped(fault.words)}</a:Text></a:Reason><a:Detail></a:Detail></a:Fault>`,
  ].join("");
  return { status: 400, body: document(`${spaces.addressing}/fault`, messageId, null, body) };
}
