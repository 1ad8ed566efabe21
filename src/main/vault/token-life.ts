import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { VaultAuth } from "./answers.ts";
import type { LifeClock } from "./clock.ts";
import { service } from "./faults.ts";

/** A part of its life after which a token is renewed, and by how much that varies. */
const renewAfter = 2 / 3;
const renewJitter = 0.1;
/** A renewal that grants less than this part of what was granted first has met the maximum life. */
const capped = 0.95;
/** Milliseconds between two tries to renew, at least and at most. */
const leastWait = 1000;
const mostWait = 30_000;

export interface TokenLifeParts {
  name: string;
  clock: LifeClock;
  /** Renews the token; rejects with an OpsError. */
  renew(): Promise<VaultAuth>;
  /** Makes a new log-in in its place; null where that needs a person. */
  replace: (() => Promise<void>) | null;
  /** The token has ended, or Vault no longer takes it. */
  onEnd(error: OpsError): void;
  onChange(): void;
  random?(): number;
}

/**
 * One token's life, from the moment of the answer that gave it: renewed after two thirds, replaced by a new log-in when it
 * cannot live longer and that needs nobody, and ended when its time is over.
 */
export class TokenLife {
  readonly #parts: TokenLifeParts;
  readonly #granted: number;
  #renewable: boolean;
  /** Monotonic milliseconds; null for a token without an end. */
  #endsAt: number | null = null;
  /** Set once it is known that renewing gives it no longer life. */
  #lastEnd: number | null = null;
  #trouble: OpsError | null = null;
  #over = false;
  #timers: (() => void)[] = [];

  /** `maximum`: the seconds that it may live at most, where that was told. */
  constructor(
    auth: Pick<VaultAuth, "lease_duration" | "renewable">,
    maximum: number | null,
    parts: TokenLifeParts,
  ) {
    this.#parts = parts;
    this.#granted = auth.lease_duration;
    this.#renewable = auth.renewable;
    if (maximum !== null) this.#lastEnd = parts.clock.monotonic() + maximum * 1000;
    this.#grant(auth.lease_duration);
  }

  get renewable(): boolean {
    return this.#renewable;
  }

  /** Why it could not be renewed, the last time that was tried. */
  get trouble(): OpsError | null {
    return this.#trouble;
  }

  /** Epoch milliseconds by this workstation's clock; null for a token without an end. */
  get expiresAt(): number | null {
    return this.#shown(this.#endsAt);
  }

  /** The same of its maximum life, where that is known. */
  get lastEnd(): number | null {
    return this.#shown(this.#lastEnd);
  }

  /** Ends the keeping of it, not the token. */
  stop(): void {
    this.#over = true;
    this.#clear();
  }

  #shown(moment: number | null): number | null {
    const { clock } = this.#parts;
    return moment === null ? null : clock.now() + (moment - clock.monotonic());
  }

  #grant(seconds: number): void {
    const { clock } = this.#parts;
    this.#clear();
    if (seconds <= 0) {
      this.#endsAt = null;
      return;
    }
    this.#endsAt = clock.monotonic() + seconds * 1000;
    this.#timers.push(clock.after(seconds * 1000, () => this.#ended()));
    const { random = Math.random } = this.#parts;
    this.#later(seconds * 1000 * (renewAfter + (random() - 0.5) * renewJitter));
  }

  #later(milliseconds: number): void {
    this.#timers.push(this.#parts.clock.after(milliseconds, () => void this.#prolong()));
  }

  async #prolong(): Promise<void> {
    const { renew, replace, onChange } = this.#parts;
    try {
      if (this.#renewable && !this.#isCapped) {
        const { lease_duration, renewable } = await renew();
        if (this.#over) return;
        this.#trouble = null;
        this.#renewable = renewable;
        this.#grant(lease_duration);
        if (lease_duration > 0 && lease_duration < this.#granted * capped) this.#lastEnd = this.#endsAt;
        onChange();
      } else if (replace) await replace();
    } catch (error) {
      if (this.#over) return;
      this.#failed(error);
    }
  }

  get #isCapped(): boolean {
    return this.#lastEnd !== null && this.#endsAt !== null && this.#lastEnd <= this.#endsAt + 1000;
  }

  #failed(error: unknown): void {
    const { clock, replace, random = Math.random, onChange, onEnd } = this.#parts;
    const fault = error instanceof OpsError ? error : null;
    this.#trouble = fault;
    if (fault && /^vault\.(token-refused|not-allowed)$/.test(fault.code)) {
      if (replace) {
        // One new log-in; what that throws is told, and the token ends by its own time.
        this.#renewable = false;
        this.#later(leastWait * (1 + random()));
      } else {
        this.stop();
        onEnd(fault);
      }
      onChange();
      return;
    }
    const left = (this.#endsAt ?? 0) - clock.monotonic();
    this.#later(Math.min(mostWait, Math.max(leastWait, left / 4)) * (1 + random() / 4));
    onChange();
  }

  #ended(): void {
    if (this.#over) return;
    this.stop();
    this.#parts.onEnd(this.#trouble ?? tokenEnded(this.#parts.name));
  }

  #clear(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }
}

/** `vault.token-ended`: the token has come to the end of its life. */
function tokenEnded(name: string): OpsError {
  return service.fault(
    "token-ended",
    text(
      `The token of ${name} has come to the end of its life.`,
      `Le jeton de ${name} est arrivé au terme de sa durée de vie.`,
    ),
    text(
      "Sign in to it again from the masthead.",
      "Identifiez-vous de nouveau auprès de lui depuis le bandeau.",
    ),
  );
}
