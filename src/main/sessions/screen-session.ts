import { type Channel, channelState, closeCode } from "../../shared/channel.ts";
import { type Recording, type ScreenEvent, screenCommandSchema, screenWindow } from "../../shared/screen.ts";
import type { LocalText } from "../../shared/text.ts";
import type { ScreenEnd, ScreenSource } from "../systems/system.ts";
import {
  closedByWindow,
  type Ending,
  endedByFarSide,
  notTheProtocol,
  plainly,
  replayedToItsEnd,
  returning,
  tooMuchFromViewer,
  wronglyEnded,
} from "./screen-ending.ts";
import type { ScreenRecorder } from "./screen-recorder.ts";
import { ViewerAllowance } from "./viewer-allowance.ts";

/** How a screen session ended, for the journal; what was shown and typed is not kept. */
export interface ScreenSummary {
  reason: LocalText;
  /** The code of the error that ended it; null when nothing went wrong. */
  code: string | null;
  /** How long a viewer was attached, in whole seconds. */
  seconds: number;
  /** Bytes from the viewer and to it. */
  bytesIn: number;
  bytesOut: number;
}

export interface ScreenSessionOptions {
  /** Writes down what is shown; the session ends it. */
  recorder?: ScreenRecorder | null;
  /** The recording that is replayed, where the source is one. */
  replayed?: Recording | null;
  /** Epoch milliseconds. */
  now?: () => number;
}

/** What may lie in the channel's buffer before the far side is paused, in bytes. */
const bufferLimit = 2 * 1024 * 1024;
/** A breach of the protocol (RFC 6455, 7.4.1). */
const protocolError = 1002;

/**
 * Joins a screen to a channel by the protocol of shared/screen.ts. The screen is paused until the channel is there,
 * whenever more is under way than the renderer has painted, and while its recording waits for the disk. It is closed
 * when the channel closes or breaks the protocol, and the channel when the screen ends. Both ends are told once.
 */
export class ScreenSession {
  readonly #source: ScreenSource;
  readonly #recorder: ScreenRecorder | null;
  readonly #replayed: Recording | null;
  readonly #onEnded: (summary: ScreenSummary) => void;
  readonly #now: () => number;
  readonly #allowance: ViewerAllowance;
  #channel: Channel | null = null;
  #attachedAt: number | null = null;
  #sourceEnd: Ending | null = null;
  #troubledRecording: Recording | null = null;
  #seenPixels = false;
  #paused = true;
  #ended = false;
  #unacknowledged = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  /** `onEnded` is called exactly once. The source and the recorder belong to the session from here on. */
  constructor(
    source: ScreenSource,
    { recorder = null, replayed = null, now = Date.now }: ScreenSessionOptions,
    onEnded: (summary: ScreenSummary) => void,
  ) {
    this.#source = source;
    this.#recorder = recorder;
    this.#replayed = replayed;
    this.#onEnded = onEnded;
    this.#now = now;
    this.#allowance = new ViewerAllowance(now);
    source.pause();
    source.onData((bytes) => this.#show(bytes));
    source.onFirstPixels(() => this.#firstPixels());
    source.onEnd((end) => this.#sourceEnded(end));
    recorder?.onRoom(() => this.#regulate());
    recorder?.onTrouble((recording) => this.#recordingEnded(recording));
  }

  /** Starts the exchange on an open channel. May be called once. */
  attach(channel: Channel): void {
    if (this.#ended) return;
    this.#channel = channel;
    this.#attachedAt = this.#now();
    channel.binaryType = "arraybuffer";
    channel.onclose = () => this.#end(closedByWindow);
    channel.onmessage = ({ data }) => this.#receive(data);
    const { name, width, height, route } = this.#source;
    const recording = this.#recorder?.recording ?? this.#replayed;
    this.#tell({ type: "opened", name, width, height, route, recording });
    if (this.#troubledRecording) this.#tell({ type: "recording-ended", recording: this.#troubledRecording });
    if (this.#sourceEnd) this.#end(this.#sourceEnd);
    else this.#regulate();
  }

  /** Ends the session from this side: the screen is closed, the window is told why, and whether to open it again. */
  end(reason: LocalText, { returns = false }: { returns?: boolean } = {}): void {
    this.#end(returns ? returning(reason) : plainly(reason));
  }

  #show(bytes: Uint8Array): void {
    if (this.#ended || this.#channel?.readyState !== channelState.open) return;
    this.#recorder?.fromServer(bytes);
    this.#bytesOut += bytes.byteLength;
    this.#unacknowledged += bytes.byteLength;
    this.#send(bytes);
    this.#regulate();
  }

  #firstPixels(): void {
    if (this.#seenPixels || this.#ended) return;
    this.#seenPixels = true;
    this.#tell({ type: "first-pixels", at: this.#now() });
  }

  #recordingEnded(recording: Recording): void {
    this.#troubledRecording = recording;
    this.#tell({ type: "recording-ended", recording });
    this.#regulate();
  }

  #receive(data: unknown): void {
    if (this.#ended) return;
    if (data instanceof ArrayBuffer) this.#pass(new Uint8Array(data));
    else this.#obey(data);
  }

  #pass(bytes: Uint8Array): void {
    if (!this.#allowance.takes(bytes.byteLength)) {
      this.#end(tooMuchFromViewer, closeCode.tooBig);
      return;
    }
    this.#bytesIn += bytes.byteLength;
    this.#recorder?.fromViewer(bytes);
    try {
      this.#source.write(bytes);
    } catch (thrown) {
      this.#end(wronglyEnded(thrown));
    }
  }

  #obey(data: unknown): void {
    const command = readCommand(data);
    if (!command) {
      this.#end(notTheProtocol, protocolError);
      return;
    }
    this.#unacknowledged = Math.max(0, this.#unacknowledged - command.bytes);
    this.#regulate();
  }

  /** Whatever lies in the channel's buffer is unacknowledged too, so that an acknowledgement always follows. */
  #regulate(): void {
    if (this.#ended || !this.#channel) return;
    const full =
      this.#unacknowledged > screenWindow ||
      this.#channel.bufferedAmount > bufferLimit ||
      this.#recorder?.full === true;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#source.pause();
    else this.#source.resume();
  }

  #sourceEnded({ error, returns }: ScreenEnd): void {
    const normal = this.#source.route === "recording" ? replayedToItsEnd : endedByFarSide;
    const ending = error ? wronglyEnded(error) : returns ? returning(returns) : normal;
    if (this.#channel) this.#end(ending);
    else this.#sourceEnd ??= ending;
  }

  #end(ending: Ending, code: number = closeCode.normal): void {
    if (this.#ended) return;
    this.#ended = true;
    const { reason, hint, returns } = ending;
    this.#tell({ type: "ended", reason, hint, returns });
    const channel = this.#channel;
    if (channel) {
      channel.onmessage = null;
      channel.onclose = null;
      if (channel.readyState <= channelState.open) channel.close(code);
    }
    this.#source.close();
    this.#recorder?.end();
    const seconds = this.#attachedAt === null ? 0 : Math.round((this.#now() - this.#attachedAt) / 1000);
    this.#onEnded({
      reason,
      code: ending.code,
      seconds: Math.max(0, seconds),
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
    });
  }

  #tell(event: ScreenEvent): void {
    if (this.#channel?.readyState === channelState.open) this.#send(JSON.stringify(event));
  }

  /** A channel that closes at this very moment refuses the message; its close notice follows. */
  #send(message: string | Uint8Array): void {
    try {
      this.#channel?.send(message);
    } catch (thrown) {
      this.#end(wronglyEnded(thrown));
    }
  }
}

function readCommand(data: unknown) {
  if (typeof data !== "string") return null;
  try {
    return screenCommandSchema.parse(JSON.parse(data));
  } catch {
    return null;
  }
}
