import type { Duplex } from "node:stream";
import type { OpsError } from "../../shared/errors.ts";
import type { Authentication } from "../../shared/estate-access.ts";

/** An SSH server to be reached: a host of a system, or a hop. `id` is its resource or hop identifier. */
export interface SshTarget {
  id: string;
  name: string;
  address: string;
  port: number;
  user: string;
  authentication: Authentication[];
  via: string | null;
  allowlist: string | null;
  hostKey: string | null;
}

export interface ExecuteOptions {
  signal: AbortSignal;
  /** Milliseconds for connection and command together. */
  deadline: number;
  /** Bytes of each stream that are kept (and told live); the rest is read and dropped. Default 1 MiB. */
  limit?: number;
  /** Gets the streams' words as they come, decoded as UTF-8 across chunk borders. */
  onOutput?(stream: "output" | "error", words: string): void;
  /**
   * Called when the far side has accepted the command, or when it can no longer be known that it has not: from
   * here on it may have run.
   */
  onStarted?(): void;
  input?: string;
}

export interface Executed {
  exitCode: number | null;
  signal: string | null;
  output: string;
  error: string;
  truncated: boolean;
}

/** An interactive shell with a pseudo-terminal. */
export interface RemoteShell {
  write(data: string): void;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  onEnd(listener: (end: { exitCode: number | null; error: Error | null }) => void): void;
  close(): void;
}

/** A loopback port that leads to an address behind hops. Releasing the last user lets it close when idle. */
export interface LocalForward {
  port: number;
  /** Why the last connection to the port could not be carried on; null when it could. */
  failure?(): OpsError | null;
  release(): void;
}

/**
 * How a byte gets to where it must go: allowlist check, bounce hops, host keys, log-in, pooled connections with at
 * most ten channels each. Every failure is an OpsError with a code `reach.…`.
 */
export interface Reach {
  execute(target: SshTarget, command: string, options: ExecuteOptions): Promise<Executed>;
  shell(
    target: SshTarget,
    size: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<RemoteShell>;
  /**
   * A byte stream to address:port, through the hop `via` and its own hops, or directly when null; only from inside
   * the allowlist, where one is named. While no name server answers, a name is taken from its last answer unless
   * `resolvesNow` is true.
   */
  dial(
    place: {
      via: string | null;
      address: string;
      port: number;
      allowlist?: string | null;
      resolvesNow?: boolean;
    },
    signal: AbortSignal,
  ): Promise<Duplex>;
  forward(
    place: { via: string | null; address: string; port: number },
    signal: AbortSignal,
  ): Promise<LocalForward>;
  /**
   * Logs in once on a connection of its own, with the given secrets (by reference, `keychain:NAME`) in place of
   * the stored ones; for trials.
   */
  tryLogin(target: SshTarget, override: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void>;
  /** The host key fingerprint that the target last proved, if it was ever reached. */
  provenHostKey(targetId: string): string | null;
}
