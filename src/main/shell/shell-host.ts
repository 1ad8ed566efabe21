import type { Channel, PacedChannel } from "../../shared/channel.ts";
import type { LocalText } from "../../shared/text.ts";

/** What a shell needs of the console: somewhere to plug its channels in. */
export interface ShellHost {
  /**
   * Serves calls and live queries on an open channel until it closes; of who only looks, those alone that read. `seat`
   * names the window, or the windows of one browser session, where somebody signs in.
   */
  serveCalls(channel: PacedChannel, looksOnly?: boolean, seat?: string): void;
  /** Hands a screen session its channel. False when the token is unknown, used or expired: close the channel then. */
  openSession(token: string, channel: Channel): boolean;
  /** Tells what a shell of the desktop is to show there itself, until the result is called. */
  onNotice?(listener: (notice: { title: LocalText; body: LocalText }) => void): () => void;
  /** Locks every window: the workstation goes to sleep, or its own screen is locked. */
  lock?(): void;
  close(): Promise<void>;
}

/** How an entry makes the console once its shell is known. */
export type ShellHostFactory = (shell: "electron" | "browser") => Promise<ShellHost>;
