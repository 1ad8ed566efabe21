/**
 * One WebSocket-shaped object: a MessagePort in the desktop shell, a WebSocket in the browser shell. Calls and
 * live queries share the channel named `calls`; each screen session has a channel `session/<token>` of its own.
 */
export interface Channel {
  readonly readyState: number;
  /** Bytes handed to `send` that the other side has not taken yet; strings count at least one byte a character. */
  readonly bufferedAmount: number;
  binaryType: "arraybuffer";
  /** Text and bytes; what is sent while connecting waits for the opening. Ignored once closed. */
  send(data: string | ArrayBuffer | Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** `data` is a string or an ArrayBuffer. */
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onopen?: (() => void) | null;
}

/** A channel that also says when `bufferedAmount` has fallen, so that a sender need not look again and again. */
export interface PacedChannel extends Channel {
  ondrain: (() => void) | null;
}

export const channelState = { connecting: 0, open: 1, closing: 2, closed: 3 } as const;

/** Why a channel closed: RFC 6455 section 7.4.1, and our own from 4400 on. */
export const closeCode = {
  normal: 1000,
  goingAway: 1001,
  /** No close notice came: the other side vanished. */
  lost: 1006,
  malformed: 1007,
  tooBig: 1009,
  failed: 1011,
  /** The browser's session is missing or has expired: a new one-time link is needed. */
  signInNeeded: 4401,
  /** The session token is unknown, used or expired. */
  unknownSession: 4404,
} as const;

const channelNames = /^(?:calls|session\/[A-Za-z0-9_-]{1,200})$/;

/** Whether a name is one that a shell may open: `calls` or `session/<token>`. */
export function isChannelName(name: unknown): name is string {
  return typeof name === "string" && channelNames.test(name);
}

/** The largest message that the renderer may send on any channel, in bytes. */
export const largestRequest = 4 * 1024 * 1024;

/**
 * Pacing of live queries: main never runs more than `liveWindow` frames ahead of what the reader has taken. The
 * renderer names each call in the header `liveHeader` and reports the frames it took as a `ReadNotice`, as JSON.
 */
export const liveWindow = 8;
export const liveHeader = "live";
export interface ReadNotice {
  live: string;
  read: number;
}
