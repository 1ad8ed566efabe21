import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext } from "../../../../actions/action.ts";
import { kubernetesFault } from "../../client/faults.ts";
import { Refusal } from "../../client/refusal.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { wordAt } from "../../kinds/seen.ts";
import { ItemReader } from "../../list-watch/items.ts";
import { placeIn, readObject } from "../objects.ts";
import { type Database, databaseOf } from "./database.ts";
import { clusterPath, folders, type Place } from "./names.ts";

/** A database as it was read, and the version that a change of it must still find. */
export interface ReadDatabase extends Database {
  version: string;
}

/** How often a change is tried anew when the operator writes at the same moment. */
const mostConflicts = 5;
/** Milliseconds between two looks at what a change does. */
const look = 3000;

/** Where the database of a resource is; the registry has seen to it that it is one. */
export function databasePlace(access: ClusterAccess, { id }: Pick<Resource, "id">): Place {
  const place = placeIn(folders.databases, access.system, id);
  if (!place) throw new Error(`${id} is no database`);
  return place;
}

/** A database as it is now; null when it is not there. Throws what KubernetesApi throws. */
export async function readDatabase(
  access: ClusterAccess,
  place: Place,
  signal: AbortSignal,
): Promise<ReadDatabase | null> {
  const object = await readObject(access, clusterPath(place), signal);
  const [item] = object ? (new ItemReader().read(object)?.items ?? []) : [];
  const database = item ? databaseOf(item) : null;
  if (!database || database.name !== place.name) return null;
  return { ...database, version: wordAt(object, "metadata", "resourceVersion") ?? "" };
}

export interface Change {
  /** What is to be changed of the database as it was read; null for nothing. */
  patch(database: ReadDatabase): object | null;
  part: "" | "/status";
  signal: AbortSignal;
  /** Whether the API server only says whether it would take it (`dryRun=All`). */
  rehearsing?: boolean;
}

/**
 * Patches a database as it was just read, so that nobody's change is overwritten; where the operator wrote meanwhile it is
 * read and decided again. Throws what KubernetesApi throws, and
 * `kubernetes.database-gone`.
 */
export async function changeDatabase(
  access: ClusterAccess,
  place: Place,
  { patch, part, signal, rehearsing = false }: Change,
): Promise<void> {
  for (let conflicts = 0; ; conflicts++) {
    const database = await readDatabase(access, place, signal);
    if (database === null) throw gone(place);
    const wish = patch(database);
    if (wish === null) return;
    const metadata = "metadata" in wish && typeof wish.metadata === "object" ? wish.metadata : {};
    try {
      await access.ask({
        method: "PATCH",
        path: `${clusterPath(place)}${part}`,
        contentType: "application/merge-patch+json",
        ...(rehearsing && { query: { dryRun: "All" } }),
        body: { ...wish, metadata: { ...metadata, resourceVersion: database.version } },
        signal,
      });
      return;
    } catch (error) {
      const isConflict = error instanceof Refusal && error.status === 409;
      if (!isConflict || conflicts >= mostConflicts) throw error;
    }
    await access.wait(200 * (1 + access.random()), signal);
  }
}

/** Looks at a database until `isReached` or the time is over; null when it is gone. Throws what KubernetesApi throws. */
export async function awaitDatabase(
  access: ClusterAccess,
  place: Place,
  context: Pick<ActionContext, "signal" | "progress">,
  until: { minutes: number; isReached(database: ReadDatabase): boolean | Promise<boolean> },
): Promise<ReadDatabase | null> {
  const end = access.now() + until.minutes * 60_000;
  let told = "";
  for (;;) {
    const now = await readPatiently(access, place, context.signal, end);
    if (now === null || (await until.isReached(now)) || access.now() >= end) return now;
    const words = standingWords(now);
    if (words.en !== told) context.progress(words);
    told = words.en;
    await access.wait(look * (1 + 0.5 * access.random()), context.signal);
  }
}

/** Reads while the API server is away for a moment, as long as there is time. */
async function readPatiently(
  access: ClusterAccess,
  place: Place,
  signal: AbortSignal,
  end: number,
): Promise<ReadDatabase | null> {
  for (;;) {
    try {
      return await readDatabase(access, place, signal);
    } catch (error) {
      const isRefused = error instanceof Refusal && error.status < 500;
      if (signal.aborted || isRefused || access.now() >= end) throw error;
    }
    await access.wait(look, signal);
  }
}

export function standingWords({ name, primary, ready, instances, phase }: Database): LocalText {
  return text(
    `${name}: the primary is ${primary ?? "?"}, ${ready} of ${instances} instances are ready (${phase || "?"}).`,
    `${name} : le primaire est ${primary ?? "?"}, ${ready} instances prêtes sur ${instances} (${phase || "?"}).`,
  );
}

export function notThere({ name }: Place): LocalText {
  return text(`The database ${name} is not there.`, `La base de données ${name} n'existe pas.`);
}

export function noInstance(name: string): LocalText {
  return text(`It has no instance ${name}.`, `Elle n'a pas d'instance ${name}.`);
}

/** `kubernetes.database-gone` */
function gone(place: Place) {
  return kubernetesFault(
    "database-gone",
    notThere(place),
    text(
      "Look at the namespace: somebody may have deleted it.",
      "Consultez l'espace de noms : quelqu'un l'a peut-être supprimée.",
    ),
  );
}
