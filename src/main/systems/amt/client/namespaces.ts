/** The namespaces of SOAP 1.2, WS-Addressing, WS-Transfer, WS-Enumeration and WS-Management (DSP0226). */
export const namespaces = {
  soap: "http://www.w3.org/2003/05/soap-envelope",
  addressing: "http://schemas.xmlsoap.org/ws/2004/08/addressing",
  transfer: "http://schemas.xmlsoap.org/ws/2004/09/transfer",
  enumeration: "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
  wsman: "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
  instance: "http://www.w3.org/2001/XMLSchema-instance",
} as const;

const schemas = {
  CIM: "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/",
  AMT: "http://intel.com/wbem/wscim/1/amt-schema/1/",
  IPS: "http://intel.com/wbem/wscim/1/ips-schema/1/",
} as const;

/** A class of AMT's model: the prefix says whose schema it is in. */
export type ClassName = `${keyof typeof schemas}_${string}`;

/** The resource URI of a class, which is also the namespace of its properties. */
export function resourceUri(name: ClassName): string {
  return schemas[name.slice(0, 3) as keyof typeof schemas] + name;
}
