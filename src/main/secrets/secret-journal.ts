import { toOpsError } from "../../shared/errors.ts";
import type { JournalWriter } from "../../shared/journal.ts";

/** Uses of one secret for one subject within this time are one line of the journal. */
const coalesced = 60_000;
/** What keeps being refused (a locked keychain under hosts that are read every half minute) is a line an hour. */
const refusalsCoalesced = 3_600_000;

/** What is done to a secret or to where secrets are kept. */
export type SecretChange = "set" | "test" | "rotate" | "forget" | "unlock" | "create";

/** Writes what happens to secrets into the journal: names and outcomes, never a value. */
export class SecretJournal {
  readonly #journal: JournalWriter;
  readonly #now: () => number;
  readonly #lastUse = new Map<string, number>();
  readonly #lastRefusal = new Map<string, { code: string; at: number }>();

  constructor(journal: JournalWriter, now: () => number) {
    this.#journal = journal;
    this.#now = now;
  }

  /** Journals a use before the value is given out, at most once a minute for the same secret and subject. */
  used(reference: string, subject: string): void {
    const at = this.#now();
    const key = `${reference}\n${subject}`;
    this.#lastRefusal.delete(key);
    const last = this.#lastUse.get(key);
    if (last !== undefined && at - last < coalesced) return;
    this.#journal.write({ type: "secret.used", subject, task: null, data: { name: reference } });
    for (const [other, since] of this.#lastUse) if (at - since >= coalesced) this.#lastUse.delete(other);
    this.#lastUse.set(key, at);
  }

  /** A use that came to nothing: what was asked for, for whom, and the code of the error. */
  refused(reference: string, subject: string, code: string): void {
    const at = this.#now();
    const key = `${reference}\n${subject}`;
    const last = this.#lastRefusal.get(key);
    if (last?.code === code && at - last.at < refusalsCoalesced) return;
    this.#journal.write({ type: "secret.refused", subject, task: null, data: { name: reference, code } });
    this.#lastRefusal.set(key, { code, at });
  }

  /**
   * Runs a change between its two lines: `secret.intent` before, then `secret.done` with what `outcome` tells of the
   * result, or `secret.failed` with the error's code. The error goes on to the caller.
   */
  async around<Result>(
    change: SecretChange,
    subject: string,
    work: () => Promise<Result>,
    outcome: (result: Result) => Record<string, string | number | boolean>,
  ): Promise<Result> {
    this.#journal.write({ type: "secret.intent", subject, task: null, data: { change } });
    let result: Result;
    try {
      result = await work();
    } catch (thrown) {
      const { code } = toOpsError(thrown, "secrets");
      this.#journal.write({ type: "secret.failed", subject, task: null, data: { change, code } });
      throw thrown;
    }
    this.#journal.write({ type: "secret.done", subject, task: null, data: { change, ...outcome(result) } });
    return result;
  }
}
