import type { AnyAuthMethod } from "ssh2";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import type { Authentication } from "../../shared/estate-access.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import { type Credential, type CredentialParts, methodOf, prepareCredential } from "./credential.ts";
import { loginRefused, loginRefusedBefore, methodsDoNotMeet } from "./login-faults.ts";
import type { SshTarget } from "./reach.ts";

export interface LoginParts extends CredentialParts {
  journal: JournalWriter;
}

export interface LoginOptions {
  target: SshTarget;
  signal: AbortSignal;
  /** A person asked for this log-in: what was refused before is tried again. */
  afresh: boolean;
  /** Ends the whole attempt with this error. */
  fail(error: OpsError): void;
  /** Told when a person begins and ends being asked, so that no deadline runs meanwhile. */
  asking(going: boolean): void;
}

/**
 * Logs in on one connection: asks which methods the server takes (RFC 4252, 5.2: `none`), then tries what the
 * estate lists, in that order and each at most once. Every credential is journalled before it is sent and after
 * it was judged; one that was refused before is passed over.
 */
export class Login {
  readonly #parts: LoginParts;
  readonly #options: LoginOptions;
  readonly #account: string;
  readonly #left: Authentication[];
  readonly #refused: string[] = [];
  readonly #refusedMarks = new Set<string>();
  #offered: readonly string[] = [];
  #current: Credential | null = null;
  #obstacle: OpsError | null = null;
  #passedOver = false;

  constructor(parts: LoginParts, options: LoginOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#account = accountOf(options.target);
    this.#left = [...options.target.authentication];
  }

  /** Called by the protocol for the first and every further method; hands the next one to `send`. */
  next(
    offered: readonly string[] | null,
    partial: boolean | null,
    send: (method: AnyAuthMethod) => void,
  ): void {
    if (offered === null) {
      send({ type: "none", username: this.#options.target.user });
      return;
    }
    this.#offered = [...offered];
    this.#advance(partial === true).then(
      (method) => method && send(method),
      (error: unknown) => this.#options.fail(toOpsError(error, "reach")),
    );
  }

  /** The server has let us in. Throws when that cannot be journalled. */
  accepted(): void {
    const { refusals } = this.#parts;
    for (const mark of this.#current?.marks() ?? []) refusals.accepted(this.#account, mark);
    for (const mark of this.#current?.passedOver?.() ?? []) refusals.remember(this.#account, mark);
    this.#write("login.accepted", this.#current);
  }

  /**
   * The server ended the connection because of the credentials: the last one counts as refused. Throws when that
   * cannot be journalled.
   */
  cutOff(): OpsError | null {
    if (!this.#current) return null;
    this.#judgeRefused();
    return loginRefused(this.#options.target, this.#refused, this.#offered);
  }

  /** Ends the attempt with an error; with `refused`, the credential on its way is not sent again by itself. */
  end(error: OpsError, refused: boolean): void {
    try {
      if (refused) this.#judgeRefused();
      this.#options.fail(error);
    } catch (thrown) {
      this.#options.fail(toOpsError(thrown, "journal"));
    }
  }

  async #advance(partial: boolean): Promise<AnyAuthMethod | null> {
    if (partial) this.#write("login.step-accepted", this.#current);
    else this.#judgeRefused();
    this.#current = null;
    for (let entry = this.#left.shift(); entry; entry = this.#left.shift()) {
      if (!this.#offered.includes(methodOf(entry))) continue;
      const credential = await this.#prepare(entry);
      if (!credential) continue;
      this.#write("login.intent", credential);
      this.#current = credential;
      return credential.offer;
    }
    this.#options.fail(this.#exhausted());
    return null;
  }

  /** Null when the credential cannot be had (the reason is kept) or was refused before. */
  async #prepare(entry: Authentication): Promise<Credential | null> {
    const { target, signal, asking } = this.#options;
    try {
      const credential = await prepareCredential(entry, this.#parts, {
        target,
        signal,
        asking,
        wasRefused: (mark) => this.#wasRefused(mark),
        offered: () => this.#offered,
        end: (error, refused) => this.end(error, refused),
      });
      const marks = credential.marks();
      if (marks.length === 0 || !marks.every((mark) => this.#wasRefused(mark))) return credential;
      this.#passedOver = true;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#obstacle ??= toOpsError(error, "reach");
    }
    return null;
  }

  #judgeRefused(): void {
    const credential = this.#current;
    if (!credential) return;
    this.#current = null;
    credential.refused?.();
    for (const mark of credential.marks()) {
      this.#refusedMarks.add(mark);
      this.#parts.refusals.remember(this.#account, mark);
    }
    this.#refused.push(credential.name);
    this.#write("login.refused", credential);
  }

  /** When a person asks, only what this very attempt has tried is not tried again. */
  #wasRefused(mark: string): boolean {
    if (this.#refusedMarks.has(mark)) return true;
    return !this.#options.afresh && this.#parts.refusals.has(this.#account, mark);
  }

  #exhausted(): OpsError {
    const { target } = this.#options;
    if (this.#refused.length > 0) return loginRefused(target, this.#refused, this.#offered);
    if (this.#obstacle) return this.#obstacle;
    return this.#passedOver
      ? loginRefusedBefore(target)
      : methodsDoNotMeet(target, target.authentication.map(methodOf), this.#offered);
  }

  #write(type: string, credential: Credential | null): void {
    const { id, user, address, port, via } = this.#options.target;
    const { kind: method, name } = credential ?? { kind: "none", name: null };
    this.#parts.journal.write({
      type,
      subject: id,
      task: null,
      data: { user, address, port, via, method, credential: name },
    });
  }
}

/** One account on one server: what refused credentials are remembered for. */
export function accountOf(target: Pick<SshTarget, "id" | "user" | "address" | "port">): string {
  return `${target.id} ${target.user}@${target.address}:${target.port}`;
}
