import { isChannelName } from "./channel.ts";

/** The two messages between page and preload, and the two between preload and main, of the desktop shell. */
export const openRequestType = "passerelle:open-channel";
export const portDeliveryType = "passerelle:channel-port";

/** Asks for the port of the channel `name`; the answer carries the same `nonce`. */
export interface OpenRequest {
  type: typeof openRequestType;
  name: string;
  nonce: string;
}

/** Comes with exactly one port, or with none when main refused. */
export interface PortDelivery {
  type: typeof portDeliveryType;
  nonce: string;
}

const nonces = /^[0-9a-f-]{36}$/;

/** Reads an open request; null for anything that is not one, whatever it is. */
export function readOpenRequest(data: unknown): OpenRequest | null {
  if (typeof data !== "object" || data === null) return null;
  if (!("type" in data && "name" in data && "nonce" in data)) return null;
  const { type, name, nonce } = data;
  if (type !== openRequestType || !isChannelName(name)) return null;
  if (typeof nonce !== "string" || !nonces.test(nonce)) return null;
  return { type, name, nonce };
}

/** Reads a port delivery; null for anything that is not one. */
export function readPortDelivery(data: unknown): PortDelivery | null {
  if (typeof data !== "object" || data === null) return null;
  if (!("type" in data && "nonce" in data)) return null;
  const { type, nonce } = data;
  if (type !== portDeliveryType || typeof nonce !== "string" || !nonces.test(nonce)) return null;
  return { type, nonce };
}
