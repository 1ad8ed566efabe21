import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { SavedPart } from "../../kinds/kind.ts";
import { at, cleaned, wordAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { readObject } from "../objects.ts";
import type { PointInput } from "../point-input.ts";
import { veleroObjects } from "./lists.ts";
import { everything, pointPlace, prefix } from "./names.ts";
import { savedPart } from "./points.ts";
import { isUnavailable, leavesOut } from "./schedules.ts";

/** A backup that was chosen, for one application of it. */
export interface ChosenBackup extends SavedPart {
  application: string;
  madeAt: number;
}

export type Choice = { backup: ChosenBackup; why: null } | { backup: null; why: LocalText };

/**
 * The backup that is meant, whose location can be read now. Only one that is complete is good: what failed in part lacks
 * something, and nothing says how much. Throws what KubernetesApi throws.
 */
export async function chooseBackup(
  access: ClusterAccess,
  resource: Pick<Resource, "id">,
  input: PointInput,
  signal: AbortSignal,
): Promise<Choice> {
  const place = pointPlace(access.system, resource.id);
  const application = applicationOf(access, resource, input);
  if (application === null || application === everything) {
    return none(
      text("Say which application (namespace) is meant.", "Indiquez l'application (espace de noms) voulue."),
    );
  }
  // A restore point of another cluster's identifier names its backup all the same: backups have their name everywhere.
  const named = place?.name ?? nameIn(input.restorePoint);
  if (named === null && !input.latest) {
    return none(
      text(
        "Say which restore point is meant, or that the newest is.",
        "Indiquez le point de restauration voulu, ou demandez le plus récent.",
      ),
    );
  }
  const items = await veleroObjects(access, `${prefix}/backups`, undefined, signal);
  const all = items.flatMap((item): ChosenBackup[] => usable(item, application));
  const { before } = input;
  const fitting = all
    .filter(({ name, madeAt }) => (named === null ? before === null || madeAt <= before : name === named))
    .sort((one, other) => other.madeAt - one.madeAt);
  const [best] = fitting.filter(
    ({ state, expires }) => state === "good" && (expires === null || expires > access.now()),
  );
  if (!best) return none(missing(application, named, fitting.length > 0));
  const objection = await unreachable(access, best, signal);
  return objection ? none(objection) : { backup: best, why: null };
}

/** The application that is meant, by the input and the resource that the action runs on; null where neither says. */
function applicationOf(
  access: ClusterAccess,
  resource: Pick<Resource, "id">,
  { of, restorePoint }: PointInput,
): string | null {
  if (of !== "") return of.split("/").at(-1) ?? null;
  if (access.has(resource.id, "namespaces")) return resource.id.split("/").at(-1) ?? null;
  const own = pointPlace(access.system, resource.id)?.application;
  if (own !== undefined) return own;
  return restorePoint.includes("/") ? (restorePoint.split("/").at(-1) ?? null) : null;
}

/** The name of the backup in an identifier of a restore point, or as it is; null for none. */
function nameIn(restorePoint: string): string | null {
  if (restorePoint === "") return null;
  return restorePoint.includes("/") ? (restorePoint.split("/").at(-2) ?? null) : restorePoint;
}

function usable(item: Item, application: string): ChosenBackup[] {
  const part = savedPart(item);
  if (!part || part.madeAt === null) return [];
  const holds =
    part.applications.includes(application) ||
    (part.applications.includes(everything) && !leavesOut(at(item.object, "spec"), application));
  return holds ? [{ ...part, madeAt: part.madeAt, application }] : [];
}

function missing(application: string, named: string | null, isThere: boolean): LocalText {
  if (named !== null) {
    return isThere
      ? text(
          `Velero does not call the backup ${named} complete, or it has expired.`,
          `Velero n'indique pas que la sauvegarde ${named} soit complète, ou elle a expiré.`,
        )
      : text(
          `The cluster has no Velero backup ${named} with ${application} in it.`,
          `La grappe n'a pas de sauvegarde Velero ${named} contenant ${application}.`,
        );
  }
  return text(
    `The cluster has no complete Velero backup of ${application} that would fit.`,
    `La grappe n'a aucune sauvegarde Velero complète de ${application} qui convienne.`,
  );
}

/** Why the location of a backup cannot be read from now; null when it can. */
async function unreachable(
  access: ClusterAccess,
  { namespace, location, name }: SavedPart,
  signal: AbortSignal,
): Promise<LocalText | null> {
  const path = `${prefix}/namespaces/${namespace}/backupstoragelocations/${location}`;
  const object = await readObject(access, path, signal);
  if (object !== null && !isUnavailable(object)) return null;
  const said = cleaned(wordAt(object, "status", "message") ?? "").replace(/\.$/, "");
  return text(
    `Velero cannot read the location ${location}, where ${name} lies${said ? `: ${said}.` : "."}`,
    `Velero ne peut pas lire l'emplacement ${location}, où se trouve ${name}${said ? ` : ${said}.` : "."}`,
  );
}

function none(why: LocalText): Choice {
  return { backup: null, why };
}
