import { isDeepStrictEqual } from "node:util";
import { suffix } from "../cluster/suffix.ts";
import { isObject, type Json, type KubeObject } from "../store/object.ts";
import { asKubeObject, readJson, readObject } from "./body.ts";
import type { Call } from "./call.ts";
import { nameOf } from "./catalogue.ts";
import { withDefaults } from "./defaults.ts";
import { alreadyExists, badRequest, conflict, Failure, invalid, notFound } from "./failure.ts";
import { withoutUnknown } from "./fields.ts";
import { jsonPatch, mergePatch, strategicPatch } from "./patches.ts";
import { shaped } from "./shape.ts";
import { validate } from "./validate.ts";

/** Whether nothing is to be kept (`dryRun=All`). Throws a Failure 400 for another value. */
export function isDryRun(query: URLSearchParams): boolean {
  const given = query.getAll("dryRun").filter((value) => value !== "");
  if (given.some((value) => value !== "All"))
    throw badRequest('dryRun: Unsupported value; supported values: "All"');
  return given.length > 0;
}

/** The object that a request names. Throws a Failure 404. */
export function existing({ cluster, target }: Pick<Call, "cluster" | "target">): KubeObject {
  const { resource, namespace, name } = target;
  const found = cluster.object(nameOf(resource), namespace, name ?? "");
  if (!found) throw notFound(resource, name ?? "");
  return found;
}

/**
 * What a client wants to have kept, without fields that its kind does not have: `fieldValidation` says whether they are
 * refused, told in a warning, or dropped without a word. Throws a Failure 400.
 */
function known(call: Call, given: Json): KubeObject {
  const { resource } = call.target;
  const wish = call.query.get("fieldValidation") || "Warn";
  if (!["Strict", "Warn", "Ignore"].includes(wish)) {
    throw badRequest('fieldValidation: Unsupported value; supported values: "Ignore", "Warn", "Strict"');
  }
  if (!isObject(given) || call.cluster.flavour === "old") return asKubeObject(given);
  const { object, unknown } = withoutUnknown(given, resource.kind);
  const words = unknown.map((path) => `unknown field "${path.slice(0, 200)}"`);
  if (wish === "Strict" && words.length > 0) {
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${words.join(", ")}`,
    );
  }
  if (wish === "Warn") for (const word of words) call.warn(word);
  return asKubeObject(object);
}

function answerWith(call: Call, object: KubeObject, status: number): void {
  const { target, shape, cluster } = call;
  call.answer(status, shaped(object, target.resource, shape, cluster.now()));
}

/** Creates an object (POST on its collection). */
export async function create(call: Call): Promise<void> {
  answerWith(call, makeNew(call, known(call, await readJson(call))), 201);
}

function makeNew(call: Call, given: KubeObject): KubeObject {
  const { cluster, target, query } = call;
  const { resource, namespace } = target;
  const { metadata } = given;
  const collection = cluster.collection(nameOf(resource));
  if (namespace !== undefined) {
    if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
      throw badRequest(
        "the namespace of the provided object does not match the namespace sent on the request",
      );
    }
    const home = cluster.collection("namespaces").get(undefined, namespace);
    if (!home) throw notFound({ group: "", plural: "namespaces" }, namespace);
    if (home.metadata.deletionTimestamp) {
      throw new Failure(
        403,
        "Forbidden",
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      );
    }
  }
  const name = metadata.name || (metadata.generateName ? `${metadata.generateName}${suffix()}` : "");
  const named = { ...given, metadata: { ...metadata, name, generation: 1 } };
  const object = withDefaults(named, null, { resource, namespace, now: cluster.now() });
  validate(object, null, resource);
  if (collection.get(namespace, name)) throw alreadyExists(resource, name);
  const objection = cluster.objectionTo(nameOf(resource), object);
  if (objection !== null) throw invalid(resource, name, [objection]);
  return isDryRun(query) ? object : collection.put(object);
}

/** Replaces an object (PUT), or only its status. */
export async function update(call: Call): Promise<void> {
  const given = known(call, await readJson(call));
  const before = existing(call);
  if (given.metadata.name !== before.metadata.name) {
    throw badRequest("the name of the object does not match the name on the URL");
  }
  answerWith(call, keep(call, before, given), 200);
}

/** Patches an object (PATCH), or only its status: JSON patch, merge patch, strategic merge patch, server-side apply. */
export async function patch(call: Call): Promise<void> {
  const { target, contentType, query } = call;
  const type = contentType.split(";")[0]?.trim();
  const change = await readJson(call);
  if (type === "application/apply-patch+yaml") {
    if (!query.get("fieldManager")) throw badRequest("fieldManager is required for apply patch");
    const { resource, namespace, name } = target;
    const before = call.cluster.collection(nameOf(resource)).get(namespace, name ?? "");
    if (!before) {
      const given = known(call, change);
      answerWith(call, makeNew(call, { ...given, metadata: { ...given.metadata, name: name ?? "" } }), 201);
      return;
    }
    answerWith(call, keep(call, before, known(call, strategicPatch(before, change))), 200);
    return;
  }
  const before = existing(call);
  const next = patched(before, change, type);
  answerWith(call, keep(call, before, known(call, next)), 200);
}

/** What a patch of a content type makes of an object. Throws a Failure 415 for another type. */
export function patched(before: Json, change: Json, type: string | undefined): Json {
  if (type === "application/json-patch+json") return jsonPatch(before, change);
  if (type === "application/merge-patch+json") return mergePatch(before, change);
  if (type === "application/strategic-merge-patch+json") return strategicPatch(before, change);
  throw new Failure(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
}

/**
 * Keeps what an object has become, unless nothing changed. Who names a version means that one: 409 when it is another
 * by now. The status changes through its subresource only, and nothing else does there.
 */
function keep(call: Call, before: KubeObject, given: KubeObject): KubeObject {
  const { cluster, target, query } = call;
  const { resource, namespace, subresource } = target;
  const { resourceVersion, uid } = given.metadata;
  const isOther = uid !== "" && uid !== before.metadata.uid;
  const isOld = resourceVersion !== "" && resourceVersion !== before.metadata.resourceVersion;
  if (isOther || isOld) throw conflict(resource, before.metadata.name);
  const { status, ...wish } = given;
  const merged: KubeObject =
    subresource === "status"
      ? { ...before, ...(status ? { status } : {}) }
      : { ...wish, ...(before.status ? { status: before.status } : {}) };
  const next = withDefaults(merged, before, { resource, namespace, now: cluster.now() });
  const isWish = !isDeepStrictEqual(next.spec, before.spec);
  const generation = (before.metadata.generation ?? 1) + (isWish ? 1 : 0);
  if (before.metadata.generation !== undefined || isWish) next.metadata.generation = generation;
  validate(next, before, resource);
  if (isDeepStrictEqual(next, before)) return before;
  return isDryRun(query) ? next : cluster.collection(nameOf(resource)).put(next);
}

/** Reads or sets how many replicas there are (`autoscaling/v1` Scale). */
export async function scale(call: Call): Promise<void> {
  const { method, target } = call;
  const before = existing(call);
  const replicas = before.spec?.replicas ?? 1;
  const body = (object: KubeObject) => ({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      name: object.metadata.name,
      namespace: object.metadata.namespace,
      uid: object.metadata.uid,
      resourceVersion: object.metadata.resourceVersion,
      creationTimestamp: object.metadata.creationTimestamp,
    },
    spec: { replicas: object.spec?.replicas ?? 1 },
    status: { replicas: object.status?.replicas ?? 0 },
  });
  if (method === "GET") {
    call.answer(200, body(before));
    return;
  }
  const given =
    method === "PUT"
      ? await readObject(call)
      : patched(
          { ...body(before), metadata: {}, spec: { replicas } },
          await readJson(call),
          call.contentType.split(";")[0],
        );
  const wanted = isObject(given) && isObject(given.spec) ? given.spec.replicas : undefined;
  const version = isObject(given) && isObject(given.metadata) ? given.metadata.resourceVersion : undefined;
  const metadata = { ...before.metadata, resourceVersion: typeof version === "string" ? version : "" };
  const next = { ...before, metadata, spec: { ...before.spec, replicas: wanted ?? replicas } };
  const kept = keep({ ...call, target: { ...target, subresource: null } }, before, next);
  call.answer(200, body(kept));
}
