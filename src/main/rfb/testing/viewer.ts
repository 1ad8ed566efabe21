import type { ScreenEnd, ScreenSource } from "../../systems/system.ts";

/** A viewer that logs in to a screen, keeps what it is shown, and can be asked to wait for it. */
export class TestViewer {
  readonly source: ScreenSource;
  shown = Buffer.alloc(0);
  pieces: number[] = [];
  firstPixels = 0;
  ends: ScreenEnd[] = [];
  #waiting: (() => void)[] = [];

  constructor(source: ScreenSource) {
    this.source = source;
    source.onData((bytes) => {
      this.shown = Buffer.concat([this.shown, bytes]);
      this.pieces.push(bytes.length);
      this.#changed();
    });
    source.onFirstPixels(() => {
      this.firstPixels += 1;
      this.#changed();
    });
    source.onEnd((end) => {
      this.ends.push(end);
      this.#changed();
    });
  }

  /** Logs in; resolves with ServerInit as the viewer got it. */
  async greet(more: Uint8Array = new Uint8Array()): Promise<Buffer> {
    this.source.resume();
    await this.until(() => this.shown.length >= 12);
    this.source.write(Buffer.from("RFB 003.008\n"));
    await this.until(() => this.shown.length >= 14);
    this.source.write(Buffer.of(1));
    await this.until(() => this.shown.length >= 18);
    this.source.write(Buffer.concat([Buffer.of(1), more]));
    await this.until(() => this.shown.length >= 42);
    const init = this.shown.subarray(18);
    return init.subarray(0, 24 + init.readUInt32BE(20));
  }

  /** Resolves once `test` holds; it is asked after everything that the screen says. */
  async until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #changed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
