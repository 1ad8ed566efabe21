import type { Duplex, Writable } from "node:stream";
import { BrokenPipe, type Sink, type Source } from "../../shell/streams.ts";

/** A channel's incoming bytes as a source; it ends when the far side sends no more or is gone. */
export function channelSource(channel: Duplex): Source {
  const chunks = channel.iterator({ destroyOnReturn: false });
  return {
    terminal: false,
    read: async () => {
      try {
        const next = await chunks.next();
        return next.done ? null : next.value;
      } catch {
        return null;
      }
    },
    close: () => {},
  };
}

/** A channel's outgoing side as a sink that waits for the far side's window; BrokenPipe once it is gone. */
export function channelSink(stream: Writable, channel: Duplex = stream as Duplex): Sink {
  return {
    terminal: false,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (channel.destroyed || !stream.writable) {
          reject(new BrokenPipe());
          return;
        }
        const onGone = () => {
          stream.off("drain", onDrain);
          reject(new BrokenPipe());
        };
        const onDrain = () => {
          channel.off("close", onGone);
          resolve();
        };
        // ssh2 keeps the buffer until the window opens, so that it must not be written to again.
        if (stream.write(Buffer.from(bytes))) resolve();
        else {
          stream.once("drain", onDrain);
          channel.once("close", onGone);
        }
      }),
    end: () => {},
  };
}
