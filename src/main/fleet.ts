import type { Estate } from "../shared/estate.ts";
import type { SecretReference } from "../shared/estate-access.ts";
import { capacityRulesOf } from "../shared/estate-capacity.ts";
import type { Happenings } from "../shared/happenings.ts";
import type { RemoteTaskLog, RemoteTasks } from "../shared/remote-tasks.ts";
import type { Declaration, DeclarationChange, ObservationSink } from "../shared/resource.ts";
import type { ConsoleOffer, ResourceDetail } from "../shared/resource-detail.ts";
import type { SnapshotTree } from "../shared/snapshots.ts";
import type { FleetParts } from "./fleet-parts.ts";
import type { SshTarget } from "./reach/reach.ts";
import { type SecretUse, secretUses } from "./secret-uses.ts";
import { siteSource, sitesOf } from "./site-declarations.ts";
import { systemDefinitions, wantedSystems } from "./system-definitions.ts";
import type {
  Drains,
  LoginTrial,
  Logs,
  Manifests,
  Ports,
  ScreenSource,
  SecretTree,
  ShellSession,
  System,
  VaultKeys,
} from "./systems/system.ts";

const consoleOrder = ["shell", "serial", "screen"] as const;
/** How long a resource may stay unobserved while somebody looks at it, in milliseconds. */
const lookedAtInterval = 10_000;
const lookedAtFor = 30_000;
const schedulerTick = 1_000;
/** Rounds of one system that may be under way together: those before may still wait for a resource or two. */
const mostRounds = 4;

interface Member {
  system: System;
  config: string;
  nextAt: number;
  rounds: Set<AbortController>;
  /** Whether everything of it was read once since it was made, or could not be. */
  wasRead: boolean;
  withdrawActions: () => void;
  /** The resources that it has declared last. */
  owned: Set<string>;
  /** Where it reports; what it declares is noted as its own on the way. */
  sink: ObservationSink;
}

/**
 * The systems of the estate in force: made, observed on schedule, renewed when the estate changes, closed. What is
 * looked at is observed more often. Neither one system's trouble nor one slow resource holds up the others.
 */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #members = new Map<string, Member>();
  readonly #lookedAt = new Map<string, { until: number; observedAt: number }>();
  #estate: Estate | null = null;
  #uses: SecretUse[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;
  #closed = false;

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  /** Takes over an estate: systems whose config is unchanged go on, others are made anew or closed. */
  async apply(estate: Estate): Promise<void> {
    this.#estate = estate;
    const wanted = wantedSystems(estate, this.#parts.definitions ?? systemDefinitions);
    for (const [id, member] of this.#members) {
      const next = wanted.get(id);
      if (next && next.text === member.config) continue;
      this.#members.delete(id);
      abortRounds(member);
      member.withdrawActions();
      if (!next) this.#parts.sink.declare(id, []);
      await member.system.close();
    }
    for (const [id, { definition, config, text }] of wanted) {
      if (this.#members.has(id) || this.#closed) continue;
      const system = definition.create(config as never, {
        id,
        reach: this.#parts.reachOf?.(id) ?? this.#parts.reach,
        secrets: this.#parts.secrets,
        questions: this.#parts.questions,
        ...(this.#parts.vaults && { vaults: this.#parts.vaults }),
        ...(this.#parts.keys && { keys: this.#parts.keys }),
        now: this.#parts.now,
        capacityRules: (environment) => capacityRulesOf(this.#estate, environment),
        ...(this.#parts.vantage && { vantage: this.#parts.vantage }),
        ...(this.#parts.estateFolder && { estateFolder: this.#parts.estateFolder }),
      });
      const member: Member = {
        system,
        config: text,
        nextAt: 0,
        rounds: new Set(),
        wasRead: false,
        withdrawActions: this.#parts.registerActions(system.actions, id),
        owned: new Set(),
        sink: {
          declare: (source, declarations) => this.#declareOf(member, source, declarations),
          redeclare: (source, change) => this.#redeclareOf(member, source, change),
          observe: (observations) => {
            if (this.#members.get(id) === member) this.#parts.sink.observe(observations);
          },
        },
      };
      this.#members.set(id, member);
    }
    this.#declare(estate);
    this.#uses = secretUses([...this.#members.values()].map((member) => member.system));
  }

  /** Starts observing on schedule until `close`. */
  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), schedulerTick);
    this.#timer.unref();
    this.#tick();
  }

  /** Marks resources as looked at for the next half minute: they are read about every ten seconds. */
  lookAt(resources: string[]): void {
    const until = this.#parts.now() + lookedAtFor;
    for (const id of resources) {
      const before = this.#lookedAt.get(id);
      this.#lookedAt.set(id, { until, observedAt: before?.observedAt ?? this.#parts.now() });
    }
  }

  /** Reads the named resources now; resolves when they were read or could not be. */
  async observe(resources: string[], signal: AbortSignal): Promise<void> {
    const byMember = new Map<Member, string[]>();
    for (const id of resources) {
      for (const member of this.#readersOf(id)) {
        byMember.set(member, [...(byMember.get(member) ?? []), id]);
      }
    }
    await Promise.all([...byMember].map(([member, ids]) => this.#read(member, signal, ids)));
  }

  /** Reads everything once; resolves when every system has answered or given up. */
  async observeAll(signal: AbortSignal): Promise<void> {
    await Promise.all(
      [...this.#members.values()].map(async (member) => {
        await this.#read(member, signal);
        if (!signal.aborted) member.wasRead = true;
      }),
    );
  }

  /** The systems that were neither read whole since they were made nor failed at it: what they hold is not known yet. */
  beingRead(): string[] {
    return [...this.#members].flatMap(([id, { wasRead }]) => (wasRead ? [] : [id]));
  }

  /** Forgets the schedule: everything is due now, over new connections (after sleep, a network change, a new secret). */
  hurry(): void {
    for (const member of this.#members.values()) {
      member.nextAt = 0;
      member.system.distrust?.();
    }
    this.#tick();
  }

  /** The connections that a system keeps are used no more. */
  distrust(system: string): void {
    this.#members.get(system)?.system.distrust?.();
  }

  /** Every SSH server that the estate in force logs in to, hops included. */
  logins(): SshTarget[] {
    return [...this.#members.values()].flatMap((member) => [...(member.system.logins?.() ?? [])]);
  }

  secretUses(): readonly SecretUse[] {
    return this.#uses;
  }

  /** Every secret reference of the estate's systems and hops, with the resources that use it. */
  declaredSecrets(): { reference: SecretReference; usedBy: string[] }[] {
    const byReference = new Map<SecretReference, string[]>();
    const others = [...this.#members.values()].flatMap(({ system }) => system.secrets?.() ?? []);
    const logins = this.#uses.map(({ reference, target }) => ({ reference, usedBy: target.id }));
    for (const { reference, usedBy } of [...logins, ...others]) {
      byReference.set(reference, [...(byReference.get(reference) ?? []), usedBy]);
    }
    return [...byReference].map(([reference, usedBy]) => ({ reference, usedBy }));
  }

  /** Where a secret can be tried by a log-in that is not over SSH. */
  trials(reference: SecretReference): LoginTrial[] {
    return [...this.#members.values()].flatMap(({ system }) => [...(system.trials?.(reference) ?? [])]);
  }

  /** Where a secret is logged in with, and the system that does so. */
  secretUsers(reference: SecretReference): [system: string, resource: string][] {
    return [...this.#members].flatMap(([id, { system }]) => [
      ...secretUses([system]).flatMap((use): [string, string][] =>
        use.reference === reference ? [[id, use.target.id]] : [],
      ),
      ...(system.trials?.(reference) ?? []).map(({ subject }): [string, string] => [id, subject]),
    ]);
  }

  /** The consoles of a resource: shells first, then serial consoles, then screens. */
  consoles(resource: string): ConsoleOffer[] {
    const offers = this.#ownersOf(resource).flatMap(({ system }) =>
      (system.consoles?.(resource) ?? []).map((each) => ({ ...each, system: system.id })),
    );
    return consoleOrder.flatMap((kind) => offers.filter((offer) => offer.kind === kind));
  }

  /** Opens a terminal on a resource, its first one or that of a system; null when there is none. */
  async openShell(
    resource: string,
    system: string | undefined,
    size: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<ShellSession | null> {
    const found = this.#withConsole(resource, ["shell", "serial"], system);
    return (await found?.openShell?.(resource, size, signal)) ?? null;
  }

  /** Opens the screen of a resource, its first one or that of a system; null when there is none. */
  async openScreen(
    resource: string,
    system: string | undefined,
    signal: AbortSignal,
  ): Promise<ScreenSource | null> {
    return (await this.#withConsole(resource, ["screen"], system)?.openScreen?.(resource, signal)) ?? null;
  }

  /** The drains of the system that a node is of; null when it has none. */
  drains(resource: string): Drains | null {
    return this.#ownersOf(resource).find(({ system }) => system.drains)?.system.drains ?? null;
  }

  /** What else its systems can show of a resource. */
  has(resource: string): ResourceDetail["has"] {
    return {
      logs: this.logs(resource) !== null,
      ports: this.ports(resource) !== null,
      manifest: this.manifests(resource) !== null,
      happenings: this.happenings(resource, AbortSignal.abort()) !== null,
      snapshots: this.snapshots(resource, AbortSignal.abort()) !== null,
      remoteTasks: this.remoteTasks(resource, AbortSignal.abort()) !== null,
      secrets: this.secretTree(resource) !== null,
    };
  }

  /** The system that has the logs, ports or object of a resource; null when none has. */
  systemWith(resource: string, part: "logs" | "ports" | "manifests"): string | null {
    return this.#ownersOf(resource).find(({ system }) => system[part]?.(resource))?.system.id ?? null;
  }

  /** The logs of the first system that has logs of a resource; null when none has. */
  logs(resource: string): Logs | null {
    return this.#first(resource, (system) => system.logs?.(resource));
  }

  /** The same with its ports. */
  ports(resource: string): Ports | null {
    return this.#first(resource, (system) => system.ports?.(resource));
  }

  /** The same with the object behind it. */
  manifests(resource: string): Manifests | null {
    return this.#first(resource, (system) => system.manifests?.(resource));
  }

  /** The same with the secrets of a mount. */
  secretTree(resource: string): SecretTree | null {
    return this.#first(resource, (system) => system.secretTree?.(resource));
  }

  /** The shares of the key and the tokens of a system; null for one that is no Vault. */
  vaultKeys(system: string): VaultKeys | null {
    return this.#members.get(system)?.system.vaultKeys ?? null;
  }

  /** The same with what happened to it. */
  happenings(resource: string, signal: AbortSignal): AsyncIterable<Happenings> | null {
    return this.#first(resource, (system) => system.happenings?.(resource, signal));
  }

  /** The same with its snapshots. */
  snapshots(resource: string, signal: AbortSignal): AsyncIterable<SnapshotTree> | null {
    return this.#first(resource, (system) => system.snapshots?.(resource, signal));
  }

  /** The same with what its system does and did with it. */
  remoteTasks(resource: string, signal: AbortSignal): AsyncIterable<RemoteTasks> | null {
    return this.#first(resource, (system) => system.remoteTasks?.(resource, signal));
  }

  /** The same with the log of one of these. */
  remoteTaskLog(resource: string, task: string, signal: AbortSignal): AsyncIterable<RemoteTaskLog> | null {
    return this.#first(resource, (system) => system.remoteTaskLog?.(resource, task, signal));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    for (const member of this.#members.values()) abortRounds(member);
    await Promise.all([...this.#members.values()].map((member) => member.system.close()));
    this.#members.clear();
  }

  #first<Part>(resource: string, partOf: (system: System) => Part | null | undefined): Part | null {
    for (const { system } of this.#ownersOf(resource)) {
      const part = partOf(system);
      if (part) return part;
    }
    return null;
  }

  #withConsole(
    resource: string,
    kinds: readonly ConsoleOffer["kind"][],
    system: string | undefined,
  ): System | undefined {
    const offers = this.consoles(resource).filter(
      (offer) => kinds.includes(offer.kind) && (system === undefined || offer.system === system),
    );
    const chosen = offers.find((offer) => offer.unavailable === null) ?? offers[0];
    return this.#ownersOf(resource).find((member) => member.system.id === chosen?.system)?.system;
  }

  #declare(estate: Estate): void {
    this.#parts.sink.declare(siteSource, sitesOf(estate));
    for (const [id, member] of this.#members) this.#declareOf(member, id, member.system.declarations());
  }

  /** A system that is gone has nothing more to say. */
  #declareOf(member: Member, source: string, declarations: Declaration[]): void {
    if (this.#members.get(source) !== member) return;
    member.owned = new Set(declarations.map(({ id }) => id));
    this.#parts.sink.declare(source, declarations);
  }

  #redeclareOf(member: Member, source: string, change: DeclarationChange): void {
    if (this.#members.get(source) !== member) return;
    for (const id of change.removed) member.owned.delete(id);
    for (const { id } of change.added) member.owned.add(id);
    this.#parts.sink.redeclare(source, change);
  }

  /** Who can read a resource: its owners, and before it was found, the system whose name its identifier begins with. */
  #readersOf(resource: string): Member[] {
    const owners = this.#ownersOf(resource);
    const finder = this.#members.get(resource.slice(0, Math.max(0, resource.indexOf("/"))));
    return owners.length > 0 || !finder ? owners : [finder];
  }

  #ownersOf(resource: string): Member[] {
    return [...this.#members.values()].filter(({ owned }) => owned.has(resource));
  }

  #tick(): void {
    if (this.#closed) return;
    const now = this.#parts.now();
    const due = new Map<Member, string[]>();
    for (const member of this.#members.values()) {
      if (member.nextAt > now || member.rounds.size >= mostRounds) continue;
      member.nextAt = now + member.system.every;
      const round = new AbortController();
      member.rounds.add(round);
      void this.#read(member, round.signal).then(() => {
        // One that passed what an earlier round still waits for has not read everything.
        const [oldest] = member.rounds;
        if (oldest === round && !round.signal.aborted) member.wasRead = true;
        member.rounds.delete(round);
      });
    }
    for (const [id, looked] of this.#lookedAt) {
      if (looked.until < now) this.#lookedAt.delete(id);
      else if (now - looked.observedAt >= lookedAtInterval) {
        looked.observedAt = now;
        for (const member of this.#ownersOf(id)) due.set(member, [...(due.get(member) ?? []), id]);
      }
    }
    for (const [member, ids] of due) void this.#read(member, AbortSignal.timeout(60_000), ids);
  }

  async #read(member: Member, signal: AbortSignal, resources?: string[]): Promise<void> {
    try {
      await member.system.observe(member.sink, signal, resources);
    } catch (thrown) {
      if (!signal.aborted) this.#parts.onError(member.system.id, thrown);
    }
  }
}

function abortRounds(member: Member): void {
  for (const round of member.rounds) round.abort();
}
