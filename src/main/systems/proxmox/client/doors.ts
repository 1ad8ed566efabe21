import type { Duplex } from "node:stream";
import type { OpsError } from "../../../../shared/errors.ts";
import type { ProxmoxSystemConfig } from "../../../../shared/systems/proxmox.ts";
import { Deadline } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import type { Reach } from "../../../reach/reach.ts";
import { ReachAgent } from "../../../reach/reach-agent.ts";
import { plainPin, secureStream } from "../../../reach/secure-stream.ts";
import { timedOut, tlsFaults } from "./faults.ts";

/** One node's address that the cluster can be entered by, and why it could not be, when it was tried last. */
export interface Door {
  readonly address: string;
  readonly port: number;
  /** As errors name it. */
  readonly label: string;
  fault: OpsError | null;
}

export interface DoorsParts {
  name: string;
  config: Pick<ProxmoxSystemConfig, "addresses" | "port" | "via" | "allowlist" | "pins">;
  dial: Reach["dial"];
  /** The PEM of the authorities; null: the workstation's own. Throws OpsErrors. */
  authorities(): Promise<string | null>;
  /** Milliseconds for a connection. */
  connect: number;
}

const mostSockets = 6;

/** The addresses of a cluster: any node answers for all. The one that answered last is the first to be asked. */
export class Doors {
  readonly #parts: DoorsParts;
  readonly #doors: Door[];
  readonly #closing = new AbortController();
  readonly #agents = new Map<Door, ReachAgent>();

  constructor(parts: DoorsParts) {
    this.#parts = parts;
    this.#doors = parts.config.addresses.map((entry) => {
      const place = typeof entry === "string" ? { address: entry } : entry;
      const { address, port = parts.config.port } = place;
      return { address, port, label: `${parts.name} (${hostAndPort(address, port)})`, fault: null };
    });
  }

  /** In the order in which they are to be tried. */
  get all(): readonly Door[] {
    return this.#doors;
  }

  /** It has answered: it is the first from now on. */
  answered(door: Door): void {
    door.fault = null;
    const at = this.#doors.indexOf(door);
    if (at > 0) this.#doors.unshift(...this.#doors.splice(at, 1));
  }

  /** It has not: it is the last from now on, and its kept connections are worth nothing. */
  failed(door: Door, fault: OpsError): void {
    door.fault = fault;
    this.#agents.get(door)?.retire();
    this.#agents.delete(door);
    const at = this.#doors.indexOf(door);
    if (at >= 0) this.#doors.push(...this.#doors.splice(at, 1));
  }

  /** The agent that keeps the connections to a door. */
  agent(door: Door): ReachAgent {
    const known = this.#agents.get(door);
    if (known) return known;
    const made = this.#make(door, true);
    this.#agents.set(door, made);
    return made;
  }

  /** An agent for one request on a connection of its own. */
  freshAgent(door: Door): ReachAgent {
    return this.#make(door, false);
  }

  /** A connection with TLS, before a byte of ours. */
  async open(door: Door, outer: AbortSignal): Promise<Duplex> {
    const { config, dial, authorities, connect } = this.#parts;
    const { address, port, label } = door;
    const signal = AbortSignal.any([outer, this.#closing.signal]);
    const deadline = new Deadline(connect, signal, () => timedOut(label, connect / 1000));
    try {
      const trusted = await authorities();
      const place = { via: config.via ?? null, address, port, allowlist: config.allowlist ?? null };
      const stream = await dial(place, deadline.signal);
      const pins = config.pins.flatMap((pin) => plainPin(pin) ?? []);
      const tls = {
        pin: pins.length > 0 ? pins : null,
        legacy: false,
        ...(trusted === null ? {} : { authorities: trusted }),
      };
      return await secureStream(stream, address, tls, tlsFaults(label), deadline.signal);
    } finally {
      deadline.end();
    }
  }

  /** No connection of before is trusted any more. */
  reset(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  close(): void {
    this.#closing.abort();
    this.reset();
  }

  #make(door: Door, keepAlive: boolean): ReachAgent {
    const never = new AbortController().signal;
    return new ReachAgent(() => this.open(door, never), { maxSockets: mostSockets, keepAlive });
  }
}

const gravity = [
  "proxmox.certificate-changed",
  "proxmox.certificate-untrusted",
  "proxmox.not-proxmox",
  "proxmox.garbage",
  "proxmox.tls-failed",
];

/** Of the reasons why no door could be used, the one to act on first. */
export function gravest(faults: readonly OpsError[]): OpsError | undefined {
  const rank = ({ code }: OpsError) => {
    const at = gravity.indexOf(code);
    return at === -1 ? gravity.length : at;
  };
  return [...faults].sort((one, other) => rank(one) - rank(other))[0];
}
