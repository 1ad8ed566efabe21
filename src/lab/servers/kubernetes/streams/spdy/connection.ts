import { Duplex } from "node:stream";
import {
  controlFrame,
  controlTypes,
  dataFrame,
  type Frame,
  FrameReader,
  finFlag,
  numbers,
} from "./frames.ts";
import { HeaderReader, HeaderWriter } from "./headers.ts";

const pieceLength = 16 * 1024;
const streamLimit = 256;
const cancelled = 5;
/** Milliseconds that a client has to hang up in its turn. */
const partingTime = 5_000;

/** One stream of a connection: closed in each direction by itself. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: ReadonlyMap<string, string>;
  private readonly connection: SpdyConnection;

  constructor(connection: SpdyConnection, id: number, headers: ReadonlyMap<string, string>) {
    super({ allowHalfOpen: true });
    this.connection = connection;
    this.id = id;
    this.headers = headers;
    // What befalls a stream is told by its end; nobody needs to listen.
    this.on("error", () => {});
  }

  override _read(): void {
    this.connection.wanted(this);
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    let sent = Promise.resolve();
    for (let at = 0; at < chunk.length; at += pieceLength) {
      sent = this.connection.send(dataFrame(this.id, chunk.subarray(at, at + pieceLength)));
    }
    sent.then(
      () => done(),
      (error: Error) => done(error),
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    this.connection.send(dataFrame(this.id, Buffer.alloc(0), finFlag)).then(
      () => done(),
      () => done(),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.connection.left(this, !this.writableFinished);
    done(error);
  }
}

/**
 * The server's side of SPDY 3.1 as Kubernetes uses it (SPDY Protocol, draft 3.1): the client opens streams, which are
 * taken at once. Windows and priorities are not looked at, as its clients do not keep to them either; who does not read
 * holds the whole connection back.
 */
export class SpdyConnection {
  /** Resolves when the connection is over, in whatever way. */
  readonly closed: Promise<void>;
  private readonly wire: Duplex;
  private readonly onStream: (stream: SpdyStream) => void;
  private readonly frames = new FrameReader();
  private readonly reader = new HeaderReader();
  private readonly writer = new HeaderWriter();
  private readonly streams = new Map<number, SpdyStream>();
  private readonly full = new Set<SpdyStream>();
  private sending: Promise<void> = Promise.resolve();
  private wake = () => {};

  /** `head` are bytes that came with the request for the upgrade. */
  constructor(wire: Duplex, head: Uint8Array, onStream: (stream: SpdyStream) => void) {
    this.wire = wire;
    this.onStream = onStream;
    this.closed = new Promise((resolve) => wire.once("close", resolve));
    wire.on("error", () => wire.destroy());
    wire.once("end", () => wire.destroy());
    wire.once("close", () => this.end());
    this.work(head).catch(() => wire.destroy());
  }

  /** Says that no more streams are taken, and hangs up once everything is sent. */
  close(): void {
    this.send(controlFrame(controlTypes.goAway, numbers(0, 0))).then(
      () => {
        this.wire.end();
        const limit = setTimeout(() => this.wire.destroy(), partingTime);
        limit.unref();
        this.closed.then(() => clearTimeout(limit));
      },
      () => this.wire.destroy(),
    );
  }

  /** Sends a frame after those before it; waits while the client does not read. */
  send(frame: Buffer): Promise<void> {
    this.sending = this.sending.then(() => this.write(frame));
    return this.sending;
  }

  /** A stream's buffer has room again. */
  wanted(stream: SpdyStream): void {
    if (this.full.delete(stream)) this.wake();
  }

  /** A stream is over; `isBroken` when its end was not sent. */
  left(stream: SpdyStream, isBroken: boolean): void {
    this.wanted(stream);
    if (this.streams.delete(stream.id) && isBroken && !this.wire.destroyed) {
      this.send(controlFrame(controlTypes.rstStream, numbers(stream.id, cancelled))).catch(() => {});
    }
  }

  private async work(head: Uint8Array): Promise<void> {
    for (const frame of this.frames.feed(head)) await this.take(frame);
    for await (const chunk of this.wire) {
      for (const frame of this.frames.feed(chunk)) await this.take(frame);
      while (this.full.size > 0) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }

  private async take(frame: Frame): Promise<void> {
    if (frame.type === "data") {
      const stream = this.streams.get(frame.stream);
      if (!stream) return;
      if (frame.payload.length > 0 && !stream.push(Buffer.from(frame.payload))) this.full.add(stream);
      if (frame.flags & finFlag) stream.push(null);
      return;
    }
    const { kind, flags, payload } = frame;
    if (kind === controlTypes.synStream) await this.open(payload, flags);
    else if (kind === controlTypes.headers) await this.reader.read(payload.subarray(4));
    else if (kind === controlTypes.rstStream) this.streams.get(payload.readUInt32BE(0))?.destroy();
    else if (kind === controlTypes.ping) await this.send(controlFrame(controlTypes.ping, payload));
    // A client that takes no more streams still reads those that are open; settings and windows change nothing here.
  }

  private async open(payload: Buffer, flags: number): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.reader.read(payload.subarray(10));
    if (this.streams.size >= streamLimit || this.streams.has(id)) throw new RangeError("too many streams");
    const stream = new SpdyStream(this, id, headers);
    this.streams.set(id, stream);
    const block = await this.writer.write(new Map());
    await this.send(controlFrame(controlTypes.synReply, Buffer.concat([numbers(id), block])));
    if (flags & finFlag) stream.push(null);
    this.onStream(stream);
  }

  private write(frame: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.wire.destroyed || !this.wire.writable) reject(new Error("the connection is gone"));
      else this.wire.write(frame, (error) => (error ? reject(error) : resolve()));
    });
  }

  private end(): void {
    this.reader.close();
    this.writer.close();
    for (const stream of [...this.streams.values()]) stream.destroy();
    this.streams.clear();
  }
}
