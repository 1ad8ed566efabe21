import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import type { Declaration, ObservationSink } from "../../../shared/resource.ts";
import { abortable } from "../../reach/abort.ts";
import { DeclaredBook } from "../declared-book.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import type { ProxmoxClient } from "./client/session.ts";
import { type PaintParts, paint } from "./paint.ts";
import {
  emptyPicture,
  type Picture,
  type ResourceIds,
  resourceIds,
  rowsByStorage,
  storageKey,
} from "./picture.ts";
import { type PartKey, readLists, readPart } from "./readings.ts";

export interface ObserverParts {
  system: string;
  client: ProxmoxClient;
  /** The name in the estate file; null: the cluster's own. */
  name: string | null;
  site: string | null;
  environment: string | null;
  /** Names of the storages that stand at another site. */
  offSite: readonly string[];
  /** Milliseconds between two scheduled readings. */
  every: number;
  now(): number;
}

/** Readings that may be missed before what was read counts as stale. */
const missedReadings = 4;
const concurrency = 6;
/** The age in milliseconds at which each kind of part is read again by schedule. */
const ages: Readonly<Record<string, number>> = {
  node: 60_000,
  guest: 600_000,
  storage: 300_000,
  replication: 60_000,
  backupJobs: 300_000,
  votes: 60_000,
  rules: 300_000,
  rights: 300_000,
  doors: 300_000,
};
/** Guests whose details are read in one scheduled round: a thousand of them must not keep the nodes busy. */
const mostGuests = 40;
/** What is as young as this is not read again, however often it is looked at; backups are costly to list. */
const youngest = 2000;
const youngestBackups = 60_000;

/**
 * Shows a cluster of Proxmox VE as resources: the cluster, its nodes, VMs and containers, storages, replication jobs and
 * backups. The cluster's own lists are read each time; what each node or guest has to say besides, seldom, or sooner where
 * somebody looks at it.
 */
export class ClusterObserver {
  readonly ids: ResourceIds;
  readonly picture: Picture = emptyPicture();
  readonly #parts: ObserverParts;
  readonly #book: DeclaredBook;
  readonly #rounds: ReadingRounds;
  readonly #read = new Map<PartKey, number>();
  readonly #failing = new Set<PartKey>();
  readonly #closing = new AbortController();
  #lists: { begun: number; done: Promise<void> } | null = null;
  #listsAt = Number.NEGATIVE_INFINITY;
  #changedAt = Number.NEGATIVE_INFINITY;
  #error: OpsError | null = null;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.ids = resourceIds(parts.system);
    this.#book = new DeclaredBook(parts.system);
    this.#rounds = new ReadingRounds({ concurrency, isFailing: (key) => this.#failing.has(key) });
    this.#book.put({
      declaration: {
        id: this.ids.cluster,
        kind: "cluster",
        name: parts.name ?? parts.system,
        parent: parts.site,
        ...this.#common,
      },
      facts: {},
      problems: [],
    });
  }

  get declared(): Declaration[] {
    return this.#book.declarations();
  }

  /** Why nothing can be read now; null when it can. */
  get error(): OpsError | null {
    return this.#error;
  }

  /**
   * Reads the cluster's lists, and of the rest what is due, or what belongs to the resources that are asked for. Never
   * throws.
   */
  async observe(sink: ObservationSink, outer: AbortSignal, resources?: readonly string[]): Promise<void> {
    const signal = AbortSignal.any([outer, this.#closing.signal]);
    try {
      await abortable(this.#readLists(), signal);
      this.#error = null;
    } catch (thrown) {
      if (signal.aborted) return;
      this.#error = toOpsError(thrown, "proxmox");
      this.#book.failAll(this.#error.toWire());
      await this.#tell(sink, signal);
      return;
    }
    const keys = resources ? this.#partsOf(resources) : this.#due();
    // What is known is told at once: a node that hangs keeps only itself waiting.
    this.#paint();
    await this.#tell(sink, signal);
    if (keys.length === 0) return;
    await this.#rounds.run({
      resources: keys,
      signal,
      asked: resources !== undefined,
      read: (key) => this.#readPart(key),
    });
    if (signal.aborted || this.#error) return;
    this.#paint();
    await this.#tell(sink, signal);
  }

  /** Something was changed from here: what was read before does not count as fresh, however young it is. */
  outdate(): void {
    this.#changedAt = this.#parts.now();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lists?.done.catch(() => undefined);
  }

  get #common(): PaintParts["common"] {
    const { system, site, environment, every } = this.#parts;
    return { system, site, environment, staleAfter: every * missedReadings };
  }

  /** Whoever asks while they are read gets the result of that reading, unless something was changed since it began. */
  async #readLists(): Promise<void> {
    const { client, now } = this.#parts;
    while (this.#lists && this.#lists.begun <= this.#changedAt) await this.#lists.done.catch(() => undefined);
    if (!this.#lists && this.#isFresh(this.#listsAt, youngest)) return;
    if (!this.#lists) {
      const begun = now();
      const done = readLists({ client, picture: this.picture, now }, this.#closing.signal)
        .then(() => {
          this.#listsAt = begun;
        })
        .finally(() => {
          this.#lists = null;
        });
      this.#lists = { begun, done };
    }
    await this.#lists.done;
  }

  #isFresh(readAt: number, youngest: number): boolean {
    return this.#parts.now() - readAt < youngest && readAt > this.#changedAt;
  }

  async #readPart(key: PartKey): Promise<void> {
    const { client, now } = this.#parts;
    const begun = now();
    try {
      await readPart({ client, picture: this.picture, now }, key, this.#closing.signal);
      this.#failing.delete(key);
    } catch {
      // What could not be read keeps the age of its last reading, which is shown.
      this.#failing.add(key);
    }
    this.#read.set(key, begun);
  }

  #paint(): void {
    const { client, name, system, offSite, now } = this.#parts;
    paint({
      book: this.#book,
      ids: this.ids,
      picture: this.picture,
      client,
      name,
      fallback: system,
      common: this.#common,
      offSite,
      now: now(),
    });
  }

  #tell(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    return this.#book.tell(sink, () => this.#parts.now(), signal);
  }

  /** What is due by its age: that which was never read first, then the oldest. */
  #due(): PartKey[] {
    const { inventory } = this.picture;
    const online = new Set(inventory.nodes.filter((node) => node.online).map(({ name }) => name));
    const guests = inventory.guests.filter(({ node }) => online.has(node)).map(({ id }) => `guest:${id}`);
    const storages = [...rowsByStorage(inventory.storages)]
      .filter(([, rows]) => rows.some(({ content }) => content.includes("backup")))
      .map(([key]) => `storage:${key}`);
    const known = [
      ...[...online].map((name) => `node:${name}`),
      ...storages,
      ...guests,
      "replication",
      "backupJobs",
      "votes",
      "rules",
      "rights",
      "doors",
    ];
    this.#forget(new Set(known));
    const due = known.filter((key) => this.#age(key) >= (ages[key.split(":")[0] ?? ""] ?? 0));
    const isGuest = (key: PartKey) => key.startsWith("guest:");
    const oldest = due.filter(isGuest).sort((one, other) => this.#age(other) - this.#age(one));
    return [...due.filter((key) => !isGuest(key)), ...oldest.slice(0, mostGuests)];
  }

  #age(key: PartKey): number {
    return this.#parts.now() - (this.#read.get(key) ?? Number.NEGATIVE_INFINITY);
  }

  #forget(known: ReadonlySet<PartKey>): void {
    for (const key of this.#read.keys()) if (!known.has(key)) this.#read.delete(key);
    for (const key of this.#failing) if (!known.has(key)) this.#failing.delete(key);
  }

  /** The parts that the named resources are shown with. */
  #partsOf(resources: readonly string[]): PartKey[] {
    const { inventory } = this.picture;
    const asked = new Set(resources);
    const keys = new Set<PartKey>();
    for (const { name } of inventory.nodes) {
      if (asked.has(this.ids.node(name)))
        for (const key of [`node:${name}`, "votes", "replication"]) keys.add(key);
    }
    for (const guest of inventory.guests) {
      if (!asked.has(this.ids.guest(guest.id))) continue;
      keys.add(`guest:${guest.id}`);
      for (const row of inventory.storages) {
        const isNear = row.shared || row.node === guest.node;
        if (isNear && row.content.includes("backup")) keys.add(`storage:${storageKey(row)}`);
      }
    }
    for (const [key] of rowsByStorage(inventory.storages)) {
      if (asked.has(this.ids.storage(key))) keys.add(`storage:${key}`);
    }
    for (const [key, { value }] of this.picture.backups) {
      if (value.some(({ volume }) => asked.has(this.ids.backup(key, volume)))) keys.add(`storage:${key}`);
    }
    if (asked.has(this.ids.cluster))
      for (const key of ["rules", "rights", "replication", "backupJobs", "votes"]) keys.add(key);
    const jobs = this.picture.replication?.value ?? [];
    if (jobs.some(({ id }) => asked.has(this.ids.replication(id)))) keys.add("replication");
    const plan = this.picture.backupPlan?.value.jobs ?? [];
    if (plan.some(({ id }) => asked.has(this.ids.backupJob(id)))) keys.add("backupJobs");
    return [...keys].filter((key) => {
      const readAt = this.#read.get(key) ?? Number.NEGATIVE_INFINITY;
      return !this.#isFresh(readAt, key.startsWith("storage:") ? youngestBackups : youngest);
    });
  }
}
