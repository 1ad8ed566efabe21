import { isIPv6 } from "node:net";

/** Where a connection goes: enough of a target or hop to name it in an error. */
export interface Place {
  id: string;
  name: string;
  address: string;
  port: number;
}

/** `address:port`, with brackets round an IPv6 address. */
export function hostAndPort(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** How errors and questions name a place: `bounce (192.0.2.1:22)`. */
export function placeLabel(place: Place): string {
  return `${place.name} (${hostAndPort(place.address, place.port)})`;
}
