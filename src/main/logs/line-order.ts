import { type OpsError, toOpsError } from "../../shared/errors.ts";
import type { LineStore } from "./line-store.ts";

/** The lines of a log in the order in which a window shows them, by places that count from 0. */
export interface LineOrder {
  /** Places dropped at the beginning, ever. */
  readonly dropped: number;
  readonly length: number;
  /** Whether all that is held has been gone through. */
  readonly complete: boolean;
  readonly error: OpsError | null;
  /** The number of the line at a place. */
  numberAt(place: number): number;
  /** The first place whose line has at least that number; the length when there is none. */
  placeOf(number: number): number;
}

/** All lines. */
export function everyLine(store: LineStore): LineOrder {
  return {
    get dropped() {
      return store.first;
    },
    get length() {
      return store.end - store.first;
    },
    complete: true,
    error: null,
    numberAt: (place) => store.first + place,
    placeOf: (number) => Math.min(Math.max(number, store.first), store.end) - store.first,
  };
}

/** The lines that match, found in the background while `run` goes on. */
export class FilteredOrder implements LineOrder {
  readonly #store: LineStore;
  readonly #matches: (line: string) => boolean;
  readonly #onChange: () => void;
  #numbers = new Float64Array(1024);
  #found = 0;
  /** Those before it were dropped, since the array was last made anew and ever. */
  #begin = 0;
  #forgotten = 0;
  #scannedTo = 0;
  #running: Promise<void> | null = null;
  #error: OpsError | null = null;

  constructor(store: LineStore, matches: (line: string) => boolean, onChange: () => void) {
    this.#store = store;
    this.#matches = matches;
    this.#onChange = onChange;
  }

  get dropped(): number {
    this.#dropOld();
    return this.#forgotten + this.#begin;
  }

  get length(): number {
    this.#dropOld();
    return this.#found - this.#begin;
  }

  get complete(): boolean {
    return this.#scannedTo >= this.#store.end;
  }

  get error(): OpsError | null {
    return this.#error;
  }

  numberAt(place: number): number {
    return this.#numbers[this.#begin + place] ?? this.#store.end;
  }

  placeOf(number: number): number {
    this.#dropOld();
    let low = this.#begin;
    let high = this.#found;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low - this.#begin;
  }

  /** Goes through what it has not seen yet, unless that is under way; resolves when it has caught up. Never throws. */
  run(signal: AbortSignal): Promise<void> {
    this.#running ??= this.#catchUp(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#error = toOpsError(error, "logs");
      })
      .finally(() => {
        this.#running = null;
        this.#onChange();
      });
    return this.#running;
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    while (!this.complete && !signal.aborted) {
      const end = this.#store.end;
      for await (const { number, text } of this.#store.scan(this.#scannedTo, end, signal)) {
        if (this.#matches(text)) this.#push(number);
        this.#scannedTo = number + 1;
      }
      this.#scannedTo = Math.max(this.#scannedTo, end);
      this.#onChange();
    }
  }

  #push(number: number): void {
    if (this.#found === this.#numbers.length) this.#grow();
    this.#numbers[this.#found++] = number;
  }

  #grow(): void {
    this.#dropOld();
    const kept = this.#numbers.subarray(this.#begin, this.#found);
    const larger = new Float64Array(Math.max(1024, kept.length * 2));
    larger.set(kept);
    this.#forgotten += this.#begin;
    this.#found = kept.length;
    this.#begin = 0;
    this.#numbers = larger;
  }

  #dropOld(): void {
    const { first } = this.#store;
    while (this.#begin < this.#found && (this.#numbers[this.#begin] ?? 0) < first) this.#begin += 1;
  }
}
