import { removeObject } from "../cluster/removal.ts";
import { isObject, type JsonObject, type KubeObject } from "../store/object.ts";
import { readObject } from "./body.ts";
import type { Call } from "./call.ts";
import { groupVersion, nameOf } from "./catalogue.ts";
import { badRequest, conflict } from "./failure.ts";
import { selection } from "./list.ts";
import { existing, isDryRun } from "./write.ts";

interface Options {
  grace: number | null;
  orphan: boolean;
  dryRun: boolean;
}

/**
 * Reads DeleteOptions from the body and the query. Throws a Failure 400, and 409 when a precondition does not hold for
 * `object`.
 */
export function deleteOptions(given: JsonObject, call: Call, object: KubeObject | null): Options {
  const { query, target } = call;
  const asked = given.gracePeriodSeconds ?? query.get("gracePeriodSeconds") ?? null;
  const grace = asked === null ? null : Number(asked);
  if (grace !== null && (!Number.isInteger(grace) || grace < 0))
    throw badRequest("invalid gracePeriodSeconds");
  const wanted = isObject(given.preconditions) ? given.preconditions : {};
  for (const key of ["uid", "resourceVersion"] as const) {
    if (object && wanted[key] && wanted[key] !== object.metadata[key])
      throw conflict(target.resource, object.metadata.name);
  }
  const policy = given.propagationPolicy ?? query.get("propagationPolicy");
  const orphan = policy === "Orphan" || given.orphanDependents === true;
  const inBody = Array.isArray(given.dryRun) && given.dryRun.includes("All");
  return { grace, orphan, dryRun: inBody || isDryRun(query) };
}

/** Deletes one object (DELETE). */
export async function remove(call: Call): Promise<void> {
  const { cluster, target } = call;
  const given = await readObject(call, true);
  const object = existing(call);
  const options = deleteOptions(given, call, object);
  if (options.dryRun) {
    call.answer(200, object);
    return;
  }
  const { object: left, gone } = removeObject(cluster, nameOf(target.resource), object, options);
  const { resource } = target;
  const details = {
    name: left.metadata.name,
    group: resource.group || undefined,
    kind: resource.plural,
    uid: left.metadata.uid,
  };
  if (!gone || resource.plural === "pods") call.answer(200, left);
  else call.answer(200, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
}

/** Deletes what a selector finds (DELETE on a collection). */
export async function removeAll(call: Call): Promise<void> {
  const { cluster, target } = call;
  const options = deleteOptions(await readObject(call, true), call, null);
  const { resource } = target;
  const name = nameOf(resource);
  const found = cluster.collection(name).all().filter(selection(call));
  if (!options.dryRun) for (const object of found) removeObject(cluster, name, object, options);
  const metadata = { resourceVersion: String(cluster.history.revision) };
  call.answer(200, {
    kind: `${resource.kind}List`,
    apiVersion: groupVersion(resource),
    metadata,
    items: found,
  });
}
