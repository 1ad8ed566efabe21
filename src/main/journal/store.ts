type Awaitable<T> = T | Promise<T>;

/** One entry of a stream; revisions count from 1 without gaps. */
export interface StreamEntry {
  revision: number;
  /** A JSON text. */
  value: string;
}

/** A claim on a name until `expiresAt` (epoch milliseconds). `fence` grows with every change of hands. */
export interface Lease {
  /** Whether the one who asked has it. */
  held: boolean;
  holder: string;
  fence: number;
  expiresAt: number;
}

/**
 * What the engine needs of a place to keep its state: five verbs, few enough that a file on this workstation and a
 * replicated store of a team can both offer them. Values are JSON texts.
 */
export interface Store {
  /**
   * Appends all entries, or none when the stream is no longer at `expected` (0: empty). Durable on return.
   * `revision` is where the stream stands afterwards.
   */
  append(
    stream: string,
    expected: number,
    values: string[],
  ): Awaitable<{ appended: boolean; revision: number }>;
  /**
   * Sets a key if it is still at revision `expected` (0: absent; then the value is left as it is when `value` is
   * null, which makes this the way to read). Answers with what the key holds afterwards.
   */
  compareAndSet(
    key: string,
    expected: number,
    value: string | null,
  ): Awaitable<{ set: boolean; revision: number; value: string | null }>;
  /** Hands over the entries from revision `from` on, those of the past at once, those to come as they come. */
  watch(stream: string, from: number, listener: (entry: StreamEntry) => void): () => void;
  /**
   * Takes, renews (same holder) or, with `duration` 0, gives back a lease; a lease that has run out is anyone's.
   * `duration` in milliseconds, at most a minute, so that a clock that jumps back cannot make one last for hours.
   */
  lease(name: string, holder: string, duration: number): Awaitable<Lease>;
  /** The store's clock, epoch milliseconds: leases are judged by it. */
  now(): Awaitable<number>;
  close(): Awaitable<void>;
}
