import type { ReadLine } from "./line-reader.ts";
import type { NewLine } from "./segment.ts";

/** A source that says nothing holds the others up for so long, in milliseconds: while it connects, and once it reads. */
const connectingPatience = 3_000;
const readingPatience = 300;
/** Lines wait so long for older ones of other sources, unless more than so many bytes wait. */
const settling = 150;
const settlingBytes = 256 * 1024;
/** What may wait of one source before its reading pauses, in bytes; many share four times as much. */
const mostWaiting = 1024 * 1024;

/** What is put out at once at most; more comes after others had their turn. */
export const mostAtOnce = 2048;

interface Batch {
  lines: readonly ReadLine[];
  /** Milliseconds of a clock that never jumps. */
  arrivedAt: number;
}

interface Queue {
  batches: Batch[];
  /** The place of its first waiting line in the first batch. */
  head: number;
  cost: number;
  heardAt: number;
  state: "connecting" | "reading" | "silent";
  /** The time of its last line: what has none of its own follows that. */
  lastAt: number;
}

interface Next {
  source: number;
  queue: Queue;
  batch: Batch;
  at: number;
}

/**
 * Puts the lines of many sources into one order by the cluster's times, as they come: a line that comes later than those
 * of other sources by more than a moment stands where it came. Within one source nothing is reordered.
 */
export class Merge {
  readonly #emit: (lines: NewLine[]) => void;
  readonly #queues = new Map<number, Queue>();
  readonly #waiters = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #soon: NodeJS.Immediate | null = null;
  #cost = 0;
  #flushing = false;
  #closed = false;

  constructor(emit: (lines: NewLine[]) => void) {
    this.#emit = emit;
  }

  /** A source has begun: `connecting` until its first line, `reading`; `silent`: nobody needs to wait for it. */
  tell(source: number, state: Queue["state"]): void {
    if (this.#closed) return;
    const queue = this.#queueOf(source);
    if (queue.state !== state) queue.heardAt = performance.now();
    queue.state = state;
    this.#pump();
  }

  /** Takes lines of a source. */
  add(source: number, lines: readonly ReadLine[]): void {
    if (lines.length === 0 || this.#closed) return;
    const queue = this.#queueOf(source);
    const now = performance.now();
    queue.heardAt = now;
    queue.batches.push({ lines, arrivedAt: now });
    const cost = lines.reduce((sum, line) => sum + costOf(line), 0);
    queue.cost += cost;
    this.#cost += cost;
    this.#pump();
  }

  /** Resolves when a source may bring more. */
  async room(source: number): Promise<void> {
    const queue = this.#queueOf(source);
    const mayCome = () => queue.cost <= mostWaiting && (queue.cost === 0 || this.#cost <= 4 * mostWaiting);
    while (!mayCome() && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  /** Nothing is waited for any more; resolves when all that waited has been put out. */
  async flush(): Promise<void> {
    for (const queue of this.#queues.values()) queue.state = "silent";
    this.#flushing = true;
    this.#pump();
    while (this.#waitsForAny() && !this.#closed)
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#stopWaiting();
    this.#queues.clear();
    this.#cost = 0;
    this.#wake();
  }

  #queueOf(source: number): Queue {
    const known = this.#queues.get(source);
    if (known) return known;
    const queue: Queue = {
      batches: [],
      head: 0,
      cost: 0,
      heardAt: performance.now(),
      state: "connecting",
      lastAt: Number.NEGATIVE_INFINITY,
    };
    this.#queues.set(source, queue);
    return queue;
  }

  #pump(): void {
    this.#stopWaiting();
    const out: NewLine[] = [];
    const now = performance.now();
    for (;;) {
      const [next, second] = this.#earliest();
      if (!next) break;
      if (out.length >= mostAtOnce) {
        this.#soon = setImmediate(() => this.#pump());
        break;
      }
      const wait = this.#flushing ? 0 : this.#waitFor(next, now);
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#pump(), Math.ceil(wait));
        break;
      }
      this.#takeWhileFirst(next, second, out);
    }
    if (out.length === 0) return;
    this.#emit(out);
    this.#wake();
  }

  /** The queue whose line is the earliest, and the time of the earliest line of the others. */
  #earliest(): [Next | null, number] {
    let next: Next | null = null;
    let second = Number.POSITIVE_INFINITY;
    for (const [source, queue] of this.#queues) {
      const batch = queue.batches[0];
      if (!batch) continue;
      const at = batch.lines[queue.head]?.at ?? queue.lastAt;
      if (next === null || at < next.at) {
        if (next) second = next.at;
        next = { source, queue, batch, at };
      } else if (at < second) second = at;
    }
    return [next, second];
  }

  /** How long the earliest line still waits for others, in milliseconds. */
  #waitFor({ queue: next, batch }: Next, now: number): number {
    let wait = 0;
    let others = false;
    for (const queue of this.#queues.values()) {
      if (queue === next || (queue.state === "silent" && queue.batches.length === 0)) continue;
      others = true;
      if (queue.batches.length > 0) continue;
      const patience = queue.state === "connecting" ? connectingPatience : readingPatience;
      wait = Math.max(wait, queue.heardAt + patience - now);
    }
    if (!others) return 0;
    return this.#cost > settlingBytes ? wait : Math.max(wait, batch.arrivedAt + settling - now);
  }

  /** Takes lines of one queue up to the first that is later than those of the others. */
  #takeWhileFirst({ source, queue, at: first }: Next, second: number, out: NewLine[]): void {
    let at = first;
    while (at <= second && out.length < mostAtOnce) {
      const line = queue.batches[0]?.lines[queue.head];
      if (!line) return;
      out.push({ source, at: line.at, bytes: line.bytes, cut: line.cut });
      queue.cost -= costOf(line);
      this.#cost -= costOf(line);
      queue.lastAt = at;
      queue.head += 1;
      if (queue.head === queue.batches[0]?.lines.length) {
        queue.batches.shift();
        queue.head = 0;
      }
      at = queue.batches[0]?.lines[queue.head]?.at ?? at;
    }
  }

  #waitsForAny(): boolean {
    return [...this.#queues.values()].some(({ batches }) => batches.length > 0);
  }

  #stopWaiting(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#soon) clearImmediate(this.#soon);
    this.#timer = null;
    this.#soon = null;
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter();
  }
}

/** What a waiting line counts: its bytes and what it takes besides. */
function costOf({ bytes }: ReadLine): number {
  return bytes.length + 64;
}
