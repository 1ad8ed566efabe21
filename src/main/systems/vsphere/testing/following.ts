/** Follows something that is pushed, and keeps all that was said. */
export class Following<Said> {
  readonly said: Said[] = [];
  readonly done: Promise<void>;
  readonly #ending = new AbortController();

  constructor(open: (signal: AbortSignal) => AsyncIterable<Said> | null | undefined) {
    const stream = open(this.#ending.signal);
    if (!stream) throw new Error("there is nothing to follow");
    this.done = (async () => {
      for await (const each of stream) this.said.push(each);
    })();
  }

  get last(): Said | undefined {
    return this.said.at(-1);
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.done;
  }
}
