import type { KubeObject } from "../store/object.ts";
import { fieldSelector, labelSelector, type Match } from "../store/selectors.ts";
import type { Call } from "./call.ts";
import { groupVersion, nameOf } from "./catalogue.ts";
import { badRequest, expired, Failure } from "./failure.ts";
import { columnDefinitions, row } from "./shape.ts";

/** Objects that are written before the others get their turn. */
const batch = 250;

/** What of a collection a request is about: its namespace and its selectors. Throws a Failure 400. */
export function selection({ target, query }: Pick<Call, "target" | "query">): Match {
  const { resource, namespace, name } = target;
  const labels = labelSelector(query.get("labelSelector") ?? "");
  if (!labels) throw badRequest(`unable to parse requirement: ${query.get("labelSelector")?.slice(0, 200)}`);
  const asked = query.get("fieldSelector") ?? "";
  const fields = fieldSelector(asked, resource.fields);
  if (!fields) throw badRequest(`field label not supported: ${asked.slice(0, 200)}`);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === null || object.metadata.name === name) &&
    labels(object) &&
    fields(object);
}

/** A resource version in a query; null when none that matters is given. Throws a Failure 400. */
export function versionOf(query: URLSearchParams): number | null {
  const given = query.get("resourceVersion") ?? "";
  if (given === "" || given === "0") return null;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw badRequest(`Invalid value: "${given.slice(0, 50)}": strconv.ParseUint: invalid syntax`);
}

function limitOf(query: URLSearchParams): number {
  const given = query.get("limit") ?? "0";
  if (!/^\d{1,9}$/.test(given)) throw badRequest(`invalid limit: ${given.slice(0, 50)}`);
  return Number(given) || Number.POSITIVE_INFINITY;
}

interface Page {
  objects: KubeObject[];
  revision: number;
  token: string;
  remaining: number | null;
}

function pageOf(call: Call): Page {
  const { cluster, target, query } = call;
  const match = selection(call);
  const limit = limitOf(query);
  const { history, snapshots } = cluster;
  const continued = query.get("continue");
  const wanted = versionOf(query);
  if (continued && wanted !== null) {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  if (wanted !== null && wanted > history.revision) {
    throw new Failure(504, "Timeout", `Too large resource version: ${wanted}, current: ${history.revision}`, {
      retryAfterSeconds: 1,
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    });
  }
  if (query.get("resourceVersionMatch") === "Exact" && wanted !== history.revision) {
    throw expired(`The resourceVersion for the provided list is too old: ${wanted}`);
  }
  const { snapshot, index } = continued
    ? snapshots.resume(continued)
    : {
        snapshot: {
          id: "",
          revision: history.revision,
          objects: cluster.objects(nameOf(target.resource)),
        },
        index: 0,
      };
  const objects: KubeObject[] = [];
  let at = index;
  for (; at < snapshot.objects.length && objects.length < limit; at += 1) {
    const object = snapshot.objects[at];
    if (object && match(object)) objects.push(object);
  }
  const rest = snapshot.objects.slice(at);
  const isSelected = query.has("labelSelector") || query.has("fieldSelector");
  // Selectors leave the number of those to come unsaid, as elsewhere; a last page must still be known as the last.
  const remaining = rest.length === 0 ? 0 : rest.filter(match).length;
  if (remaining === 0) return { objects, revision: snapshot.revision, token: "", remaining: null };
  const kept = continued ? snapshot : snapshots.keep(snapshot.revision, snapshot.objects);
  return {
    objects,
    revision: snapshot.revision,
    token: snapshots.token(kept, at),
    remaining: isSelected ? null : remaining,
  };
}

/** Answers a list, in pages when a limit is given, and lets others have their turn while a long one is written. */
export async function list(call: Call): Promise<void> {
  const { target, shape, cluster } = call;
  const page = pageOf(call);
  const metadata = {
    resourceVersion: String(page.revision),
    ...(page.token ? { continue: page.token } : {}),
    ...(page.remaining === null ? {} : { remainingItemCount: page.remaining }),
  };
  const { resource } = target;
  const meta = `meta.k8s.io/${shape.version}`;
  const head =
    shape.as === "table"
      ? { kind: "Table", apiVersion: meta, metadata, columnDefinitions: columnDefinitions(resource) }
      : shape.as === "metadata"
        ? { kind: "PartialObjectMetadataList", apiVersion: meta, metadata }
        : { kind: `${resource.kind}List`, apiVersion: groupVersion(resource), metadata };
  const now = cluster.now();
  const element = (object: KubeObject): unknown => {
    if (shape.as === "table") return row(object, resource, shape, now);
    return shape.as === "metadata" ? { metadata: object.metadata } : object;
  };
  const opening = `${JSON.stringify(head).slice(0, -1)},"${shape.as === "table" ? "rows" : "items"}":[`;
  await call.begin(200);
  let text = opening;
  for (let at = 0; at < page.objects.length; at += batch) {
    if (at > 0) text += ",";
    text += page.objects
      .slice(at, at + batch)
      .map((object) => JSON.stringify(element(object)))
      .join(",");
    if (at + batch < page.objects.length) {
      await call.write(text);
      text = "";
    }
  }
  call.end(`${text}]}\n`);
}
