import type { WebSocket } from "ws";
import { BrokenPipe, type Sink } from "../../../shell/streams.ts";
import type { SpdyConnection, SpdyStream } from "./spdy/connection.ts";

const bufferedLimit = 256 * 1024;

/** The channels of `remotecommand` towards a client (Kubernetes, KEP-4006), whatever carries them. */
export interface RemoteChannels {
  readonly output: Sink;
  readonly error: Sink;
  /** Calls `take` with each piece of input, the next one after it has resolved; null is the end. */
  onInput(take: (bytes: Uint8Array | null) => Promise<void>): void;
  /** Calls `take` with the new size, as JSON with `Width` and `Height`. */
  onResize(take: (bytes: Buffer) => void): void;
  /** Calls `listener` when the client is gone. */
  onGone(listener: () => void): void;
  /** Sends the result, a Status, and hangs up; nothing when the client is gone. */
  finish(result: object): void;
  /** Hangs up without a result. */
  breakOff(): void;
}

/** The first byte of each message over WebSocket; 255 closes a channel. */
const numbers = { input: 0, output: 1, error: 2, result: 3, resize: 4, close: 255 } as const;

/** The channels as messages of a WebSocket (`v4.channel.k8s.io`, `v5.channel.k8s.io`). */
export function webSocketChannels(socket: WebSocket): RemoteChannels {
  let takeInput: (bytes: Uint8Array | null) => Promise<void> = async () => {};
  let takeSize: (bytes: Buffer) => void = () => {};
  socket.on("error", () => socket.terminate());
  socket.on("message", (data: Buffer) => {
    const [channel] = data;
    const bytes = data.subarray(1);
    if (channel === numbers.resize) takeSize(bytes);
    else if (channel === numbers.close) takeInput(null).catch(() => {});
    else if (channel === numbers.input) {
      socket.pause();
      const resume = () => socket.resume();
      takeInput(bytes).then(resume, resume);
    }
  });
  const sink = (channel: number): Sink => ({
    terminal: false,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) {
          reject(new BrokenPipe());
          return;
        }
        const isFull = socket.bufferedAmount > bufferedLimit;
        socket.send(Buffer.concat([Buffer.from([channel]), bytes]), (error) => {
          if (error) reject(new BrokenPipe());
          else if (isFull) resolve();
        });
        if (!isFull) resolve();
      }),
    end: () => {},
  });
  return {
    output: sink(numbers.output),
    error: sink(numbers.error),
    onInput: (take) => {
      takeInput = take;
    },
    onResize: (take) => {
      takeSize = take;
    },
    onGone: (listener) => socket.once("close", listener),
    finish(result) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(Buffer.concat([Buffer.from([numbers.result]), Buffer.from(JSON.stringify(result))]));
      socket.close(1000);
    },
    breakOff: () => socket.terminate(),
  };
}

/** The channels as streams of a SPDY connection, by what their header `streamtype` says. */
export function spdyChannels(
  connection: SpdyConnection,
  streams: ReadonlyMap<string, SpdyStream>,
): RemoteChannels {
  const sink = (name: string): Sink => {
    const stream = streams.get(name);
    return {
      terminal: false,
      write: (bytes) =>
        new Promise((resolve, reject) => {
          if (!stream) resolve();
          else if (!stream.writable) reject(new BrokenPipe());
          else stream.write(bytes, (error) => (error ? reject(new BrokenPipe()) : resolve()));
        }),
      end: () => {},
    };
  };
  for (const name of ["stdout", "stderr", "error"]) streams.get(name)?.resume();
  return {
    output: sink("stdout"),
    error: sink("stderr"),
    onInput(take) {
      const stream = streams.get("stdin");
      if (!stream) return;
      const hand = async () => {
        for await (const bytes of stream.iterator({ destroyOnReturn: false })) await take(bytes);
        await take(null);
      };
      hand().catch(() => {});
    },
    onResize: (take) => streams.get("resize")?.on("data", take),
    onGone(listener) {
      connection.closed.then(listener, listener);
    },
    finish(result) {
      for (const name of ["stdout", "stderr"]) streams.get(name)?.end();
      streams.get("error")?.end(JSON.stringify(result), () => connection.close());
    },
    breakOff: () => connection.close(),
  };
}
