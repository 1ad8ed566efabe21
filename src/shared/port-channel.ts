import { channelState, closeCode, type PacedChannel } from "./channel.ts";

/** One end of a message channel, whatever made it: the DOM, Electron's main process or a worker thread. */
export interface PortEnd {
  postMessage(message: unknown): void;
  close(): void;
  /** Starts delivery. `message` gets what was posted; `disconnected` is called once when the other end is gone. */
  listen(message: (data: unknown) => void, disconnected: () => void): void;
}

type Notice = { received: number } | { close: { code: number; reason: string } };

/** Received bytes are acknowledged in one notice at the latest when this many have come. */
const acknowledgeAfter = 64 * 1024;

/**
 * Gives a message port the shape of a WebSocket. Text and bytes travel as they are (bytes are copied, so the
 * caller may reuse its buffer); two kinds of object travel beside them: how many bytes were received, from which
 * `bufferedAmount` is reckoned, and a close notice with code and reason, which a bare port does not have.
 * Anything else, or a message above `largest` bytes, closes the channel.
 */
export class PortChannel implements PacedChannel {
  binaryType = "arraybuffer" as const;
  protocol = "";
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  ondrain: (() => void) | null = null;
  readonly #port: PortEnd;
  readonly #largest: number;
  #state: number = channelState.open;
  #underWay = 0;
  #unacknowledged = 0;
  #acknowledging = false;

  constructor(port: PortEnd, largest: number) {
    this.#port = port;
    this.#largest = largest;
    port.listen(
      (data) => this.#receive(data),
      () => this.#end(closeCode.lost, ""),
    );
  }

  get readyState(): number {
    return this.#state;
  }

  get bufferedAmount(): number {
    return this.#underWay;
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.#state !== channelState.open) return;
    const message = data instanceof Uint8Array ? new Uint8Array(data).buffer : data;
    this.#underWay += sizeOf(message);
    this.#post(message);
  }

  close(code: number = closeCode.normal, reason = ""): void {
    if (this.#state !== channelState.open) return;
    this.#post({ close: { code, reason } } satisfies Notice);
    this.#end(code, reason);
  }

  #post(message: unknown): void {
    try {
      this.#port.postMessage(message);
    } catch {
      // A port whose other end died under us throws instead of telling.
      this.#end(closeCode.lost, "");
    }
  }

  #receive(data: unknown): void {
    if (this.#state !== channelState.open) return;
    if (typeof data === "string" || data instanceof ArrayBuffer) {
      const size = sizeOf(data);
      if (size > this.#largest) {
        this.close(closeCode.tooBig, "message too big");
        return;
      }
      this.onmessage?.({ data });
      this.#acknowledge(size);
      return;
    }
    const notice = readNotice(data);
    if (notice === null) {
      this.close(closeCode.malformed, "malformed message");
      return;
    }
    if ("close" in notice) {
      this.#end(notice.close.code, notice.close.reason);
      return;
    }
    this.#underWay = Math.max(0, this.#underWay - notice.received);
    this.ondrain?.();
  }

  #acknowledge(size: number): void {
    this.#unacknowledged += size;
    if (this.#unacknowledged >= acknowledgeAfter) {
      this.#flush();
      return;
    }
    if (this.#acknowledging) return;
    this.#acknowledging = true;
    // One notice for all the small messages that were delivered together.
    setTimeout(() => this.#flush(), 0);
  }

  #flush(): void {
    this.#acknowledging = false;
    if (this.#unacknowledged === 0 || this.#state !== channelState.open) return;
    const received = this.#unacknowledged;
    this.#unacknowledged = 0;
    this.#post({ received } satisfies Notice);
  }

  #end(code: number, reason: string): void {
    if (this.#state === channelState.closed) return;
    this.#state = channelState.closed;
    this.#port.close();
    this.onclose?.({ code, reason });
  }
}

function sizeOf(message: string | ArrayBuffer): number {
  return typeof message === "string" ? message.length : message.byteLength;
}

function readNotice(data: unknown): Notice | null {
  if (typeof data !== "object" || data === null) return null;
  if ("received" in data) {
    const { received } = data;
    return typeof received === "number" && received >= 0 ? { received } : null;
  }
  if (!("close" in data) || typeof data.close !== "object" || data.close === null) return null;
  const { close } = data;
  if (!("code" in close && "reason" in close)) return null;
  const { code, reason } = close;
  return typeof code === "number" && typeof reason === "string" ? { close: { code, reason } } : null;
}
