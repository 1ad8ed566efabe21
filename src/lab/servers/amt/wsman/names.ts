/** Namespaces of SOAP 1.2, WS-Addressing, WS-Transfer, WS-Enumeration and WS-Management (DSP0226, DSP0227). */
export const spaces = {
  soap: "http://www.w3.org/2003/05/soap-envelope",
  addressing: "http://schemas.xmlsoap.org/ws/2004/08/addressing",
  transfer: "http://schemas.xmlsoap.org/ws/2004/09/transfer",
  enumeration: "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
  management: "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
  identity: "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
  instance: "http://www.w3.org/2001/XMLSchema-instance",
} as const;

export const anonymous = `${spaces.addressing}/role/anonymous`;

const models: Record<string, string> = {
  CIM: "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/",
  AMT: "http://intel.com/wbem/wscim/1/amt-schema/1/",
  IPS: "http://intel.com/wbem/wscim/1/ips-schema/1/",
};

/** The resource URI of a class of the model, and the namespace of its properties. */
export function uriOf(className: string): string {
  return `${models[className.slice(0, 3)] ?? "urn:"}${className}`;
}

/** The class that a resource URI names; null when it is in none of the model's schemas. */
export function classOf(uri: string): string | null {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  return uriOf(name) === uri ? name : null;
}
