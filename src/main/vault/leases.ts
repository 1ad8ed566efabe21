import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import type { VaultClient } from "./client.ts";
import type { LifeClock } from "./clock.ts";

const renewAfter = 2 / 3;
/** Milliseconds between two tries to renew, at least; and for one of them. */
const leastWait = 1000;
const callTime = 30_000;

const renewedSchema = z.object({
  lease_id: z.string(),
  renewable: z.boolean().catch(false),
  lease_duration: z.number().nonnegative(),
});

export interface Lease {
  id: string;
  /** Seconds that it is granted for. */
  seconds: number;
  renewable: boolean;
}

interface Kept {
  lease: Lease;
  /** Monotonic milliseconds. */
  endsAt: number;
  cancel: (() => void)[];
  onEnd(): void;
}

/**
 * The leases of secrets that Vault made for this console: renewed after two thirds of their time, as long as Vault lets
 * them live, and revoked at the end (https://developer.hashicorp.com/vault/api-docs/system/leases).
 */
export class Leases {
  readonly #parts: { client: VaultClient; token(): string | null; clock: LifeClock };
  readonly #kept = new Map<string, Kept>();

  /** `token`: of whoever is signed in; null while nobody is. */
  constructor(parts: { client: VaultClient; token(): string | null; clock: LifeClock }) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#kept.size;
  }

  /** Keeps a lease alive; `onEnd` is called once when what it is for is good no longer. */
  keep(lease: Lease, onEnd: () => void): void {
    const kept: Kept = { lease, endsAt: 0, cancel: [], onEnd };
    this.#kept.set(lease.id, kept);
    this.#grant(kept, lease.seconds, lease.renewable);
  }

  /** Revokes all of them with this token; those that could not be end by their own time. */
  async revokeAll(token: string, signal: AbortSignal): Promise<void> {
    const ids = [...this.#kept.keys()];
    this.forget();
    const revoked = ids.map((id) =>
      this.#parts.client.ask({
        method: "POST",
        path: "sys/leases/revoke",
        body: { lease_id: id },
        token,
        signal,
      }),
    );
    await Promise.allSettled(revoked);
  }

  /** Lets go of all of them: what they are for was revoked, or nobody can renew it any more. */
  forget(): void {
    for (const kept of [...this.#kept.values()]) this.#end(kept);
  }

  #grant(kept: Kept, seconds: number, renewable: boolean): void {
    const { clock } = this.#parts;
    for (const cancel of kept.cancel.splice(0)) cancel();
    kept.endsAt = clock.monotonic() + seconds * 1000;
    kept.cancel.push(clock.after(seconds * 1000, () => this.#end(kept)));
    if (renewable) this.#later(kept, seconds * 1000 * (renewAfter + (Math.random() - 0.5) / 10));
  }

  #later(kept: Kept, milliseconds: number): void {
    kept.cancel.push(this.#parts.clock.after(milliseconds, () => void this.#renew(kept)));
  }

  async #renew(kept: Kept): Promise<void> {
    const { client, token: current, clock } = this.#parts;
    const token = current();
    if (token === null) return;
    try {
      const renewed = await client.read(
        {
          method: "POST",
          path: "sys/leases/renew",
          body: { lease_id: kept.lease.id },
          token,
          signal: AbortSignal.timeout(callTime),
        },
        renewedSchema,
      );
      if (this.#kept.get(kept.lease.id) === kept)
        this.#grant(kept, renewed.lease_duration, renewed.renewable);
    } catch (error) {
      if (this.#kept.get(kept.lease.id) !== kept) return;
      if (error instanceof OpsError && /^vault\.(lease-unknown|refused|not-found)$/.test(error.code)) {
        this.#end(kept);
        return;
      }
      const left = kept.endsAt - clock.monotonic();
      this.#later(kept, Math.max(leastWait, left / 4) * (1 + Math.random() / 4));
    }
  }

  #end(kept: Kept): void {
    for (const cancel of kept.cancel.splice(0)) cancel();
    if (this.#kept.get(kept.lease.id) === kept) this.#kept.delete(kept.lease.id);
    kept.onEnd();
  }
}
