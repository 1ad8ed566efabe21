import type { AnyAuthMethod, ParsedKey, Prompt } from "ssh2";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import type { Authentication, SecretReference } from "../../shared/estate.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import type { SecretResolver } from "../secrets/resolver.ts";
import { agentSocket, keyName, openAgent } from "./agent.ts";
import type { KeyFiles } from "./key-file.ts";
import {
  loginRefused,
  loginRefusedBefore,
  methodsDoNotMeet,
  promptUnanswered,
  tooManyPrompts,
} from "./login-faults.ts";
import { placeLabel } from "./place.ts";
import type { Questions } from "./questions.ts";
import type { SshTarget } from "./reach.ts";
import type { Refusals } from "./refusals.ts";

export interface LoginParts {
  secrets: SecretResolver;
  journal: JournalWriter;
  questions: Questions;
  refusals: Refusals;
  keyFiles: KeyFiles;
  environment: NodeJS.ProcessEnv;
  /** How long a person may take to answer a prompt, in milliseconds. */
  answerTime: number;
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

/** The server's name of the method, the journal's name of the credential, and what it is remembered by. */
interface Credential {
  method: "publickey" | "password" | "keyboard-interactive";
  kind: "agent" | "key" | "password" | "keyboard-interactive";
  name: string;
  marks(): string[];
  /** Those of them that the server passed over when it took another (the keys of an agent). */
  passedOver?(): string[];
  offer: AnyAuthMethod;
}

const mostPrompts = 20;

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
  #offered: string[] = [];
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
    const { target } = this.#options;
    const { refusals } = this.#parts;
    for (const mark of this.#current?.marks() ?? []) refusals.forget(this.#account, mark);
    for (const mark of this.#current?.passedOver?.() ?? []) refusals.remember(this.#account, mark);
    this.#write("login.accepted", this.#current?.kind ?? "none", this.#current?.name ?? target.user);
  }

  /** The server ended the connection because of the credentials: the last one counts as refused. */
  cutOff(): OpsError | null {
    if (!this.#current) return null;
    this.#judgeRefused(this.#current);
    this.#current = null;
    return loginRefused(this.#options.target, this.#refused, this.#offered);
  }

  /** The server has refused the password as expired. */
  abandon(error: OpsError): void {
    if (this.#current) this.#judgeRefused(this.#current);
    this.#current = null;
    this.#options.fail(error);
  }

  async #advance(partial: boolean): Promise<AnyAuthMethod | null> {
    if (this.#current && !partial) this.#judgeRefused(this.#current);
    else if (this.#current) this.#write("login.step-accepted", this.#current.kind, this.#current.name);
    this.#current = null;
    for (let entry = this.#left.shift(); entry; entry = this.#left.shift()) {
      if (!this.#offered.includes(methodOf(entry))) continue;
      const credential = await this.#prepare(entry);
      if (!credential) continue;
      this.#write("login.intent", credential.kind, credential.name);
      this.#current = credential;
      return credential.offer;
    }
    this.#options.fail(this.#exhausted());
    return null;
  }

  /** Null when the credential cannot be had (the reason is kept) or was refused before. */
  async #prepare(entry: Authentication): Promise<Credential | null> {
    try {
      const credential = await this.#credential(entry);
      const marks = credential.marks();
      if (marks.length === 0 || !marks.every((mark) => this.#wasRefused(mark))) return credential;
      this.#passedOver = true;
    } catch (error) {
      if (this.#options.signal.aborted) throw error;
      this.#obstacle ??= toOpsError(error, "reach");
    }
    return null;
  }

  async #credential(entry: Authentication): Promise<Credential> {
    const username = this.#options.target.user;
    if ("agent" in entry) return this.#agentCredential(entry.agent);
    if ("key" in entry) {
      const passphrase = entry.passphrase ? await this.#secret(entry.passphrase) : null;
      const key = await this.#parts.keyFiles.open(entry.key, passphrase);
      return {
        method: "publickey",
        kind: "key",
        name: entry.key,
        marks: () => [this.#keyMark(key)],
        offer: { type: "publickey", username, key },
      };
    }
    if ("password" in entry) {
      const password = await this.#secret(entry.password);
      const mark = this.#parts.refusals.mark("secret", password);
      return {
        method: "password",
        kind: "password",
        name: entry.password,
        marks: () => [mark],
        offer: { type: "password", username, password },
      };
    }
    return this.#interactiveCredential(entry.keyboardInteractive);
  }

  async #agentCredential(configured: string | true): Promise<Credential> {
    const { target, signal } = this.#options;
    const agent = await openAgent(agentSocket(configured, this.#parts.environment), signal);
    const fresh = agent.only((key) => !this.#wasRefused(this.#keyMark(key)));
    const shown = fresh.keys.length > 0 ? fresh : agent;
    return {
      method: "publickey",
      kind: "agent",
      name: configured === true ? "SSH_AUTH_SOCK" : configured,
      marks: () =>
        shown.keys.filter((key) => !shown.unsigned.has(keyName(key))).map((key) => this.#keyMark(key)),
      passedOver: () => {
        const taken = shown.keys.findIndex((key) => shown.signedWith?.equals(key));
        return shown.keys.slice(0, Math.max(0, taken)).map((key) => this.#keyMark(key));
      },
      offer: { type: "agent", username: target.user, agent: shown },
    };
  }

  async #interactiveCredential(answer: SecretReference | "ask"): Promise<Credential> {
    const username = this.#options.target.user;
    const secret = answer === "ask" ? null : await this.#secret(answer);
    const marks = secret === null ? ["ask"] : [this.#parts.refusals.mark("secret", secret)];
    let spent = false;
    return {
      method: "keyboard-interactive",
      kind: "keyboard-interactive",
      name: answer,
      marks: () => marks,
      offer: {
        type: "keyboard-interactive",
        username,
        prompt: (name, instructions, _language, prompts, finish) => {
          if (prompts.length > mostPrompts) {
            this.#options.fail(tooManyPrompts(this.#options.target, answer));
          } else if (secret === null) {
            this.#ask([name, instructions], prompts).then(finish, (error: unknown) =>
              this.#giveUpAsking(toOpsError(error, "reach")),
            );
          } else if (spent) this.abandon(loginRefused(this.#options.target, [answer], this.#offered));
          else if (prompts.length !== 1) this.#options.fail(tooManyPrompts(this.#options.target, answer));
          else {
            spent = true;
            finish([secret]);
          }
        },
      },
    };
  }

  async #ask(instructions: string[], prompts: Prompt[]): Promise<string[]> {
    const { target, signal, asking } = this.#options;
    asking(true);
    try {
      return await this.#parts.questions.ask(
        {
          kind: "prompts",
          target: placeLabel(target),
          instructions: printable(instructions.filter((part) => part !== "").join("\n"), 2000),
          prompts: prompts.map(({ prompt, echo }) => ({
            text: printable(prompt, 300),
            echo: echo === true,
          })),
        },
        this.#parts.answerTime,
        signal,
      );
    } finally {
      asking(false);
    }
  }

  /** Nobody answered: the log-in is not tried again by itself, or the question would come back with every round. */
  #giveUpAsking(error: OpsError): void {
    const unanswered = error.code === "reach.question-unanswered";
    if (this.#current && (unanswered || error.code === "reach.question-declined")) {
      this.#judgeRefused(this.#current);
    }
    this.#current = null;
    this.#options.fail(unanswered ? promptUnanswered(this.#options.target, error) : error);
  }

  #judgeRefused(credential: Credential): void {
    for (const mark of credential.marks()) {
      this.#refusedMarks.add(mark);
      this.#parts.refusals.remember(this.#account, mark);
    }
    this.#refused.push(credential.name);
    this.#write("login.refused", credential.kind, credential.name);
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

  async #secret(reference: SecretReference): Promise<string> {
    const value = await this.#parts.secrets.resolve(reference, this.#options.target.id);
    return value.reveal();
  }

  #keyMark(key: ParsedKey): string {
    return this.#parts.refusals.mark("key", key.getPublicSSH());
  }

  #write(type: string, method: string, credential: string): void {
    const { target } = this.#options;
    this.#parts.journal.write({
      type,
      subject: target.id,
      task: null,
      data: {
        user: target.user,
        address: target.address,
        port: target.port,
        via: target.via,
        method,
        credential,
      },
    });
  }
}

/** One account on one server: what refused credentials are remembered for. */
export function accountOf(target: Pick<SshTarget, "id" | "user" | "address" | "port">): string {
  return `${target.id} ${target.user}@${target.address}:${target.port}`;
}

function methodOf(entry: Authentication): Credential["method"] {
  if ("password" in entry) return "password";
  return "keyboardInteractive" in entry ? "keyboard-interactive" : "publickey";
}

/** A server's words without control characters and of bounded length. */
function printable(words: string, longest: number): string {
  return words.replace(/[^\P{C}\n]/gu, "").slice(0, longest);
}
