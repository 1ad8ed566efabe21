import type { ClientChannel } from "ssh2";
import type { Connection } from "./connection.ts";
import type { Pool } from "./pool.ts";
import type { RemoteShell, SshTarget } from "./reach.ts";
import { discard, openSession } from "./session.ts";

type End = { exitCode: number | null; error: Error | null };

/** Opens an interactive shell, within `openTime` milliseconds once connected. Throws what connecting threw, `reach.channel-refused` or `reach.command-refused`. */
export async function openShell(
  pool: Pool,
  target: SshTarget,
  size: { columns: number; rows: number },
  signal: AbortSignal,
  openTime: number,
): Promise<RemoteShell> {
  const start = (on: Connection) => on.shell(size);
  const { channel, connection } = await openSession(pool, target, signal, start, openTime);
  return new ChannelShell(channel, connection);
}

/** A shell on a channel: nothing is read before somebody listens, nor while paused (back-pressure). */
class ChannelShell implements RemoteShell {
  readonly #channel: ClientChannel;
  readonly #dataListeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #endListeners: ((end: End) => void)[] = [];
  #end: End | null = null;
  #paused = false;
  #closed = false;

  constructor(channel: ClientChannel, connection: Connection) {
    this.#channel = channel;
    channel.on("end", () => channel.end());
    channel.on("close", (code?: number | null) => {
      const known = this.#closed || code !== undefined;
      this.#end = { exitCode: code ?? null, error: known ? null : connection.lost };
      for (const listener of this.#endListeners.splice(0)) listener(this.#end);
    });
  }

  write(data: string): void {
    if (this.#channel.writable) this.#channel.write(data);
  }

  resize(columns: number, rows: number): void {
    this.#channel.setWindow(rows, columns, 0, 0);
  }

  pause(): void {
    this.#paused = true;
    this.#channel.pause();
    this.#channel.stderr.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#dataListeners.length === 0 && !this.#closed) return;
    this.#channel.resume();
    this.#channel.stderr.resume();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#dataListeners.push(listener);
    if (this.#dataListeners.length > 1) return;
    const tell = (bytes: Buffer) => {
      for (const told of this.#dataListeners) told(bytes);
    };
    this.#channel.on("data", tell);
    this.#channel.stderr.on("data", tell);
    if (this.#paused) this.pause();
  }

  onEnd(listener: (end: End) => void): void {
    if (this.#end) listener(this.#end);
    else this.#endListeners.push(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    discard(this.#channel);
  }
}
