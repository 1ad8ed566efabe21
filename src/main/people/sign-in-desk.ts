import { toOpsError } from "../../shared/errors.ts";
import { parseDuration } from "../../shared/estate-words.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import {
  type BreakGlassSettings,
  type Pass,
  type PeopleView,
  type Proof,
  type SignInSettings,
  usualIdleLock,
} from "../../shared/sign-in.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Announcements } from "./announcements.ts";
import type { Caller } from "./caller.ts";
import * as faults from "./faults.ts";
import type { Passes } from "./passes.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { Proofs } from "./proofs.ts";
import { unknownIdentity } from "./provider-faults.ts";
import type { ProviderSignIn } from "./provider-sign-in.ts";
import type { Rights } from "./rights.ts";
import type { RoleTimes } from "./role-times.ts";
import type { Operator } from "./roster.ts";
import { type Seat, Seats } from "./seats.ts";

export interface SignInParts {
  desk: PeopleDesk;
  rights: Rights;
  passes: Passes;
  proofs: Proofs;
  provider: ProviderSignIn;
  settings(): SignInSettings | undefined;
  breakGlass(): BreakGlassSettings | undefined;
  /** Has each break-glass told to others, where the estate says how. */
  announcements: Pick<Announcements, "announce" | "of" | "onChange">;
  /** Tells when a role begins or ends. */
  roleTimes: Pick<RoleTimes, "onChange">;
  record: JournalWriter;
  /** On the embedded lab the account alone signs its operator in, as where the estate says so. */
  lab: boolean;
  now(): number;
  /** Milliseconds that never go back; `performance.now` when left out. */
  monotonic?: () => number;
}

/** Who acts at each window: signing in and out, the lock, and the rights that somebody takes for a while. */
export class SignInDesk {
  readonly #parts: SignInParts;
  readonly #seats: Seats;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#seats = new Seats(parts.now, parts.monotonic ?? (() => performance.now()));
  }

  onChange(listener: () => void): () => void {
    const { passes, announcements, roleTimes } = this.#parts;
    const ends = [this.#seats, passes, announcements, roleTimes].map((part) => part.onChange(listener));
    return () => {
      for (const end of ends) end();
    };
  }

  /** Whether the account alone signs its operator in. */
  get #byAccount(): boolean {
    return this.#parts.lab || this.#parts.settings()?.byAccount === true;
  }

  /** Whoever is meant at a seat. Where nobody has signed in, the account says it if the estate has no roles. */
  callerAt(name: string): Caller {
    const { desk, rights } = this.#parts;
    const { operator } = this.#present(name);
    if (operator !== null) return { kind: "person", person: operator, name: operator };
    if (!rights.inForce) {
      const found = desk.roster.ofAccount(desk.account);
      return { kind: "person", person: found?.id ?? null, name: found?.id ?? desk.account };
    }
    // Not as the operator whose account it is: that was not proven.
    return { kind: "person", person: null, name: `account:${desk.account}` };
  }

  /** Whoever the account says it is; null where an account alone says nothing. */
  callerByAccount(): Caller | null {
    const { desk } = this.#parts;
    const own = this.#byAccount ? desk.roster.ofAccount(desk.account) : null;
    return own && { kind: "person", person: own.id, name: own.id };
  }

  isLocked(name: string): boolean {
    const seat = this.#present(name);
    if (!seat.locked && this.#isIdle(seat)) this.#lock(name, "idle");
    return seat.locked;
  }

  view(name: string): PeopleView {
    const { desk, rights, passes, provider, settings } = this.#parts;
    const { operator, way, at, locked, ended } = this.#present(name);
    const breakGlass = this.#parts.breakGlass();
    return {
      me: this.callerAt(name).person,
      account: desk.account,
      roles: rights.inForce,
      signedIn: operator === null ? null : { operator, way, at },
      locked,
      ended,
      idleLock: operator === null || way === "account" ? null : this.#idleLock(),
      provider: provider.host(settings()),
      breakGlass: breakGlass?.allowed ? { minutes: breakGlass.minutes } : null,
      passes: passes.list().map((pass) => ({ ...pass, announced: this.#parts.announcements.of(pass.id) })),
      operators: desk.operators().map(({ roles, ...one }) => ({
        ...one,
        roles: roles.map((grant) => ({ ...grant, standing: rights.standingOf(grant) })),
      })),
    };
  }

  /** Rights that were taken, newest first. */
  passes(): Pass[] {
    return this.#parts.passes.list();
  }

  challenge(name: string, operator: string): string {
    return this.#parts.proofs.challenge(name, this.#operator(operator).id);
  }

  /**
   * Has somebody sign in at a seat, in place of whoever was there. Throws OpsError `people.unknown-operator`, what `Proofs`
   * throws, or the journal's: who cannot be written down is not signed in.
   */
  async signIn(name: string, id: string, proof: Proof, signal: AbortSignal): Promise<void> {
    const operator = this.#operator(id);
    try {
      const { key, signature } = await this.#parts.proofs.signIn(name, operator, proof, signal);
      this.#sit(name, operator.id, proof.kind, key.fingerprint, { signature });
    } catch (thrown) {
      this.#refused(operator.id, proof.kind, thrown);
      throw thrown;
    }
  }

  /** Where the browser is sent to sign in with the identity provider; see `ProviderSignIn`. */
  begin(name: string): Promise<{ attempt: string; address: string }> {
    return this.#parts.provider.begin(name, this.#parts.settings());
  }

  async returned(name: string, attempt: string, signal: AbortSignal): Promise<string> {
    const { provider, desk } = this.#parts;
    const identity = await provider.returned(name, attempt, signal);
    const operator = desk.roster.ofIdentity(identity);
    if (operator === null) {
      const unknown = unknownIdentity();
      this.#refused(null, "provider", unknown);
      throw unknown;
    }
    this.#sit(name, operator.id, "provider", null, {});
    return operator.id;
  }

  signOut(name: string): boolean {
    const { operator } = this.#seats.of(name);
    if (operator === null) return false;
    this.#tell("people.signed-out", operator, { because: "asked" });
    this.#seats.leave(name, null);
    return true;
  }

  /** False where nobody has signed in who could open it again. */
  lock(name: string): boolean {
    return this.#lock(name, "asked");
  }

  /** Locks every window: the workstation goes to sleep, or its own screen is locked. */
  lockAll(): void {
    for (const [name] of [...this.#seats.all()]) this.#lock(name, "workstation");
  }

  active(name: string): void {
    if (!this.isLocked(name)) this.#seats.touch(name);
  }

  /** Locks what has been idle too long, and ends the sessions of who is no operator any more. */
  look(): void {
    for (const [name] of [...this.#seats.all()]) this.isLocked(name);
  }

  /** Throws OpsError `people.not-yourself` where the seat is not this operator's. */
  demandSelf(name: string, operator: string): void {
    if (this.#parts.rights.inForce && this.callerAt(name).person !== operator) throw faults.notYourself();
  }

  /**
   * Takes every right for a while. Throws OpsError `people.no-break-glass`, `people.sign-in-needed`, what is wrong with the
   * signature, or the journal's: nothing is taken then.
   */
  async breakGlass(name: string, reason: string, proof: Proof, signal: AbortSignal) {
    const { proofs, passes, announcements, now } = this.#parts;
    const settings = this.#parts.breakGlass();
    if (settings?.allowed !== true) throw faults.noBreakGlass();
    const { person } = this.callerAt(name);
    if (person === null) throw faults.signInNeeded();
    const operator = this.#operator(person);
    const until = now() + settings.minutes * 60_000;
    const { request, signature } = await proofs.breakGlass(operator, { reason, until }, proof, signal);
    const pass = passes.take(request, signature);
    // Nobody waits for that: a channel that is dead must not keep anybody from what is urgent.
    void announcements.announce(pass);
    return { id: pass.id, until: pass.until };
  }

  /** Gives rights back; anybody who has signed in may have them given back. */
  endPass(name: string, id: string): void {
    const { person } = this.callerAt(name);
    if (person === null) throw faults.signInNeeded();
    this.#parts.passes.end(id, person);
  }

  reviewPass(name: string, id: string, words: string): void {
    const { person } = this.callerAt(name);
    if (person === null) throw faults.signInNeeded();
    this.#parts.passes.review(id, person, words);
  }

  /** The seat as the estate in force leaves it: who was taken out of it has not signed in any more. */
  #present(name: string): Seat {
    const { desk, rights } = this.#parts;
    const seat = this.#seats.of(name);
    if (seat.operator !== null) {
      const gone = whyGone(seat, desk.roster.find(seat.operator));
      if (gone !== null) {
        this.#tell("people.signed-out", seat.operator, { because: gone.because });
        this.#seats.leave(name, gone.text);
      }
    } else if (this.#byAccount && rights.inForce && !seat.left) {
      const own = desk.roster.ofAccount(desk.account);
      // Not again while it is being written down: whoever writes asks who it is.
      seat.left = true;
      if (own !== null) this.#sit(name, own.id, "account", null, {});
    }
    return seat;
  }

  #sit(
    name: string,
    operator: string,
    way: string,
    fingerprint: string | null,
    more: Record<string, string>,
  ): void {
    this.#tell("people.signed-in", operator, { way, ...(fingerprint && { fingerprint }), ...more });
    this.#seats.sit(name, operator, way, fingerprint);
  }

  #isIdle(seat: Seat): boolean {
    if (seat.operator === null || seat.way === "account") return false;
    return this.#seats.idleFor(seat) >= this.#idleLock();
  }

  #idleLock(): number {
    const { idleLock } = this.#parts.settings() ?? {};
    return idleLock === undefined ? usualIdleLock : (parseDuration(idleLock) ?? usualIdleLock);
  }

  #lock(name: string, because: string): boolean {
    const { operator, locked, way } = this.#seats.of(name);
    if (operator === null || way === "account") return false;
    if (!locked) {
      this.#seats.lock(name);
      this.#tell("people.locked", operator, { because });
    }
    return true;
  }

  #refused(operator: string | null, way: string, thrown: unknown): void {
    const { code } = toOpsError(thrown, "people");
    this.#tell("people.sign-in-refused", operator ?? "", { way, code });
  }

  /** What ends somebody's session is not held up by a journal that cannot be written; what begins one is. */
  #tell(type: string, operator: string, data: Record<string, string>): void {
    try {
      const actor = type === "people.sign-in-refused" ? {} : { actor: operator };
      this.#parts.record.write({ type, subject: null, task: null, data: { operator, ...data }, ...actor });
    } catch (thrown) {
      // By the account nobody has come in who was not there before.
      if (type === "people.signed-in" && data.way !== "account") throw thrown;
    }
  }

  #operator(id: string): Operator {
    const found = this.#parts.desk.roster.find(id);
    if (found === null) throw faults.unknownOperator(id);
    return found;
  }
}

function whyGone(seat: Seat, operator: Operator | null): { because: string; text: LocalText } | null {
  if (operator === null) {
    return {
      because: "no-operator",
      text: text(
        "You are no operator of this estate any more; this window may only look.",
        "Vous n'êtes plus opérateur de ce parc ; cette fenêtre ne peut plus que regarder.",
      ),
    };
  }
  const { fingerprint } = seat;
  if (fingerprint !== null && !operator.keys.some((key) => key.fingerprint === fingerprint)) {
    return {
      because: "no-key",
      text: text(
        "The key that you signed in with is not in the estate any more; this window may only look.",
        "La clé avec laquelle vous vous êtes identifié ne figure plus dans le parc ; cette fenêtre ne peut plus que regarder.",
      ),
    };
  }
  return null;
}
