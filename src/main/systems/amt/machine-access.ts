import { setTimeout as sleep } from "node:timers/promises";
import type { Reach } from "../../reach/reach.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import { AmtDevice, type DeviceTimes } from "./client/device.ts";
import { noLogin } from "./client/faults.ts";
import { Wsman } from "./client/wsman.ts";
import type { Machine } from "./machines.ts";

export interface MachineAccessParts {
  system: string;
  machines: ReadonlyMap<string, Machine>;
  reach: Pick<Reach, "dial">;
  secrets: SecretResolver;
  now(): number;
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
  times?: Partial<DeviceTimes>;
}

/** The machines of one system and a WS-Management client for each; what observation and actions share. */
export class MachineAccess {
  readonly system: string;
  readonly now: () => number;
  /** Waits so many milliseconds; rejects with an AbortError when the signal fires. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #clients = new Map<string, Wsman>();
  readonly #powerAskedAt = new Map<string, number>();

  constructor(parts: MachineAccessParts) {
    this.system = parts.system;
    this.now = () => parts.now();
    this.wait = parts.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
    this.#machines = parts.machines;
    for (const machine of parts.machines.values()) {
      const { id, place, tls, user, password } = machine;
      const device = new AmtDevice({
        place,
        tls,
        user,
        async password() {
          if (password === null) throw noLogin(place.name);
          return parts.secrets.resolve(password, id);
        },
        dial: (where, signal) => parts.reach.dial(where, signal),
        now: this.now,
        ...(parts.wait && { wait: parts.wait }),
        ...(parts.times && { times: parts.times }),
      });
      this.#clients.set(id, new Wsman(device));
    }
  }

  has(resource: string): boolean {
    return this.#clients.has(resource);
  }

  /** Throws OpsError `amt.no-login` for a machine that is not of this system. */
  client(resource: string): Wsman {
    const client = this.#clients.get(resource);
    if (!client) throw noLogin(resource);
    return client;
  }

  /** Throws as `client` does. */
  machine(resource: string): Machine {
    const machine = this.#machines.get(resource);
    if (!machine) throw noLogin(resource);
    return machine;
  }

  /** When a power request last left for this machine, in epoch milliseconds. */
  powerAskedAt(resource: string): number | null {
    return this.#powerAskedAt.get(resource) ?? null;
  }

  /** Notes that a power request leaves now: AMT wants ten seconds between two. */
  powerAsked(resource: string): void {
    this.#powerAskedAt.set(resource, this.now());
  }

  close(): void {
    for (const { device } of this.#clients.values()) device.close();
  }
}
