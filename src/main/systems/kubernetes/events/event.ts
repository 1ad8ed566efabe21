import { z } from "zod";
import { cleaned, timeOf } from "../kinds/seen.ts";
import type { Item } from "../list-watch/items.ts";

const time = z.string().nullable().catch(null).default(null);
const eventSchema = z.object({
  type: z.string().catch(""),
  reason: z.string().catch(""),
  message: z.string().catch(""),
  count: z.number().nullable().catch(null).default(null),
  firstTimestamp: time,
  lastTimestamp: time,
  eventTime: time,
  series: z
    .object({ count: z.number().catch(1), lastObservedTime: time })
    .nullable()
    .catch(null)
    .default(null),
  involvedObject: z
    .object({
      kind: z.string().max(100).catch(""),
      namespace: z.string().max(300).nullable().catch(null).default(null),
      name: z.string().max(300).catch(""),
    })
    .catch({ kind: "", namespace: null, name: "" }),
});

/** What an event is about. */
export interface EventObject {
  kind: string;
  namespace: string | null;
  name: string;
}

/** An event of a cluster as it is read; times in epoch milliseconds. */
export interface ClusterEvent {
  uid: string;
  at: number;
  firstAt: number;
  count: number;
  isWarning: boolean;
  reason: string;
  message: string;
  about: EventObject;
}

const mostCharacters = 1000;

/**
 * Reads an event as either API group writes it: with a count and two times, or with a series. Null when it is about
 * nothing. Source: core/v1 Event, events.k8s.io/v1 Event.
 */
export function readEvent({ metadata, object }: Item): ClusterEvent | null {
  const parsed = eventSchema.safeParse(object);
  if (!parsed.success || parsed.data.involvedObject.name === "") return null;
  const { type, reason, message, series, involvedObject: about, ...event } = parsed.data;
  const times = [series?.lastObservedTime, event.lastTimestamp, event.eventTime, metadata.creationTimestamp];
  const at = times.flatMap((words) => timeOf(words ?? null) ?? []).at(0) ?? 0;
  const count = Math.max(1, Math.trunc(series?.count ?? event.count ?? 1));
  return {
    uid: metadata.uid || `${metadata.namespace}/${metadata.name}`,
    at,
    firstAt: Math.min(at, timeOf(event.firstTimestamp) ?? timeOf(event.eventTime) ?? at),
    count: Number.isSafeInteger(count) ? count : 1,
    isWarning: type !== "Normal" && type !== "",
    reason: cleaned(reason, 200),
    message: cleaned(message, mostCharacters),
    about: { ...about, namespace: about.namespace === "" ? null : about.namespace },
  };
}

/** What an event is about in words, such as `Pod shop/api-1`. */
export function wordsOf({ kind, namespace, name }: EventObject): string {
  return `${kind} ${namespace === null ? name : `${namespace}/${name}`}`.trim();
}
