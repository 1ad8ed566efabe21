import { toOpsError, type WireError } from "../../../../shared/errors.ts";
import type { Happening, Happenings } from "../../../../shared/happenings.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { BackOff } from "../list-watch/back-off.ts";
import { type Collection, pageSize, pagesOf } from "../list-watch/pages.ts";
import { usualWatchTimes, type WatchTimes, watch } from "../list-watch/watch.ts";
import { type ClusterEvent, readEvent, wordsOf } from "./event.ts";
import { Newest } from "./newest.ts";
import { type EventScope, type KnownResources, resourceOf } from "./scope.ts";

export interface HappeningsParts {
  access: ClusterAccess;
  known: KnownResources;
  scope: EventScope;
  times?: WatchTimes;
}

/** How many are shown, and how many events are kept that may turn out to be repeats of each other. */
const mostShown = 500;
const mostKept = 2000;
/** Pages of five hundred of each list: the server gives events by name, so the newest are found by looking at all. */
const mostPages = 60;
/** Milliseconds between two answers, at the least. */
const pace = 500;

/** The same event told by several sources, or anew after a while, is one that happened so often. */
interface Feed {
  newest: Newest<ClusterEvent>;
  error: WireError | null;
  readAt: number | null;
  /** There were more than is ever read. */
  cut: boolean;
}

/**
 * The events of a resource, newest first, whenever they change: listed, then watched from there on until `signal` ends.
 * Never throws: an answer says what is wrong, and it is tried again with growing pauses.
 */
export async function* happeningsOf(
  parts: HappeningsParts,
  outer: AbortSignal,
): AsyncGenerator<Happenings, void> {
  const stopping = new AbortController();
  const signal = AbortSignal.any([outer, stopping.signal, parts.access.closing]);
  let wake: () => void = () => undefined;
  let isChanged = false;
  const changed = () => {
    isChanged = true;
    wake();
  };
  signal.addEventListener("abort", () => wake(), { once: true });
  const feeds = parts.scope.paths.map((): Feed => {
    return { newest: new Newest(mostKept), error: null, readAt: null, cut: false };
  });
  const done = Promise.all(
    feeds.map((feed, index) => follow(parts, feed, parts.scope.paths[index] ?? "", changed, signal)),
  );
  try {
    while (!signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (isChanged || signal.aborted) resolve();
      });
      if (signal.aborted) return;
      isChanged = false;
      yield gathered(parts, feeds);
      await parts.access.wait(pace, signal).catch(() => undefined);
    }
  } finally {
    stopping.abort();
    await done;
  }
}

/** Keeps one list of events up to date; never throws. */
async function follow(
  { access, scope, times = usualWatchTimes }: HappeningsParts,
  feed: Feed,
  path: string,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const collection: Collection = {
    path,
    form: "objects",
    ...(scope.fieldSelector !== null && { fieldSelector: scope.fieldSelector }),
  };
  const backOff = new BackOff(access.random);
  let version: string | null = null;
  while (!signal.aborted) {
    try {
      version ??= await list(access, collection, feed, scope, signal);
      feed.readAt = access.now();
      feed.error = null;
      changed();
      const options = { signal, times, random: access.random, onHeard: () => backOff.reset() };
      for await (const events of watch(access.api, collection, version, options)) {
        feed.readAt = access.now();
        for (const event of events) {
          version = event.version ?? version;
          if (event.type === "bookmark") continue;
          const read = readEvent(event.item);
          if (!read || !scope.covers(read.about)) continue;
          if (event.type === "set") feed.newest.put(read);
          else feed.newest.remove(read.uid);
          changed();
        }
      }
    } catch (thrown) {
      if (signal.aborted) return;
      if (thrown instanceof Refusal && thrown.status === 410) version = null;
      else {
        feed.error = toOpsError(thrown, access.system).toWire();
        changed();
      }
    }
    await access.wait(backOff.next(), signal).catch(() => undefined);
  }
}

/** Reads all that there is, page by page, and keeps the newest; returns the version to watch from. */
async function list(
  access: ClusterAccess,
  collection: Collection,
  feed: Feed,
  scope: EventScope,
  signal: AbortSignal,
): Promise<string> {
  let version = "";
  feed.newest.clear();
  for await (const page of pagesOf(access.api, collection, { limit: pageSize, most: mostPages, signal })) {
    for (const item of page.items) {
      const event = readEvent(item);
      if (event && scope.covers(event.about)) feed.newest.put(event);
    }
    version = page.version;
    feed.cut = page.more;
  }
  return version;
}

function gathered({ access, known }: HappeningsParts, feeds: readonly Feed[]): Happenings {
  const merged = new Map<string, Happening>();
  for (const event of feeds.flatMap(({ newest }) => newest.list())) {
    const { about, reason, message, isWarning } = event;
    const subject = wordsOf(about);
    const key = `${subject}\n${reason}\n${message}`;
    const before = merged.get(key);
    merged.set(key, {
      key,
      at: Math.max(event.at, before?.at ?? 0),
      firstAt: Math.min(event.firstAt, before?.firstAt ?? event.firstAt),
      count: event.count + (before?.count ?? 0),
      grave: isWarning,
      reason,
      subject,
      resource: resourceOf(access.system, known, about),
      text: message,
    });
  }
  const all = [...merged.values()].sort((one, other) => other.at - one.at);
  const read = feeds.flatMap(({ readAt }) => readAt ?? []);
  return {
    happenings: all.slice(0, mostShown),
    readAt: read.length === feeds.length ? Math.min(...read) : null,
    cut: all.length > mostShown || feeds.some(({ cut, newest }) => cut || newest.cut),
    error: feeds.find(({ error }) => error !== null)?.error ?? null,
  };
}
