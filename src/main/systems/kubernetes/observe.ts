import { setImmediate as nextTurn } from "node:timers/promises";
import { toOpsError } from "../../../shared/errors.ts";
import type { Declaration, ObservationSink } from "../../../shared/resource.ts";
import { addonKinds } from "./addons/index.ts";
import { answerGarbage } from "./client/faults.ts";
import { Refusal } from "./client/refusal.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { type ClusterStanding, seenCluster } from "./cluster-standing.ts";
import { lastWarnings } from "./events/last-warnings.ts";
import { Holdings } from "./holdings.ts";
import { observedKinds } from "./kinds/index.ts";
import type { ObservedKind } from "./kinds/kind.ts";
import { namespaceOf } from "./kinds/rest.ts";
import { namespaceOfResource, type Seen } from "./kinds/seen.ts";
import type { WatchTimes } from "./list-watch/watch.ts";
import { Mirror, type MirrorChange } from "./mirror.ts";
import type { Rights } from "./rights.ts";

export interface ObserverParts {
  access: ClusterAccess;
  rights: Rights;
  namespaces: readonly string[];
  /** What every resource's declaration has in common. */
  site: string | null;
  environment: string | null;
  /** Milliseconds between two scheduled readings. */
  every: number;
  times?: WatchTimes;
}

/** What is read seldom is read each so many rounds. */
const seldomRounds = 10;
/** Readings that may be missed before what was read counts as stale. */
const missedReadings = 3;
/** How long a kind is followed after somebody has looked at one of its objects, in milliseconds. */
const lookedAtFor = 45_000;
/** Changes are gathered for so many milliseconds before they are told. */
const gatherFor = 400;
const kindsAtOnce = 3;
/** How many observations are told at once. */
const sliceSize = 1000;

/**
 * Reads one cluster: on schedule by listing, what is looked at by watching. A kind that may not be read, or whose
 * reading fails, keeps no other from being read; a cluster that does not answer makes everything in it unknown.
 */
export class ClusterObserver {
  readonly #parts: ObserverParts;
  readonly #mirrors: readonly Mirror[];
  readonly #holdings: Holdings;
  readonly #closing = new AbortController();
  /** The namespaces that the estate names are there whether or not they can be read. */
  readonly #named: ReadonlyMap<string, Seen>;
  /** When all of a kind that is being followed was last told to be as it is. */
  readonly #confirmedAt = new Map<Mirror, number>();
  #sink: ObservationSink | null = null;
  #timer: NodeJS.Timeout | null = null;
  #version: string | null = null;
  #login: ClusterStanding["login"] = null;
  #warnings: string[] | null = null;
  #warningsRead: Promise<void> = Promise.resolve();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    const { access, namespaces, times, site, environment } = parts;
    this.#holdings = new Holdings({ system: access.system, site, environment });
    this.#mirrors = [...observedKinds, ...addonKinds].map((kind) => {
      const onChange = (change: MirrorChange) => this.#changed(kind, change);
      // What one list hears of a server that was away, all others need not wait to find out.
      const onBack = () => {
        for (const mirror of this.#mirrors) mirror.hurry();
      };
      return new Mirror({ access, kind, namespaces, onChange, onBack, ...(times && { times }) });
    });
    this.#named = new Map(namespaces.map((name) => [name, namespaceOf(access.system, name)]));
    this.#putCluster();
    for (const seen of this.#named.values()) this.#holdings.put(seen, this.#staleAfter(false));
  }

  /** What is known to be in the cluster now: the cluster and the namespaces named alone before the first reading. */
  get declared(): Declaration[] {
    return this.#holdings.declarations();
  }

  /** Whether a resource is known. */
  has(id: string): boolean {
    return this.#holdings.has(id);
  }

  /** How a resource was seen last. */
  seen(id: string): Seen | undefined {
    return this.#holdings.get(id);
  }

  /** What a resource hangs below; null when it is not known. */
  parentOf(id: string): string | null {
    return this.#holdings.get(id)?.parent ?? null;
  }

  /** Reads what is due, or what is looked at and keeps following that; never throws. */
  async observe(sink: ObservationSink, outer: AbortSignal, resources?: readonly string[]): Promise<void> {
    this.#sink = sink;
    const { access, rights } = this.#parts;
    const signal = AbortSignal.any([outer, this.#closing.signal]);
    try {
      await this.#readVersion(signal);
      this.#login = await access.api.loginState(signal);
      const asked = rights.refresh(signal, this.#namespacesOf(resources));
      await this.#readKinds(resources, signal);
      if (!resources || resources.includes(access.clusterId)) this.#readWarnings();
      await asked;
      await this.#flush();
    } catch (thrown) {
      if (signal.aborted) return;
      await this.#failed(thrown);
    }
  }

  /** Nothing of before is trusted: after sleep, a network change. */
  distrust(): void {
    this.#parts.access.api.reset();
    for (const mirror of this.#mirrors) {
      mirror.readAt = null;
      mirror.distrust();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await Promise.all(this.#mirrors.map((mirror) => mirror.close()));
    await this.#warningsRead;
  }

  async #readVersion(signal: AbortSignal): Promise<void> {
    const body = await this.#parts.access.ask({ path: "/version", signal, deadline: 15_000 });
    const version = body && typeof body === "object" && "gitVersion" in body ? body.gitVersion : null;
    if (typeof version !== "string") throw answerGarbage(this.#parts.access.name, "Kubernetes");
    this.#version = version.slice(0, 100);
  }

  /** Reads the kinds side by side, a few at once. Throws when the cluster itself is the trouble. */
  async #readKinds(resources: readonly string[] | undefined, signal: AbortSignal): Promise<void> {
    const queue = this.#mirrors.filter((mirror) =>
      resources ? this.#isLookedAt(mirror, resources) : this.#isDue(mirror),
    );
    const failures: unknown[] = [];
    const lane = async () => {
      for (let mirror = queue.shift(); mirror && !signal.aborted; mirror = queue.shift()) {
        try {
          const isFollowed = mirror.live;
          await mirror.refresh(signal);
          if (isFollowed) this.#confirm(mirror);
          if (resources) await mirror.follow(lookedAtFor, signal);
        } catch (error) {
          // A right that is missing is told of the cluster; what else goes wrong is wrong with the cluster.
          const isTold = error instanceof Refusal && error.status !== 401;
          if (!isTold && !mirror.kind.extra) failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: kindsAtOnce }, lane));
    signal.throwIfAborted();
    if (failures.length > 0) throw failures[0];
  }

  #isLookedAt({ kind, readAt }: Mirror, resources: readonly string[]): boolean {
    const { access } = this.#parts;
    if (readAt !== null && access.now() - readAt < kind.pause) return false;
    return resources.some((id) =>
      kind.lookedAtWith.some((folder) =>
        folder === "cluster" ? id === access.clusterId : access.has(id, folder),
      ),
    );
  }

  #isDue({ kind, readAt }: Mirror): boolean {
    if (!kind.seldom || readAt === null) return true;
    return this.#parts.access.now() - readAt >= this.#parts.every * seldomRounds;
  }

  #namespacesOf(resources: readonly string[] = []): string[] {
    const { access, namespaces } = this.#parts;
    const lookedAt = resources.flatMap((id) => namespaceOfResource(access.system, id) ?? []);
    return [...new Set([...namespaces, ...lookedAt])];
  }

  /** Events never hold anything up: they come when they come. */
  #readWarnings(): void {
    const { access, namespaces } = this.#parts;
    const { signal } = this.#closing;
    this.#warningsRead = this.#warningsRead
      .then(() => (signal.aborted ? null : lastWarnings(access, namespaces, signal)))
      .then(async (warnings) => {
        if (warnings === null || signal.aborted) return;
        this.#warnings = warnings;
        await this.#flush();
      })
      .catch(() => undefined);
  }

  #changed(kind: ObservedKind, { set, removed }: MirrorChange): void {
    const staleAfter = this.#staleAfter(kind.seldom);
    for (const [key, { seen, attached }] of removed) {
      if (seen) this.#dropped(seen);
      if (attached) this.#holdings.attach(attached.to, `${kind.folder}/${key}`, null);
    }
    for (const [key, { seen, attached }] of set) {
      if (seen) this.#holdings.put(seen, staleAfter);
      if (attached) this.#holdings.attach(attached.to, `${kind.folder}/${key}`, attached);
    }
    this.#timer ??= setTimeout(() => void this.#flush(), gatherFor).unref();
  }

  #dropped({ id, kind, name }: Seen): void {
    const named = kind === "namespace" ? this.#named.get(name) : undefined;
    if (named) this.#holdings.put(named, this.#staleAfter(false));
    else this.#holdings.drop(id);
  }

  /** What is being followed is as it was last told, unless it changed: that is told now and then, for it ages. */
  #confirm(mirror: Mirror): void {
    const { access, every } = this.#parts;
    const now = access.now();
    if (now - (this.#confirmedAt.get(mirror) ?? 0) < every) return;
    this.#confirmedAt.set(mirror, now);
    for (const [, { seen }] of mirror.items()) if (seen) this.#holdings.seenAgain(seen.id);
  }

  #staleAfter(seldom: boolean): number {
    return this.#parts.every * missedReadings * (seldom ? seldomRounds : 1);
  }

  /** Tells what came and went, and everything that was read since. */
  async #flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const sink = this.#sink;
    if (!sink || this.#closing.signal.aborted) return;
    const { access } = this.#parts;
    this.#putCluster();
    for (const { id } of this.#named.values()) this.#holdings.seenAgain(id);
    for (let change = this.#holdings.takeChange(sliceSize); change; ) {
      sink.redeclare(access.system, change);
      change = this.#holdings.takeChange(sliceSize);
      if (change && !(await this.#goesOn())) return;
    }
    // What changes meanwhile is told the next time.
    const slices = Math.ceil(this.#holdings.untold / sliceSize);
    for (let slice = 0; slice < slices; slice++) {
      if (slice > 0 && !(await this.#goesOn())) return;
      sink.observe(this.#holdings.takeObservations(access.now(), sliceSize));
    }
  }

  /** Tens of thousands at once would keep everything else of the console waiting. False when it is being closed. */
  async #goesOn(): Promise<boolean> {
    await nextTurn();
    return !this.#closing.signal.aborted;
  }

  #putCluster(): void {
    const { access, site, namespaces } = this.#parts;
    const unreadable: { what: string; error: NonNullable<Mirror["error"]> }[] = [];
    const withheld: string[] = [];
    const nodes = { all: 0, ready: 0 };
    let pods: number | null = null;
    for (const mirror of this.#mirrors) {
      const { kind, error } = mirror;
      if (kind.folder === "pods" && mirror.readAt !== null) pods = mirror.size;
      if (kind.folder === "nodes") {
        for (const [, { seen }] of mirror.items()) {
          nodes.all += 1;
          if (seen?.facts["kubernetes.ready"] === true) nodes.ready += 1;
        }
      }
      if (!error) continue;
      // Whoever may see some namespaces alone need not see the cluster's own things.
      const isExtra = kind.extra || (!kind.namespaced && namespaces.length > 0);
      if (!isExtra) unreadable.push({ what: kind.plural, error });
      else if (error instanceof Refusal && error.status === 403) withheld.push(kind.folder);
    }
    const { name, clusterId: id } = access;
    const [version, login, warnings] = [this.#version, this.#login, this.#warnings];
    const now = access.now();
    const standing = { id, name, site, now, version, login, nodes, pods, warnings, unreadable, withheld };
    this.#holdings.put(seenCluster(standing), this.#staleAfter(false));
  }

  /** The cluster could not be asked: nothing in it is known any more. */
  async #failed(thrown: unknown): Promise<void> {
    const { access } = this.#parts;
    const sink = this.#sink;
    if (!sink) return;
    const error = toOpsError(thrown, access.system).toWire();
    const at = access.now();
    const source = access.system;
    // Once it answers again, everything is told anew, and what is read seldom too.
    for (const mirror of this.#mirrors) mirror.readAt = null;
    this.#confirmedAt.clear();
    const all = this.declared;
    for (let from = 0; from < all.length; from += sliceSize) {
      if (from > 0 && !(await this.#goesOn())) return;
      const slice = all.slice(from, from + sliceSize);
      sink.observe(slice.map(({ id }) => ({ resource: id, source, at, error })));
    }
  }
}
