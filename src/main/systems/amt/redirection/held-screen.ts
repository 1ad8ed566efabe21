import type { Duplex } from "node:stream";
import { OpsError } from "../../../../shared/errors.ts";
import type { LocalText } from "../../../../shared/text.ts";
import type { ScreenEnd, ScreenSource } from "../../system.ts";
import { sessionEnded, sessionLost, sessionSilent } from "./faults.ts";
import type { HeldSession } from "./held.ts";
import { screenGaveWay } from "./power-words.ts";

/** Milliseconds for a connection to close by itself once its screen is closed. */
const goodbyeTime = 1000;

/** A machine's screen that tells why it ended in AMT's terms, and that gives way to a power change. */
export class HeldScreen implements ScreenSource, HeldSession {
  readonly #source: ScreenSource;
  readonly #stream: Duplex;
  readonly #machine: string;
  readonly #listeners: ((end: ScreenEnd) => void)[] = [];
  #end: ScreenEnd | null = null;

  /** `onHeard` is called whenever something comes, `stream` is what the source reads from. */
  constructor(parts: { source: ScreenSource; stream: Duplex; machine: string; onHeard(): void }) {
    this.#source = parts.source;
    this.#stream = parts.stream;
    this.#machine = parts.machine;
    parts.source.onData(parts.onHeard);
    parts.source.onEnd(({ error, returns }) => this.#finish({ error: this.#inWords(error), returns }));
  }

  get route(): ScreenSource["route"] {
    return this.#source.route;
  }

  get name(): string {
    return this.#source.name;
  }

  get width(): number {
    return this.#source.width;
  }

  get height(): number {
    return this.#source.height;
  }

  write(bytes: Uint8Array): void {
    if (!this.#end) this.#source.write(bytes);
  }

  pause(): void {
    this.#source.pause();
  }

  resume(): void {
    this.#source.resume();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#source.onData(listener);
  }

  onFirstPixels(listener: () => void): void {
    this.#source.onFirstPixels(listener);
  }

  onEnd(listener: (end: ScreenEnd) => void): void {
    if (this.#end) listener(this.#end);
    else this.#listeners.push(listener);
  }

  close(): void {
    this.#finish({ error: null, returns: null });
  }

  closeFor(why: LocalText | null): void {
    this.#finish({ error: null, returns: why && screenGaveWay(why) });
  }

  /** Ends it because AMT answers nothing any more. */
  fail(cause: Error): void {
    this.#finish({ error: sessionSilent(this.#machine, "screen", cause), returns: null });
  }

  onOver(listener: () => void): void {
    if (this.#stream.closed) listener();
    else this.#stream.once("close", listener);
  }

  #finish(end: ScreenEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#source.close();
    const stream = this.#stream;
    if (!stream.destroyed) {
      const late = setTimeout(() => stream.destroy(), goodbyeTime);
      stream.once("close", () => clearTimeout(late));
    }
    for (const listener of this.#listeners.splice(0)) listener(end);
  }

  /** AMT gives reasons of its own for ending a screen; what else went wrong says so itself. */
  #inWords(error: Error | null): OpsError {
    if (!(error instanceof OpsError)) return sessionLost(this.#machine, "screen", error);
    return error.code === "rfb.ended" && this.route === "amt-redirection"
      ? sessionEnded(this.#machine, "screen")
      : error;
  }
}
