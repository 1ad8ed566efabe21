import { setImmediate as nextTurn } from "node:timers/promises";
import { toOpsError } from "../../../shared/errors.ts";
import type { Declaration, Health, Observation, ObservationSink, Problem } from "../../../shared/resource.ts";
import { healthOrder } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import { answerGarbage } from "./client/faults.ts";
import { Refusal } from "./client/refusal.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { lastWarnings } from "./events.ts";
import { type ObservedKind, observedKinds } from "./kinds/index.ts";
import { namespaceOf } from "./kinds/rest.ts";
import { type Attached, problem, type Seen } from "./kinds/seen.ts";
import type { WatchTimes } from "./list-watch/watch.ts";
import { Mirror, type Mirrored } from "./mirror.ts";
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
/** Changes are gathered for so many milliseconds before they are told, and longer the more there is: a tenth for each. */
const gatherFor = 400;
const gatherForEach = 0.1;
const kindsAtOnce = 3;
/** How many observations are told at once. */
const sliceSize = 1000;

/**
 * Reads one cluster: on schedule by listing, what is looked at by watching. A kind that may not be read, or whose
 * reading fails, keeps no other from being read; a cluster that does not answer makes everything in it unknown.
 */
export class ClusterObserver {
  readonly #parts: ObserverParts;
  readonly #mirrors: ReadonlyMap<ObservedKind, Mirror>;
  readonly #closing = new AbortController();
  readonly #dirty = new Map<string, Seen>();
  readonly #dirtyAttached = new Set<string>();
  #sink: ObservationSink | null = null;
  #timer: NodeJS.Timeout | null = null;
  #changedSet = true;
  #version: string | null = null;
  #warnings: string[] | null = null;
  #warningsRead: Promise<void> = Promise.resolve();
  #declared: Declaration[];
  #known: ReadonlySet<string> = new Set();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    const { access, namespaces, times } = parts;
    this.#mirrors = new Map(
      observedKinds.map((kind) => {
        const onChange = (change: { whole: boolean; set: readonly Mirrored[]; removed: boolean }) =>
          this.#changed(change);
        return [kind, new Mirror({ access, kind, namespaces, onChange, ...(times && { times }) })];
      }),
    );
    this.#declared = this.#declarations();
  }

  /** What is known to be in the cluster now: the cluster alone before the first reading. */
  get declared(): Declaration[] {
    return this.#declared;
  }

  /** Reads what is due, or what is looked at and keeps following that; never throws. */
  async observe(sink: ObservationSink, outer: AbortSignal, resources?: readonly string[]): Promise<void> {
    this.#sink = sink;
    const signal = AbortSignal.any([outer, this.#closing.signal]);
    try {
      await this.#readVersion(signal);
      const read = await this.#readKinds(resources, signal);
      if (!resources || resources.includes(this.#parts.access.clusterId)) this.#readWarnings();
      await this.#parts.rights.refresh(signal);
      await this.#flush(read);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#failed(thrown);
    }
  }

  /** Nothing of before is trusted: after sleep, a network change. */
  distrust(): void {
    this.#parts.access.api.reset();
    for (const mirror of this.#mirrors.values()) {
      mirror.readAt = null;
      mirror.distrust();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await Promise.all([...this.#mirrors.values()].map((mirror) => mirror.close()));
    await this.#warningsRead;
  }

  async #readVersion(signal: AbortSignal): Promise<void> {
    const body = await this.#parts.access.ask({ path: "/version", signal, deadline: 15_000 });
    const version = body && typeof body === "object" && "gitVersion" in body ? body.gitVersion : null;
    if (typeof version !== "string") throw answerGarbage(this.#parts.access.name, "Kubernetes");
    this.#version = version.slice(0, 100);
  }

  /**
   * Reads the kinds side by side, a few at once; returns those that were read. Throws when the cluster itself is the
   * trouble.
   */
  async #readKinds(resources: readonly string[] | undefined, signal: AbortSignal): Promise<Mirror[]> {
    const queue = [...this.#mirrors.values()].filter((mirror) =>
      resources ? this.#isLookedAt(mirror.kind, resources) : this.#isDue(mirror),
    );
    const failures: unknown[] = [];
    const read: Mirror[] = [];
    const lane = async () => {
      for (let mirror = queue.shift(); mirror && !signal.aborted; mirror = queue.shift()) {
        try {
          await mirror.refresh(signal);
          read.push(mirror);
          if (resources) await mirror.follow(lookedAtFor, signal);
        } catch (error) {
          // A right that is missing is told of the cluster; what else goes wrong is wrong with the cluster.
          if (!(error instanceof Refusal) || error.status === 401) failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: kindsAtOnce }, lane));
    signal.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    return read;
  }

  #isLookedAt(kind: ObservedKind, resources: readonly string[]): boolean {
    const { access } = this.#parts;
    const ofNamespaces = kind.folder === "budgets" || kind.folder === "quotas";
    const folder = ofNamespaces ? "namespaces" : kind.folder;
    return (
      resources.some((id) => access.has(id, folder)) ||
      (kind.folder === "nodes" && resources.includes(access.clusterId))
    );
  }

  #isDue(mirror: Mirror): boolean {
    if (!mirror.kind.seldom || mirror.readAt === null) return true;
    return this.#parts.access.now() - mirror.readAt >= this.#parts.every * seldomRounds;
  }

  /** Events never hold anything up: they come when they come. */
  #readWarnings(): void {
    const { access, namespaces } = this.#parts;
    const { signal } = this.#closing;
    this.#warningsRead = this.#warningsRead
      .then(() => (signal.aborted ? null : lastWarnings(access, namespaces, signal)))
      .then((warnings) => {
        if (warnings === null || signal.aborted) return;
        this.#warnings = warnings;
        this.#sink?.observe([this.#ofCluster()]);
      })
      .catch(() => undefined);
  }

  #changed({ whole, set, removed }: { whole: boolean; set: readonly Mirrored[]; removed: boolean }): void {
    if (whole || removed) this.#changedSet = true;
    for (const { seen, attached } of set) {
      if (attached) this.#dirtyAttached.add(attached.to);
      if (!seen) continue;
      this.#dirty.set(seen.id, seen);
      if (!this.#known.has(seen.id)) this.#changedSet = true;
    }
    const patience = gatherFor + this.#known.size * gatherForEach;
    this.#timer ??= setTimeout(() => void this.#flush([]), patience).unref();
  }

  /** Tells what changed, and all of what was just read: what did not change was seen all the same. */
  async #flush(read: readonly Mirror[]): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const sink = this.#sink;
    if (!sink || this.#closing.signal.aborted) return;
    const { access, namespaces } = this.#parts;
    if (this.#changedSet) this.#declareChanges(sink);
    const told = new Map(this.#dirty);
    const tell = (seen: Seen | null) => seen && told.set(seen.id, seen);
    for (const mirror of read) for (const { seen } of mirror.items()) tell(seen);
    if (read.some(({ kind }) => kind.folder === "namespaces")) {
      for (const name of namespaces)
        if (!told.has(namespaceOf(access.system, name).id)) tell(namespaceOf(access.system, name));
    }
    for (const { seen } of this.#of("namespaces")) if (seen && this.#dirtyAttached.has(seen.id)) tell(seen);
    const attached = this.#attachments();
    const now = access.now();
    const observations = [...told.values()].map((seen) =>
      this.#observation(seen, attached.get(seen.id), now),
    );
    this.#dirty.clear();
    this.#dirtyAttached.clear();
    await this.#tellInSlices(sink, [this.#ofCluster(), ...observations]);
  }

  /** Tens of thousands at once would keep everything else of the console waiting. */
  async #tellInSlices(sink: ObservationSink, observations: readonly Observation[]): Promise<void> {
    for (let at = 0; at < observations.length && !this.#closing.signal.aborted; at += sliceSize) {
      if (at > 0) await nextTurn();
      sink.observe(observations.slice(at, at + sliceSize));
    }
  }

  /** What is held of the kinds in a folder. */
  *#of(folder: string): Iterable<Mirrored> {
    for (const mirror of this.#mirrors.values()) if (mirror.kind.folder === folder) yield* mirror.items();
  }

  #declareChanges(sink: ObservationSink): void {
    this.#changedSet = false;
    const before = this.#known;
    const declared = this.#declarations();
    const same = declared.length === before.size && declared.every(({ id }) => before.has(id));
    this.#declared = declared;
    this.#known = new Set(declared.map(({ id }) => id));
    if (!same) sink.declare(this.#parts.access.system, declared);
  }

  #attachments(): Map<string, Attached[]> {
    const found = new Map<string, Attached[]>();
    for (const mirror of this.#mirrors.values()) {
      if (mirror.kind.folder !== "budgets" && mirror.kind.folder !== "quotas") continue;
      for (const { attached } of mirror.items()) {
        if (attached) found.set(attached.to, [...(found.get(attached.to) ?? []), attached]);
      }
    }
    return found;
  }

  #observation(seen: Seen, attached: readonly Attached[] | undefined, now: number): Observation {
    const facts = { ...seen.facts };
    const problems: Problem[] = [...seen.problems];
    for (const { fact, words, problem } of attached ?? []) {
      const before = facts[fact];
      facts[fact] = [...(Array.isArray(before) ? before : []), words];
      if (problem) problems.push(problem);
    }
    const health = problems.reduce<Health>((worst, each) => worse(worst, each.health), "ok");
    return { resource: seen.id, source: this.#parts.access.system, at: now, health, facts, problems };
  }

  #ofCluster(): Observation {
    const { access } = this.#parts;
    const problems: Problem[] = [];
    let nodes = 0;
    let ready = 0;
    let pods: number | null = null;
    for (const mirror of this.#mirrors.values()) {
      const { kind, error } = mirror;
      if (kind.folder === "pods" && mirror.readAt !== null) pods = mirror.size;
      if (kind.folder === "nodes") {
        for (const { seen } of mirror.items()) {
          nodes += 1;
          if (seen?.facts["kubernetes.ready"] === true) ready += 1;
        }
      }
      if (!error) continue;
      const { message, hint } = error.toWire();
      problems.push(
        problem(
          `unreadable-${kind.plural}`,
          "warning",
          text(`${kind.plural}: ${message.en} ${hint.en}`, `${kind.plural} : ${message.fr} ${hint.fr}`),
        ),
      );
    }
    return {
      resource: access.clusterId,
      source: access.system,
      at: access.now(),
      health: problems.length > 0 ? "warning" : "ok",
      facts: {
        "kubernetes.version": this.#version,
        "kubernetes.nodes": nodes,
        "kubernetes.nodesReady": ready,
        "kubernetes.pods": pods,
        "kubernetes.warnings": this.#warnings,
      },
      problems,
    };
  }

  /** The cluster could not be asked: nothing in it is known any more. */
  #failed(thrown: unknown): void {
    const { access } = this.#parts;
    const error = toOpsError(thrown, access.system).toWire();
    const at = access.now();
    const observations = this.#declared.map(({ id }) => ({ resource: id, source: access.system, at, error }));
    this.#sink?.observe(observations);
  }

  #declarations(): Declaration[] {
    const { access, site, environment, every, namespaces } = this.#parts;
    const usual = { system: access.system, site, environment };
    const declared = new Map<string, Declaration>();
    const staleAfter = every * missedReadings;
    declared.set(access.clusterId, {
      id: access.clusterId,
      kind: "cluster",
      name: access.name,
      parent: site,
      staleAfter,
      ...usual,
    });
    const add = ({ id, kind, name, parent }: Seen, seldom: boolean) => {
      declared.set(id, {
        id,
        kind,
        name,
        parent,
        staleAfter: seldom ? staleAfter * seldomRounds : staleAfter,
        ...usual,
      });
    };
    for (const name of namespaces) add(namespaceOf(access.system, name), false);
    for (const mirror of this.#mirrors.values()) {
      for (const { seen } of mirror.items()) if (seen) add(seen, mirror.kind.seldom);
    }
    return [...declared.values()];
  }
}

function worse(one: Health, other: Health): Health {
  return healthOrder.indexOf(one) <= healthOrder.indexOf(other) ? one : other;
}
