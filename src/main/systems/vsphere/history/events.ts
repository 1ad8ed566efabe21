import type { WireError } from "../../../../shared/errors.ts";
import type { Happening, Happenings } from "../../../../shared/happenings.ts";
import type { Looked } from "../../watched.ts";
import type { XmlElement } from "../../xml.ts";
import { HistoryCollector, pageSize } from "../client/history.ts";
import { child, idAt, numberAt, timeAt, wordsAt } from "../client/values.ts";
import { isFault, VimFault } from "../client/vim-fault.ts";
import type { HistoryParts } from "./tasks.ts";

/** Milliseconds between two questions. */
const pause = 3000;
const mostKept = 1000;
const mostShown = 500;
/** Of one question, so that a storm of events does not hold it up. */
const mostPages = 10;

/** One event as vCenter recorded it. */
export interface VimEvent {
  key: number;
  at: number;
  reason: string;
  grave: boolean;
  by: string | null;
  subject: string;
  about: string | null;
  words: string;
}

/** The events of an object and of what is in it, the newest first; those that repeat themselves count as one. */
export class EventsLooked implements Looked<Happenings> {
  readonly #parts: HistoryParts;
  #collector: HistoryCollector | null = null;
  #events = new Map<number, VimEvent>();
  #readAt: number | null = null;
  #cut = false;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  async look(signal: AbortSignal): Promise<void> {
    const categories = await this.#parts.catalogue.eventCategories(signal);
    for (const element of await this.#told(signal)) {
      const event = readEvent(element, categories);
      if (event) this.#events.set(event.key, event);
    }
    if (this.#events.size > mostKept) {
      const newest = [...this.#events.values()].sort((one, other) => other.key - one.key).slice(0, mostKept);
      this.#events = new Map(newest.map((event) => [event.key, event]));
      this.#cut = true;
    }
    this.#readAt = this.#parts.now();
  }

  state(error: WireError | null): Happenings {
    const merged = new Map<string, Happening>();
    for (const event of this.#events.values()) {
      const { subject, reason, words, at, grave, about } = event;
      const key = `${subject}\n${reason}\n${words}`;
      const before = merged.get(key);
      merged.set(key, {
        key,
        at: Math.max(at, before?.at ?? at),
        firstAt: Math.min(at, before?.firstAt ?? at),
        count: (before?.count ?? 0) + 1,
        grave,
        reason,
        subject,
        resource: about === null ? null : this.#parts.resourceOf(about),
        text: words,
      });
    }
    const all = [...merged.values()].sort((one, other) => other.at - one.at);
    const happenings = all.slice(0, mostShown);
    return { happenings, readAt: this.#readAt, cut: this.#cut || all.length > mostShown, error };
  }

  pause(): number {
    return pause;
  }

  async close(): Promise<void> {
    await this.#collector?.close();
  }

  /** What is new since the last question; all of the latest page at first, and anew when the session has ended. */
  async #told(signal: AbortSignal, again = true): Promise<XmlElement[]> {
    try {
      if (this.#collector) return await this.#next(this.#collector, signal);
      this.#collector = await this.#open(signal);
      const page = await this.#collector.latest("Event", signal);
      this.#cut ||= page.length >= pageSize;
      return page;
    } catch (error) {
      const isGone = isFault(error, "ManagedObjectNotFound");
      // What a lost answer held is in the latest page, which a new collector begins with.
      const lost = this.#collector;
      this.#collector = null;
      if (lost && !isGone) await lost.close();
      if (!again || !isGone || !lost) throw error;
      return this.#told(signal, false);
    }
  }

  async #next(collector: HistoryCollector, signal: AbortSignal): Promise<XmlElement[]> {
    const events: XmlElement[] = [];
    for (let page = 0; page < mostPages; page++) {
      const more = await collector.next(pageSize, signal);
      events.push(...more);
      if (more.length < pageSize) break;
    }
    return events;
  }

  async #open(signal: AbortSignal): Promise<HistoryCollector> {
    const { session, scope } = this.#parts;
    const { eventManager: manager } = await session.content(signal);
    if (!manager) throw new VimFault("MethodNotFound", session.name);
    const of = { method: "CreateCollectorForEvents", manager } as const;
    return HistoryCollector.open(session, of, await scope(signal), signal);
  }
}

/** What an event is about, the nearest first: its element holds the name and the object, of the same name. */
const subjects = ["vm", "host", "ds", "computeResource", "net", "dvs", "datacenter"] as const;

/** Reads one event (vSphere Web Services API: Event, EventEx); null for what is none. */
export function readEvent(element: XmlElement, categories: ReadonlyMap<string, string>): VimEvent | null {
  const key = numberAt(element, "key");
  const at = timeAt(element, "createdTime");
  if (key === null || at === null) return null;
  const type = /([A-Za-z]{1,80})$/.exec(element.attributes.get("type") ?? "")?.[1] ?? "Event";
  const about = subjects.find((each) => child(element, each) !== undefined);
  const object = about === "ds" ? "datastore" : about === "net" ? "network" : about;
  const reason = wordsAt(element, "eventTypeId") ?? type;
  return {
    key,
    at,
    reason,
    grave: isGrave(element, type, categories),
    by: wordsAt(element, "userName"),
    subject: (about && wordsAt(element, about, "name")) ?? "vCenter",
    about: about && object ? idAt(element, about, object) : null,
    words: wordsAt(element, "fullFormattedMessage") ?? reason,
  };
}

function isGrave(element: XmlElement, type: string, categories: ReadonlyMap<string, string>): boolean {
  // An alarm is as grave as the colour that it has become.
  const colour = wordsAt(element, "to");
  if (colour !== null && type === "AlarmStatusChangedEvent") return colour === "red" || colour === "yellow";
  const category = wordsAt(element, "severity") ?? categories.get(type);
  if (category !== undefined) return category === "error" || category === "warning";
  return /Failed|Failure|Error|Lost|NotResponding|Disconnected|Insufficient/.test(type);
}
