import { createHash } from "node:crypto";
import { isTree } from "../list-watch/items.ts";

export type Tree = Record<string, unknown>;

/** What of `metadata` only the cluster writes. */
export const writtenByServer = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
] as const;
/** The object once more, as kubectl last applied it: noise to whoever edits, kept as it is. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** What a person may edit of an object: without its status, what only the cluster writes, and kubectl's own note. */
export function contentOf(object: Tree): Tree {
  const { apiVersion, kind, metadata, status: _status, ...rest } = object;
  return { apiVersion, kind, metadata: metadataOf(metadata), ...rest };
}

function metadataOf(metadata: unknown): Tree {
  if (!isTree(metadata)) return {};
  const { name, namespace, labels, annotations, ...rest } = metadata;
  const kept = Object.entries(rest).filter(([key]) => !writtenByServer.some((each) => each === key));
  const notes = isTree(annotations) ? Object.entries(annotations).filter(([key]) => key !== lastApplied) : [];
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(isTree(labels) ? { labels } : {}),
    ...(notes.length > 0 ? { annotations: Object.fromEntries(notes) } : {}),
    ...Object.fromEntries(kept),
  };
}

/** The whole object that an edited content stands for: with what was left out of `current`, whose version it names. */
export function wholeOf(content: Tree, current: Tree): Tree {
  const before = isTree(current.metadata) ? current.metadata : {};
  const metadata = isTree(content.metadata) ? content.metadata : {};
  const annotations = isTree(metadata.annotations) ? metadata.annotations : {};
  const note = isTree(before.annotations) ? before.annotations[lastApplied] : undefined;
  const all = note === undefined ? annotations : { ...annotations, [lastApplied]: note };
  const own = writtenByServer.flatMap((key) =>
    // Managed fields that are not named stay as they are.
    before[key] === undefined || key === "managedFields" ? [] : [[key, before[key]]],
  );
  return {
    ...content,
    metadata: {
      ...metadata,
      ...(Object.keys(all).length > 0 ? { annotations: all } : {}),
      ...Object.fromEntries(own),
    },
    ...(current.status === undefined ? {} : { status: current.status }),
  };
}

/**
 * Names what a person was shown of an object: another identity or content has another name, a status that moved has
 * not. 32 hexadecimal digits.
 */
export function versionOf(object: Tree): string {
  const uid = isTree(object.metadata) ? object.metadata.uid : null;
  return digestOf([uid, contentOf(object)]);
}

/** A digest that does not depend on the order of keys: SHA-256, 32 hexadecimal digits of it. */
export function digestOf(value: unknown): string {
  const words = JSON.stringify(value, (_key, entry: unknown) =>
    isTree(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
      : entry,
  );
  return createHash("sha256")
    .update(words ?? "")
    .digest("hex")
    .slice(0, 32);
}
