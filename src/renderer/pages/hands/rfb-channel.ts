import type { RawChannel } from "@novnc/novnc";
import { type Channel, channelState, closeCode } from "../../../shared/channel.ts";
import { type ScreenCommand, screenAcknowledgement } from "../../../shared/screen.ts";

/** What happens on a screen's channel that is not for the painter. */
export interface RfbChannelEvents {
  text(data: string): void;
  /** So many bytes were taken by the painter. */
  taken(bytes: number): void;
  /** The channel closed from the far side; called before the painter hears of it. */
  closed(): void;
  /** The painter failed on the bytes it was given. */
  broken(thrown: unknown): void;
}

/**
 * Shows the channel of a screen session to noVNC as a WebSocket: only bytes reach it, text goes to `events`. Bytes are
 * acknowledged, many together, once noVNC has taken them. noVNC looks for what it needs on the object and its immediate prototype
 * alone, so this class extends nothing. Until `start` bytes wait here, unacknowledged; main sends no more than its
 * window of them.
 */
export class RfbChannel implements RawChannel {
  binaryType = "arraybuffer";
  readonly protocol = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly #channel: Channel;
  readonly #events: RfbChannelEvents;
  #waiting: ArrayBuffer[] | null = [];
  #unacknowledged = 0;

  constructor(channel: Channel, events: RfbChannelEvents) {
    this.#channel = channel;
    this.#events = events;
    channel.binaryType = "arraybuffer";
    channel.onopen = () => this.onopen?.();
    channel.onmessage = ({ data }) => {
      if (typeof data === "string") events.text(data);
      else if (!(data instanceof ArrayBuffer)) return;
      else if (this.#waiting) this.#waiting.push(data);
      else this.#deliver(data);
    };
    channel.onclose = (event) => {
      events.closed();
      this.onclose?.(event);
    };
  }

  get readyState(): number {
    return this.#channel.readyState;
  }

  /** Hands over what waited, and from now on what comes; to be called once the painter is attached. */
  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const data of waiting) this.#deliver(data);
  }

  /** noVNC gives a view of a buffer that it uses again, and a channel may send later. */
  send(data: ArrayBuffer | Uint8Array): void {
    this.#channel.send(new Uint8Array(data).slice());
  }

  /** Closes the channel; the painter hears of it a moment later, as it would from a WebSocket. */
  close(): void {
    this.#channel.onmessage = null;
    this.#channel.onclose = null;
    this.#waiting = [];
    this.#channel.close(closeCode.normal, "closed by the operator");
    queueMicrotask(() => this.onclose?.({ code: closeCode.normal, reason: "" }));
  }

  #deliver(data: ArrayBuffer): void {
    try {
      this.onmessage?.({ data });
    } catch (thrown) {
      this.#events.broken(thrown);
      return;
    }
    this.#events.taken(data.byteLength);
    this.#unacknowledged += data.byteLength;
    if (this.#unacknowledged < screenAcknowledgement || this.readyState !== channelState.open) return;
    const taken: ScreenCommand = { type: "acknowledge", bytes: this.#unacknowledged };
    this.#unacknowledged = 0;
    this.#channel.send(JSON.stringify(taken));
  }
}
