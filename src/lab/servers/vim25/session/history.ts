import { eventValue } from "../inventory/event-values.ts";
import type { PropertyTable } from "../inventory/table.ts";
import { taskInfo } from "../inventory/task-properties.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import { child, children, type Element, numberOf, wordsOf } from "../soap/element.ts";
import { referenceOf } from "../soap/request.ts";
import { list, type Reference, type Value } from "../soap/values.ts";
import { invalidArgument } from "../soap/vim-fault.ts";

const usualPage = 10;
const largestPage = 1_000;

/** One task or event: its place in time, and what it says. */
interface Item {
  number: number;
  value: Value;
}

/**
 * The tasks or events that a filter lets through, read forwards and backwards from where one stands (HistoryCollector).
 * It begins before the oldest.
 */
export class HistoryCollector {
  readonly reference: Reference;
  private readonly items: () => Item[];
  private readonly type: "TaskInfo" | "Event";
  private pageSize = usualPage;
  /** The item behind which one stands; 0 before all of them. */
  private cursor = 0;

  constructor(reference: Reference, type: "TaskInfo" | "Event", items: () => Item[]) {
    this.reference = reference;
    this.type = type;
    this.items = items;
  }

  /** `latestPage`: the newest ones, the newest first. */
  latestPage(): Value {
    const newest = this.items().slice(-this.pageSize).reverse();
    return list(
      this.type,
      newest.map(({ value }) => value),
    );
  }

  /** Throws VimFault `InvalidArgument`. */
  setPageSize(size: number): void {
    if (size < 1 || size > largestPage) throw invalidArgument("maxCount");
    this.pageSize = size;
  }

  rewind(): void {
    this.cursor = 0;
  }

  /** Goes to where the latest page begins. */
  reset(): void {
    this.cursor = this.items().at(-this.pageSize - 1)?.number ?? 0;
  }

  readNext(most: number): Value[] {
    const found = this.items()
      .filter(({ number }) => number > this.cursor)
      .slice(0, limit(most));
    this.cursor = found.at(-1)?.number ?? this.cursor;
    return found.map(({ value }) => value);
  }

  readPrevious(most: number): Value[] {
    const found = this.items()
      .filter(({ number }) => number <= this.cursor)
      .slice(-limit(most));
    this.cursor = (found[0]?.number ?? 1) - 1;
    return found.map(({ value }) => value).reverse();
  }
}

/** TaskHistoryCollector and EventHistoryCollector. */
export const historyProperties: PropertyTable<HistoryCollector> = {
  latestPage: (collector) => collector.latestPage(),
};

function limit(most: number): number {
  if (most < 1) throw invalidArgument("maxCount");
  return Math.min(most, largestPage);
}

/** The identifiers of the World that an EntityByRecursionOption means; null: all of the region. */
function scopeOf(filter: Element | null, center: VCenter): (() => Set<string>) | null {
  const option = child(filter, "entity");
  const entity = referenceOf(child(option, "entity"));
  if (!entity || entity.type === "Folder" || entity.type === "Datacenter") return null;
  const recursion = wordsOf(option, "recursion") ?? "self";
  const { virtual } = center;
  const guest = center.guest(entity);
  if (entity.type === "VirtualMachine") return () => new Set([guest?.id ?? `${center.region}/${entity.id}`]);
  const below = (ids: string[], inside: () => string[]) => () =>
    new Set([...(recursion === "children" ? [] : ids), ...(recursion === "self" ? [] : inside())]);
  const host = entity.type === "HostSystem" ? center.host(entity) : undefined;
  if (host) return below([host.id], () => virtual.guestsOn(host.id).map(({ id }) => id));
  const cluster = entity.type === "ClusterComputeResource" ? center.cluster(entity) : undefined;
  if (cluster) {
    return below([cluster.id], () => [
      ...virtual.hostsOf(cluster.id).map(({ id }) => id),
      ...virtual.guestsOf(cluster.id).map(({ id }) => id),
    ]);
  }
  const storage = entity.type === "Datastore" ? center.storage(entity) : undefined;
  if (storage) return () => new Set([storage.id]);
  throw invalidArgument("filter.entity.entity");
}

function timesOf(filter: Element | null): { from: number; to: number } {
  const at = (name: string, usual: number) => {
    const said = wordsOf(child(filter, "time"), name);
    const parsed = said === null ? usual : Date.parse(said);
    if (Number.isNaN(parsed)) throw invalidArgument(`filter.time.${name}`);
    return parsed;
  };
  return { from: at("beginTime", Number.NEGATIVE_INFINITY), to: at("endTime", Number.POSITIVE_INFINITY) };
}

const taskStates = { queued: "queued", running: "running", done: "success", failed: "error" } as const;

/** The tasks that a TaskFilterSpec lets through, the oldest first. Throws VimFault `InvalidArgument`. */
export function tasksOf(filter: Element | null, center: VCenter): () => Item[] {
  const scope = scopeOf(filter, center);
  const { from, to } = timesOf(filter);
  const states = new Set(children(filter, "state").map(({ text }) => text.trim()));
  return () => {
    const within = scope?.();
    return center
      .tasks()
      .filter(
        (task) =>
          (!within || within.has(task.target)) &&
          (states.size === 0 || states.has(taskStates[task.state])) &&
          task.queuedAt >= from &&
          task.queuedAt <= to,
      )
      .map((task) => ({ number: Number(task.key.replace(/\D/g, "")), value: taskInfo(task, center) }));
  };
}

/** The events that an EventFilterSpec lets through, the oldest first. Throws VimFault `InvalidArgument`. */
export function eventsOf(filter: Element | null, center: VCenter): () => Item[] {
  const scope = scopeOf(filter, center);
  const { from, to } = timesOf(filter);
  const types = new Set(
    [...children(filter, "eventTypeId"), ...children(filter, "type")].map(({ text }) =>
      text.trim().replace(/^vim\.event\./, ""),
    ),
  );
  const most = numberOf(filter, "maxCount");
  return () => {
    const within = scope?.();
    const found = center.virtual.events
      .filter(
        (event) =>
          event.region === center.region &&
          (!within || within.has(event.guest ?? event.host ?? event.cluster ?? "")) &&
          event.at >= from &&
          event.at <= to,
      )
      .map((event) => ({ number: event.id, value: eventValue(event, center) }))
      .filter(({ value }) => types.size === 0 || (value.kind === "data" && types.has(value.type)));
    return most === null ? found : found.slice(-most);
  };
}
