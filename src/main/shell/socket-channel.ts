import type { RawData, WebSocket } from "ws";
import { closeCode, type PacedChannel } from "../../shared/channel.ts";

/** A server-side WebSocket of `ws` as a channel: bytes arrive as ArrayBuffer and `ondrain` follows each flush. */
export class SocketChannel implements PacedChannel {
  binaryType = "arraybuffer" as const;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  ondrain: (() => void) | null = null;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: RawData, isBinary: boolean) =>
      this.onmessage?.({ data: isBinary ? toArrayBuffer(data) : data.toString() }),
    );
    socket.on("close", (code, reason) => this.onclose?.({ code, reason: reason.toString() }));
    // A protocol error or an oversize frame is followed by `close`, which is where it is told.
    socket.on("error", () => {});
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(data, () => this.ondrain?.());
  }

  close(code: number = closeCode.normal, reason = ""): void {
    this.#socket.close(code, reason);
  }
}

function toArrayBuffer(data: RawData): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data;
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data;
  return new Uint8Array(bytes).buffer;
}
