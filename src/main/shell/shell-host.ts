import type { MessagePortMain } from "electron";
import type { WebSocket } from "ws";
import type { Channel } from "../../shared/channel.ts";

/** What a shell needs of the console: somewhere to plug its channels in. */
export interface ShellHost {
  /** Serves calls and live queries on an open WebSocket until it closes. */
  serveCalls(
    transport: { kind: "websocket"; socket: WebSocket } | { kind: "port"; port: MessagePortMain },
  ): void;
  /** Hands a screen session its channel. False when the token is unknown, used or expired: close the channel then. */
  openSession(token: string, channel: Channel): boolean;
  close(): Promise<void>;
}
