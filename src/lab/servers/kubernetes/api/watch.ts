import type { Change } from "../store/history.ts";
import type { KubeObject } from "../store/object.ts";
import type { Call } from "./call.ts";
import { groupVersion, nameOf } from "./catalogue.ts";
import { Failure } from "./failure.ts";
import { selection, versionOf } from "./list.ts";
import { shaped } from "./shape.ts";

/** World milliseconds between two bookmarks, and between two events of a watch that is slow. */
const bookmarkEvery = 60_000;
const slowStep = 3_000;
/** Seconds that a watch lasts which does not say. */
const usualSeconds = 1_800;
/** A client that does not read so many events is cut off. */
const backlogLimit = 10_000;

type EventType = Change["type"] | "BOOKMARK" | "ERROR";

/** What a change is for a watch with a selector: something may enter or leave it without being made or deleted. */
function typeFor(change: Change, match: (object: KubeObject) => boolean): Change["type"] | null {
  const isSeen = change.type !== "DELETED" && match(change.object);
  const wasSeen = change.before !== null && match(change.before);
  if (isSeen) return wasSeen ? "MODIFIED" : "ADDED";
  return wasSeen ? "DELETED" : null;
}

/**
 * Answers a watch (Kubernetes API concepts, "Efficient detection of changes"): what there is when no version is given,
 * else what happened since, then every change as it comes. A version that is forgotten ends it with an ERROR event of
 * code 410.
 */
export async function watch(call: Call): Promise<void> {
  const { cluster, target, query, shape, signal } = call;
  if (query.get("sendInitialEvents") === "true") {
    const message = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
    throw new Failure(
      422,
      "Invalid",
      `ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: ${message}`,
    );
  }
  const match = selection(call);
  const from = versionOf(query);
  const { history } = cluster;
  const name = nameOf(target.resource);
  const waiting: { type: EventType; object: KubeObject }[] = [];
  let wake = () => {};
  let told = false;
  let ended: Failure | "time" | "behind" | null = null;

  const take = (change: Change) => {
    const type = typeFor(change, match);
    if (type === null) return;
    waiting.push({ type, object: change.object });
    if (waiting.length > backlogLimit) ended = "behind";
    wake();
  };
  const past = from === null ? [] : history.since(name, from);
  if (past === null) ended = gone(from, history.compacted);
  else if (from === null) {
    for (const object of cluster.collection(name).all()) {
      if (match(object)) waiting.push({ type: "ADDED", object });
    }
  } else past.forEach(take);
  let revision = history.revision;
  const finish = (why: Failure | "time") => {
    ended ??= why;
    wake();
  };
  const seconds = Number(query.get("timeoutSeconds")) || usualSeconds;
  const bookmarks = query.get("allowWatchBookmarks") === "true";
  let bookmark = false;
  let cancelBookmark = () => {};
  const planBookmark = () => {
    cancelBookmark = cluster.clock.after(bookmarkEvery, () => {
      bookmark = true;
      wake();
      planBookmark();
    });
  };
  const stop = [
    history.follow(name, take),
    cluster.onForgotten(() => finish(gone(revision, history.compacted))),
    cluster.clock.after(seconds * 1000, () => finish("time")),
    () => cancelBookmark(),
  ];
  if (cluster.fault("kube-short-watch")) stop.push(cluster.clock.after(1000, () => finish("time")));
  if (bookmarks) planBookmark();
  const onGone = () => wake();
  signal.addEventListener("abort", onGone);
  const send = async (type: EventType, object: object) => {
    await heard();
    await call.write(`${JSON.stringify({ type, object })}\n`);
  };
  // A connection that somebody in between has forgotten: it stands, and nothing comes over it any more.
  const heard = async () => {
    if (!cluster.fault("kube-silent-watch")) return;
    await new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };
  const sendBookmark = () => {
    const { resource } = target;
    const metadata = { resourceVersion: String(history.revision), creationTimestamp: null };
    return send("BOOKMARK", { kind: resource.kind, apiVersion: groupVersion(resource), metadata });
  };
  try {
    await call.begin(200);
    while (!signal.aborted) {
      const next = waiting.shift();
      if (next) {
        if (cluster.fault("kube-slow-watch")) await cluster.pause(slowStep, signal);
        await send(next.type, shaped(next.object, target.resource, shape, cluster.now(), told));
        revision = Number(next.object.metadata.resourceVersion);
        told = true;
        continue;
      }
      if (ended === null && bookmark) {
        bookmark = false;
        await sendBookmark();
        continue;
      }
      if (ended !== null) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (ended instanceof Failure) await send("ERROR", ended.body());
    else if (ended === "time" && bookmarks) await sendBookmark();
    await heard();
    call.end();
  } finally {
    signal.removeEventListener("abort", onGone);
    for (const cancel of stop) cancel();
  }
}

function gone(asked: number | null, oldest: number): Failure {
  return new Failure(410, "Expired", `too old resource version: ${asked} (${oldest})`);
}
