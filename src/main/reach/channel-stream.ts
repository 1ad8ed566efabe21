import { Duplex } from "node:stream";
import type { ClientChannel } from "ssh2";

/**
 * A forwarded channel as a well-behaved stream: it ends when the far side ends, fails when the connection below
 * is lost (`lost` then says so), and `close` comes when it is gone. ssh2's own channel is half-open for ever,
 * shows a lost connection as a plain end, and never calls back a write that comes after its close.
 */
export class ChannelStream extends Duplex {
  readonly #channel: ClientChannel;
  #pendingWrite: ((error?: Error | null) => void) | null = null;
  #gone = false;

  constructor(channel: ClientChannel, lost: () => Error | null) {
    super({ allowHalfOpen: false });
    this.#channel = channel;
    channel.on("data", (bytes: Buffer) => {
      if (!this.push(bytes)) channel.pause();
    });
    channel.on("end", () => {
      const error = lost();
      if (error) this.destroy(error);
      else this.push(null);
    });
    channel.on("close", () => {
      this.#gone = true;
      const error = lost();
      if (error) this.destroy(error);
      else this.end();
      const pending = this.#pendingWrite;
      this.#pendingWrite = null;
      pending?.();
    });
    channel.on("error", (error: Error) => this.destroy(error));
    channel.stderr.resume();
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#gone) {
      done();
      return;
    }
    this.#pendingWrite = done;
    this.#channel.write(bytes, (error) => {
      if (this.#pendingWrite !== done) return;
      this.#pendingWrite = null;
      done(error);
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // What nobody reads any more must still be drained, or the channel never reports its close.
    this.#channel.resume();
    this.#channel.destroy();
    done(error);
  }
}
