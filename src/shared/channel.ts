/**
 * One WebSocket-shaped object: a MessagePort in the desktop shell, a WebSocket in the browser shell. Calls and
 * live queries share the channel named `calls`; each screen session has a channel `session/<token>` of its own.
 */
export interface Channel {
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType: "arraybuffer";
  send(data: string | ArrayBuffer | Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** Called once when `readyState` turns open; a channel that is open from the start does not call it. */
  onopen?: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
}

export const channelState = { connecting: 0, open: 1, closing: 2, closed: 3 } as const;
