import { createHmac, randomBytes } from "node:crypto";

/**
 * Credentials that a server has refused. One is not sent again by itself: a wrong password repeated by every
 * round of observation would lock the account. A changed secret is another credential; asking for the log-in
 * again (`forget`) clears the memory. Only keyed digests are kept.
 */
export class Refusals {
  readonly #key = randomBytes(32);
  readonly #marks = new Map<string, Set<string>>();

  /** The digest that a credential is remembered by. */
  mark(method: string, value: string | Buffer): string {
    return createHmac("sha256", this.#key).update(`${method}\0`).update(value).digest("base64");
  }

  remember(account: string, mark: string): void {
    const marks = this.#marks.get(account) ?? new Set();
    marks.add(mark);
    this.#marks.set(account, marks);
  }

  has(account: string, mark: string): boolean {
    return this.#marks.get(account)?.has(mark) ?? false;
  }

  /** Forgets one credential of one account, or all that `account` (all accounts when left out) was refused. */
  forget(account?: string, mark?: string): void {
    if (account === undefined) this.#marks.clear();
    else if (mark === undefined) this.#marks.delete(account);
    else this.#marks.get(account)?.delete(mark);
  }
}
