import type { AnyContractRouter } from "@orpc/contract";
import type { Router } from "@orpc/server";
import { RPCHandler } from "@orpc/server/websocket";
import { MemoryChannel } from "./memory-channel.ts";
import { readNotice } from "./read-notice.ts";

/** A far side in this process that serves a router on every channel that is asked for. */
export class MemoryMain {
  readonly channels: MemoryChannel[] = [];
  /** Frames that the reader reported as taken. */
  framesTaken = 0;
  /** False keeps new channels from opening; a number refuses them with that close code. */
  reachable: boolean | number = true;
  readonly #handler: RPCHandler<Record<never, never>>;

  constructor(router: Router<AnyContractRouter, Record<never, never>>) {
    this.#handler = new RPCHandler(router);
  }

  /** What a window is given in place of `openChannel("calls")`. */
  open = (): MemoryChannel => {
    const [near, far] = MemoryChannel.pair();
    this.channels.push(near);
    queueMicrotask(() => {
      if (this.reachable === true) {
        this.#serve(far);
        near.open();
      } else if (typeof this.reachable === "number") near.close(this.reachable);
    });
    return near;
  };

  /** Cuts every channel that is open, as a lost network does. */
  cut(code = 1006): void {
    for (const channel of this.channels) channel.close(code);
  }

  #serve(far: MemoryChannel): void {
    const peer = {
      addEventListener() {},
      send: (data: string | ArrayBufferLike | Blob | ArrayBufferView) => {
        // What a procedure still says after the channel was cut reaches nobody.
        if (far.readyState === 1 && typeof data === "string") far.send(data);
      },
    };
    far.onmessage = ({ data }) => {
      if (typeof data !== "string") return;
      const taken = readNotice(data);
      if (taken !== null) this.framesTaken += taken;
      else void this.#handler.message(peer, data, { context: {} });
    };
    far.onclose = () => this.#handler.close(peer);
  }
}
