import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { normalAddress } from "./allowlist.ts";

/** Finds the address that this workstation would use towards another; null when there is no route. */
export type SourceAddressOf = (destination: string, signal: AbortSignal) => Promise<string | null>;

/**
 * Asks the kernel's routing table by connecting a UDP socket, which sends no packet (connect(2)), and takes the
 * answer only when an interface really bears that address.
 */
export const sourceAddressOf: SourceAddressOf = (destination, signal) =>
  new Promise((resolve) => {
    const socket = createSocket(destination.includes(":") ? "udp6" : "udp4");
    let over = false;
    const finish = (address: string | null) => {
      if (over) return;
      over = true;
      signal.removeEventListener("abort", onAbort);
      socket.close();
      resolve(address);
    };
    const onAbort = () => finish(null);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("error", () => finish(null));
    // The port is of no matter to the route; 9 is "discard" (RFC 863).
    socket.connect(9, destination, () => {
      const address = normalAddress(socket.address().address);
      finish(address !== null && ownAddresses().has(address) ? address : null);
    });
  });

function ownAddresses(): Set<string | null> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return new Set(addresses.map(({ address }) => normalAddress(address)));
}
