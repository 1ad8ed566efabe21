import type { Estate } from "../../shared/estate.ts";
import type { ListFrame, ListQuery, ListRow } from "../../shared/live.ts";
import type { Overview } from "../../shared/overview.ts";
import type {
  Declaration,
  DeclarationChange,
  Observation,
  ObservationSink,
  Problem,
  Resource,
} from "../../shared/resource.ts";
import type { ResourceDetail } from "../../shared/resource-detail.ts";
import type { LocalText } from "../../shared/text.ts";
import { type Change, ChangeFeed } from "./change-feed.ts";
import { type Contents, ContentsIndex } from "./contents.ts";
import { contributed } from "./contribution.ts";
import { type Marks, maintenanceOf, noMarks } from "./covered.ts";
import { Entry } from "./entry.ts";
import { ListWindow } from "./list-window.ts";
import { LoadHistory } from "./load-history.ts";
import type { HasAction } from "./matches.ts";
import { MatchesPool } from "./matches-pool.ts";
import { NameOrder } from "./name-order.ts";
import { overviewCards } from "./overview.ts";
import { pacedStream } from "./paced-stream.ts";
import type { Followed, Reader } from "./reader.ts";
import { keyOf, type Reading, readingOf } from "./reading.ts";
import { noRelations, Relations } from "./relations.ts";
import { rowOf } from "./rows.ts";
import { searchEntries } from "./search.ts";
import { shownDeclaration, shownObservation } from "./shown-words.ts";
import { Staleness } from "./staleness.ts";
import { Tallies } from "./tallies.ts";

/** Milliseconds between two frames of one live query: at most ten a second. */
const frameInterval = 100;

/**
 * All resources as they are known now. Systems declare and observe; everybody else reads: one resource, a live
 * list, counts, changes. An observation costs the update of indexes; lists are worked out when they are read.
 */
export class Inventory implements ObservationSink {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #systems = new Map<string, Set<string>>();
  readonly #order = new NameOrder();
  readonly #relations = new Relations();
  readonly #tallies = new Tallies();
  readonly #contents = new ContentsIndex();
  readonly #changes = new ChangeFeed();
  readonly #history = new LoadHistory();
  readonly #pool: MatchesPool;
  readonly #changedSites = new Set<string>();
  readonly #staleness: Staleness<string>;
  readonly #readers = new Set<Reader>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #changed = false;
  #marks: Marks = noMarks;
  /** By who found them. */
  readonly #findings = new Map<string, ReadonlyMap<string, readonly Problem[]>>();

  constructor(options: { now?: () => number; hasAction?: HasAction } = {}) {
    this.#now = options.now ?? Date.now;
    this.#pool = new MatchesPool(options.hasAction);
    this.#staleness = new Staleness(this.#now, (keys) => this.#grewOld(keys.map(readingOf), null));
  }

  /** Declares the resources of one system whole. What another system declares too stays when this one drops it. */
  declare(system: string, declarations: Declaration[]): void {
    const now = new Set(declarations.map(({ id }) => id));
    const removed = [...(this.#systems.get(system) ?? [])].filter((id) => !now.has(id));
    this.redeclare(system, { added: declarations, removed });
  }

  /** Declares some of a system's resources, and takes back its word of others. */
  redeclare(system: string, { added, removed }: DeclarationChange): void {
    const appeared: Entry[] = [];
    const disappeared: Entry[] = [];
    const known = this.#systems.get(system) ?? new Set();
    for (const id of removed) {
      const entry = known.delete(id) ? this.#entries.get(id) : undefined;
      if (entry && this.#withdraw(entry, system)) disappeared.push(entry);
    }
    for (const declaration of added) {
      known.add(declaration.id);
      const { entry, isNew } = this.#admit(system, shownDeclaration(declaration));
      if (isNew) appeared.push(entry);
    }
    if (known.size > 0) this.#systems.set(system, known);
    else this.#systems.delete(system);
    this.#changes.declared(system, appeared, disappeared, this.#now());
    this.#tell();
  }

  /** Takes in readings. One of a resource that is not (or no longer) declared is dropped, as is one that came late. */
  observe(observations: Observation[]): void {
    for (const observation of observations) {
      const entry = this.#entries.get(observation.resource);
      if (entry) this.#hear(entry, shownObservation(observation));
    }
    this.#tell();
  }

  /**
   * Nothing that was read before counts as fresh any more: after sleep, a network change. `reason` is a sentence
   * that each resource shows until it is read again.
   */
  markAllStale(reason: LocalText): void {
    const read: Reading[] = [];
    for (const entry of this.#entries.values()) {
      for (const { source, seenAt } of entry.contributions.values()) {
        if (seenAt !== null) read.push({ resource: entry.id, source });
      }
    }
    this.#grewOld(read, reason);
  }

  /** Takes in what is in maintenance now; what is held by such a resource is in maintenance with it. */
  setMaintenance(marks: Marks): void {
    const touched = new Set([...this.#marks.marks.keys(), ...marks.marks.keys()]);
    this.#marks = { marks: new Map(marks.marks), overdue: new Set(marks.overdue) };
    for (const id of touched) {
      const entry = this.#entries.get(id);
      if (entry) this.#cover(entry);
    }
    this.#tell();
  }

  /**
   * Takes in all that one part of the console finds wrong now by what it puts together of several resources; it counts like
   * what systems say, and stands beside what other parts find.
   */
  setFindings(by: string, findings: ReadonlyMap<string, readonly Problem[]>): void {
    const before = this.#findings.get(by);
    this.#findings.set(by, findings);
    for (const id of new Set([...(before?.keys() ?? []), ...findings.keys()])) {
      const entry = this.#entries.get(id);
      if (!entry?.find(this.#foundOf(id))) continue;
      this.#changes.heard(entry, this.#now());
      this.#touch(entry);
    }
    this.#tell();
  }

  /** The resource as plain data; the same object until it changes. Null when nothing declares it. */
  get(id: string): Resource | null {
    return this.#entries.get(id)?.snapshot() ?? null;
  }

  /** Every resource, by name. Costs the whole estate: for reports, not for screens. */
  all(): Resource[] {
    return this.#order.list().map((entry) => entry.snapshot());
  }

  /**
   * Those that are not well, worst first; within one health who has been so the longest. Sites and what no system reads
   * are left out.
   */
  wrong(limit: number): Resource[] {
    return this.#tallies.wrong(limit).map((entry) => entry.snapshot());
  }

  /** Per kind how many there are and how many are not well (unknown is not well). */
  counts(): Record<string, { total: number; wrong: number }> {
    return this.#tallies.kinds();
  }

  /** How many of each kind are in a resource, and how many of them are not well. */
  contents(id: string): Contents {
    const entry = this.#entries.get(id);
    return entry ? this.#contents.of(entry) : {};
  }

  relations(id: string): ResourceDetail["relations"] {
    const entry = this.#entries.get(id);
    return entry ? this.#relations.of(entry, (other) => this.#entries.get(other)) : noRelations;
  }

  /** The last values of the load facts, oldest first. */
  history(id: string): ResourceDetail["history"] {
    return this.#history.of(id);
  }

  /** What changed in the last twelve hours, newest first, at most five hundred. */
  changes(): Change[] {
    return this.#changes.list(this.#now());
  }

  /** For the palette: what a few typed letters mean most likely. */
  search(typed: string, limit: number): ListRow[] {
    return searchEntries(this.#entries.values(), typed, limit).map((entry) => rowOf(entry, []));
  }

  /** The Overview's cards and changes; what needs a person is gathered where all parts are known. */
  overview(estate: Estate, runningTasks: ReadonlyMap<string, number>): Pick<Overview, "cards" | "changes"> {
    const figures = { groups: this.#tallies.groups(), runningTasks, now: this.#now() };
    return { cards: overviewCards(estate, figures), changes: this.changes().slice(0, 50) };
  }

  /**
   * A live list: first the whole window with the facets' counts, then what changed in them, at most ten times a
   * second and only while it is read. It ends when `signal` aborts, the reader leaves or the inventory closes.
   */
  list(query: ListQuery, signal: AbortSignal): AsyncIterableIterator<ListFrame, undefined> {
    let window: ListWindow | null = null;
    return pacedStream({
      signal: AbortSignal.any([signal, this.#closing.signal]),
      interval: frameInterval,
      open: (changed) => {
        const { matches, release } = this.#pool.acquire(query, () => this.#order.list());
        window = new ListWindow(matches, query);
        const leave = this.#join({ mark: () => {}, wake: changed });
        return () => {
          leave();
          release();
        };
      },
      produce: () => window?.frame(this.#now()),
    });
  }

  /** One resource now and whenever it changes; null while nothing declares it. Ends as `list` does. */
  watch(id: string, signal: AbortSignal): AsyncIterableIterator<Resource | null, undefined> {
    let last: Resource | null | undefined;
    return pacedStream({
      signal: AbortSignal.any([signal, this.#closing.signal]),
      interval: frameInterval,
      open: (changed) => {
        let touched = false;
        return this.#join({
          mark: (entry) => {
            touched ||= entry.id === id;
          },
          wake: () => {
            if (touched) changed();
            touched = false;
          },
        });
      },
      produce: () => {
        const now = this.get(id);
        if (now === last) return undefined;
        last = now;
        return now;
      },
    });
  }

  /** Calls the listener after each batch of changes; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Marks each resource, then each that changes, and wakes after each batch; returns how to stop. */
  follow(follower: { mark(entry: Followed): void; wake(): void }): () => void {
    for (const entry of this.#entries.values()) follower.mark(entry);
    follower.wake();
    return this.#join(follower);
  }

  /** Ends all live queries and the clock of staleness; what is known can still be read. */
  close(): void {
    this.#closing.abort();
    this.#pool.close();
    this.#staleness.close();
    this.#listeners.clear();
  }

  #foundOf(id: string): readonly Problem[] {
    return [...this.#findings.values()].flatMap((findings) => findings.get(id) ?? []);
  }

  #admit(system: string, declaration: Declaration): { entry: Entry; isNew: boolean } {
    let entry = this.#entries.get(declaration.id);
    const isNew = entry === undefined;
    entry ??= new Entry(declaration);
    const before = entry.declaration;
    entry.declarations.set(system, declaration);
    this.#entries.set(entry.id, entry);
    entry.holding = declaration.kind === "site" ? this.#tallies.holding(entry.id) : null;
    if (isNew) entry.find(this.#foundOf(entry.id));
    entry.redeclared();
    this.#relations.place(entry);
    this.#order.mark(entry);
    this.#touch(entry);
    if (entry.maintenance !== null || this.#marks.marks.size > 0) this.#cover(entry);
    if (before.site !== entry.declaration.site) this.#touchSite(before.site);
    return { entry, isNew };
  }

  /** Takes one system's word back; true when nobody declares the resource any more and it is gone. */
  #withdraw(entry: Entry, system: string): boolean {
    entry.declarations.delete(system);
    this.#staleness.forget(keyOf({ resource: entry.id, source: system }));
    entry.contributions.delete(system);
    if (entry.declarations.size > 0) {
      const { site } = entry.declaration;
      entry.redeclared();
      this.#relations.place(entry);
      this.#relations.identify(entry);
      this.#order.mark(entry);
      this.#touch(entry);
      if (entry.maintenance !== null || this.#marks.marks.size > 0) this.#cover(entry);
      if (site !== entry.declaration.site) this.#touchSite(site);
      return false;
    }
    entry.removed = true;
    for (const source of entry.contributions.keys()) {
      this.#staleness.forget(keyOf({ resource: entry.id, source }));
    }
    this.#entries.delete(entry.id);
    this.#relations.forget(entry);
    this.#order.mark(entry);
    this.#history.forget(entry.id);
    this.#touch(entry);
    if (entry.maintenance !== null) for (const held of this.#relations.heldBy(entry.id)) this.#cover(held);
    return true;
  }

  #hear(entry: Entry, observation: Observation): void {
    const before = entry.contributions.get(observation.source);
    // Two readings may overlap and end in the wrong order. A clock that was set back is no such case.
    if (before && observation.at < before.at && before.at <= this.#now()) return;
    const contribution = contributed(before, observation);
    entry.hear(contribution);
    if (!("error" in observation)) {
      this.#staleness.track(keyOf(observation), observation.at, entry.staleAfter(observation.source));
      this.#history.add(entry.id, observation.at, observation.facts);
      this.#relations.identify(entry);
    }
    this.#changes.heard(entry, observation.at);
    this.#touch(entry);
  }

  /** Works out anew whether a resource, and then what it holds, is in maintenance. */
  #cover(entry: Entry): void {
    const found = maintenanceOf(entry, this.#marks, (id) => this.#entries.get(id));
    if (found === null && entry.maintenance === null) return;
    entry.maintenance = found;
    entry.refresh();
    this.#touch(entry);
    for (const held of this.#relations.heldBy(entry.id)) this.#cover(held);
  }

  #grewOld(readings: readonly Reading[], reason: LocalText | null): void {
    for (const reading of readings) {
      const entry = this.#entries.get(reading.resource);
      const contribution = entry?.contributions.get(reading.source);
      if (!entry || !contribution) continue;
      this.#staleness.forget(keyOf(reading));
      contribution.stale = true;
      contribution.staleReason = reason;
      entry.refresh();
      this.#touch(entry);
    }
    this.#tell();
  }

  /** Brings the indexes up to date with a resource and marks it for everybody who reads. */
  #touch(entry: Entry): void {
    if (entry.removed) {
      this.#tallies.forget(entry);
      this.#contents.forget(entry);
    } else {
      this.#tallies.count(entry);
      this.#contents.count(entry);
    }
    this.#changed = true;
    this.#pool.mark(entry);
    for (const reader of this.#readers) reader.mark(entry);
    if (entry.declaration.kind !== "site") this.#touchSite(entry.declaration.site);
  }

  /** A site is worked out once for all that changed in it, when everybody is told. */
  #touchSite(id: string | null): void {
    if (id !== null) this.#changedSites.add(id);
  }

  #tell(): void {
    if (!this.#changed) return;
    for (const id of this.#changedSites) {
      const site = this.#entries.get(id);
      if (!site?.holding) continue;
      site.refresh();
      this.#touch(site);
    }
    this.#changedSites.clear();
    this.#changed = false;
    for (const reader of [...this.#readers]) reader.wake();
    for (const listener of [...this.#listeners]) listener();
  }

  #join(reader: Reader): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }
}
