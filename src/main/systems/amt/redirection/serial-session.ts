import type { Duplex } from "node:stream";
import { OpsError } from "../../../../shared/errors.ts";
import type { ShellSession } from "../../system.ts";
import { serialFull, serialGarbage, sessionEnded, sessionLost } from "./faults.ts";
import * as messages from "./messages.ts";
import { parseSerialMessage, type SerialMessage } from "./replies.ts";

type End = { exitCode: number | null; error: Error | null };

/** Milliseconds between two keep-alives: AMT hangs up after ten seconds without one. */
const keepAliveEvery = 2000;
/** Milliseconds for AMT to say good-bye. */
const goodbyeTime = 1000;
/** Input that may wait for the far side, in bytes on the wire. */
const mostWaiting = 1024 * 1024;

export interface SerialSessionParts {
  /** Its session has started; it belongs to the serial session from here on. */
  stream: Duplex;
  /** The machine, as errors name it. */
  name: string;
  /** Called whenever something comes. */
  onHeard?(): void;
  /** Milliseconds. */
  keepAliveEvery?: number;
}

/**
 * The machine's serial port (Serial over LAN) on a stream whose session has started. Bytes pass as they are; the port
 * has no size that could be changed. Source: FIELD-NOTES 1, "ws-redirection bytes".
 */
export class SerialSession implements ShellSession {
  readonly #stream: Duplex;
  readonly #name: string;
  readonly #onHeard: () => void;
  readonly #dataListeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #endListeners: ((end: End) => void)[] = [];
  readonly #keepAlive: NodeJS.Timeout;
  #come: Buffer = Buffer.alloc(0);
  #sequence = 1;
  #paused = false;
  #end: End | null = null;

  /** Nothing is read before somebody listens. */
  constructor(parts: SerialSessionParts) {
    this.#stream = parts.stream;
    this.#name = parts.name;
    this.#onHeard = () => parts.onHeard?.();
    this.#keepAlive = setInterval(() => {
      // What waits for the far side already is a sign of life of its own.
      if (this.#stream.writableLength === 0) this.#send(messages.serialKeepAlive(this.#next()));
    }, parts.keepAliveEvery ?? keepAliveEvery);
    const { stream } = parts;
    stream.on("error", (error) =>
      this.#finish(error instanceof OpsError ? error : sessionLost(this.#name, "serial", error)),
    );
    stream.once("end", () => this.#finish(sessionEnded(this.#name, "serial")));
    stream.once("close", () => this.#finish(sessionEnded(this.#name, "serial")));
  }

  /** Throws OpsError `amt.serial-full` when far more waits than a serial line can take. */
  write(data: string): void {
    const bytes = Buffer.from(data, "utf8");
    if (this.#end) return;
    if (this.#stream.writableLength + bytes.length > mostWaiting) throw serialFull(this.#name);
    for (let at = 0; at < bytes.length; at += messages.longestSerialPiece) {
      const piece = bytes.subarray(at, at + messages.longestSerialPiece);
      this.#send(messages.serialData(this.#next(), piece));
    }
  }

  resize(): void {
    // A serial line does not know how large the terminal is.
  }

  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#dataListeners.length > 0 && !this.#end) this.#stream.resume();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#dataListeners.push(listener);
    if (this.#dataListeners.length > 1) return;
    this.#stream.on("data", (bytes: Buffer) => this.#take(bytes));
    if (this.#paused) this.#stream.pause();
  }

  onEnd(listener: (end: End) => void): void {
    if (this.#end) listener(this.#end);
    else this.#endListeners.push(listener);
  }

  close(): void {
    this.end(null);
  }

  /** Ends the session from this side, saying good-bye to AMT; `error` is why, null when that was wanted. */
  end(error: Error | null): void {
    if (this.#end) return;
    this.#send(messages.endSerial(this.#next()));
    this.#send(messages.endSession());
    this.#finish(error);
  }

  #take(bytes: Buffer): void {
    if (this.#end) return;
    this.#onHeard();
    this.#come = this.#come.length === 0 ? bytes : Buffer.concat([this.#come, bytes]);
    while (!this.#end) {
      const parsed = parseSerialMessage(this.#come);
      if (parsed === "more") return;
      if (parsed === "garbage") {
        this.end(serialGarbage(this.#name));
        return;
      }
      this.#come = this.#come.subarray(parsed.length);
      this.#obey(parsed.value);
    }
  }

  #obey(message: SerialMessage): void {
    if (message.type === "data") {
      for (const listener of this.#dataListeners) listener(message.bytes);
    } else if (message.type === "ping") {
      this.#send(messages.serialPong(message.sequence));
    } else if (message.type === "ended") {
      this.#finish(sessionEnded(this.#name, "serial"));
    }
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence - 1;
  }

  #send(message: Uint8Array): void {
    if (this.#stream.writable) this.#stream.write(message);
  }

  #finish(error: Error | null): void {
    if (this.#end) return;
    this.#end = { exitCode: null, error };
    clearInterval(this.#keepAlive);
    const stream = this.#stream;
    const late = setTimeout(() => stream.destroy(), goodbyeTime);
    stream.once("close", () => clearTimeout(late));
    if (stream.destroyed) clearTimeout(late);
    // What still comes is of no interest, but must be read for the end to be seen.
    stream.resume();
    stream.end();
    for (const listener of this.#endListeners.splice(0)) listener(this.#end);
  }
}
