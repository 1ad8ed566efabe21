/** So many updates of a square (whole screens when null), each asked for when the one before has come. */
export interface ScreenJob {
  updates: number;
  square: number | null;
}

/** Milliseconds from each request to the last byte of its update. */
export interface ScreenResult {
  milliseconds: number[];
  bytes: number;
}

const greetingLength = 12;
type Stage = "greeting" | "types" | "result" | "init" | "updates";

/** The least viewer of RFB 3.8 that can tell when an update is whole: one Raw rectangle of 32 bits a pixel. */
export class FrameReader {
  readonly ready: Promise<void>;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #begun = Promise.withResolvers<void>();
  #stage: Stage = "greeting";
  #pending: Buffer[] = [];
  #held = 0;
  #wanted = greetingLength;
  #came: (bytes: number) => void = () => undefined;
  #width = 0;
  #height = 0;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
    this.ready = this.#begun.promise;
  }

  /** Takes what came; cut anywhere. */
  take(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#held += bytes.length;
    while (this.#held >= this.#wanted) {
      if (this.#stage === "updates" && this.#wanted > 16) {
        const length = this.#wanted;
        this.#drop(length);
        this.#wanted = 16;
        this.#came(length);
        continue;
      }
      const all = Buffer.concat(this.#pending);
      this.#pending = [all];
      const taken = this.#step(all);
      // Nothing taken means that more is wanted than before, which may be there already.
      if (taken > 0) this.#drop(taken);
    }
  }

  async run({ updates, square }: ScreenJob): Promise<ScreenResult> {
    const result: ScreenResult = { milliseconds: [], bytes: 0 };
    const request = Buffer.alloc(10);
    request[0] = 3;
    request.writeUInt16BE(square ?? this.#width, 6);
    request.writeUInt16BE(square ?? this.#height, 8);
    for (let count = 0; count < updates; count++) {
      const startedAt = performance.now();
      const came = new Promise<number>((resolve) => {
        this.#came = resolve;
      });
      this.#send(request);
      result.bytes += await came;
      result.milliseconds.push(performance.now() - startedAt);
    }
    return result;
  }

  #step(all: Buffer): number {
    switch (this.#stage) {
      case "greeting":
        this.#send(Buffer.from("RFB 003.008\n", "latin1"));
        return this.#go("types", 2, greetingLength);
      case "types":
        this.#send(Buffer.from([1]));
        return this.#go("result", 4, 1 + (all[0] ?? 0));
      case "result":
        this.#send(Buffer.from([1]));
        return this.#go("init", 24, 4);
      case "init": {
        const length = 24 + all.readUInt32BE(20);
        if (all.length < length) {
          this.#wanted = length;
          return 0;
        }
        this.#width = all.readUInt16BE(0);
        this.#height = all.readUInt16BE(2);
        // SetPixelFormat: 32 bits, 24 deep, as a browser's viewer asks.
        this.#send(Buffer.from([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0]));
        // SetEncodings: Raw.
        this.#send(Buffer.from([2, 0, 0, 1, 0, 0, 0, 0]));
        this.#begun.resolve();
        return this.#go("updates", 16, length);
      }
      case "updates":
        // Message and rectangle head, then its pixels, counted together.
        this.#wanted = 16 + all.readUInt16BE(8) * all.readUInt16BE(10) * 4;
        return 0;
    }
  }

  #go(stage: Stage, wanted: number, taken: number): number {
    this.#stage = stage;
    this.#wanted = wanted;
    return taken;
  }

  #drop(length: number): void {
    let left = length;
    this.#held -= length;
    while (left > 0) {
      const [first] = this.#pending;
      if (!first) return;
      if (first.length <= left) {
        left -= first.length;
        this.#pending.shift();
      } else {
        this.#pending[0] = first.subarray(left);
        return;
      }
    }
  }
}
