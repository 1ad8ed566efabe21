import { handOverNamespace } from "../../shared/hand-over.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import type { ApprovalRequest, Operators, SigningWay } from "../../shared/people.ts";
import type { Grant } from "../../shared/roles.ts";
import type { PeopleView } from "../../shared/sign-in.ts";
import { canonicalHash } from "../journal/chain.ts";
import { agentKeys, signWithAgent } from "./agent.ts";
import {
  type CheckedSignature,
  checkSignature,
  namespaces,
  readRequest,
  requestText,
  type Verdict,
} from "./approval.ts";
import * as faults from "./faults.ts";
import type { KeptKeys } from "./kept-keys.ts";
import type { KeychainKeys } from "./keychain-keys.ts";
import { readKeyFile, signWithKey } from "./private-key.ts";
import { type Operator, Roster } from "./roster.ts";

export interface PeopleParts {
  /** The operators of the estate in force; the same object for as long as they are the same. */
  operators(): Operators;
  /** The account that this console runs under. */
  account: string;
  keys: KeptKeys;
  record: JournalWriter;
  /** Where ssh-agent listens; null without one. */
  agentSocket(): string | null;
  /** The keys that were made here and are kept in the keychain. */
  keychain?: KeychainKeys;
}

/** Milliseconds: a token must be touched, or a use confirmed. */
const agentLimit = 60_000;

/** Who works here, who else may sign, and the signing itself. */
export class PeopleDesk {
  readonly #parts: PeopleParts;
  readonly #listeners = new Set<() => void>();
  #roster: { of: Operators; roster: Roster } | null = null;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  get roster(): Roster {
    const declared = this.#parts.operators();
    if (this.#roster?.of !== declared) this.#roster = { of: declared, roster: new Roster(declared) };
    return this.#roster.roster;
  }

  /** Whoever this console acts for: the operator whose account it runs under, else the account. */
  get actor(): string {
    return this.roster.personOf(this.#parts.account);
  }

  /** The account that this console runs under. */
  get account(): string {
    return this.#parts.account;
  }

  /** The operators, and whose keys are kept here. */
  operators(): (Omit<PeopleView["operators"][number], "roles"> & { roles: Grant[] })[] {
    const { keys, keychain } = this.#parts;
    return this.roster.all().map(({ id, name, keys: own, roles }) => ({
      id,
      name,
      keys: own.map(({ type, fingerprint, comment }) => ({ type, fingerprint, comment })),
      kept: keys.has(id),
      keychain: keychain?.has(id) ?? false,
      roles: [...roles],
    }));
  }

  /** Hears when a key was kept or forgotten; of the operators themselves the estate tells. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Keeps a private key of an operator, closed by their passphrase. Throws OpsError `people.unknown-operator`,
   * `people.not-a-key`, `people.foreign-key`, `people.open-key` or `people.cannot-keep`.
   */
  async keep(operator: string, words: string): Promise<void> {
    const one = this.#operator(operator);
    const file = readKeyFile(words);
    if (!one.keys.some(({ blob }) => blob.equals(file.key.blob))) throw faults.foreignKey(one.name);
    await this.#parts.keys.keep(operator, file);
    this.#tell("key.kept", operator, { fingerprint: file.key.fingerprint });
  }

  /** Whether there was one; also of somebody who is no operator any more. */
  async forget(operator: string): Promise<boolean> {
    const had = await this.#parts.keys.forget(operator);
    if (had) this.#tell("key.forgotten", operator, {});
    return had;
  }

  /**
   * Signs a request for an approval, or to refuse it, as an operator. Throws OpsError `approval.not-a-request`,
   * `people.unknown-operator`, or what is wrong with the key.
   */
  async sign(wanted: {
    request: string;
    operator: string;
    verdict: Verdict;
    way: SigningWay;
    signal: AbortSignal;
  }): Promise<{ signature: string; request: ApprovalRequest }> {
    const request = readRequest(wanted.request);
    const operator = this.#operator(wanted.operator);
    const message = Buffer.from(requestText(request), "utf8");
    const signature = await this.signAs(operator, namespaces[wanted.verdict], message, wanted);
    const { key } = checkSignature(signature, [request], wanted.verdict, this.roster);
    this.#tell("approval.signed", operator.id, {
      run: request.run,
      node: request.node,
      request: canonicalHash(request),
      verdict: wanted.verdict,
      fingerprint: key.fingerprint,
      way: wanted.way.kind,
    });
    return { signature, request };
  }

  /**
   * Signs the text of a hand-over as the operator who takes the run. Throws OpsError `people.unknown-operator`, or what is wrong
   * with the key.
   */
  signHandOver(text: string, to: string, way: SigningWay, signal: AbortSignal): Promise<string> {
    return this.signAs(this.#operator(to), handOverNamespace, Buffer.from(text, "utf8"), { way, signal });
  }

  /** What a request that came as text asks for; see `readRequest`. */
  read(words: string): ApprovalRequest {
    return readRequest(words);
  }

  /** Whose signature this is, and for which of the requests; see `checkSignature`. */
  check(signature: string, requests: readonly ApprovalRequest[], verdict: Verdict): CheckedSignature {
    return checkSignature(signature, requests, verdict, this.roster);
  }

  /** Signs a message as an operator, under a namespace; throws what is wrong with the key. */
  async signAs(
    operator: Operator,
    namespace: string,
    message: Buffer,
    { way, signal }: { way: SigningWay | { kind: "keychain" }; signal: AbortSignal },
  ): Promise<string> {
    if (way.kind === "keychain") {
      const signed = await this.#parts.keychain?.sign(operator, namespace, message);
      if (!signed) throw faults.noKeychainKey(operator.name);
      return signed;
    }
    if (way.kind === "agent") {
      const socket = this.#parts.agentSocket();
      if (socket === null) throw faults.agentUnavailable();
      const limited = AbortSignal.any([signal, AbortSignal.timeout(agentLimit)]);
      const held = await agentKeys(socket, limited);
      const key = operator.keys.find(({ blob }) => held.some((one) => one.equals(blob)));
      if (key === undefined) throw faults.agentWithoutKey(operator.name);
      return signWithAgent(socket, key, namespace, message, limited);
    }
    const file = way.kind === "kept" ? await this.#parts.keys.read(operator.id) : readKeyFile(way.key);
    if (file === null) throw faults.noKeptKey(operator.name);
    if (!operator.keys.some(({ blob }) => blob.equals(file.key.blob))) throw faults.foreignKey(operator.name);
    return signWithKey(file, way.passphrase, namespace, message);
  }

  /** Makes a key pair in the keychain, and gives the line for the estate file. Throws OpsError as the keychain does. */
  async makeKey(operator: string): Promise<string> {
    const { id, name } = this.#operator(operator);
    const { keychain } = this.#parts;
    if (keychain === undefined) throw faults.noKeychainKey(name);
    const key = await keychain.make(id);
    this.#tell("key.made", id, { fingerprint: key.fingerprint });
    return `${key.type} ${key.blob.toString("base64")} ${key.comment}`;
  }

  #operator(id: string): Operator {
    const found = this.roster.find(id);
    if (found === null) throw faults.unknownOperator(id);
    return found;
  }

  #tell(type: string, operator: string, data: Record<string, string>): void {
    this.#parts.record.write({ type, subject: null, task: null, data: { operator, ...data } });
    for (const listener of [...this.#listeners]) listener();
  }
}
