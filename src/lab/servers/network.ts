import type { Duplex } from "node:stream";

/** How a machine answers a new connection at one of its ports; `silent` is a machine that nobody finds. */
export type DoorState = "open" | "silent" | "refused";

/** Where a connection comes from, as the machine that takes it sees it. */
export interface Origin {
  address: string;
  port: number;
}

/** One port of one machine in the lab's network. */
export interface Door {
  /** How the machine answers a new connection now. */
  state(): DoorState;
  /** Takes a connection; only called while the door is open. The door owns the stream from then on. */
  connect(stream: Duplex, from: Origin): void;
}

/** One spelling for an address, so that every way to write it means the same machine. */
function canonical(address: string): string {
  const bare = address.replace(/^\[|\]$/g, "");
  if (!bare.includes(":")) return bare;
  const url = URL.parse(`http://[${bare}]/`);
  return url ? url.hostname.replace(/^\[|\]$/g, "") : bare;
}

/** The network behind the bounce: in-world addresses, which exist nowhere else, and the doors that stand there. */
export class LabNetwork {
  private readonly doors = new Map<string, Map<number, Door>>();

  /**
   * Puts a door at an address and a port; the function that is returned takes it away. The address stays known then.
   * Throws RangeError when there is one already, which is a mistake of the caller.
   */
  serve(address: string, port: number, door: Door): () => void {
    const at = canonical(address);
    const ports = this.doors.get(at) ?? new Map<number, Door>();
    this.doors.set(at, ports);
    if (ports.has(port)) throw new RangeError(`two doors at ${at} ${port}`);
    ports.set(port, door);
    return () => {
      if (ports.get(port) === door) ports.delete(port);
    };
  }

  /** The door at an address and a port, however the address is written. */
  find(address: string, port: number): Door | null {
    return this.doors.get(canonical(address))?.get(port) ?? null;
  }

  /** The doors of an address by port; null when nothing has ever stood at it. */
  at(address: string): ReadonlyMap<number, Door> | null {
    return this.doors.get(canonical(address)) ?? null;
  }
}
