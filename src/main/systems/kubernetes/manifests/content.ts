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
/** Notes of kubectl and of controllers to themselves, which move by themselves: left out, and kept as they are. */
const notesOfOthers = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "deprecated.daemonset.template.generation",
];
const isOfOthers = ([key]: [string, unknown]) => notesOfOthers.includes(key);

/** What a person may edit of an object: without its status, and what only the cluster and its tools write. */
export function contentOf(object: Tree): Tree {
  const { apiVersion, kind, metadata, status: _status, ...rest } = object;
  return { apiVersion, kind, metadata: metadataOf(metadata), ...withoutNoDates(rest) };
}

/** Templates are written with a date of creation that is none. */
function withoutNoDates(value: Tree): Tree {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      if (key === "creationTimestamp" && each === null) return [];
      return [[key, isTree(each) ? withoutNoDates(each) : each]];
    }),
  );
}

function metadataOf(metadata: unknown): Tree {
  if (!isTree(metadata)) return {};
  const { name, namespace, labels, annotations, ...rest } = metadata;
  const kept = Object.entries(rest).filter(([key]) => !writtenByServer.some((each) => each === key));
  const notes = isTree(annotations) ? Object.entries(annotations).filter((each) => !isOfOthers(each)) : [];
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
  const notes = isTree(before.annotations) ? Object.entries(before.annotations).filter(isOfOthers) : [];
  const all = { ...annotations, ...Object.fromEntries(notes) };
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
