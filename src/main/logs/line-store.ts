import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { OpsError } from "../../shared/errors.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import { Pace } from "./pace.ts";
import { type HeldLine, type NewLine, Segment } from "./segment.ts";

/** What one log may hold; beyond that the oldest lines are dropped, a segment at a time. */
export interface StoreLimits {
  bytes: number;
  lines: number;
  /** The parts that it is dropped in. */
  segments: number;
}

export const usualLimits: StoreLimits = { bytes: 512 * 1024 * 1024, lines: 5_000_000, segments: 16 };

export interface LineStoreParts {
  /** A folder of its own. */
  folder: string;
  limits?: StoreLimits;
  free?: ((folder: string) => Promise<number>) | undefined;
  /** Lets other work have its turn between two slices. */
  turn?: (() => Promise<unknown>) | undefined;
}

/** How much is read of the files at once, in bytes and in lines. */
const scanBytes = 256 * 1024;
const scanLines = 4096;

/** The lines of one log, in files of a private folder that is removed at `close`. */
export class LineStore {
  readonly #parts: LineStoreParts;
  readonly #limits: StoreLimits;
  readonly #listeners = new Set<() => void>();
  readonly #dropping = new Set<Promise<void>>();
  #segments: Segment[] = [];
  #made = 0;
  #error: OpsError | null = null;
  #closed = false;

  private constructor(parts: LineStoreParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? usualLimits;
  }

  /** Throws what the file system says when the folder cannot be made. */
  static async open(parts: LineStoreParts): Promise<LineStore> {
    makePrivateFolder(parts.folder);
    return new LineStore(parts);
  }

  /** The number of the first line held: how many were dropped before it. */
  get first(): number {
    return this.#segments[0]?.first ?? 0;
  }

  /** The number after the last line. */
  get end(): number {
    return this.#segments.at(-1)?.end ?? 0;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Why nothing more can be held: `log.disk-full`, `log.cannot-hold`. */
  get error(): OpsError | null {
    return this.#error;
  }

  /** Appends lines; none is taken once there was an error. */
  append(lines: readonly NewLine[]): void {
    for (let from = 0; from < lines.length && !this.#closed && this.#error === null; ) {
      const segment = this.#current();
      const some = lines.slice(from, from + segment.room);
      segment.append(some);
      from += some.length;
    }
    this.#changed();
  }

  /** Resolves when the disk has caught up, or will not. */
  async room(): Promise<void> {
    while (this.#segments.some((segment) => segment.full) && !this.#closed && this.#error === null) {
      await new Promise<void>((resolve) => {
        const stop = this.onChange(() => {
          stop();
          resolve();
        });
      });
    }
  }

  /** The lines from one number to before another, as far as they are held. Throws `log.cannot-hold`. */
  async read(from: number, to: number): Promise<HeldLine[]> {
    const lines: HeldLine[] = [];
    for (const segment of this.#segments.slice()) {
      if (!this.#segments.includes(segment)) continue;
      const begin = Math.max(from, segment.first);
      const end = Math.min(to, segment.end);
      if (begin < end) lines.push(...(await segment.read(begin, end)));
    }
    return lines;
  }

  /** The lines of those numbers, which rise, as far as they are held. Throws `log.cannot-hold`. */
  async pick(numbers: readonly number[]): Promise<HeldLine[]> {
    const lines: HeldLine[] = [];
    for (let from = 0; from < numbers.length; ) {
      const first = numbers[from] ?? 0;
      let to = from + 1;
      while (to < numbers.length && numbers[to] === first + to - from) to += 1;
      lines.push(...(await this.read(first, first + to - from)));
      from = to;
    }
    return lines;
  }

  /**
   * Goes through the lines from one number to before another in slices, backwards where wanted: what was dropped on the
   * way is left out. Throws `log.cannot-hold` and what `signal` was aborted with.
   */
  async *scan(from: number, to: number, signal: AbortSignal, backwards = false): AsyncGenerator<HeldLine> {
    const pace = new Pace(this.#parts.turn);
    let begin = Math.max(from, this.first);
    let end = Math.min(to, this.end);
    while (begin < end) {
      signal.throwIfAborted();
      const [some, until] = backwards
        ? [this.#backTo(end, begin), end]
        : [begin, this.#forwardTo(begin, end)];
      const lines = await this.read(some, until);
      if (backwards) lines.reverse();
      for (const line of lines) {
        yield line;
        if (pace.spend(line.text.length)) {
          await pace.rest();
          signal.throwIfAborted();
        }
      }
      if (backwards) end = some;
      else begin = until;
      begin = Math.max(begin, this.first);
    }
  }

  /** Called when lines came, were dropped or were written, and when no more can be. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#changed();
    const segments = this.#segments;
    this.#segments = [];
    await Promise.all([...segments.map((segment) => segment.close()), ...this.#dropping]);
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  #current(): Segment {
    const { bytes, lines, segments } = this.#limits;
    const last = this.#segments.at(-1);
    if (last && last.room > 0 && last.bytes < bytes / segments) return last;
    while (this.#segments.length >= segments) this.#drop();
    const path = join(this.#parts.folder, `${this.#made++}.lines`);
    const segment: Segment = new Segment(path, this.end, Math.ceil(lines / segments), {
      onChange: () => {
        this.#error ??= segment.error;
        this.#changed();
      },
      free: this.#parts.free,
    });
    this.#segments.push(segment);
    return segment;
  }

  #drop(): void {
    const oldest = this.#segments.shift();
    if (!oldest) return;
    const dropping = oldest.close().finally(() => this.#dropping.delete(dropping));
    dropping.catch(() => undefined);
    this.#dropping.add(dropping);
  }

  #forwardTo(begin: number, end: number): number {
    let size = 0;
    let until = begin;
    while (until < end && until - begin < scanLines && size < scanBytes) size += this.#sizeOf(until++);
    return until;
  }

  #backTo(end: number, begin: number): number {
    let size = 0;
    let from = end;
    while (from > begin && end - from < scanLines && size < scanBytes) size += this.#sizeOf(--from);
    return from;
  }

  #sizeOf(number: number): number {
    return this.#segments.find(({ end }) => number < end)?.sizeOf(number) ?? 0;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
