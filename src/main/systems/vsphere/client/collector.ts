import { escapeXml, type XmlElement, type XmlPick } from "../../xml.ts";
import { garbage } from "./faults.ts";
import { referenceXml, type VimSession } from "./session.ts";
import { child, children, flagAt, type Reference, referenceAt, wordsAt } from "./values.ts";
import { faultType, VimFault } from "./vim-fault.ts";

/** The properties that are asked for, by the type of object. */
export type PropertySets = Readonly<Record<string, readonly string[]>>;

/** One change of an object: its properties by name; undefined for one that it does not have any more. */
export interface ObjectUpdate {
  kind: "enter" | "modify" | "leave";
  object: Reference;
  changes: readonly { name: string; removed: boolean; value: XmlElement | undefined }[];
  /** Properties that the user may not read. */
  refused: readonly string[];
}

/** What was read of one object. */
interface ObjectValues {
  values: ReadonlyMap<string, XmlElement>;
  refused: readonly string[];
}

export interface UpdateSet {
  version: string;
  /** More of the same version's changes come with the next answer. */
  truncated: boolean;
  updates: ObjectUpdate[];
}

/** Objects in one answer; a server that does not page sends them all. */
const mostObjects = 500;
/** Milliseconds beyond the wait that was agreed on. */
const slack = 30_000;

/**
 * What is in the inventory, followed by the PropertyCollector: a view of all objects below the root folder and a filter on
 * it (vSphere Web Services API: ContainerView, CreateFilter, WaitForUpdatesEx). It lives as long as its session.
 */
export class Collector {
  readonly #session: VimSession;
  readonly #collector: Reference;
  readonly #filter: Reference;
  readonly #view: Reference;

  private constructor(session: VimSession, parts: Record<"collector" | "filter" | "view", Reference>) {
    this.#session = session;
    this.#collector = parts.collector;
    this.#filter = parts.filter;
    this.#view = parts.view;
  }

  /** Throws what VimSession throws. */
  static async open(session: VimSession, sets: PropertySets, signal: AbortSignal): Promise<Collector> {
    const content = await session.content(signal);
    const types = Object.keys(sets).map((type) => `<type>${escapeXml(type)}</type>`);
    const view = returnedReference(
      session,
      await session.call({
        method: "CreateContainerView",
        on: content.viewManager,
        parameters: `${referenceXml("container", content.rootFolder)}${types.join("")}<recursive>true</recursive>`,
        signal,
      }),
    );
    // A collector of its own, so that waits and versions are nobody else's.
    const collector = returnedReference(
      session,
      await session.call({ method: "CreatePropertyCollector", on: content.propertyCollector, signal }),
    );
    const properties = Object.entries(sets).map(([type, paths]) => propertySet(type, paths));
    const traversal =
      '<selectSet xsi:type="TraversalSpec"><name>all</name><type>ContainerView</type><path>view</path><skip>false</skip></selectSet>';
    // A view is of what is below its folder; the alarms of vCenter itself are on that very folder.
    const root = `<objectSet>${referenceXml("obj", content.rootFolder)}</objectSet>`;
    const filter = returnedReference(
      session,
      await session.call({
        method: "CreateFilter",
        on: collector,
        parameters: `<spec>${properties.join("")}<objectSet>${referenceXml("obj", view)}<skip>true</skip>${traversal}</objectSet>${root}</spec><partialUpdates>false</partialUpdates>`,
        signal,
      }),
    );
    return new Collector(session, { collector, filter, view });
  }

  /**
   * What changed since a version ("" for everything), waiting up to so many seconds for the first change; null when nothing
   * did. With no seconds it answers at once. With `take`, each object's update is given to it as the answer comes, also of an
   * answer that breaks off later, and the set has none: a whole inventory is read without being held twice.
   */
  async wait(
    version: string,
    seconds: number,
    signal: AbortSignal,
    take?: (update: ObjectUpdate) => void,
  ): Promise<UpdateSet | null> {
    const options = `<options><maxWaitSeconds>${seconds}</maxWaitSeconds><maxObjectUpdates>${mostObjects}</maxObjectUpdates></options>`;
    const response = await this.#session.call({
      method: "WaitForUpdatesEx",
      on: this.#collector,
      parameters: `<version>${escapeXml(version)}</version>${options}`,
      signal,
      deadline: seconds * 1000 + slack + 60_000,
      ...(take && { pick: picked(take) }),
    });
    const value = child(response, "returnval");
    return value ? updateSet(this.#session.name, value) : null;
  }

  /** Ends a wait and gives back what the server holds for it; what fails is gone with the session. */
  async close(): Promise<void> {
    const signal = AbortSignal.timeout(3000);
    const calls = [
      { method: "CancelWaitForUpdates", on: this.#collector },
      { method: "DestroyPropertyFilter", on: this.#filter },
      { method: "DestroyPropertyCollector", on: this.#collector },
      { method: "DestroyView", on: this.#view },
    ];
    for (const call of calls) await this.#session.call({ ...call, signal }).catch(() => undefined);
  }
}

/**
 * Some properties of some objects, read once; an object that is gone is left out, and so is a property that has no value.
 * Throws what VimSession throws, and `vsphere.no-permission` where one object is asked for and not all of it may be read.
 */
export async function retrieve(
  session: VimSession,
  objects: readonly Reference[],
  properties: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, ReadonlyMap<string, XmlElement>>> {
  const found = await retrieveAll(session, objects, properties, signal);
  const [only] = found.values();
  // What may not be read looks like what has no value: a VM without snapshots, a cluster without rules.
  if (objects.length === 1 && only && only.refused.length > 0) {
    throw new VimFault("NoPermission", session.name);
  }
  return new Map([...found].map(([id, { values }]) => [id, values]));
}

/** The same with what may not be read named for each. */
export async function retrieveAll(
  session: VimSession,
  objects: readonly Reference[],
  properties: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, ObjectValues>> {
  const found = new Map<string, ObjectValues>();
  const [first] = objects;
  if (!first) return found;
  const { propertyCollector } = await session.content(signal);
  const set = propertySet(first.type, properties);
  const of = objects.map((object) => `<objectSet>${referenceXml("obj", object)}</objectSet>`).join("");
  let call = {
    method: "RetrievePropertiesEx",
    parameters: `<specSet>${set}${of}<reportMissingObjectsInResults>true</reportMissingObjectsInResults></specSet><options/>`,
  };
  // A server may give fewer objects than were asked for, and the rest for a token (RetrieveResult).
  for (let pages = 0; ; pages++) {
    const result = child(await session.call({ ...call, on: propertyCollector, signal }), "returnval");
    for (const object of children(result, "objects")) {
      const reference = referenceAt(object, "obj");
      if (reference) found.set(reference.id, valuesOf(object));
    }
    const token = wordsAt(result, "token");
    if (!token) return found;
    // Each page has an object at least, or there is no end to them.
    if (pages > objects.length) throw garbage(session.name);
    call = { method: "ContinueRetrievePropertiesEx", parameters: `<token>${escapeXml(token)}</token>` };
  }
}

function valuesOf(object: XmlElement): ObjectValues {
  const values = new Map<string, XmlElement>();
  for (const property of children(object, "propSet")) {
    const name = wordsAt(property, "name");
    const value = child(property, "val");
    if (name && value) values.set(name, value);
  }
  return { values, refused: refusedIn(object) };
}

/** What an object's `missingSet` says that the user may not read; for want of other things a property is only not there. */
function refusedIn(element: XmlElement): string[] {
  return children(element, "missingSet").flatMap((missing) => {
    const isRefused = faultType(child(missing, "fault", "fault")) === "NoPermission";
    return isRefused ? (wordsAt(missing, "path") ?? []) : [];
  });
}

function propertySet(type: string, paths: readonly string[]): string {
  const sets = paths.map((path) => `<pathSet>${escapeXml(path)}</pathSet>`);
  return `<propSet><type>${escapeXml(type)}</type>${sets.join("")}</propSet>`;
}

function returnedReference(session: VimSession, response: XmlElement): Reference {
  const reference = referenceAt(response, "returnval");
  if (!reference) throw garbage(session.name);
  return reference;
}

function picked(take: (update: ObjectUpdate) => void): XmlPick {
  return {
    name: "objectSet",
    take(element) {
      const update = objectUpdate(element);
      if (update) take(update);
    },
  };
}

function updateSet(name: string, value: XmlElement): UpdateSet {
  const version = wordsAt(value, "version");
  if (version === null) throw garbage(name);
  const updates = children(value, "filterSet")
    .flatMap((set) => children(set, "objectSet"))
    .flatMap((element) => objectUpdate(element) ?? []);
  return { version, truncated: flagAt(value, "truncated") === true, updates };
}

/** Null for what is no update that is understood. */
function objectUpdate(element: XmlElement): ObjectUpdate | null {
  const kind = wordsAt(element, "kind");
  const object = referenceAt(element, "obj");
  if (!object || (kind !== "enter" && kind !== "modify" && kind !== "leave")) return null;
  const changes = children(element, "changeSet").flatMap((change) => {
    const path = wordsAt(change, "name");
    const op = wordsAt(change, "op");
    const removed = op === "remove" || op === "indirectRemove";
    return path ? [{ name: path, removed, value: removed ? undefined : child(change, "val") }] : [];
  });
  return { kind, object, changes, refused: refusedIn(element) };
}
