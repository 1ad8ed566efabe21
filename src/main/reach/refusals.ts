import { createHmac, randomBytes } from "node:crypto";

/** A host that boots refuses good credentials for a while (pam_nologin): how long to leave it alone, in milliseconds. */
const pauseAfterRefusal = 45_000;
/** How often one that was good before may be refused in a row: fewer than what locks an account. */
const refusalsOfGood = 3;

interface Refused {
  times: number;
  at: number;
}

/**
 * Credentials that a server has refused. One is not sent again by itself: a wrong password repeated by every
 * round of observation would lock the account. Only one that the same server accepted before gets two more tries,
 * far apart. A changed secret is another credential; asking for the log-in again (`forget`) clears the memory. Only
 * keyed digests are kept.
 */
export class Refusals {
  readonly #key = randomBytes(32);
  readonly #marks = new Map<string, Map<string, Refused>>();
  readonly #good = new Set<string>();
  readonly #now: () => number;

  /** `now` is any clock in milliseconds that does not jump. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The digest that a credential is remembered by. */
  mark(method: string, value: string | Buffer): string {
    return createHmac("sha256", this.#key).update(`${method}\0`).update(value).digest("base64");
  }

  remember(account: string, mark: string): void {
    const marks = this.#marks.get(account) ?? new Map<string, Refused>();
    marks.set(mark, { times: (marks.get(mark)?.times ?? 0) + 1, at: this.#now() });
    this.#marks.set(account, marks);
  }

  /** The server has accepted this credential: whatever it refused before no longer counts. */
  accepted(account: string, mark: string): void {
    this.#good.add(`${account}\n${mark}`);
    this.forget(account, mark);
  }

  /** Whether the credential is to be held back now. */
  has(account: string, mark: string): boolean {
    const refused = this.#marks.get(account)?.get(mark);
    if (!refused) return false;
    const wasGood = this.#good.has(`${account}\n${mark}`);
    return !wasGood || refused.times >= refusalsOfGood || this.#now() - refused.at < pauseAfterRefusal;
  }

  /** Forgets one credential of one account, or all that `account` (all accounts when left out) was refused. */
  forget(account?: string, mark?: string): void {
    if (account === undefined) this.#marks.clear();
    else if (mark === undefined) this.#marks.delete(account);
    else this.#marks.get(account)?.delete(mark);
  }
}
