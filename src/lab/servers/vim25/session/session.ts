import { randomUUID } from "node:crypto";
import { PropertyCollector } from "../collector/property-collector.ts";
import type { PropertyFilter } from "../collector/property-filter.ts";
import { type ObjectReader, readerOf, type SessionObjects } from "../inventory/objects.ts";
import { fixed, type VCenter } from "../inventory/vcenter.ts";
import { data, flag, int, links, list, type Reference, time, type Value, words } from "../soap/values.ts";
import { notFound, VimFault } from "../soap/vim-fault.ts";
import { type HistoryCollector, historyProperties } from "./history.ts";
import { type View, viewProperties } from "./views.ts";

/** Collectors of history, views and further property collectors that one session may keep. */
const mostObjects = 64;

/** A user who has logged in, and the objects made for that session; they go with it. */
export class Session implements SessionObjects {
  readonly key = randomUUID();
  readonly user: string;
  readonly collector: PropertyCollector;
  readonly collectors = new Map<string, PropertyCollector>();
  readonly views = new Map<string, View>();
  readonly histories = new Map<string, HistoryCollector>();
  /** Of this computer's clock, in milliseconds; when somebody last asked something. */
  lastActive = performance.now();
  /** Requests that are being answered. */
  pending = 0;
  private readonly center: VCenter;
  private readonly since: number;

  constructor(user: string, center: VCenter) {
    this.user = user;
    this.center = center;
    this.since = center.now();
    this.collector = new PropertyCollector(fixed.propertyCollector, center, this);
    this.collectors.set(this.collector.reference.id, this.collector);
  }

  /** A reference to a new object of that type. Throws VimFault when the session has too many. */
  fresh(type: string): Reference {
    if (this.collectors.size + this.views.size + this.histories.size > mostObjects) {
      throw new VimFault("SystemError", "Too many objects in this session");
    }
    return { type, id: `session[${this.key}]${randomUUID()}` };
  }

  /** Throws VimFault `ManagedObjectNotFound`, as the two after it do. */
  collectorOf(reference: Reference): PropertyCollector {
    return this.collectors.get(reference.id) ?? missing(reference);
  }

  historyOf(reference: Reference): HistoryCollector {
    return this.histories.get(reference.id) ?? missing(reference);
  }

  filterOf(reference: Reference): { collector: PropertyCollector; filter: PropertyFilter } {
    for (const collector of this.collectors.values()) {
      const filter = collector.filters.get(reference.id);
      if (filter) return { collector, filter };
    }
    return missing(reference);
  }

  readerOf(reference: Reference): ObjectReader | null {
    const { center } = this;
    const view = this.views.get(reference.id);
    if (view) return readerOf(viewProperties, view, center);
    const history = this.histories.get(reference.id);
    if (history) return readerOf(historyProperties, history, center);
    const collector = this.collectors.get(reference.id);
    if (collector) {
      return readerOf(
        { filter: () => links([...collector.filters.values()].map((each) => each.reference)) },
        collector,
        center,
      );
    }
    if (reference.type === "SessionManager") {
      return readerOf(
        {
          currentSession: () => this.toValue(),
          sessionList: () => list("UserSession", [this.toValue()]),
          message: () => words(""),
          defaultLocale: () => words("en"),
        },
        this,
        center,
      );
    }
    if (reference.type === "ViewManager") {
      return readerOf(
        { viewList: () => links([...this.views.values()].map((each) => each.reference)) },
        this,
        center,
      );
    }
    return null;
  }

  /** Tells every collector what may have changed. */
  touch(keys: readonly string[], isStructure: boolean): void {
    const own = [
      ...[...this.views.values()].map(({ reference }) => `${reference.type}:${reference.id}`),
      ...[...this.histories.values()].map(({ reference }) => `${reference.type}:${reference.id}`),
    ];
    for (const collector of this.collectors.values()) {
      collector.touch(isStructure || keys.length > 0 ? [...keys, ...own] : keys, isStructure);
    }
  }

  toValue(): Value {
    return data("UserSession", {
      key: words(this.key),
      userName: words(this.user),
      fullName: words(this.user),
      loginTime: time(this.since),
      lastActiveTime: time(this.center.now()),
      locale: words("en"),
      messageLocale: words("en"),
      extensionSession: flag(false),
      ipAddress: words("127.0.0.1"),
      callCount: int(0),
    });
  }

  close(): void {
    for (const collector of this.collectors.values()) collector.close();
    this.collectors.clear();
    this.views.clear();
    this.histories.clear();
  }
}

function missing(reference: Reference): never {
  throw notFound({ type: reference.type, id: reference.id });
}
