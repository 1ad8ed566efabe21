import type { ScreenEnd, ScreenSource } from "../../system.ts";

/** A screen that says why it ended, where somebody knows it better than the stream does. */
export class ExplainedScreen implements ScreenSource {
  readonly #source: ScreenSource;
  readonly #onEnd: ((end: ScreenEnd) => void)[] = [];
  #end: ScreenEnd | null = null;
  #isClosed = false;

  /** `explain` is asked when the screen ended with an error; null: the stream's own error is all that is known. */
  constructor(source: ScreenSource, explain: () => Promise<ScreenEnd | null>) {
    this.#source = source;
    source.onEnd((end) => {
      if (end.error === null || this.#isClosed) {
        this.#tell(end);
        return;
      }
      explain().then(
        (known) => this.#tell(known ?? end),
        () => this.#tell(end),
      );
    });
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
    this.#source.write(bytes);
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
    else this.#onEnd.push(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#source.close();
    this.#tell({ error: null, returns: null });
  }

  #tell(end: ScreenEnd): void {
    if (this.#end) return;
    this.#end = end;
    for (const listener of this.#onEnd.splice(0)) listener(end);
  }
}
