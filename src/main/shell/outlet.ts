import { setImmediate as nextTurn } from "node:timers/promises";
import { channelState, type PacedChannel } from "../../shared/channel.ts";

/** Bytes that may wait in a channel before live queries are held back. */
export const bufferLimit = 1024 * 1024;
/** Milliseconds that one stream may go on without letting the rest of the process have its turn. */
const longestTurn = 8;

/** The sending end of a channel: what comes out of it waits for room, and for its turn. */
export class Outlet {
  readonly #channel: PacedChannel;
  #waiting: (() => void)[] = [];
  #turnBegan = performance.now();

  constructor(channel: PacedChannel) {
    this.#channel = channel;
    channel.ondrain = () => {
      if (this.#hasRoom()) this.release();
    };
  }

  /**
   * Sends, then resolves when the next message may follow. Rejects on a channel that is not open: a stream that was
   * let go on would never see the end of it, since a write that the kernel takes at once never leaves the turn.
   */
  async send(data: string | ArrayBuffer | Uint8Array): Promise<void> {
    if (this.#channel.readyState !== channelState.open) throw new Error("the channel is not open");
    this.#channel.send(data);
    if (performance.now() - this.#turnBegan > longestTurn) {
      await nextTurn();
      this.#turnBegan = performance.now();
    }
    await this.drained();
  }

  /** Resolves when the channel's buffer is below `bufferLimit`, or when the channel has closed. */
  drained(): Promise<void> {
    if (this.#hasRoom()) return Promise.resolve();
    return new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Wakes everything that waits; to be called when the channel has closed. */
  release(): void {
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }

  #hasRoom(): boolean {
    return this.#channel.bufferedAmount < bufferLimit || this.#channel.readyState !== channelState.open;
  }
}
