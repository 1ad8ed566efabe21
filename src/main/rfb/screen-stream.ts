import type { Duplex } from "node:stream";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { ScreenEnd, ScreenSource } from "../systems/system.ts";
import { type FarSide, farSideNotReading, screenEnded, screenLost } from "./faults.ts";
import { FirstPixels } from "./first-pixels.ts";
import { screenCutOff, screenStalled } from "./picture-faults.ts";
import { serverInitBytes } from "./server-init.ts";
import { type StallTimes, StallWatch } from "./stall-watch.ts";
import type { ServerInit, Translated, Translator } from "./translator.ts";
import { ViewerFollower, viewerMessage } from "./viewer-follower.ts";
import { ViewerGreeting } from "./viewer-greeting.ts";

/** What the far side may leave unread of what a viewer sends: four times the largest message of a window, in bytes. */
const mostUnread = 16 * 1024 * 1024;

const asItCame: Pick<Translator, "fromFarSide" | "fromViewer" | "unfinished"> = {
  fromFarSide: (bytes) => ({ toViewer: [bytes], toFarSide: [] }),
  fromViewer: (bytes) => ({ toViewer: [], toFarSide: [bytes] }),
  unfinished: () => null,
};

/** FramebufferUpdateRequest of the first pixel, be it changed or not (RFC 6143, 7.5.3). */
const onePixel = Uint8Array.of(viewerMessage.updateRequest, 0, 0, 0, 0, 0, 0, 1, 0, 1);

export interface ScreenStreamParts {
  /** Logged in, right after ServerInit. It belongs to the screen from here on. */
  stream: Duplex;
  farSide: FarSide;
  route: ScreenSource["route"];
  init: ServerInit;
  translator: Translator | null;
  stallTimes?: Partial<StallTimes>;
}

/**
 * A screen that is logged in: plays the server towards the viewer, then passes the bytes on both ways, translated where
 * the far side speaks a dialect. The far side is read only while the viewer takes what comes.
 */
export class ScreenStream implements ScreenSource {
  readonly route: ScreenSource["route"];
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly #stream: Duplex;
  readonly #farSide: FarSide;
  readonly #greeting: ViewerGreeting;
  readonly #translator: typeof asItCame;
  readonly #firstPixels = new FirstPixels();
  readonly #viewer = new ViewerFollower((head) => this.#heed(head));
  readonly #stall: StallWatch;
  readonly #outbox: Uint8Array[] = [];
  readonly #onData: ((bytes: Uint8Array) => void)[] = [];
  readonly #onFirstPixels: (() => void)[] = [];
  readonly #onEnd: ((end: ScreenEnd) => void)[] = [];
  #pixelsAreDue = false;
  #paused = true;
  #pumping = false;
  #end: ScreenEnd | null = null;

  constructor(parts: ScreenStreamParts) {
    const { stream, farSide, route, init, translator } = parts;
    this.route = route;
    this.name = init.name;
    this.width = init.width;
    this.height = init.height;
    this.#stream = stream;
    this.#farSide = farSide;
    this.#translator = translator ?? asItCame;
    this.#greeting = new ViewerGreeting(farSide, translator?.serverInit ?? serverInitBytes(init));
    this.#stall = new StallWatch({
      unfinished: translator && (() => translator.unfinished() !== null),
      ask: () => this.#askForPixel(),
      onStalled: (seconds) =>
        this.#over(screenStalled(farSide, seconds, this.#translator.unfinished() ?? undefined)),
      ...(parts.stallTimes && { times: parts.stallTimes }),
    });
    this.#stall.pause();
    this.#outbox.push(this.#greeting.begin());
    stream.on("readable", () => this.#pump());
    stream.on("end", () => this.#over(this.#ended()));
    stream.on("error", (error) => this.#over(error instanceof OpsError ? error : screenLost(farSide, error)));
    stream.on("close", () => this.#over(screenLost(farSide)));
    if (translator) this.#send([translator.begin()]);
  }

  /** Takes bytes of the viewer: its side of the log-in first, then RFB for the far side. */
  write(bytes: Uint8Array): void {
    if (this.#end) return;
    this.#guarded(() => {
      let rest = bytes;
      if (!this.#greeting.done) {
        const taken = this.#greeting.take(bytes);
        this.#outbox.push(...taken.answers);
        rest = taken.rest;
      }
      if (rest.length === 0) return;
      this.#viewer.push(rest);
      this.#pass(this.#translator.fromViewer(rest));
    });
    this.#pump();
  }

  pause(): void {
    this.#paused = true;
    this.#stall.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#stall.resume();
    this.#pump();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData.push(listener);
  }

  onFirstPixels(listener: () => void): void {
    this.#onFirstPixels.push(listener);
  }

  onEnd(listener: (end: ScreenEnd) => void): void {
    if (this.#end) listener(this.#end);
    else this.#onEnd.push(listener);
  }

  close(): void {
    this.#over(null);
  }

  /** Hands on what there is until the viewer has had enough. A listener may pause, write or close meanwhile. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#guarded(() => {
      while (!this.#end && !this.#paused) {
        const held = this.#outbox.splice(0);
        if (held.length > 0) {
          this.#show(held);
          continue;
        }
        if (!this.#greeting.done) return;
        const bytes: Buffer | null = this.#stream.read();
        if (!bytes) return;
        this.#stall.heard();
        this.#pass(this.#translator.fromFarSide(bytes));
      }
    });
    this.#pumping = false;
  }

  #pass({ toViewer, toFarSide }: Translated): void {
    this.#outbox.push(...toViewer);
    for (const bytes of toViewer)
      this.#pixelsAreDue ||= !this.#firstPixels.over && this.#firstPixels.take(bytes);
    this.#send(toFarSide);
  }

  /** One message for all pieces: each costs the channel more than copying it. */
  #show(pieces: Uint8Array[]): void {
    const [first] = pieces;
    const bytes = pieces.length === 1 && first ? first : Buffer.concat(pieces);
    if (bytes.length === 0) return;
    for (const listener of this.#onData) listener(bytes);
    if (!this.#pixelsAreDue) return;
    this.#pixelsAreDue = false;
    for (const listener of this.#onFirstPixels) listener();
  }

  #heed(head: Buffer): void {
    if (head[0] === viewerMessage.updateRequest) this.#stall.requested();
    if (head[0] === viewerMessage.continuousUpdates) this.#stall.continuous(head[1] !== 0);
  }

  /** Says it between two messages of the viewer, never within one. */
  #askForPixel(): boolean {
    if (!this.#viewer.between) return false;
    this.#guarded(() => this.#send([onePixel]));
    return true;
  }

  #ended(): OpsError {
    const unfinished = this.#translator.unfinished();
    return unfinished ? screenCutOff(this.#farSide, unfinished) : screenEnded(this.#farSide);
  }

  /**
   * Bounded rather than waited for: a far side that waits for us to read while we wait for it to read would stand still
   * for ever, and what people type and click is little.
   */
  #send(pieces: readonly Uint8Array[]): void {
    for (const bytes of pieces) if (bytes.length > 0) this.#stream.write(bytes);
    if (this.#stream.writableLength > mostUnread) throw farSideNotReading(this.#farSide);
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#over(toOpsError(thrown, this.#farSide.system));
    }
  }

  #over(error: OpsError | null): void {
    if (this.#end) return;
    this.#end = { error, returns: null };
    this.#stall.close();
    this.#stream.destroy();
    for (const listener of this.#onEnd) listener(this.#end);
  }
}
