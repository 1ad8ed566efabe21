import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import type { OpsError } from "../../shared/errors.ts";
import { abortable } from "./abort.ts";
import { ChannelStream } from "./channel-stream.ts";
import { channelRefused, commandRefused, connectionLost, forwardRefused } from "./faults.ts";
import type { HostKey } from "./host-key.ts";
import { hostAndPort } from "./place.ts";
import type { SshTarget } from "./reach.ts";

export type ChannelKind = "session" | "forward";

/** The server would open no further session on this connection (MaxSessions, sshd_config(5)); nothing was sent. */
export class SessionRefused extends Error {
  readonly fault: OpsError;
  constructor(fault: OpsError) {
    super(fault.message, { cause: fault });
    this.fault = fault;
  }
}

/** CHANNEL_OPEN_FAILURE reason codes, RFC 4254, 5.1. */
const administrativelyProhibited = 1;

/**
 * One SSH connection that has logged in. It counts its channels; the lane that it belongs to decides how many it
 * may carry. `lost` says why it is gone; a connection that is gone takes no work.
 */
export class Connection {
  readonly target: SshTarget;
  /** The connection that this one runs through; null when it goes straight from this workstation. */
  readonly parent: Connection | null;
  readonly since: number;
  readonly hostKey: HostKey;
  /** This workstation's address on a direct connection, and the one the server sees us come from, where known. */
  readonly localAddress: string | null;
  origin: string | null = null;
  /** Whether it has answered that question at all. */
  originTold = false;
  /** Set by the lane: no new work, closes with its last channel. */
  retired = false;
  /** Channels reserved or open, and how many of them are sessions. */
  channels = 0;
  sessions = 0;
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #listeners = new Set<(fault: OpsError) => void>();
  #heardAt = performance.now();
  #lost: OpsError | null = null;

  constructor(parts: {
    target: SshTarget;
    parent: Connection | null;
    client: Client;
    socket: Duplex;
    since: number;
    hostKey: HostKey;
    localAddress: string | null;
  }) {
    this.target = parts.target;
    this.parent = parts.parent;
    this.since = parts.since;
    this.hostKey = parts.hostKey;
    this.localAddress = parts.localAddress;
    this.#client = parts.client;
    this.#socket = parts.socket;
    parts.socket.on("data", () => {
      this.#heardAt = performance.now();
    });
    parts.client.on("error", (error) => this.drop(connectionLost(this.target, error)));
    parts.client.on("close", () => this.drop(connectionLost(this.target)));
  }

  get lost(): OpsError | null {
    return this.#lost;
  }

  /** Milliseconds since the far side last sent anything. */
  get silence(): number {
    return performance.now() - this.#heardAt;
  }

  /** Calls `listener` once when the connection is gone. */
  onLost(listener: (fault: OpsError) => void): void {
    if (this.#lost) listener(this.#lost);
    else this.#listeners.add(listener);
  }

  /** Cuts the connection: every channel on it fails with `fault`. */
  drop(fault: OpsError): void {
    if (this.#lost) return;
    this.#lost = fault;
    this.#socket.destroy();
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(fault);
  }

  /** Says goodbye (RFC 4253, 11.1) and closes. */
  close(): void {
    if (this.#lost) return;
    this.#client.end();
    this.drop(connectionLost(this.target));
  }

  /**
   * Whether the far side still answers: a global request for a forward that does not exist, which every server
   * answers with a refusal (RFC 4254, 4).
   */
  async probe(milliseconds: number): Promise<boolean> {
    if (this.#lost) return false;
    const answering = new Promise<boolean>((resolve) => {
      this.onLost(() => resolve(false));
      try {
        this.#client.unforwardIn("127.0.0.1", 1, () => resolve(this.#lost === null));
      } catch {
        resolve(false);
      }
    });
    return abortable(answering, AbortSignal.timeout(milliseconds)).catch(() => false);
  }

  /**
   * Starts a command. `onSent` is called right before anything of it leaves: whatever fails from then on, other
   * than a refusal by the server, may have run. Throws SessionRefused, `reach.command-refused` or what the
   * connection was lost with.
   */
  execute(command: string, onSent: () => void): Promise<ClientChannel> {
    return this.#open((done) => {
      onSent();
      this.#client.exec(command, done);
    });
  }

  /** Opens a shell with a pseudo-terminal. Throws as `execute` does. */
  shell(size: { columns: number; rows: number }): Promise<ClientChannel> {
    return this.#open((done) =>
      this.#client.shell({ term: "xterm-256color", cols: size.columns, rows: size.rows }, done),
    );
  }

  /**
   * Opens a stream to an address that this server can reach. Throws `reach.forward-refused`,
   * `reach.forward-failed` or what the connection was lost with.
   */
  forward(address: string, port: number): Promise<ChannelStream> {
    return new Promise((resolve, reject) => {
      try {
        this.#client.forwardOut("127.0.0.1", 0, address, port, (error, channel) => {
          if (error) reject(this.#forwardFault(error, hostAndPort(address, port)));
          else resolve(new ChannelStream(channel, () => this.#lost));
        });
      } catch (error) {
        reject(this.#lost ?? connectionLost(this.target, error));
      }
    });
  }

  #open(
    start: (done: (error: Error | undefined, channel: ClientChannel) => void) => void,
  ): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      try {
        start((error, channel) => {
          if (error) return reject(this.#sessionFault(error));
          channel.on("error", () => channel.close());
          resolve(channel);
        });
      } catch (error) {
        reject(this.#lost ?? connectionLost(this.target, error));
      }
    });
  }

  #sessionFault(error: Error): Error {
    if (this.#lost) return this.#lost;
    if ("reason" in error) return new SessionRefused(channelRefused(this.target, error));
    // ssh2 leaves the channel of a refused request open and keeps its handle: let the connection go after use.
    this.retired = true;
    return commandRefused(this.target, error);
  }

  #forwardFault(error: Error & { reason?: unknown }, address: string): OpsError {
    if (this.#lost) return this.#lost;
    const why = error.reason === administrativelyProhibited ? "prohibited" : "failed";
    return forwardRefused(this.target, address, why, error);
  }
}

/** The connection that a way begins with: the one that goes straight from this workstation. */
export function firstOf(connection: Connection): Connection {
  let first = connection;
  while (first.parent) first = first.parent;
  return first;
}
