import type { Duplex } from "node:stream";
import { toOpsError } from "../../shared/errors.ts";
import type { Estate } from "../../shared/estate.ts";
import type { SecretReference } from "../../shared/estate-access.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import type { Status } from "../../shared/status.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { SecretResolver, SecretValue } from "../secrets/resolver.ts";
import { Deadline } from "./abort.ts";
import { AllowlistGate, type AllowlistVerdict } from "./allowlist-gate.ts";
import { execute } from "./execute.ts";
import { hopUnknown, noAnswer } from "./faults.ts";
import { type ForwardPlace, Forwards } from "./forward.ts";
import { hopTarget } from "./hop-target.ts";
import { HostKeyCheck } from "./host-key-check.ts";
import { KeyFiles } from "./key-file.ts";
import type { KnownHosts } from "./known-hosts.ts";
import type { LaneLimits, Slot } from "./lane.ts";
import { accountOf } from "./login.ts";
import { notingReach } from "./noting-reach.ts";
import { Opener, type OpenerParts } from "./opener.ts";
import { hostAndPort, type Place } from "./place.ts";
import { Pool } from "./pool.ts";
import type { Questions } from "./questions.ts";
import type { Executed, ExecuteOptions, LocalForward, Reach, RemoteShell, SshTarget } from "./reach.ts";
import { reachStatus } from "./reach-status.ts";
import { type ReachTimes, usualLimits, usualTimes } from "./reach-times.ts";
import { Refusals } from "./refusals.ts";
import { type SourceAddressOf, sourceAddressOf } from "./route.ts";
import { openShell } from "./shell.ts";
import { type CertificateSigner, SignedKeys } from "./signed-keys.ts";
import type { SignedLogin } from "./signed-login.ts";
import { Standings } from "./standings.ts";

export interface SshReachParts {
  knownHosts: KnownHosts;
  secrets: SecretResolver;
  journal: JournalWriter;
  questions: Questions;
  /** Epoch milliseconds. */
  now(): number;
  /** Where relative paths of key files start; the working folder when left out. */
  estateFolder?(): string;
  /** Where SSH_AUTH_SOCK is looked up. */
  environment?: NodeJS.ProcessEnv;
  /** Who signs keys for log-ins that want a certificate; without one they fail. */
  certificates?: CertificateSigner;
  sourceAddressOf?: SourceAddressOf;
  /** How names are resolved where their last answer may serve; as the workstation does when left out. */
  addressesOf?(place: Place, signal: AbortSignal): Promise<string[]>;
  random?(): number;
  times?: Partial<ReachTimes>;
  limits?: Partial<LaneLimits>;
}

type EstateReach = Pick<Estate["reach"], "hops" | "allowlists">;

/** Reach over SSH (ssh2), with the hops and allowlists of the estate that `update` hands in. */
export class SshReach implements Reach {
  readonly #parts: SshReachParts;
  readonly #times: ReachTimes;
  readonly #refusals = new Refusals();
  readonly #hostKeys: HostKeyCheck;
  readonly #signedKeys: SignedKeys;
  readonly #gate: AllowlistGate;
  readonly #opener: Opener;
  readonly #openerParts: OpenerParts;
  readonly #pool: Pool;
  readonly #forwards: Forwards;
  readonly #listeners = new Set<() => void>();
  readonly #end = new AbortController();
  readonly #seen = new Map<string, SshTarget>();
  readonly #proven = new Map<string, string>();
  readonly #standings: Standings;
  #estate: EstateReach = { hops: {}, allowlists: {} };

  constructor(parts: SshReachParts) {
    this.#parts = parts;
    this.#times = { ...usualTimes, ...parts.times };
    const random = parts.random ?? Math.random;
    const changed = () => this.#changed();
    this.#hostKeys = new HostKeyCheck(parts);
    this.#gate = new AllowlistGate({
      allowlists: () => this.#estate.allowlists,
      sourceAddressOf: parts.sourceAddressOf ?? sourceAddressOf,
      ...(parts.addressesOf && { addressesOf: parts.addressesOf }),
    });
    this.#standings = new Standings({
      gate: this.#gate,
      estate: () => this.#estate,
      hop: (id) => this.#hop(id),
      now: parts.now,
      limit: this.#times.connect,
      ending: this.#end.signal,
      changed,
    });
    this.#signedKeys = new SignedKeys(parts.certificates ?? null);
    this.#openerParts = {
      ...parts,
      environment: parts.environment ?? process.env,
      refusals: this.#refusals,
      keyFiles: new KeyFiles(parts.estateFolder ?? (() => process.cwd()), this.#refusals),
      signedKeys: this.#signedKeys,
      hostKeys: this.#hostKeys,
      gate: this.#gate,
      answerTime: this.#times.answer,
      connectTime: this.#times.connect,
      handshakeTime: this.#times.handshake,
      random,
      isHop: (id) => Object.hasOwn(this.#estate.hops, id),
      acquireHop: (id, signal) => this.#acquireHop(id, signal),
      toldLater: ({ target, origin }) => this.#standings.observe(target.id, origin),
    };
    this.#opener = new Opener(this.#openerParts);
    this.#pool = new Pool({
      open: async (target, options) => {
        const connection = await this.#opener.open(target, options);
        this.#proven.set(target.id, connection.hostKey.fingerprint);
        if (this.#tellsOrigin(target)) this.#standings.observe(target.id, connection.origin);
        return connection;
      },
      hop: (id) => this.#hop(id),
      limits: { ...usualLimits, ...parts.limits },
      doubtAfter: this.#times.doubtAfter,
      probeTime: this.#times.probe,
      random,
      changed,
    });
    this.#forwards = new Forwards({
      dial: (place, signal) => this.dial(place, signal),
      keep: (place) => (place.via === null ? () => undefined : this.#pool.keep(this.#hopOrThrow(place.via))),
      idle: this.#times.forwardIdle,
      changed,
    });
    this.#hostKeys.onAccepted(changed);
  }

  /** Takes over the hops and allowlists of an estate: what no longer fits is used up and closed. */
  update(estate: EstateReach): void {
    this.#estate = estate;
    this.#pool.retireStale();
    void this.#standings.judge();
    this.#changed();
  }

  /** The reach of one system, which is made anew: what it goes by is kept in mind, to tell from where it can be reached. */
  of(system: string): Reach {
    this.#standings.forget(system);
    return this.also(system);
  }

  /** The same for another part of the console that goes a system's ways. */
  also(system: string): Reach {
    return notingReach(this, (way, target) => this.#standings.note(system, way, target));
  }

  /** Systems that the estate no longer declares stand nowhere. */
  retain(isDeclared: (system: string) => boolean): void {
    this.#standings.retain(isDeclared);
  }

  execute(target: SshTarget, command: string, options: ExecuteOptions): Promise<Executed> {
    this.#remember(target);
    return execute(this.#pool, target, command, { ...options, signal: this.#until(options.signal) });
  }

  shell(
    target: SshTarget,
    size: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<RemoteShell> {
    this.#remember(target);
    return openShell(this.#pool, target, size, this.#until(signal), this.#times.handshake);
  }

  async dial(
    place: ForwardPlace & { allowlist?: string | null; resolvesNow?: boolean },
    signal: AbortSignal,
  ): Promise<Duplex> {
    const name = hostAndPort(place.address, place.port);
    const whole = { ...place, allowlist: place.allowlist ?? null, id: name, name };
    return this.#opener.dialFromInside(whole, this.#until(signal), place.resolvesNow !== true);
  }

  /** Connects the hop first, so that what is wrong with it is known to the caller and not only to the port. */
  async forward(place: ForwardPlace, signal: AbortSignal): Promise<LocalForward> {
    if (place.via !== null) {
      const slot = await this.#acquireHop(place.via, this.#until(signal));
      slot.release();
    }
    return this.#forwards.open(place);
  }

  async tryLogin(
    target: SshTarget,
    override: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<void> {
    const secrets: SecretResolver = {
      resolve: (reference, subject) => this.#override(override, reference, subject),
    };
    const { connect, handshake } = this.#times;
    const deadline = new Deadline(connect + handshake, this.#until(signal), () => noAnswer(target));
    try {
      const opener = new Opener({ ...this.#openerParts, secrets });
      const connection = await opener.open(target, {
        signal: deadline.signal,
        afresh: true,
        asking: (going) => (going ? deadline.pause() : deadline.resume()),
      });
      this.#proven.set(target.id, connection.hostKey.fingerprint);
      connection.close();
    } finally {
      deadline.end();
    }
  }

  provenHostKey(targetId: string): string | null {
    return this.#proven.get(targetId) ?? null;
  }

  /**
   * A person asks for the log-in again: credentials that were refused and host keys that were declined are tried
   * and asked for once more, for one target or for all.
   */
  askAgain(targetId?: string): void {
    const target = targetId === undefined ? undefined : (this.#hop(targetId) ?? this.#seen.get(targetId));
    if (targetId === undefined) this.#refusals.forget();
    else if (target) this.#refusals.forget(accountOf(target));
    this.#hostKeys.forget(targetId);
  }

  /**
   * Whether an action on a target may go on as far as its allowlist is concerned, by what is known without
   * connecting; `system` is the one that would be spoken to. What is not known is allowed here: the allowlist is checked again
   * before any credential is sent.
   */
  async checkAllowlist(
    subject: SshTarget | { id: string },
    system: string | null = null,
  ): Promise<AllowlistVerdict & { allowed: boolean; text: LocalText }> {
    const target =
      "authentication" in subject ? subject : (this.#hop(subject.id) ?? this.#seen.get(subject.id));
    try {
      const verdict =
        system !== null
          ? ((await this.#standings.before(system, subject.id)) ?? notConnectedYet)
          : target
            ? await this.#standings.look(target)
            : notConnectedYet;
      return { ...verdict, allowed: verdict.state !== "outside" };
    } catch (error) {
      return { ...notConnectedYet, text: toOpsError(error, "reach").text, allowed: false };
    }
  }

  /** Why a system's resource cannot be spoken to from here, by what was judged last; null: it can, or that is not known. */
  outside(system: string, target: string | null): LocalText | null {
    return this.#standings.outside(system, target)?.text ?? null;
  }

  /** What was judged last, another object each time; null where nothing is outside. */
  get judgement(): object | null {
    return this.#standings.isOutsideAnywhere ? this.#standings.judgement : null;
  }

  /** Judges everything anew; when that was overtaken by a later judgement, it is that one that is told of. */
  judgeAnew(): Promise<void> {
    return this.#standings.judge();
  }

  /** Takes no new work on connections whose way is outside; what is under way on them comes to its end. */
  leaveOutside(): void {
    this.#pool.leave((target) => this.#standings.of(target)?.state === "outside");
  }

  status(): Status["reach"] {
    const hops = Object.keys(this.#estate.hops).flatMap((id) => {
      const target = this.#hop(id);
      return target ? [{ target, lanes: this.#pool.lanes(id) }] : [];
    });
    return reachStatus(hops, this.#forwards, this.#standings, this.#gate.inUse);
  }

  /** Called with the certificate that each log-in by one is made with. */
  onSigned(listener: (signed: SignedLogin) => void): () => void {
    return this.#signedKeys.onLogin(listener);
  }

  /** Calls `listener` whenever the status may have changed, until the result is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` with a target's id whenever a person has accepted its host key: whoever waits may retry. */
  onHostKeyAccepted(listener: (targetId: string) => void): () => void {
    return this.#hostKeys.onAccepted(listener);
  }

  /** After sleep or a network change: drops every connection that does not answer; what is kept comes back. */
  async recheck(reason: string): Promise<void> {
    this.#parts.journal.write({ type: "reach.rechecked", subject: null, task: null, data: { reason } });
    this.#standings.forgetObserved();
    await Promise.all([this.#pool.probeAll(), this.#standings.judge()]);
    // A connection that has outlived the change comes from where it always came from.
    for (const id of Object.keys(this.#estate.hops)) {
      const [standing] = this.#pool.lanes(id).flatMap(({ connections }) => [...connections]);
      if (standing && this.#tellsOrigin(standing.target)) this.#standings.observe(id, standing.origin);
    }
    this.#changed();
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#forwards.close();
    this.#pool.close();
    this.#listeners.clear();
  }

  #hop(id: string): SshTarget | null {
    const hop = Object.hasOwn(this.#estate.hops, id) ? this.#estate.hops[id] : undefined;
    return hop ? hopTarget(id, hop) : null;
  }

  #hopOrThrow(id: string): SshTarget {
    const hop = this.#hop(id);
    if (!hop) throw hopUnknown(id, "missing");
    return hop;
  }

  async #acquireHop(id: string, signal: AbortSignal): Promise<Slot> {
    return this.#pool.acquire(this.#hopOrThrow(id), "forward", signal);
  }

  async #override(
    override: ReadonlyMap<string, string>,
    reference: SecretReference,
    subject: string,
  ): Promise<SecretValue> {
    const value = override.get(reference);
    return value === undefined ? this.#parts.secrets.resolve(reference, subject) : { reveal: () => value };
  }

  #remember(target: SshTarget): void {
    this.#seen.set(target.id, target);
    this.#standings.note(looseTargets, target, target.id);
  }

  /** First hops are asked where they see this workstation come from, where an allowlist is declared at all. */
  #tellsOrigin({ id, via }: SshTarget): boolean {
    return via === null && this.#gate.inUse && Object.hasOwn(this.#estate.hops, id);
  }

  #until(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#end.signal]);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Servers that were logged in to, whoever asked. */
const looseTargets = "";

const notConnectedYet: AllowlistVerdict = {
  state: "unknown",
  address: null,
  ranges: [],
  text: text(
    "Its allowlist is checked when it is first connected to.",
    "Sa liste d'adresses autorisées est vérifiée à la première connexion.",
  ),
};
