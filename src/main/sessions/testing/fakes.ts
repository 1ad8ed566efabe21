import { type Channel, channelState } from "../../../shared/channel.ts";
import type { Recording } from "../../../shared/screen.ts";
import type { ScreenEnd, ScreenSource, ShellSession } from "../../systems/system.ts";
import type { ScreenRecorder } from "../screen-recorder.ts";

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

/** A screen that a test drives; like a stream, it keeps what is said while it is paused. */
export class FakeScreen implements ScreenSource {
  readonly route = "rfb";
  readonly name = "tower-a";
  readonly width = 800;
  readonly height = 600;
  paused = false;
  closed = 0;
  readonly written: number[] = [];
  #held: Uint8Array[] = [];
  #onData: (bytes: Uint8Array) => void = () => undefined;
  #onFirstPixels: () => void = () => undefined;
  #onEnd: (end: ScreenEnd) => void = () => undefined;

  write(bytes: Uint8Array): void {
    this.written.push(...bytes);
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
  onFirstPixels(listener: () => void): void {
    this.#onFirstPixels = listener;
  }
  onEnd(listener: (end: ScreenEnd) => void): void {
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
  /** The far side has sent its first picture. */
  paint(): void {
    this.#onFirstPixels();
  }
  /** The far side ends. */
  finish(end: Partial<ScreenEnd> = {}): void {
    this.#onEnd({ error: null, returns: null, ...end });
  }
  get held(): number {
    return this.#held.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  }
}

/** A recorder that counts, and has the room and the trouble that a test gives it. */
export class FakeRecorder implements ScreenRecorder {
  recording: Recording = {
    id: "20260512-080000-00000001",
    resource: "tower-a",
    resourceName: "tower-a",
    startedAt: 0,
    endedAt: null,
    bytes: 0,
    width: 800,
    height: 600,
    trouble: null,
  };
  full = false;
  ended = 0;
  fromServerBytes = 0;
  fromViewerBytes = 0;
  #onRoom: () => void = () => undefined;
  #onTrouble: (recording: Recording) => void = () => undefined;

  fromServer(bytes: Uint8Array): void {
    this.fromServerBytes += bytes.byteLength;
  }
  fromViewer(bytes: Uint8Array): void {
    this.fromViewerBytes += bytes.byteLength;
  }
  onRoom(listener: () => void): void {
    this.#onRoom = listener;
  }
  onTrouble(listener: (recording: Recording) => void): void {
    this.#onTrouble = listener;
  }
  end(): void {
    this.ended += 1;
  }

  /** The disk has caught up. */
  drain(): void {
    this.full = false;
    this.#onRoom();
  }
  /** The recording ends early. */
  fail(words: string): void {
    this.recording = { ...this.recording, trouble: { en: words, fr: words } };
    this.#onTrouble(this.recording);
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
