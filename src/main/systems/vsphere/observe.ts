import { setImmediate as nextTurn } from "node:timers/promises";
import type { OpsError, WireError } from "../../../shared/errors.ts";
import type { Declaration, Observation, ObservationSink } from "../../../shared/resource.ts";
import { AlarmNames, type ShownAlarm } from "./alarm-names.ts";
import { alarmProblems } from "./alarms.ts";
import { retrieve } from "./client/collector.ts";
import type { VimSession } from "./client/session.ts";
import type { Reference } from "./client/values.ts";
import { readDisks } from "./disks.ts";
import { Follower, type FollowerParts } from "./follower.ts";
import { Mirror, type MirrorChange } from "./mirror.ts";
import { propertySets } from "./properties.ts";
import type { Held, Vm } from "./records.ts";
import { healthOf, seenOf } from "./seen.ts";
import type { TagBook } from "./tags/book.ts";
import { VmCounts } from "./vm-counts.ts";
import { above, clusterOf, datacenterOf, holderOf, isIn } from "./whereabouts.ts";

export interface ObserverParts extends Pick<FollowerParts, "wait" | "random" | "waitSeconds"> {
  system: string;
  name: string;
  site: string | null;
  environment: string | null;
  /** The site of a datacenter, by its name. */
  datacenters: Readonly<Record<string, string>>;
  /** Milliseconds between two scheduled readings. */
  every: number;
  session: VimSession;
  tags: TagBook;
  /** A whole inventory was read. */
  onWhole(): void;
  now(): number;
}

const alarmProperties = ["overallStatus", "triggeredAlarmState"] as const;
const folders = { vm: "vms", host: "hosts", cluster: "clusters", datastore: "datastores" } as const;
/** Readings that may be missed before what was read counts as stale. */
const missedReadings = 3;
/** Resources that are looked at by themselves, and not as one of many rows. */
const mostLookedInto = 20;
/** How many are told at once; tens of thousands would keep everything else of the console waiting. */
const sliceSize = 1000;
/** Changes are gathered for so many milliseconds before they are told. */
const gatherFor = 400;

/** The identifier of an object's resource; null for what is none. */
export function resourceIdOf(system: string, held: Held): string | null {
  return held.is === "place" ? null : `${system}/${folders[held.is]}/${encodeURIComponent(held.id)}`;
}

/**
 * Shows a vCenter's inventory as resources: the vCenter itself as a service, clusters, hosts, VMs and datastores, which are
 * declared as they come and go. A vCenter that cannot be asked makes everything in it unknown.
 */
export class InventoryObserver {
  readonly service: string;
  readonly #parts: ObserverParts;
  readonly #follower: Follower;
  readonly #declared = new Map<string, Declaration>();
  /** The object behind a resource. */
  readonly #objects = new Map<string, string>();
  readonly #untold = new Set<string>();
  readonly #alarms: AlarmNames;
  readonly #counts = new VmCounts();
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  #mirror = new Mirror();
  #sink: ObservationSink | null = null;
  #timer: NodeJS.Timeout | null = null;
  #telling: Promise<void> = Promise.resolve();
  #removed = new Set<string>();
  #answeredAt: number | null = null;
  #error: OpsError | null = null;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.#alarms = new AlarmNames(parts.session);
    this.service = `${parts.system}/vcenter`;
    const { system, name, site, environment } = parts;
    const common = { system, site, environment, staleAfter: parts.every * missedReadings };
    this.#declared.set(this.service, { id: this.service, kind: "service", name, parent: site, ...common });
    this.#follower = new Follower({
      session: parts.session,
      wait: parts.wait,
      random: parts.random,
      ...(parts.waitSeconds !== undefined && { waitSeconds: parts.waitSeconds }),
      onReplaced: (mirror) => this.#replaced(mirror),
      onChange: (change) => this.#changed(change),
      onAnswer: () => this.#answered(),
      onError: (error) => {
        this.#error = error;
        this.#gather();
        this.#heard();
      },
    });
  }

  get declared(): Declaration[] {
    return [...this.#declared.values()];
  }

  /** A VM as it is known; undefined when it is none. */
  vm(resource: string): Vm | undefined {
    const held = this.#mirror.get(this.#objects.get(resource) ?? null);
    return held?.is === "vm" ? held : undefined;
  }

  /** The alarms that are shown on a resource: its own; on the vCenter those of its folders and datacenters. */
  alarms(resource: string): ShownAlarm[] {
    if (resource === this.service) return this.#alarms.onPlaces(this.#mirror);
    const held = this.#mirror.get(this.#objects.get(resource) ?? null);
    return held ? this.#alarms.on(held) : [];
  }

  /** Reads how the alarms of an object stand now, and shows that. Throws what VimSession throws. */
  async retell(entity: Reference, signal: AbortSignal): Promise<void> {
    const properties = alarmProperties.filter((each) => propertySets[entity.type]?.includes(each));
    const values = (await retrieve(this.#parts.session, [entity], properties, signal)).get(entity.id);
    if (!values || !this.#mirror.get(entity.id)) return;
    const changes = [...values].map(([name, value]) => ({ name, removed: false, value }));
    this.#changed(this.#mirror.apply([{ kind: "modify", object: entity, changes, refused: [] }]));
  }

  /** The tags of these objects (null: of all) are others than before, or it is known why they are not read. */
  retag(changed: ReadonlySet<string> | null): void {
    // The tags of a cluster or datacenter may name the environment of what is in it.
    const isAll = changed === null || [...changed].some((id) => this.#mirror.get(id)?.is !== "vm");
    for (const held of this.#mirror.all()) if (isAll || changed.has(held.id)) this.#put(held);
    this.#gather();
  }

  /** Everything that is known of the inventory. */
  held(): Iterable<Held> {
    return this.#mirror.all();
  }

  /** The object behind a resource; null for one that is not there. The vCenter itself is its root folder. */
  async scopeOf(resource: string, signal: AbortSignal): Promise<Reference | null> {
    if (resource === this.service) return (await this.#parts.session.content(signal)).rootFolder;
    return this.#mirror.get(this.#objects.get(resource) ?? null) ?? null;
  }

  /** Whether a resource is one of what was found here. */
  knows(resource: string): boolean {
    return resource === this.service || this.#objects.has(resource);
  }

  /** The resource of an object; null for what is none or not known. */
  resourceOf(id: string): string | null {
    const held = this.#mirror.get(id);
    return held ? resourceIdOf(this.#parts.system, held) : null;
  }

  /** Whether an object is the one behind a resource, or in it. */
  isWithin(id: string, resource: string): boolean {
    if (resource === this.service) return true;
    const wanted = this.#objects.get(resource);
    return wanted !== undefined && isIn(this.#mirror, id, wanted);
  }

  /** When the server last answered, and why it does not now. */
  standing(): { answeredAt: number | null; error: WireError | null } {
    return { answeredAt: this.#answeredAt, error: this.#error?.toWire() ?? null };
  }

  /** Calls the listener after every change, answer and error; returns how to stop. */
  onHeard(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads what there is, and from then on what changes; what is unchanged is told again. Never throws. */
  async observe(sink: ObservationSink, signal: AbortSignal, resources?: readonly string[]): Promise<void> {
    this.#sink = sink;
    const isFirst = this.#answeredAt === null;
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    await Promise.race([this.#follower.result(), aborted]);
    // While the server answers, what was not told of is as it was.
    const asked = resources?.filter((id) => this.#objects.has(id)) ?? this.#objects.keys();
    if (!isFirst && this.#error === null) for (const id of asked) this.#untold.add(id);
    if (resources && resources.length <= mostLookedInto) await this.#lookInto(resources, signal);
    await this.#tell();
  }

  /** What is too much to be read of every VM is read of those that somebody looks at. */
  async #lookInto(resources: readonly string[], signal: AbortSignal): Promise<void> {
    const vms = resources.flatMap((id) => this.vm(id) ?? []).filter((vm) => vm.diskList === null);
    if (vms.length === 0 || this.#error !== null) return;
    const either = AbortSignal.any([signal, this.#closing.signal]);
    // Disks are an extra: without them the VM is told all the same, and they are asked for with the next look.
    await readDisks(this.#parts.session, vms, either).catch(() => undefined);
  }

  /** Nothing of before is trusted: after sleep, a network change. */
  distrust(): void {
    this.#parts.session.reset();
    this.#follower.restart();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#follower.close();
    await this.#telling;
  }

  #answered(): void {
    this.#answeredAt = this.#parts.now();
    this.#error = null;
    this.#heard();
  }

  #heard(): void {
    for (const listener of this.#listeners) listener();
  }

  #replaced(mirror: Mirror): void {
    const before = this.#mirror;
    this.#mirror = mirror;
    this.#answered();
    for (const held of before.all()) if (!mirror.get(held.id)) this.#drop(held);
    this.#counts.count(mirror);
    for (const held of mirror.all()) this.#put(held);
    void this.#nameAlarms(mirror.all());
    this.#gather();
    this.#parts.onWhole();
  }

  #changed(change: MirrorChange): void {
    for (const held of change.removed.values()) this.#drop(held);
    if (change.changed.size + change.removed.size === 0) return;
    const recounted = this.#counts.count(this.#mirror);
    const ids = change.renamed
      ? [...this.#mirror.all()].map(({ id }) => id)
      : [...change.changed, ...recounted];
    const held = ids.flatMap((id) => this.#mirror.get(id) ?? []);
    for (const each of held) this.#put(each);
    void this.#nameAlarms(held);
    this.#gather();
  }

  #put(held: Held): void {
    const id = resourceIdOf(this.#parts.system, held);
    if (id === null) return;
    this.#objects.set(id, held.id);
    this.#untold.add(id);
    this.#removed.delete(id);
  }

  #drop(held: Held): void {
    const id = resourceIdOf(this.#parts.system, held);
    if (id === null || !this.#objects.delete(id)) return;
    this.#untold.delete(id);
    this.#removed.add(id);
  }

  async #nameAlarms(among: Iterable<Held>): Promise<void> {
    const named = await this.#alarms.learn(among, this.#closing.signal);
    for (const held of named) if (this.#mirror.get(held.id) === held) this.#put(held);
    if (named.length > 0) this.#gather();
  }

  #gather(): void {
    if (this.#closing.signal.aborted) return;
    this.#timer ??= setTimeout(() => void this.#tell(), gatherFor).unref();
  }

  #tell(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#telling = this.#telling.then(() => this.#tellNow());
    return this.#telling;
  }

  async #tellNow(): Promise<void> {
    const sink = this.#sink;
    if (!sink || this.#closing.signal.aborted) return;
    if (this.#error) return this.#tellFailed(sink, this.#error);
    if (this.#answeredAt === null) return;
    const { system } = this.#parts;
    const removed = [...this.#removed];
    this.#removed.clear();
    for (const id of removed) this.#declared.delete(id);
    if (removed.length > 0) sink.redeclare(system, { added: [], removed });
    const content = await this.#parts.session.content(this.#closing.signal).catch(() => null);
    const facts = { "hypervisor.version": content?.fullName ?? null, "hypervisor.vms": this.#vms() };
    const at = this.#parts.now();
    const alarms = this.alarms(this.service).flatMap((each) =>
      alarmProblems([each], () => each.name, each.entityName),
    );
    const problems = [...alarms, ...this.#parts.tags.problems()];
    const health = healthOf(problems);
    sink.observe([{ resource: this.service, source: system, at, health, facts, problems }]);
    const ids = [...this.#untold];
    this.#untold.clear();
    for (let from = 0; from < ids.length; from += sliceSize) {
      if (from > 0) await nextTurn();
      if (this.#closing.signal.aborted) return;
      const added: Declaration[] = [];
      const observations: Observation[] = [];
      for (const id of ids.slice(from, from + sliceSize)) {
        const held = this.#mirror.get(this.#objects.get(id) ?? null);
        if (held) this.#describe(id, held, added, observations);
      }
      if (added.length > 0) sink.redeclare(system, { added, removed: [] });
      sink.observe(observations);
    }
  }

  #describe(id: string, held: Held, added: Declaration[], observations: Observation[]): void {
    const { system, every, datacenters, site: usual, tags, now } = this.#parts;
    const environment = this.#environmentOf(held);
    const datacenter = datacenterOf(this.#mirror, held);
    const seen = seenOf(held, {
      nameOf: (other) => this.#mirror.get(other)?.name ?? other,
      datacenter,
      cluster: clusterOf(this.#mirror, held),
      alarmName: (alarm) => this.#alarms.of(alarm),
      vms: this.#counts.of(held.id),
      now: now(),
    });
    if (!seen) return;
    const { kind, name, facts, problems } = seen;
    const site =
      (datacenter !== null && Object.hasOwn(datacenters, datacenter) ? datacenters[datacenter] : null) ??
      usual;
    const holder = holderOf(this.#mirror, held);
    const parent = (holder && resourceIdOf(system, holder)) ?? site;
    const before = this.#declared.get(id);
    if (
      before?.name !== name ||
      before.parent !== parent ||
      before.site !== site ||
      before.environment !== environment
    ) {
      const staleAfter = every * missedReadings;
      const declaration = { id, kind, name, system, parent, site, environment, staleAfter };
      this.#declared.set(id, declaration);
      added.push(declaration);
    }
    observations.push({
      resource: id,
      source: system,
      at: now(),
      health: healthOf(problems),
      facts: { ...facts, "hypervisor.tags": tags.wordsOf(held.id) },
      problems,
      ...(tags.readAt !== null && { readAt: { "hypervisor.tags": tags.readAt } }),
    });
  }

  /** What a tag of it or of what it is in names, the nearest first. */
  #environmentOf(held: Held): string | null {
    const { tags, environment } = this.#parts;
    for (const place of above(this.#mirror, held)) {
      const named = tags.environmentOf(place.id);
      if (named !== null) return named;
    }
    return environment;
  }

  #vms(): number {
    let count = 0;
    for (const held of this.#mirror.all()) if (held.is === "vm") count += 1;
    return count;
  }

  /** Nothing in it is known any more; what it had is told anew once it answers again. */
  async #tellFailed(sink: ObservationSink, error: OpsError): Promise<void> {
    const { system, now } = this.#parts;
    const at = now();
    const wire = error.toWire();
    const ids = [...this.#declared.keys()];
    for (let from = 0; from < ids.length; from += sliceSize) {
      if (from > 0) await nextTurn();
      if (this.#closing.signal.aborted) return;
      sink.observe(
        ids.slice(from, from + sliceSize).map((resource) => ({ resource, source: system, at, error: wire })),
      );
    }
  }
}
