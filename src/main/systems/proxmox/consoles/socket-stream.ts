import { Duplex } from "node:stream";
import type WebSocket from "ws";
import type { OpsError } from "../../../../shared/errors.ts";
import { heartbeatPatience, keepHeartbeat } from "../../../reach/heartbeat.ts";
import { consoleBroken, consoleSilent } from "./faults.ts";

/** A message of more than 64 KiB (128 KiB in later versions) makes the node drop the connection; bytes. */
export const largestPiece = 32 * 1024;

/**
 * What a WebSocket carries as one stream of bytes, whatever messages they come in. It ends when the far side closes, and
 * fails with `proxmox.console-broken` or `.console-silent`. The socket belongs to it.
 */
export class SocketStream extends Duplex {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, name: string) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      if (!this.push(data)) socket.pause();
    });
    socket.on("error", (error) => this.destroy(consoleBroken(name, error)));
    // A node closes the connection without the farewell that WebSockets have.
    socket.once("close", () => this.push(null));
    keepHeartbeat(socket, () => this.destroy(silent(name)));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += largestPiece)
      pieces.push(bytes.subarray(at, at + largestPiece));
    const last = pieces.pop();
    // What cannot be sent any more is told by the end of the socket.
    if (!last || this.#socket.readyState !== this.#socket.OPEN) {
      done();
      return;
    }
    for (const piece of pieces) this.#socket.send(piece);
    this.#socket.send(last, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.resume();
    this.#socket.terminate();
    done(error);
  }
}

/** The error of a node that does not answer on a console. */
export function silent(name: string): OpsError {
  return consoleSilent(name, heartbeatPatience / 1000);
}
