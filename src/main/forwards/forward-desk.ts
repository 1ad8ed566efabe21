import { randomUUID } from "node:crypto";
import type { OpsError } from "../../shared/errors.ts";
import type { OfferedPort, PortForward, PortForwardRequest } from "../../shared/forwards.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import { type ConsoleJournal, consoleJournal, openJournalled } from "../opening.ts";
import type { Ports } from "../systems/system.ts";
import { noPorts, tooManyForwards } from "./faults.ts";
import { Forward } from "./forward.ts";

/** Forwards that may be open at once. */
export const mostForwards = 50;
const openLimit = 30_000;
const offeredLimit = 30_000;

export interface ForwardDeskParts {
  /** The ports of a resource; null when it has none. */
  ports(resource: string): Ports | null;
  /** What a resource is called. */
  nameOf(resource: string): string;
  journal: JournalWriter;
  now(): number;
}

interface Held {
  forward: Forward;
  events: ConsoleJournal;
  facts: Pick<PortForward, "id" | "resource" | "name" | "localPort" | "remotePort" | "openedAt">;
}

/**
 * The ports of resources that are reached at ports of this workstation's loopback address, until they are closed or
 * the console ends. Opening and closing one is journalled, what passes through is not.
 */
export class ForwardDesk {
  readonly #parts: ForwardDeskParts;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  #opening = 0;

  constructor(parts: ForwardDeskParts) {
    this.#parts = parts;
  }

  /** Oldest first. */
  list(): PortForward[] {
    return [...this.#held.values()].map(shown);
  }

  /** The ports that a resource says it listens on. Throws `forward.none`, and what asking meets. */
  async offered(resource: string, signal: AbortSignal | undefined): Promise<OfferedPort[]> {
    const deadline = AbortSignal.timeout(offeredLimit);
    return this.#portsOf(resource).offered(resource, signal ? AbortSignal.any([signal, deadline]) : deadline);
  }

  /**
   * Opens a forward. The far port is reached when somebody connects. Throws `forward.none`, `.too-many`, `.port-taken`,
   * `.no-local-port` and `journal.cannot-write`.
   */
  async open(request: PortForwardRequest, signal: AbortSignal | undefined): Promise<PortForward> {
    const { resource, remotePort } = request;
    this.#portsOf(resource);
    if (this.#held.size + this.#opening >= mostForwards) throw tooManyForwards(mostForwards);
    const id = randomUUID();
    const events = consoleJournal(this.#parts.journal, "forward", resource, { forward: id, remotePort });
    const forward = new Forward({
      // Asked for anew each time: when the estate changes, another system has the resource.
      connect: async (ending) => this.#portsOf(resource).connect(resource, remotePort, ending),
      changed: () => this.#changed(),
    });
    this.#opening += 1;
    try {
      const { localPort } = await openJournalled(events, openLimit, signal, async () => ({
        localPort: await forward.listen(request.localPort),
        close: () => void forward.close(),
      }));
      const openedAt = this.#parts.now();
      const facts = { id, resource, name: this.#parts.nameOf(resource), localPort, remotePort, openedAt };
      const held = { forward, events, facts };
      this.#held.set(id, held);
      this.#changed();
      return shown(held);
    } finally {
      this.#opening -= 1;
    }
  }

  /** False when it is not open (any more). */
  async end(id: string): Promise<boolean> {
    const held = this.#held.get(id);
    if (!held) return false;
    this.#held.delete(id);
    this.#changed();
    await held.forward.close();
    held.events.recordAfterwards("ended", { served: held.forward.figures.served });
    return true;
  }

  /** Cuts the connections through a forward; its port stays, and tells the reason until it is reached again. */
  cut(id: string, reason: OpsError): void {
    this.#held.get(id)?.forward.cut(reason);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held.keys()].map((id) => this.end(id)));
  }

  #portsOf(resource: string): Ports {
    const ports = this.#parts.ports(resource);
    if (!ports) throw noPorts(resource);
    return ports;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function shown({ facts, forward }: Held): PortForward {
  const { connections, served, error } = forward.figures;
  return { ...facts, connections, served, error: error?.toWire() ?? null };
}
