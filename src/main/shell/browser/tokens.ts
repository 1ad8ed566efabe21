import { createHash, randomBytes } from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";

/** How long a one-time link opens the console, in milliseconds. */
export const linkLifetime = 60_000;
/** How long a session lasts without any request or message, in milliseconds. */
export const sessionIdle = 12 * 3_600_000;

/** A token of 256 bits, safe in a URL and a cookie. */
function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Only hashes are kept: memory that leaks opens nothing, and a look-up tells nothing by its timing. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** `looking`: a session that may only look was opened. */
export type Redemption = "opened" | "looking" | "used" | "expired" | "unknown";

/** The one-time links that were handed out: each opens one session within `linkLifetime`. */
export class OneTimeLinks {
  readonly #links = new BoundedMap<string, { expiresAt: number; used: boolean; looksOnly: boolean }>(64);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(looksOnly = false): string {
    const token = makeToken();
    this.#links.set(hashOf(token), { expiresAt: this.#now() + linkLifetime, used: false, looksOnly });
    return token;
  }

  /** Uses up the link of `token`; anything but "opened" and "looking" opens nothing. */
  redeem(token: string): Redemption {
    const link = this.#links.get(hashOf(token));
    if (!link) return "unknown";
    if (link.used) return "used";
    if (this.#now() >= link.expiresAt) return "expired";
    link.used = true;
    return link.looksOnly ? "looking" : "opened";
  }
}

/** The sessions of signed-in browsers. They live in memory: a console that was restarted knows none. */
export class Sessions {
  readonly #sessions = new BoundedMap<string, { lastSeen: number; looksOnly: boolean }>(32);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Makes a session and gives the secret that proves it. */
  open(looksOnly = false): string {
    const token = makeToken();
    this.#sessions.set(hashOf(token), { lastSeen: this.#now(), looksOnly });
    return token;
  }

  /** The session that `token` proves and that is not idle too long, marked as just seen; else null. */
  find(token: string | null): string | null {
    if (token === null) return null;
    const id = hashOf(token);
    if (!this.isLive(id)) return null;
    this.touch(id);
    return id;
  }

  /** Whether a session may only look; one that is not known may not even do that. */
  looksOnly(id: string): boolean {
    return this.#sessions.get(id)?.looksOnly ?? true;
  }

  isLive(id: string): boolean {
    const session = this.#sessions.get(id);
    if (!session) return false;
    if (this.#now() - session.lastSeen < sessionIdle) return true;
    this.#sessions.delete(id);
    return false;
  }

  touch(id: string): void {
    const session = this.#sessions.get(id);
    if (session) session.lastSeen = this.#now();
  }
}
