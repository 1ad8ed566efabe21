import type { Probe } from "../../../../../shared/action.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import type { ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { placeIn } from "../objects.ts";
import { awaitDatabase, databasePlace, notThere, type ReadDatabase, readDatabase } from "./change.ts";
import { folders } from "./names.ts";

export function isDatabase(access: ClusterAccess, { id }: Pick<Resource, "id">): boolean {
  return placeIn(folders.databases, access.system, id) !== null;
}

/** Judges by a database as it is now; nothing can be done on one that is not there. Throws what KubernetesApi throws. */
export async function probeDatabase(
  access: ClusterAccess,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
  judge: (database: ReadDatabase) => Probe | Promise<Probe>,
): Promise<Probe> {
  const place = databasePlace(access, resource);
  const database = await readDatabase(access, place, signal);
  return database ? judge(database) : { state: "impossible", text: notThere(place), observed: {} };
}

/** Judges by a database once `until` is reached or its time is over; on one that is gone nothing is proven. */
export async function verifyDatabase(
  access: ClusterAccess,
  context: Pick<ActionContext, "resource" | "signal" | "progress">,
  until: Parameters<typeof awaitDatabase>[3] & { data?: Verification["data"] },
  judge: (database: ReadDatabase) => Verification | Promise<Verification>,
): Promise<Verification> {
  const place = databasePlace(access, context.resource);
  const database = await awaitDatabase(access, place, context, until);
  return database ? judge(database) : { proven: false, text: notThere(place), data: until.data ?? {} };
}

/** Judges by a database as it is now what became of a change; of one that is not there nothing is known. */
export async function settleDatabase(
  access: ClusterAccess,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
  judge: (database: ReadDatabase) => Settlement | Promise<Settlement>,
): Promise<Settlement> {
  const place = databasePlace(access, resource);
  const database = await readDatabase(access, place, signal);
  return database ? judge(database) : { effect: "unknown", text: notThere(place), data: {} };
}
