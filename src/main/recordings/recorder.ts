import type { Recording } from "../../shared/screen.ts";
import type { LocalText } from "../../shared/text.ts";
import type { ScreenRecorder } from "../sessions/screen-recorder.ts";
import { troubles } from "./faults.ts";
import { fbsBlock, fbsHeader, latestTime, longestWritten } from "./fbs.ts";
import { readGreeting, recordedGreeting } from "./greeting.ts";
import type { GrowingFile } from "./growing-file.ts";
import { ViewerMessages } from "./viewer-messages.ts";

/** What a server may say before the viewer asks for its first picture, in bytes. */
const openingLimit = 1024 * 1024;
const farewellLength = 8;

export interface RecorderOptions {
  recording: Recording;
  file: GrowingFile;
  /** The largest that the file may become, in bytes. */
  most: number;
  /** Epoch milliseconds. */
  now: () => number;
  /** Called whenever the recording has changed. */
  onChange: () => void;
  /** Called once when the recorder takes nothing more, before its file is closed. */
  onEnded: () => void;
}

/**
 * Writes down what the viewer of one screen is shown, from the first byte on. The greeting is held until the viewer
 * has asked for its first picture, for only then is it known in which pixel format the pictures come; the file then
 * says so from the start, as the format demands.
 */
export class Recorder implements ScreenRecorder {
  readonly #options: RecorderOptions;
  readonly #viewer = new ViewerMessages();
  #opening: Buffer[] = [];
  #openingBytes = 0;
  #begun = false;
  #ended = false;
  #lastAt = 0;
  #recording: Recording;
  #onRoom: () => void = () => {};
  #onTrouble: (recording: Recording) => void = () => {};

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#recording = options.recording;
  }

  get recording(): Recording {
    return { ...this.#recording, bytes: this.#options.file.bytes };
  }

  get full(): boolean {
    return this.#options.file.full && !this.#ended;
  }

  /** Whether there is anything to keep: a disk that was full from the start has taken nothing. */
  get begun(): boolean {
    return this.#begun && this.#options.file.bytes > 0;
  }

  fromServer(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (this.#begun) {
      this.#append(bytes);
      return;
    }
    this.#opening.push(Buffer.from(bytes));
    this.#openingBytes += bytes.byteLength;
    if (this.#openingBytes > openingLimit) this.stop(troubles.notUnderstood);
    else this.#begin();
  }

  fromViewer(bytes: Uint8Array): void {
    if (this.#ended || (this.#begun && this.#viewer.lost)) return;
    this.#viewer.push(bytes);
    if (this.#viewer.changed || (this.#viewer.lost && !this.#viewer.asked)) this.stop(troubles.notUnderstood);
    else if (!this.#begun) this.#begin();
  }

  onRoom(listener: () => void): void {
    this.#onRoom = listener;
  }

  onTrouble(listener: (recording: Recording) => void): void {
    this.#onTrouble = listener;
    if (this.#recording.trouble) listener(this.recording);
  }

  end(): void {
    if (this.#ended) return;
    this.#finish(null);
  }

  /** Ends the recording early, with why. */
  stop(trouble: LocalText): void {
    if (this.#ended) return;
    this.#finish(trouble);
    this.#onTrouble(this.recording);
  }

  /** The file has room again. */
  hasRoom(): void {
    this.#onRoom();
  }

  #begin(): void {
    if (!this.#viewer.asked) return;
    const said = Buffer.concat(this.#opening);
    const greeting = understood(said);
    if (greeting === "not understood") this.stop(troubles.notUnderstood);
    if (greeting === null || greeting === "not understood") return;
    const { init, length } = greeting;
    this.#opening = [];
    this.#begun = true;
    this.#recording = { ...this.#recording, width: init.width, height: init.height };
    const pixelFormat = this.#viewer.pixelFormat ?? init.pixelFormat;
    this.#options.file.append(fbsHeader);
    this.#append(recordedGreeting({ ...init, pixelFormat }));
    if (said.length > length) this.#append(said.subarray(length));
  }

  #append(bytes: Uint8Array): void {
    const { file, most } = this.#options;
    if (this.#ended) return;
    const at = this.#time();
    for (let offset = 0; offset < bytes.byteLength; offset += longestWritten) {
      const block = fbsBlock(bytes.subarray(offset, offset + longestWritten), at);
      if (file.bytes + block.length + farewellLength > most || at >= latestTime) {
        this.stop(troubles.longest);
        return;
      }
      file.append(block);
    }
    this.#options.onChange();
  }

  /** Milliseconds since the beginning; a clock that is set back stands still. */
  #time(): number {
    this.#lastAt = Math.max(this.#lastAt, this.#options.now() - this.#recording.startedAt);
    return this.#lastAt;
  }

  #finish(trouble: LocalText | null): void {
    this.#ended = true;
    this.#opening = [];
    const at = this.#time();
    if (this.#begun) this.#options.file.append(fbsBlock(new Uint8Array(), at));
    this.#recording = { ...this.#recording, endedAt: this.#recording.startedAt + at, trouble };
    this.#options.onChange();
    this.#options.onEnded();
  }
}

function understood(said: Buffer): ReturnType<typeof readGreeting> | "not understood" {
  try {
    return readGreeting(said);
  } catch {
    return "not understood";
  }
}
