import type { Duplex } from "node:stream";
import { OpsError } from "../../shared/errors.ts";
import { abortable, Deadline, pause } from "./abort.ts";
import { type HostKeyType, hostKeyTypes, isHostKeyType } from "./algorithms.ts";
import type { AllowlistGate } from "./allowlist-gate.ts";
import { type Connection, firstOf } from "./connection.ts";
import { noAnswer } from "./faults.ts";
import { type HandshakeParts, handshake } from "./handshake.ts";
import { mismatchedKey } from "./host-key-check.ts";
import type { KnownHosts } from "./known-hosts.ts";
import type { Slot } from "./lane.ts";
import { originOf } from "./origin.ts";
import type { Place } from "./place.ts";
import type { SshTarget } from "./reach.ts";
import { openTcp } from "./tcp.ts";

export interface OpenerParts extends HandshakeParts {
  knownHosts: KnownHosts;
  gate: AllowlistGate;
  /** How the names of direct places are resolved where their last answer may serve; as TCP does when left out. */
  addressesOf?(place: Place, signal: AbortSignal): Promise<string[]>;
  /** Milliseconds for a TCP connection, or for a hop to open one. */
  connectTime: number;
  random(): number;
  isHop(id: string): boolean;
  /** A place for a stream on a live connection to the hop. */
  acquireHop(id: string, signal: AbortSignal): Promise<Slot>;
  /** A first hop has told from where it sees this workstation only when it was asked once more. */
  toldLater(connection: Connection): void;
}

export interface OpenOptions {
  signal: AbortSignal;
  /** A person asked: credentials that were refused before are tried again. */
  afresh?: boolean;
  /** Told when a person begins and ends being asked. */
  asking?(going: boolean): void;
}

const turnedAwayRetries = 2;
const originTime = 5000;

/** Opens connections: allowlist, then the stream (direct or through hops), then the SSH handshake. */
export class Opener {
  readonly #parts: OpenerParts;
  /** Which type of key a pin turned out to belong to; a fingerprint does not say. */
  readonly #pinnedTypes = new Map<string, HostKeyType>();
  /** First hops that are being asked from where they see this workstation. */
  readonly #asking = new Map<Connection, Promise<void>>();

  constructor(parts: OpenerParts) {
    this.#parts = parts;
  }

  /**
   * Opens one connection that has logged in. A server that turns us away before its greeting (too many log-ins
   * under way) is tried twice more: nothing was sent. Throws OpsErrors `reach.…`, `secrets.…`, `journal.…`.
   */
  async open(target: SshTarget, options: OpenOptions): Promise<Connection> {
    for (let round = 0; ; round++) {
      try {
        return await this.#openPinned(target, options);
      } catch (error) {
        const turnedAway = error instanceof OpsError && error.code === "reach.closed-early";
        if (!turnedAway || round >= turnedAwayRetries) throw error;
        await pause((0.5 + this.#parts.random()) * 200 * 2 ** round, options.signal);
      }
    }
  }

  /** A byte stream to an address, through the hop `via` or directly. The hop's channel is given back on close. */
  async dial(
    place: SshTarget | { id: string; name: string; via: string | null; address: string; port: number },
    signal: AbortSignal,
    check: (hop: Connection) => void | Promise<void> = () => undefined,
  ): Promise<{ stream: Duplex; parent: Connection | null }> {
    if (place.via === null) {
      return { stream: await this.#direct(place, signal, null), parent: null };
    }
    const slot = await this.#parts.acquireHop(place.via, signal);
    const deadline = new Deadline(this.#parts.connectTime, signal, () => noAnswer(place));
    try {
      await abortable(Promise.resolve(check(slot.connection)), deadline.signal);
    } catch (error) {
      deadline.end();
      slot.release();
      throw error;
    }
    const opening = slot.connection.forward(place.address, place.port);
    opening.then((stream) => stream.once("close", slot.release), slot.release);
    const stream = await abortable(opening, deadline.signal, (late) => late.destroy()).finally(() =>
      deadline.end(),
    );
    return { stream, parent: slot.connection };
  }

  /** As `dial`, but only from inside the place's allowlist. Throws what the gate throws as well. */
  async dialFromInside(
    place: Place & { via: string | null; allowlist: string | null },
    signal: AbortSignal,
    lastNameServes: boolean,
  ): Promise<Duplex> {
    const { gate } = this.#parts;
    if (place.via !== null) {
      const { stream } = await this.dial(place, signal, (hop) => this.#checkBehind(place, hop));
      return stream;
    }
    const addresses = await gate.addresses(place, signal, lastNameServes);
    const stream = await this.#direct(place, signal, addresses, lastNameServes);
    try {
      gate.checkLocal(place, localAddressOf(stream));
    } catch (error) {
      stream.destroy();
      throw error;
    }
    return stream;
  }

  /** A pin does not say its type: the server is asked for one type after the other until the pin matches. */
  async #openPinned(target: SshTarget, options: OpenOptions): Promise<Connection> {
    const excluded = new Set<HostKeyType>();
    let mismatch: { error: unknown; type: string } | null = null;
    for (;;) {
      try {
        const connection = await this.#openOnce(target, options, excluded);
        return connection;
      } catch (error) {
        const wrong = mismatchedKey(error);
        if (wrong && isHostKeyType(wrong.type) && excluded.size < hostKeyTypes.length - 1) {
          excluded.add(wrong.type);
          mismatch ??= { error, type: wrong.type };
          continue;
        }
        const noneLeft = error instanceof OpsError && error.code === "reach.no-common-algorithm";
        const final = mismatch && noneLeft ? mismatch.error : error;
        const shown = mismatchedKey(final);
        if (shown) this.#parts.hostKeys.reportPinMismatch(target, shown);
        throw final;
      }
    }
  }

  async #openOnce(
    target: SshTarget,
    options: OpenOptions,
    excluded: ReadonlySet<HostKeyType>,
  ): Promise<Connection> {
    const { gate } = this.#parts;
    const { signal } = options;
    const addresses = target.via === null ? await gate.addresses(target, signal) : null;
    const { stream, parent } =
      target.via === null
        ? { stream: await this.#direct(target, signal, addresses), parent: null }
        : await this.dial(target, signal, (hop) => this.#checkBehind(target, hop));
    const localAddress = localAddressOf(stream);
    if (parent === null) {
      try {
        gate.checkLocal(target, localAddress);
      } catch (error) {
        stream.destroy();
        throw error;
      }
    }
    const connection = await handshake(this.#parts, {
      target,
      parent,
      localAddress: localAddress ?? null,
      socket: stream,
      signal,
      afresh: options.afresh ?? false,
      preferredKeyTypes: this.#preferredTypes(target),
      excludedKeyTypes: excluded,
      asking: options.asking ?? (() => undefined),
    });
    if (target.hostKey !== null && isHostKeyType(connection.hostKey.type)) {
      this.#pinnedTypes.set(target.hostKey, connection.hostKey.type);
    }
    if (parent === null && gate.inUse && this.#parts.isHop(target.id)) await this.#ask(connection);
    return connection;
  }

  /**
   * As the gate judges it. A first hop that had no time to say from where it sees this workstation, or that nobody had a
   * reason to ask when it was logged in to, is asked now: its connection may stand for days.
   */
  async #checkBehind(target: Place & { allowlist: string | null }, hop: Connection): Promise<void> {
    const first = firstOf(hop);
    if (target.allowlist !== null && !first.originTold && this.#parts.isHop(first.target.id)) {
      await this.#ask(first);
      if (first.originTold) this.#parts.toldLater(first);
    }
    this.#parts.gate.checkBehind(target, hop);
  }

  /** Whoever needs the answer of one connection at the same time has it asked once. */
  #ask(connection: Connection): Promise<void> {
    const asking =
      this.#asking.get(connection) ??
      originOf(connection, originTime)
        .then(({ address, answered }) => {
          connection.origin = address;
          connection.originTold = answered;
        })
        .finally(() => this.#asking.delete(connection));
    this.#asking.set(connection, asking);
    return asking;
  }

  async #direct(
    place: { id: string; name: string; address: string; port: number },
    signal: AbortSignal,
    addresses: readonly string[] | null,
    lastNameServes = true,
  ): Promise<Duplex> {
    const deadline = new Deadline(this.#parts.connectTime, signal, () => noAnswer(place));
    try {
      const resolved =
        addresses === null && lastNameServes ? await this.#parts.addressesOf?.(place, deadline.signal) : null;
      return await openTcp(place, deadline.signal, addresses ?? resolved ?? null);
    } finally {
      deadline.end();
    }
  }

  #preferredTypes(target: SshTarget): HostKeyType[] {
    if (target.hostKey === null) return this.#parts.knownHosts.typesFor(target.address, target.port);
    const type = this.#pinnedTypes.get(target.hostKey);
    return type ? [type] : [];
  }
}

function localAddressOf(stream: Duplex): string | undefined {
  return "localAddress" in stream ? (stream.localAddress as string | undefined) : undefined;
}
