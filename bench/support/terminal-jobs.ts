/** Words to type, and the words that end what comes back. */
export interface TerminalJob {
  input: string;
  mark: string;
}

export interface TerminalJobResult {
  milliseconds: number;
  bytes: number;
}

/** Counts bytes until a mark has passed, wherever the pieces are cut. */
export class MarkWatch {
  readonly #mark: string;
  #tail = "";
  bytes = 0;

  constructor(mark: string) {
    this.#mark = mark;
  }

  /** Whether the mark is complete with these bytes. Looks at their end only: nothing follows a mark. */
  saw(bytes: Buffer): boolean {
    this.bytes += bytes.length;
    const keep = this.#mark.length * 4;
    this.#tail = (this.#tail + bytes.toString("latin1", Math.max(0, bytes.length - keep))).slice(-keep);
    return this.#tail.includes(this.#mark);
  }
}
