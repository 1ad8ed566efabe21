import { abortable } from "../../../reach/abort.ts";
import type { XmlElement } from "../../xml.ts";
import { retrieve } from "./collector.ts";
import { garbage } from "./faults.ts";
import { referenceXml, type VimSession } from "./session.ts";
import { child, children, type Reference, referenceAt } from "./values.ts";

/** Whether what is asked for is of one object alone, or of all that is in it as well. */
export interface HistoryScope {
  entity: Reference;
  recursion: "self" | "all";
}

/** Items in the page that is read first. */
export const pageSize = 100;

/**
 * The tasks or events of an object, kept by the server for a session (vSphere Web Services API: HistoryCollector,
 * CreateCollectorForTasks, CreateCollectorForEvents). Every method throws what VimSession throws.
 */
export class HistoryCollector {
  readonly #session: VimSession;
  readonly #collector: Reference;

  private constructor(session: VimSession, collector: Reference) {
    this.#session = session;
    this.#collector = collector;
  }

  /** Opens one, with the given number of items in its latest page. */
  static async open(
    session: VimSession,
    of: { method: "CreateCollectorForTasks" | "CreateCollectorForEvents"; manager: Reference },
    { entity, recursion }: HistoryScope,
    signal: AbortSignal,
  ): Promise<HistoryCollector> {
    const scope = `<entity>${referenceXml("entity", entity)}<recursion>${recursion}</recursion></entity>`;
    const response = await session.call({
      method: of.method,
      on: of.manager,
      parameters: `<filter>${scope}</filter>`,
      signal,
    });
    const reference = referenceAt(response, "returnval");
    if (!reference) throw garbage(session.name);
    const collector = new HistoryCollector(session, reference);
    try {
      const parameters = `<maxCount>${pageSize}</maxCount>`;
      await session.call({ method: "SetCollectorPageSize", on: reference, parameters, signal });
      // From here on it is read from its latest page onwards, not from its oldest item.
      await session.call({ method: "ResetCollector", on: reference, signal });
    } catch (error) {
      await collector.close();
      throw error;
    }
    return collector;
  }

  /** The newest items, in no order; `item` is their element, `TaskInfo` or `Event`. */
  async latest(item: "TaskInfo" | "Event", signal: AbortSignal): Promise<XmlElement[]> {
    const found = await retrieve(this.#session, [this.#collector], ["latestPage"], signal);
    return children(found.get(this.#collector.id)?.get("latestPage"), item);
  }

  /** The events that came since the last question, at most so many; none when there are no more. */
  async next(most: number, signal: AbortSignal): Promise<XmlElement[]> {
    const response = await this.#session.call({
      method: "ReadNextEvents",
      on: this.#collector,
      parameters: `<maxCount>${most}</maxCount>`,
      // What was read cannot be read again: a lost answer opens another collector.
      repeatable: false,
      signal,
    });
    return children(response, "returnval");
  }

  /** Gives it back; what fails is gone with the session. */
  async close(): Promise<void> {
    const signal = AbortSignal.timeout(3000);
    const call = { method: "DestroyCollector", on: this.#collector, signal };
    await this.#session.call(call).catch(() => undefined);
  }
}

/** Nobody's look ends what all that look have a use for; each call has its own deadline. */
const unending = new AbortController().signal;
const longestWords = 200;

/** What the server calls its tasks and how grave its kinds of events are, as it says itself; read once. */
export class Catalogue {
  readonly #session: VimSession;
  readonly #read = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(session: VimSession) {
    this.#session = session;
  }

  /** The name of each task by its `descriptionId`, in the server's own words; empty when it does not tell. */
  taskNames(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.#once("taskManager", "description.methodInfo", "ElementDescription", "label", signal);
  }

  /** The category of each type of event: `info`, `warning`, `error` or `user`; empty when it does not tell. */
  eventCategories(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const element = "EventDescriptionEventDetail";
    return this.#once("eventManager", "description.eventInfo", element, "category", signal);
  }

  async #once(
    manager: "taskManager" | "eventManager",
    property: string,
    element: string,
    field: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    let words = this.#read.get(manager);
    if (!words) {
      words = this.#words(manager, property, element, field);
      this.#read.set(manager, words);
    }
    try {
      return await abortable(words, signal);
    } catch {
      // Names are an extra; they are asked for again by the next look.
      this.#read.delete(manager);
      return new Map();
    }
  }

  async #words(
    manager: "taskManager" | "eventManager",
    property: string,
    element: string,
    field: string,
  ): Promise<ReadonlyMap<string, string>> {
    const reference = (await this.#session.content(unending))[manager];
    if (!reference) return new Map();
    const found = await retrieve(this.#session, [reference], [property], unending);
    const words = new Map<string, string>();
    for (const each of children(found.get(reference.id)?.get(property), element)) {
      const key = child(each, "key")?.text;
      const said = child(each, field)?.text;
      if (key && said) words.set(key.slice(0, longestWords), said.slice(0, longestWords));
    }
    return words;
  }
}
