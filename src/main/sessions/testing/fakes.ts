import { type Channel, channelState } from "../../../shared/channel.ts";
import type { ShellSession } from "../../systems/system.ts";

/** A shell that a test drives; like a stream, it keeps what is said while it is paused. */
export class FakeShell implements ShellSession {
  paused = false;
  closed = 0;
  written = "";
  sizes: [number, number][] = [];
  #held: Uint8Array[] = [];
  #onData: (bytes: Uint8Array) => void = () => undefined;
  #onEnd: (end: { exitCode: number | null; error: Error | null }) => void = () => undefined;

  write(data: string): void {
    this.written += data;
  }
  resize(columns: number, rows: number): void {
    this.sizes.push([columns, rows]);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
    while (!this.paused) {
      const bytes = this.#held.shift();
      if (!bytes) return;
      this.#onData(bytes);
    }
  }
  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }
  onEnd(listener: (end: { exitCode: number | null; error: Error | null }) => void): void {
    this.#onEnd = listener;
  }
  close(): void {
    this.closed += 1;
  }

  /** The far side says something. */
  say(bytes: Uint8Array): void {
    if (this.paused) this.#held.push(bytes);
    else this.#onData(bytes);
  }
  /** The far side ends. */
  finish(exitCode: number | null, error: Error | null = null): void {
    this.#onEnd({ exitCode, error });
  }
  get held(): number {
    return this.#held.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  }
}

/** The renderer's end of a channel, as main sees it. */
export class FakeChannel implements Channel {
  readyState: number;
  bufferedAmount = 0;
  binaryType = "arraybuffer" as const;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  closedWith: number | undefined;
  readonly texts: unknown[] = [];
  bytes = 0;

  constructor(readyState: number = channelState.open) {
    this.readyState = readyState;
  }
  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.readyState !== channelState.open) throw new Error("the channel is not open");
    if (typeof data === "string") this.texts.push(JSON.parse(data));
    else this.bytes += data.byteLength;
  }
  close(code?: number): void {
    this.readyState = channelState.closed;
    this.closedWith = code;
  }

  /** The renderer sends something. */
  receive(data: unknown): void {
    this.onmessage?.({ data });
  }
  /** The renderer sends a command of the protocol. */
  command(command: object): void {
    this.receive(JSON.stringify(command));
  }
  /** The channel turns open. */
  open(): void {
    this.readyState = channelState.open;
    this.onopen?.();
  }
  /** The renderer goes away. */
  disappear(): void {
    this.readyState = channelState.closed;
    this.onclose?.({ code: 1001, reason: "" });
  }
}
