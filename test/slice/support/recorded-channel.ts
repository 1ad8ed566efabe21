import { channelState, closeCode, type PacedChannel } from "../../../src/shared/channel.ts";

/** One end of a pair of channels in one process; what is sent arrives in a later turn, as on a real one. */
class PairedChannel implements PacedChannel {
  readonly bufferedAmount = 0;
  readonly binaryType = "arraybuffer" as const;
  readyState: number = channelState.open;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  ondrain: (() => void) | null = null;
  other: PairedChannel | null = null;
  readonly #tap: (frame: Buffer) => void;

  constructor(tap: (frame: Buffer) => void) {
    this.#tap = tap;
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.readyState !== channelState.open) return;
    const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(new Uint8Array(data));
    this.#tap(bytes);
    const message = typeof data === "string" ? data : new Uint8Array(bytes).buffer;
    setImmediate(() => {
      if (this.other?.readyState === channelState.open) this.other.onmessage?.({ data: message });
    });
  }

  close(code: number = closeCode.normal, reason = ""): void {
    this.end(code, reason);
    setImmediate(() => this.other?.end(code, reason));
  }

  end(code: number, reason: string): void {
    if (this.readyState === channelState.closed) return;
    this.readyState = channelState.closed;
    this.onclose?.({ code, reason });
  }
}

/** Every frame that went each way over the channels of one recorder. */
export class ChannelRecorder {
  readonly fromMain: Buffer[] = [];
  readonly toMain: Buffer[] = [];

  /** A new pair of ends whose frames are kept. */
  pair(): { main: PacedChannel; window: PacedChannel } {
    const main = new PairedChannel((frame) => this.fromMain.push(frame));
    const window = new PairedChannel((frame) => this.toMain.push(frame));
    main.other = window;
    window.other = main;
    return { main, window };
  }
}
