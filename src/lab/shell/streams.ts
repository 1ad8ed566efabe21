/** Where a process reads bytes from; null is the end. */
export interface Source {
  readonly terminal: boolean;
  read(): Promise<Uint8Array | null>;
  /** Says that nothing more will be read, so that whoever writes is told. */
  close(): void;
  /** Takes bytes back that were read too far; the next reader gets them. */
  putBack?(bytes: Uint8Array): void;
}

/** Where a process writes bytes to. Rejects with BrokenPipe when nobody reads any more. */
export interface Sink {
  readonly terminal: boolean;
  write(bytes: Uint8Array): Promise<void>;
  end(): void;
}

export class BrokenPipe extends Error {}

const capacity = 64 * 1024;

/** A pipe between two processes: holds so much and makes the writer wait beyond it. */
export class Pipe implements Source, Sink {
  readonly terminal = false;
  private readonly chunks: Uint8Array[] = [];
  private held = 0;
  private ended = false;
  private closed = false;
  private wakeReader: (() => void) | null = null;
  private wakeWriters: (() => void)[] = [];

  async read(): Promise<Uint8Array | null> {
    while (this.chunks.length === 0) {
      if (this.ended || this.closed) return null;
      await new Promise<void>((resolve) => {
        this.wakeReader = resolve;
      });
    }
    const chunk = this.chunks.shift() ?? null;
    this.held -= chunk?.length ?? 0;
    for (const wake of this.wakeWriters.splice(0)) wake();
    return chunk;
  }

  async write(bytes: Uint8Array): Promise<void> {
    while (this.held >= capacity && !this.closed) {
      await new Promise<void>((resolve) => this.wakeWriters.push(resolve));
    }
    if (this.closed || this.ended) throw new BrokenPipe();
    if (bytes.length === 0) return;
    this.chunks.push(bytes);
    this.held += bytes.length;
    this.wakeReader?.();
  }

  end(): void {
    this.ended = true;
    this.wakeReader?.();
  }

  close(): void {
    this.closed = true;
    this.wakeReader?.();
    for (const wake of this.wakeWriters.splice(0)) wake();
  }
}

/** A source that can take bytes back, so that `read` leaves to others what stands after its line. */
export class Rereadable implements Source {
  readonly terminal: boolean;
  private readonly inner: Source;
  private returned: Uint8Array[] = [];

  constructor(inner: Source) {
    this.inner = inner;
    this.terminal = inner.terminal;
  }

  async read(): Promise<Uint8Array | null> {
    return this.returned.pop() ?? (await this.inner.read());
  }

  putBack(bytes: Uint8Array): void {
    if (bytes.length > 0) this.returned.push(bytes);
  }

  close(): void {
    this.returned = [];
    this.inner.close();
  }
}

/** A source of given bytes. */
export function sourceOf(bytes: Uint8Array): Source {
  let given = bytes.length === 0;
  return {
    terminal: false,
    read: async () => {
      if (given) return null;
      given = true;
      return bytes;
    },
    close: () => {
      given = true;
    },
  };
}

/** A source that never ends, as /dev/zero and /dev/urandom are. */
export function endlessSource(fill: (bytes: Uint8Array) => void): Source {
  let closed = false;
  return {
    terminal: false,
    read: async () => {
      if (closed) return null;
      const bytes = new Uint8Array(16_384);
      fill(bytes);
      return bytes;
    },
    close: () => {
      closed = true;
    },
  };
}

export const nothing: Sink = { terminal: false, write: async () => {}, end: () => {} };

/** A sink that keeps what it is given, up to a limit of bytes; more than that counts as a broken pipe. */
export class Collector implements Sink {
  readonly terminal = false;
  private readonly chunks: Uint8Array[] = [];
  private length = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.length += bytes.length;
    if (this.length > this.limit) throw new BrokenPipe();
    this.chunks.push(bytes.slice());
  }

  end(): void {}

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

const lineLimit = 1024 * 1024;

/** The lines of a source, without their ends; one that is longer than a mebibyte is cut into several. */
export async function* linesOf(source: Source): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const bytes = await source.read();
    rest += bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > lineLimit) {
      yield rest;
      rest = "";
    }
    if (bytes === null) break;
  }
  if (rest !== "") yield rest;
}

/** Everything of a source, up to `limit` bytes; the rest is left unread. */
export async function readAll(source: Source, limit = 16 * lineLimit): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < limit) {
    const bytes = await source.read();
    if (bytes === null) break;
    chunks.push(bytes);
    length += bytes.length;
  }
  return Buffer.concat(chunks);
}
