import { networkInterfaces } from "node:os";

export type NetworkChange = "sleep" | "network";
type Interfaces = Record<string, { address: string; internal: boolean }[] | undefined>;

/** What the watch needs of its surroundings; tests hand in their own. */
export interface NetworkWatchParts {
  /** Wall clock in epoch milliseconds: it goes on while the machine sleeps, which timers do not. */
  now(): number;
  onChange(reason: NetworkChange): void;
  interfaces?(): Interfaces;
  every?: number;
}

const usualInterval = 5000;
/** A tick that is later than this was not merely delayed by a busy machine. */
const sleptAtLeast = 15_000;

/** Notices that the machine has slept or that its addresses have changed: then no old socket is to be trusted. */
export class NetworkWatch {
  readonly #now: () => number;
  readonly #onChange: (reason: NetworkChange) => void;
  readonly #interfaces: () => Interfaces;
  readonly #every: number;
  #timer: NodeJS.Timeout | null = null;
  #tickedAt = 0;
  #addresses = "";

  constructor(parts: NetworkWatchParts) {
    this.#now = parts.now;
    this.#onChange = parts.onChange;
    this.#interfaces = parts.interfaces ?? networkInterfaces;
    this.#every = parts.every ?? usualInterval;
  }

  start(): void {
    if (this.#timer) return;
    this.#tickedAt = this.#now();
    this.#addresses = this.#snapshot();
    this.#timer = setInterval(() => this.#tick(), this.#every);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    const now = this.#now();
    const slept = now - this.#tickedAt > this.#every + sleptAtLeast;
    const addresses = this.#snapshot();
    const moved = addresses !== this.#addresses;
    this.#tickedAt = now;
    this.#addresses = addresses;
    if (slept) this.#onChange("sleep");
    else if (moved) this.#onChange("network");
  }

  #snapshot(): string {
    return Object.entries(this.#interfaces())
      .flatMap(([name, list]) =>
        (list ?? []).filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`),
      )
      .sort()
      .join("\n");
  }
}
