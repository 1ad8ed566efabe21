import type { OpsError } from "../../shared/errors.ts";
import type { ChannelKind, Connection } from "./connection.ts";
import { closing, connectionLost, hopUnknown } from "./faults.ts";
import { Lane, type LaneLimits, type Slot } from "./lane.ts";
import type { OpenOptions } from "./opener.ts";
import type { SshTarget } from "./reach.ts";

export interface PoolParts {
  open(target: SshTarget, options: OpenOptions): Promise<Connection>;
  hop(id: string): SshTarget | null;
  limits: LaneLimits;
  /** Milliseconds of silence after which a connection is asked whether it still answers, and for that answer. */
  doubtAfter: number;
  probeTime: number;
  random(): number;
  changed(): void;
}

/** All connections, one lane for each target as it is declared now, hops on the way included. */
export class Pool {
  readonly #parts: PoolParts;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes of former declarations, until their last channel has ended. */
  readonly #retired = new Set<Lane>();
  #closed = false;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** A place for a channel on a connection that answers. Rejects with why there is none. */
  async acquire(target: SshTarget, kind: ChannelKind, signal: AbortSignal): Promise<Slot> {
    for (;;) {
      const slot = await this.#lane(target).acquire(kind, signal);
      const { connection } = slot;
      if (connection.silence < this.#parts.doubtAfter) return slot;
      if (await connection.probe(this.#parts.probeTime)) return slot;
      connection.drop(connectionLost(target));
      slot.release();
    }
  }

  /** Keeps a connection to a hop open until the result is called. */
  keep(target: SshTarget): () => void {
    return this.#lane(target).keep();
  }

  /** The lanes to one hop or host, by its id; more than one only while an estate is being replaced. */
  lanes(id: string): Lane[] {
    return [...this.#lanes.values()].filter((lane) => lane.target.id === id);
  }

  /** Asks every connection whether it still answers and drops those that do not. */
  async probeAll(): Promise<void> {
    const connections = [...this.#lanes.values()].flatMap((lane) => [...lane.connections]);
    await Promise.all(
      connections.map(async (connection) => {
        if (await connection.probe(this.#parts.probeTime)) return;
        connection.drop(connectionLost(connection.target));
      }),
    );
  }

  /** After a change of hops: lanes whose way is no longer the declared one take no more work. */
  retireStale(): void {
    for (const [key, lane] of this.#lanes) {
      const declared = this.#parts.hop(lane.target.id) ?? lane.target;
      if (this.#keyOf(declared) === key) continue;
      lane.retire();
      this.#lanes.delete(key);
      this.#retired.add(lane);
    }
  }

  /**
   * Lanes whose target, or a hop on the way, is to be left: what is under way on a connection comes to its end, and the
   * connection closes with it. What comes after opens a new one, if it may.
   */
  leave(isLeft: (target: SshTarget) => boolean): void {
    for (const lane of this.#lanes.values()) {
      let at: SshTarget | null = lane.target;
      for (let depth = 0; at !== null && depth < 16; depth++) {
        if (isLeft(at)) {
          lane.retire();
          break;
        }
        at = at.via === null ? null : this.#parts.hop(at.via);
      }
    }
  }

  close(): void {
    this.#closed = true;
    for (const lane of [...this.#lanes.values(), ...this.#retired]) lane.close();
    this.#lanes.clear();
    this.#retired.clear();
  }

  #lane(target: SshTarget): Lane {
    if (this.#closed) throw closing();
    const chain = this.#chainOf(target);
    const key = JSON.stringify(chain);
    const standing = this.#lanes.get(key);
    if (standing) return standing;
    for (const [old, lane] of this.#lanes) if (lane.unused && !lane.failure) this.#lanes.delete(old);
    for (const lane of this.#retired) if (lane.unused) this.#retired.delete(lane);
    const lane = new Lane({
      target,
      open: (signal, asking) => this.#parts.open(target, { signal, asking }),
      limits: this.#parts.limits,
      changed: this.#parts.changed,
      random: this.#parts.random,
    });
    this.#lanes.set(key, lane);
    return lane;
  }

  #keyOf(target: SshTarget): string | null {
    try {
      return JSON.stringify(this.#chainOf(target));
    } catch {
      return null;
    }
  }

  /** What a connection depends on: the target's own declaration and that of each hop on the way. */
  #chainOf(target: SshTarget): unknown[] {
    const chain: unknown[] = [];
    const seen = new Set<string>();
    let at: SshTarget | null = target;
    while (at) {
      const { id, address, port, user, authentication, allowlist, hostKey, via } = at;
      chain.push([id, address, port, user, authentication, allowlist, hostKey]);
      if (via === null) break;
      if (seen.has(via)) throw hopUnknown(via, "circle");
      seen.add(via);
      at = this.#parts.hop(via);
      if (!at) throw hopUnknown(via, "missing");
    }
    return chain;
  }
}

/** The last reason why no connection to a hop or host could be opened. */
export function lastFailure(lanes: readonly Lane[]): OpsError | null {
  return lanes.find((lane) => lane.failure)?.failure ?? null;
}
