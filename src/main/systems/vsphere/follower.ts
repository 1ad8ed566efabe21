import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import { Collector, type ObjectUpdate, retrieveAll } from "./client/collector.ts";
import type { VimSession } from "./client/session.ts";
import type { Reference } from "./client/values.ts";
import { isFault } from "./client/vim-fault.ts";
import { Mirror, type MirrorChange } from "./mirror.ts";
import { propertySets } from "./properties.ts";

export interface FollowerParts {
  session: VimSession;
  /** A whole inventory was read: it takes the place of the one before. */
  onReplaced(mirror: Mirror): void;
  onChange(change: MirrorChange): void;
  /** The server has answered: what is held is as it says. */
  onAnswer(): void;
  onError(error: OpsError): void;
  /** Waits so many milliseconds; rejects when the signal fires. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1. */
  random(): number;
  /** Seconds that one wait for changes lasts. */
  waitSeconds?: number;
}

const usualWait = 30;
const firstPause = 2000;
const longestPause = 60_000;
/** Between two questions where long waits do not get through. */
const pollPause = 15_000;
/** After so many waits in a row that broke off, something on the way does not let long ones through. */
const brokenWaits = 2;

/**
 * Keeps a mirror of the inventory by waiting for changes. When the session ends it logs in anew and reads everything
 * anew, and only then the new mirror takes the place of the old. After any other failure it tries again, later each time.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;
  #attempt: PromiseWithResolvers<void> = Promise.withResolvers();
  #nudge = new AbortController();
  #round = new AbortController();
  #broken = 0;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Begins when it has not, tries again at once when it is pausing; resolves when there is a result, good or bad. */
  result(): Promise<void> {
    this.#running ??= this.#run();
    this.#nudge.abort();
    return this.#attempt.promise;
  }

  /** Drops what is under way and reads everything anew: no connection of before is trusted. */
  restart(): void {
    this.#attempt = Promise.withResolvers();
    this.#round.abort();
    this.#nudge.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#attempt.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { onError, random } = this.#parts;
    const closing = this.#closing.signal;
    let failures = 0;
    while (!closing.aborted) {
      this.#round = new AbortController();
      let isLost = false;
      try {
        await this.#follow(AbortSignal.any([closing, this.#round.signal]), () => {
          failures = 0;
        });
      } catch (thrown) {
        if (closing.aborted) return;
        if (this.#round.signal.aborted) continue;
        // The session has ended, and with it the filter: nothing is wrong yet.
        isLost = isFault(thrown, "NotAuthenticated", "ManagedObjectNotFound", "InvalidCollectorVersion");
        if (!isLost || failures > 0) {
          onError(toOpsError(thrown, "vsphere"));
          this.#attempt.resolve();
        }
      }
      failures += 1;
      if (isLost && failures === 1) continue;
      await this.#pause(
        Math.min(firstPause * 2 ** Math.min(failures - 1, 6), longestPause) * (0.5 + random() / 2),
      );
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    this.#nudge = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, this.#nudge.signal]);
    await this.#parts.wait(milliseconds, signal).catch(() => undefined);
  }

  /** Reads everything, then what changes, until something fails. */
  async #follow(signal: AbortSignal, onWhole: () => void): Promise<void> {
    const { session, onReplaced, onChange, onAnswer, wait } = this.#parts;
    const collector = await Collector.open(session, propertySets, signal);
    try {
      const mirror = new Mirror();
      let version = "";
      for (let truncated = true; truncated; ) {
        const unread: Reference[] = [];
        const set = await collector.wait(version, 0, signal, (update) => {
          unread.push(...mirror.apply([update]).unread);
        });
        if (set) version = set.version;
        truncated = set?.truncated ?? false;
        await this.#complete(mirror, unread, signal);
      }
      onWhole();
      onReplaced(mirror);
      this.#attempt.resolve();
      for (;;) {
        const isPolling = this.#broken >= brokenWaits;
        if (isPolling) await wait(pollPause, signal);
        const set = await this.#waited(collector, version, isPolling, signal);
        if (set) {
          version = set.version;
          const change = mirror.apply(set.updates);
          await this.#complete(mirror, change.unread, signal);
          onChange(change);
        }
        onAnswer();
      }
    } finally {
      // The log-out gives everything back; a session that goes on must not keep what nobody waits for any more.
      if (!this.#closing.signal.aborted) await collector.close();
    }
  }

  async #waited(collector: Collector, version: string, isPolling: boolean, signal: AbortSignal) {
    const seconds = isPolling ? 0 : (this.#parts.waitSeconds ?? usualWait);
    try {
      const set = await collector.wait(version, seconds, signal);
      if (!isPolling) this.#broken = 0;
      return set;
    } catch (error) {
      const code = toOpsError(error, "vsphere").code;
      if (code === "vsphere.closed" || code === "vsphere.timed-out") this.#broken += 1;
      throw error;
    }
  }

  async #complete(mirror: Mirror, unread: readonly Reference[], signal: AbortSignal): Promise<void> {
    for (const object of unread) {
      const properties = propertySets[object.type];
      if (!properties) continue;
      const found = await retrieveAll(this.#parts.session, [object], properties, signal);
      const read = found.get(object.id);
      if (!read) continue;
      const changes = [...read.values].map(([name, value]) => ({ name, removed: false, value }));
      const update: ObjectUpdate = { kind: "enter", object, changes, refused: read.refused };
      mirror.apply([update]);
    }
  }
}
