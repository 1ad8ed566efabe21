import { OpsError } from "../../../../shared/errors.ts";
import type { KubernetesApi } from "../client/api.ts";
import { answerGarbage, answerTimedOut, answerTruncated } from "../client/faults.ts";
import { refusalOf } from "../client/refusal.ts";
import { type Form, type Item, ItemReader, isTree, watchAcceptWords } from "./items.ts";
import { linesOf } from "./lines.ts";
import type { Collection } from "./pages.ts";

export type WatchEvent =
  | { type: "set" | "removed"; item: Item; version: string | null }
  | { type: "bookmark"; version: string };

/** All in milliseconds. */
export interface WatchTimes {
  /** A watch that says nothing for so long, not even a bookmark, is taken as half open and cut. */
  silence: number;
  /** How long the server is asked to keep it open; up to as much again is added by chance. */
  life: number;
}

export const usualWatchTimes: WatchTimes = { silence: 90_000, life: 240_000 };

/**
 * Follows a collection from a version on; gives what came together together. Ends when the server ends it. Throws
 * Refusals (410: the version is too old), OpsErrors of the client, `kubernetes.timed-out` after silence, or what the
 * signal was aborted with. Source: kubernetes.io, "Efficient detection of changes".
 */
export async function* watch(
  api: Pick<KubernetesApi, "stream" | "cluster">,
  collection: Collection,
  version: string,
  options: { signal: AbortSignal; times: WatchTimes; random: () => number; onHeard(): void },
): AsyncGenerator<WatchEvent[], void> {
  const { times, signal, random } = options;
  const cluster = await api.cluster(signal);
  const silent = new AbortController();
  const either = AbortSignal.any([signal, silent.signal]);
  const fault = () => silent.abort(answerTimedOut(cluster, Math.round(times.silence / 1000)));
  const stream = await api.stream({
    path: collection.path,
    query: {
      watch: "1",
      resourceVersion: version,
      allowWatchBookmarks: true,
      fieldSelector: collection.fieldSelector,
      labelSelector: collection.labelSelector,
      timeoutSeconds: Math.round((times.life / 1000) * (1 + random())),
    },
    accept: watchAcceptWords[collection.form],
    signal: either,
  });
  options.onHeard();
  let timer = setTimeout(fault, times.silence);
  const end = () => stream.destroy();
  either.addEventListener("abort", end, { once: true });
  const reader = new ItemReader();
  try {
    for await (const lines of linesOf(stream, cluster)) {
      clearTimeout(timer);
      timer = setTimeout(fault, times.silence);
      options.onHeard();
      yield lines.flatMap((line) => readEvent(line, reader, cluster, collection.form) ?? []);
    }
    either.throwIfAborted();
  } catch (error) {
    if (either.aborted) throw either.reason;
    throw error instanceof OpsError ? error : answerTruncated(cluster, error);
  } finally {
    clearTimeout(timer);
    either.removeEventListener("abort", end);
    stream.destroy();
  }
}

/** One line of a watch; null for what is of no use. Throws `kubernetes.garbage`, and a Refusal for an ERROR event. */
export function readEvent(line: string, reader: ItemReader, cluster: string, form: Form): WatchEvent | null {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (error) {
    throw answerGarbage(cluster, "JSON", error);
  }
  if (!isTree(event) || typeof event.type !== "string") throw answerGarbage(cluster, "Kubernetes");
  if (event.type === "ERROR") {
    const code = isTree(event.object) && typeof event.object.code === "number" ? event.object.code : 500;
    throw refusalOf(cluster, code, event.object, undefined);
  }
  if (event.type === "BOOKMARK") return bookmarkOf(event.object);
  const read = reader.read(event.object);
  const item = read?.items[0];
  if (!item || (form === "objects" && item.object === null)) return null;
  const version = item.metadata.resourceVersion === "" ? null : item.metadata.resourceVersion;
  if (event.type === "DELETED") return { type: "removed", item, version };
  return event.type === "ADDED" || event.type === "MODIFIED" ? { type: "set", item, version } : null;
}

/** A bookmark is an object with nothing but its version; in a table it is the table's, or that of its one row. */
function bookmarkOf(object: unknown): WatchEvent | null {
  const ofTable = isTree(object) && Array.isArray(object.rows) ? object.rows[0] : undefined;
  const places = [object, isTree(ofTable) ? ofTable.object : undefined];
  for (const place of places) {
    const version = isTree(place) && isTree(place.metadata) ? place.metadata.resourceVersion : undefined;
    if (typeof version === "string" && version !== "") return { type: "bookmark", version };
  }
  return null;
}
