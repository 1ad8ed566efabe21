import type { FileHandle } from "node:fs/promises";
import { OpsError } from "../../shared/errors.ts";
import type { ScreenEnd, ScreenSource } from "../systems/system.ts";
import { damagedRecording, otherPixelFormat, unreadableRecording } from "./faults.ts";
import { type FbsBlock, FbsParser } from "./fbs.ts";
import { greetingSteps, readRecordedGreeting, type ServerInit, viewerGreeting } from "./greeting.ts";
import { samePixels, ViewerMessages } from "./viewer-messages.ts";

const pieceLength = 256 * 1024;
/** How far the replay may be behind before time is taken to have stood still, in milliseconds. */
const catchUp = 250;
const longestWait = 0x7fff_ffff;

export interface ReplayOptions {
  /** Where to begin, in milliseconds; everything before is played without waiting. */
  from: number;
  /** How many times as fast. */
  speed: number;
  /** Milliseconds. */
  now: () => number;
}

/**
 * A recording as a screen: an RFB 3.8 server without log-in that shows what the file holds, at the file's pace, and
 * takes no input. It ends with the file; where the file is damaged it ends there with `recording.damaged`.
 */
export class ReplaySource implements ScreenSource {
  readonly route = "recording";
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly #file: FileHandle;
  readonly #init: ServerInit;
  readonly #first: FbsBlock;
  readonly #rest: AsyncGenerator<FbsBlock, void, void>;
  readonly #options: ReplayOptions;
  readonly #viewer = new ViewerMessages();
  #stage: "new" | "version" | "type" | "init" | "messages" | "playing" = "new";
  #greeted = 0;
  #paused = true;
  #closed = false;
  #position: number;
  #due = 0;
  #wake: () => void = () => {};
  #onData: (bytes: Uint8Array) => void = () => {};
  #onFirstPixels: () => void = () => {};
  #onEnd: (end: ScreenEnd) => void = () => {};

  private constructor(
    file: FileHandle,
    { init, first, rest }: { init: ServerInit; first: FbsBlock; rest: AsyncGenerator<FbsBlock, void, void> },
    options: ReplayOptions,
  ) {
    this.name = init.name.toString("utf8");
    this.width = init.width;
    this.height = init.height;
    this.#file = file;
    this.#init = init;
    this.#first = first;
    this.#rest = rest;
    this.#options = options;
    this.#position = options.from;
  }

  /**
   * Reads the beginning of a recording. The file belongs to the source from here on, also when this fails. Throws
   * OpsError `recording.damaged` or `recording.cannot-read`.
   */
  static async open(file: FileHandle, options: ReplayOptions): Promise<ReplaySource> {
    const rest = blocksOf(file);
    let said: Buffer = Buffer.alloc(0);
    try {
      for (;;) {
        const { value: block, done } = await rest.next();
        if (done || block.data.length === 0) throw damagedRecording();
        said = Buffer.concat([said, block.data]);
        const greeting = readRecordedGreeting(said);
        if (!greeting) continue;
        const first = { at: block.at, data: said.subarray(greeting.length) };
        return new ReplaySource(file, { init: greeting.init, first, rest }, options);
      }
    } catch (thrown) {
      await file.close();
      throw asOpsError(thrown);
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

  pause(): void {
    this.#paused = true;
    this.#wake();
  }

  resume(): void {
    this.#paused = false;
    if (this.#stage === "new") {
      this.#stage = "version";
      this.#onData(greetingSteps(this.#init).version);
    }
    this.#wake();
  }

  /** Answers the viewer's greeting; of what comes then only the pixel format matters. */
  write(bytes: Uint8Array): void {
    if (this.#closed || this.#stage === "new") return;
    this.#viewer.push(bytes);
    this.#greeted += bytes.byteLength;
    this.#greet();
    if (this.#stage !== "messages" || !this.#viewer.asked) return;
    const format = this.#viewer.pixelFormat;
    if (format && !samePixels(format, this.#init.pixelFormat)) this.#end(otherPixelFormat());
    else {
      this.#stage = "playing";
      this.#due = this.#options.now();
      void this.#play();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake();
    // While it plays, the playing closes the file once it no longer reads.
    if (this.#stage !== "playing") void this.#file.close().catch(() => {});
  }

  #greet(): void {
    const { types, result, init } = greetingSteps(this.#init);
    const { version, type, init: clientInit } = viewerGreeting;
    if (this.#stage === "version" && this.#greeted >= version) {
      this.#stage = "type";
      this.#onData(types);
    }
    if (this.#stage === "type" && this.#greeted >= version + type) {
      this.#stage = "init";
      this.#onData(result);
    }
    if (this.#stage === "init" && this.#greeted >= version + type + clientInit) {
      this.#stage = "messages";
      this.#onData(init);
    }
  }

  async #play(): Promise<void> {
    try {
      await this.#show(this.#first);
      if (!this.#closed) this.#onFirstPixels();
      for await (const block of this.#rest) {
        if (this.#closed) return;
        await this.#show(block);
      }
      this.#end(null);
    } catch (thrown) {
      this.#end(asOpsError(thrown));
    } finally {
      await this.#file.close().catch(() => {});
    }
  }

  async #show({ at, data }: FbsBlock): Promise<void> {
    const { speed, now } = this.#options;
    if (at > this.#position) {
      this.#due = Math.max(this.#due + (at - this.#position) / speed, now() - catchUp);
      this.#position = at;
    }
    while (!this.#closed && (this.#paused || this.#due > now())) {
      await this.#changeWithin(this.#paused ? null : this.#due - now());
    }
    if (!this.#closed && data.length > 0) this.#onData(data);
  }

  #end(error: OpsError | null): void {
    if (this.#closed) return;
    this.close();
    this.#onEnd({ error, returns: null });
  }

  /** Resolves after a time in milliseconds (null: never), or as soon as it is paused, resumed or closed. */
  #changeWithin(time: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = time === null ? undefined : setTimeout(() => resolve(), Math.min(time, longestWait));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The blocks of a file, up to its farewell or its last whole one. */
async function* blocksOf(file: FileHandle): AsyncGenerator<FbsBlock, void, void> {
  const parser = new FbsParser();
  const piece = Buffer.alloc(pieceLength);
  for (let position = 0; !parser.farewell; ) {
    const { bytesRead } = await file.read(piece, 0, piece.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield* parser.push(piece.subarray(0, bytesRead));
  }
}

function asOpsError(thrown: unknown): OpsError {
  return thrown instanceof OpsError ? thrown : unreadableRecording(thrown);
}
