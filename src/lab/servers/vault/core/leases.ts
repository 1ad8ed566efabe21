import { randomBytes } from "node:crypto";
import type { LeaseWish } from "./call.ts";
import { badRequest } from "./failure.ts";

/** What a secret is lent on; times are epoch milliseconds, lives seconds. */
export interface Lease extends LeaseWish {
  id: string;
  /** The token that it was lent to, with which it goes. */
  token: string;
  issuedAt: number;
  expiresAt: number;
  renewedAt: number | null;
}

/** Every lease of secrets of a cluster; one that is past its end is taken back when it is next looked at. */
export class LeaseStore {
  private readonly leases = new Map<string, Lease>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  create(path: string, token: string, wish: LeaseWish): Lease {
    const now = this.now();
    const lease: Lease = {
      ...wish,
      id: `${path}/${randomBytes(12).toString("hex")}`,
      token,
      issuedAt: now,
      expiresAt: now + wish.ttl * 1000,
      renewedAt: null,
    };
    this.leases.set(lease.id, lease);
    return lease;
  }

  /** Throws VaultFailure when there is none, or no more. */
  find(id: string): Lease {
    this.sweep();
    const lease = this.leases.get(id);
    if (!lease) throw badRequest("invalid lease");
    return lease;
  }

  below(prefix: string): Lease[] {
    this.sweep();
    return [...this.leases.values()].filter(({ id }) => id.startsWith(prefix));
  }

  renew(id: string, increment: number): Lease {
    const lease = this.find(id);
    if (!lease.renewable) throw badRequest("lease is not renewable");
    const last = lease.issuedAt + lease.maxTtl * 1000;
    lease.expiresAt = Math.min(this.now() + (increment || lease.ttl) * 1000, last);
    lease.renewedAt = this.now();
    return lease;
  }

  /** Takes it back; nothing when it is gone already. */
  revoke(id: string): void {
    const lease = this.leases.get(id);
    this.leases.delete(id);
    lease?.onRevoke?.();
  }

  revokeOf(token: string): void {
    for (const lease of [...this.leases.values()]) if (lease.token === token) this.revoke(lease.id);
  }

  /** Lets all of them run out now. */
  expireAll(): void {
    for (const lease of this.leases.values()) lease.expiresAt = this.now();
  }

  private sweep(): void {
    const now = this.now();
    for (const lease of [...this.leases.values()]) if (lease.expiresAt <= now) this.revoke(lease.id);
  }
}
