import type { ClientContext, ClientLink, ClientOptions } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { type Channel, channelState } from "../../shared/channel.ts";
import { paceLiveQueries } from "./live-pacing.ts";

/**
 * Shows an open Channel to the RPC link as the part of a WebSocket that it uses: `message`, `close`, sending.
 */
class ChannelSocket extends EventTarget {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    super();
    this.#channel = channel;
    channel.onmessage = (event) => {
      this.dispatchEvent(new MessageEvent("message", { data: event.data }));
    };
  }

  /** Open from the link's side: whether it still is, `send` looks. */
  readonly readyState = channelState.open;

  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    // The farewell of a query that ends together with the channel; calls are failed by `closed`.
    if (this.#channel.readyState !== channelState.open) return;
    if (typeof data === "string" || data instanceof ArrayBuffer || data instanceof Uint8Array)
      this.#channel.send(data);
    else throw new TypeError("the calls channel carries text and byte arrays only");
  }

  closed(): void {
    this.dispatchEvent(new Event("close"));
  }
}

/** An RPC link over one open channel; `closed` fails everything that still waits on it. */
export interface ChannelLink extends ClientLink<ClientContext> {
  closed(): void;
}

/**
 * Speaks the RPC protocol over `channel`, which must be open; takes over its `onmessage`. Live queries are paced:
 * main runs no further ahead than the reader takes.
 */
export function linkOver(channel: Channel): ChannelLink {
  const socket = new ChannelSocket(channel);
  const link = new RPCLink({
    websocket: socket,
    clientInterceptors: [paceLiveQueries((message) => channel.send(message))],
  });
  return {
    call: (path: readonly string[], input: unknown, options: ClientOptions<ClientContext>) =>
      link.call(path, input, options),
    closed: () => socket.closed(),
  };
}

/** Resolves once `channel` is open; rejects with a ChannelRefused when it closes first. */
export function opened(channel: Channel): Promise<void> {
  if (channel.readyState === channelState.open) return Promise.resolve();
  return new Promise((resolve, reject) => {
    channel.onopen = () => resolve();
    channel.onclose = ({ code }) => reject(new ChannelRefused(code));
  });
}

/** The channel closed before it opened; `code` is one of `closeCode`. */
export class ChannelRefused extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the channel closed before it opened (${code})`);
    this.name = "ChannelRefused";
    this.code = code;
  }
}
