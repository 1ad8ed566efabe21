import type { ClusterLogin, Credentials } from "./login.ts";

/** Milliseconds before their end from which credentials are renewed. */
const renewAhead = 10_000;

export interface LoginKeeperParts {
  read(): Promise<ClusterLogin>;
  /** Something that changes when the log-in's files do. */
  stamp(): Promise<string | null>;
  /** Epoch milliseconds. */
  now(): number;
  /** Ends what is being fetched: the system is closed. */
  closing: AbortSignal;
}

export interface HeldLogin {
  login: ClusterLogin;
  credentials: Credentials;
  /** Counts up whenever another log-in or other credentials are in force. */
  generation: number;
}

/**
 * Keeps what a log-in program or an identity provider gave until it ends or is refused, so that they are not asked for
 * each request; whoever asks meanwhile waits for the one answer.
 */
export class LoginKeeper {
  readonly #parts: LoginKeeperParts;
  #held: (HeldLogin & { stamp: string | null }) | null = null;
  #fetching: Promise<HeldLogin> | null = null;
  #generation = 0;

  constructor(parts: LoginKeeperParts) {
    this.#parts = parts;
  }

  /** The log-in in force. Throws OpsErrors of the log-in. */
  async current(): Promise<HeldLogin> {
    const held = this.#held;
    const until = held?.credentials.validUntil ?? null;
    const fresh = until === null || until - renewAhead > this.#parts.now();
    if (held && fresh && held.stamp === (await this.#parts.stamp())) return held;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  /** They were refused: the next request fetches others, unless that was done since. */
  forget(generation: number): void {
    if (this.#held?.generation === generation) this.#held = null;
  }

  async #fetch(): Promise<HeldLogin> {
    const stamp = await this.#parts.stamp();
    const login = this.#held?.stamp === stamp ? this.#held.login : await this.#parts.read();
    const credentials = await login.credentials(this.#parts.closing);
    this.#generation += 1;
    this.#held = { login, credentials, generation: this.#generation, stamp };
    return this.#held;
  }
}
