import { type Channel, channelState } from "../../shared/channel.ts";

/** One end of a channel within this process. Messages arrive one microtask later, in order, until either side closes. */
export class MemoryChannel implements Channel {
  binaryType = "arraybuffer" as const;
  readonly bufferedAmount = 0;
  readyState: number = channelState.connecting;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: (string | ArrayBuffer | Uint8Array)[] = [];
  #other: MemoryChannel | null = null;

  /** Two ends that hear each other; both are still connecting. */
  static pair(): [MemoryChannel, MemoryChannel] {
    const one = new MemoryChannel();
    const other = new MemoryChannel();
    one.#other = other;
    other.#other = one;
    return [one, other];
  }

  open(): void {
    for (const end of [this, this.#other]) {
      if (end?.readyState !== channelState.connecting) continue;
      end.readyState = channelState.open;
      end.onopen?.();
    }
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.readyState !== channelState.open) throw new Error("the channel is not open");
    this.sent.push(data);
    const arrived = data instanceof Uint8Array ? new Uint8Array(data).buffer : data;
    queueMicrotask(() => {
      const other = this.#other;
      if (other?.readyState === channelState.open) other.onmessage?.({ data: arrived });
    });
  }

  close(code = 1000, reason = ""): void {
    for (const end of [this, this.#other]) {
      if (!end || end.readyState === channelState.closed) continue;
      end.readyState = channelState.closed;
      end.onclose?.({ code, reason });
    }
  }
}
