import { type OpsError, toOpsError } from "../../shared/errors.ts";
import { abortFault, pause } from "./abort.ts";
import type { ChannelKind, Connection } from "./connection.ts";
import { closing, noRoom } from "./faults.ts";
import type { SshTarget } from "./reach.ts";
import { type Refusal, SessionRoom } from "./session-room.ts";

export interface LaneLimits {
  /** Channels on one connection. */
  channels: number;
  /** Connections to one target, and how many may be opening at once when one already stands. */
  connections: number;
  opening: number;
  /** Milliseconds that a request waits for a channel at most; longer than a person may take to answer. */
  wait: number;
  /** Milliseconds after its last channel when a connection is closed. */
  idle: number;
  /** First and longest wait in milliseconds before a kept connection is opened again. */
  backoff: { first: number; longest: number };
}

/** What a lane needs of a connection: its counts, and to be told when it is gone. */
export type Carrier = Pick<Connection, "channels" | "sessions" | "retired" | "lost" | "onLost" | "close">;

/** A channel's place on a connection; given back exactly once. */
export interface Slot<C extends Carrier = Connection> {
  connection: C;
  /** The server has opened the session that has this place. */
  opened(): void;
  /** Gives the place back since the server refused the session. */
  refused(): Refusal;
  release(): void;
}

/** Opens a connection; `hold` keeps the attempt alive while a person is being asked. */
export type OpenConnection<C extends Carrier = Connection> = (
  signal: AbortSignal,
  hold: (going: boolean) => void,
) => Promise<C>;

interface Waiter<C extends Carrier> {
  kind: ChannelKind;
  resolve(slot: Slot<C>): void;
  reject(fault: OpsError): void;
}

interface Attempt {
  controller: AbortController;
  held: boolean;
}

export type LaneState = "idle" | "connecting" | "connected" | "failed";

/**
 * All connections to one target. Whoever wants a channel gets a place on a connection that stands, or waits for
 * one that is opening: requests share attempts. A first connection is opened alone, so that a wrong credential is
 * sent once; further ones open together.
 */
export class Lane<C extends Carrier = Connection> {
  readonly target: SshTarget;
  readonly connections = new Set<C>();
  failure: OpsError | null = null;
  readonly #open: OpenConnection<C>;
  readonly #limits: LaneLimits;
  readonly #changed: () => void;
  readonly #random: () => number;
  readonly #room: SessionRoom<C>;
  readonly #waiters = new Set<Waiter<C>>();
  readonly #attempts = new Set<Attempt>();
  readonly #idleTimers = new Map<C, NodeJS.Timeout>();
  readonly #end = new AbortController();
  #keepers = 0;
  #restoring = false;
  #mayGrowAt = 0;
  #growTimer: NodeJS.Timeout | null = null;

  constructor(parts: {
    target: SshTarget;
    open: OpenConnection<C>;
    limits: LaneLimits;
    changed(): void;
    random(): number;
  }) {
    this.target = parts.target;
    this.#open = parts.open;
    this.#limits = parts.limits;
    this.#changed = parts.changed;
    this.#random = parts.random;
    this.#room = new SessionRoom(parts.limits.channels, () => this.#serve());
  }

  get state(): LaneState {
    if (this.connections.size > 0) return "connected";
    if (this.#attempts.size > 0) return "connecting";
    return this.failure ? "failed" : "idle";
  }

  /** Nothing stands, opens or waits: the lane may be forgotten. */
  get unused(): boolean {
    return this.connections.size + this.#attempts.size + this.#waiters.size + this.#keepers === 0;
  }

  /** A place for one channel. Rejects with why no connection could be opened, or with the signal's reason. */
  acquire(kind: ChannelKind, signal: AbortSignal): Promise<Slot<C>> {
    return new Promise((resolve, reject) => {
      if (this.#end.signal.aborted) return reject(closing());
      if (signal.aborted) return reject(abortFault(signal));
      const waiter: Waiter<C> = {
        kind,
        resolve: (slot) => {
          leave();
          resolve(slot);
        },
        reject: (fault) => {
          leave();
          reject(fault);
        },
      };
      const leave = () => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        waiter.reject(abortFault(signal));
        this.#giveUpUnwanted();
      };
      const timer = setTimeout(() => waiter.reject(noRoom(this.target)), this.#limits.wait);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#serve();
    });
  }

  /** Keeps one connection open, and opens it again with growing waits when it is lost, until the result is called. */
  keep(): () => void {
    this.#keepers++;
    let kept = true;
    return () => {
      if (!kept) return;
      kept = false;
      this.#keepers--;
      for (const connection of this.connections) this.#watchIdle(connection);
      this.#giveUpUnwanted();
    };
  }

  /** No new work on the connections that stand; each closes with its last channel. */
  retire(): void {
    for (const connection of this.connections) {
      connection.retired = true;
      this.#watchIdle(connection);
    }
  }

  /** Closes everything; whoever waits is told so. */
  close(): void {
    this.#end.abort(closing());
    if (this.#growTimer) clearTimeout(this.#growTimer);
    for (const timer of this.#idleTimers.values()) clearTimeout(timer);
    this.#idleTimers.clear();
    for (const attempt of this.#attempts) attempt.controller.abort(closing());
    for (const waiter of [...this.#waiters]) waiter.reject(closing());
    for (const connection of [...this.connections]) connection.close();
  }

  #serve(): void {
    for (const waiter of [...this.#waiters]) {
      const slot = this.#take(waiter.kind);
      if (slot) waiter.resolve(slot);
    }
    if (this.#waiters.size === 0) return;
    const alone = !this.#hasUsable;
    const unmet = Math.max(0, this.#waiters.size - this.#roomAtRest());
    const useful = Math.ceil(unmet / Math.min(this.#limits.channels, this.#room.limit));
    const wanted = alone ? 1 : Math.min(useful, this.#limits.opening);
    while (
      this.#attempts.size < wanted &&
      this.connections.size + this.#attempts.size < this.#limits.connections &&
      (alone || this.#mayGrow())
    ) {
      void this.#attempt();
    }
  }

  /** Whether a connection stands that takes further work once it has room. */
  get #hasUsable(): boolean {
    for (const { retired } of this.connections) if (!retired) return true;
    return false;
  }

  /** The fullest connection that has room, so that the others may become idle. */
  #take(kind: ChannelKind): Slot<C> | null {
    let best: C | null = null;
    for (const connection of this.connections) {
      const room =
        !connection.retired &&
        connection.channels < this.#limits.channels &&
        (kind === "forward" || (connection.sessions < this.#room.limit && !this.#room.rests(connection)));
      if (room && (!best || connection.channels > best.channels)) best = connection;
    }
    return best && this.#reserve(best, kind);
  }

  /** Sessions that connections will take once they have rested: nobody logs in anew for these. */
  #roomAtRest(): number {
    let room = 0;
    for (const connection of this.connections) {
      if (connection.retired || !this.#room.rests(connection)) continue;
      room += Math.max(0, this.#room.limit - connection.sessions);
    }
    return room;
  }

  #reserve(connection: C, kind: ChannelKind): Slot<C> {
    connection.channels++;
    if (kind === "session") connection.sessions++;
    this.#stopIdle(connection);
    this.#changed();
    let held = true;
    let stands = false;
    const giveBack = () => {
      held = false;
      connection.channels--;
      if (kind === "session") connection.sessions--;
      if (stands) this.#room.closed(connection);
    };
    const goOn = () => {
      this.#watchIdle(connection);
      this.#changed();
      this.#serve();
    };
    return {
      connection,
      opened: () => {
        if (!held) return;
        stands = true;
        this.#room.opened(connection);
      },
      refused: () => {
        giveBack();
        // Before anybody else is given this place, who would be refused as well.
        const refusal = connection.lost ? "late" : this.#room.refused(connection, connection.sessions);
        if (this.#room.isHeld(connection)) connection.retired = true;
        goOn();
        return refusal;
      },
      release: () => {
        if (!held) return;
        giveBack();
        goOn();
      },
    };
  }

  async #attempt(): Promise<void> {
    const attempt: Attempt = { controller: new AbortController(), held: false };
    this.#attempts.add(attempt);
    this.#changed();
    try {
      const connection = await this.#open(attempt.controller.signal, (going) => {
        attempt.held = going;
        if (!going) this.#giveUpUnwanted();
      });
      this.#attempts.delete(attempt);
      if (this.#end.signal.aborted) {
        connection.close();
        return;
      }
      this.failure = null;
      this.#admit(connection);
    } catch (error) {
      this.#attempts.delete(attempt);
      this.#failed(toOpsError(error, "reach"));
    }
  }

  #admit(connection: C): void {
    this.connections.add(connection);
    connection.onLost(() => {
      this.connections.delete(connection);
      this.#room.forget(connection);
      this.#stopIdle(connection);
      this.#changed();
      if (this.#keepers > 0 && this.connections.size === 0) void this.#restore();
      this.#serve();
    });
    this.#changed();
    this.#serve();
    if (!connection.lost) this.#watchIdle(connection);
  }

  /** Those who wait are told, unless connections stand whose channels will become free. */
  #failed(fault: OpsError): void {
    if (!this.#hasUsable) {
      this.failure = fault;
      for (const waiter of [...this.#waiters]) waiter.reject(fault);
    } else {
      this.#mayGrowAt = performance.now() + this.#wait(0);
    }
    this.#changed();
    this.#serve();
  }

  #mayGrow(): boolean {
    const left = this.#mayGrowAt - performance.now();
    if (left <= 0) return true;
    this.#growTimer ??= setTimeout(() => {
      this.#growTimer = null;
      this.#serve();
    }, left);
    return false;
  }

  async #restore(): Promise<void> {
    if (this.#restoring) return;
    this.#restoring = true;
    for (let round = 0; this.#keepers > 0 && this.connections.size === 0; round++) {
      try {
        await pause(this.#wait(round), this.#end.signal);
      } catch {
        break;
      }
      if (this.#keepers > 0 && this.connections.size === 0 && this.#attempts.size === 0)
        await this.#attempt();
    }
    this.#restoring = false;
  }

  /** Exponential, with full jitter above half, so that many consoles do not come back in step. */
  #wait(round: number): number {
    const { first, longest } = this.#limits.backoff;
    return Math.min(longest, first * 2 ** Math.min(round, 20)) * (0.5 + this.#random() / 2);
  }

  #giveUpUnwanted(): void {
    if (this.#waiters.size > 0 || this.#keepers > 0) return;
    for (const { controller, held } of this.#attempts) if (!held) controller.abort();
  }

  #watchIdle(connection: C): void {
    if (connection.channels > 0 || connection.lost) return;
    if (connection.retired) {
      connection.close();
      return;
    }
    if (this.#isKept() || this.#idleTimers.has(connection)) return;
    const timer = setTimeout(() => {
      this.#idleTimers.delete(connection);
      if (!this.#isKept()) connection.close();
    }, this.#limits.idle);
    this.#idleTimers.set(connection, timer);
  }

  #isKept(): boolean {
    return this.#keepers > 0 && this.connections.size === 1;
  }

  #stopIdle(connection: C): void {
    clearTimeout(this.#idleTimers.get(connection));
    this.#idleTimers.delete(connection);
  }
}
