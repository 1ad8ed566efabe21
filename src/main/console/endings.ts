/** What ends with the console, in the opposite order of its beginning. */
export class Endings {
  readonly #ends: (() => unknown)[] = [];
  #onFailed: (thrown: unknown) => void = () => {};

  /** Is ended with the rest. */
  add(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** Closes `part` with the rest; gives it back. */
  closing<Part extends { close(): unknown }>(part: Part): Part {
    this.add(() => part.close());
    return part;
  }

  /** Hears of each part that could not be ended. */
  onFailed(listener: (thrown: unknown) => void): void {
    this.#onFailed = listener;
  }

  /** Ends everything, once. One part that cannot end well (a full disk, for example) does not keep the others open. */
  async endAll(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) {
      await Promise.resolve().then(end).catch(this.#onFailed);
    }
  }
}
