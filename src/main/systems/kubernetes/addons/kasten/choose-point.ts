import { secondInWords } from "../../../../../shared/amount-words.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { PointPart } from "../../kinds/kind.ts";
import { wordAt } from "../../kinds/seen.ts";
import { ItemReader } from "../../list-watch/items.ts";
import { readObject } from "../objects.ts";
import type { PointInput } from "../point-input.ts";
import { kastenObjects } from "./lists.ts";
import { folders, labels, prefixes } from "./names.ts";
import { pointPart } from "./points.ts";

/** A restore point that was chosen, and where it is bound to. */
export interface ChosenPoint extends PointPart {
  madeAt: number;
  /** The RestorePoint that stands for it; null while there is none. */
  bound: { namespace: string; name: string } | null;
}

export type Choice = { point: ChosenPoint; why: null } | { point: null; why: LocalText };

/** The application that an action is about, by its input and the resource that it runs on; null where neither says. */
export function applicationOf(
  access: ClusterAccess,
  resource: Pick<Resource, "id" | "facts">,
  { of }: Pick<PointInput, "of">,
): string | null {
  if (of !== "") return of.split("/").at(-1) ?? null;
  if (access.has(resource.id, "namespaces")) return resource.id.split("/").at(-1) ?? null;
  const said = resource.facts["kasten.application"]?.value;
  return typeof said === "string" ? said : null;
}

/**
 * The restore point that is meant. Of two of the same moment the one that lies in the cluster is restored sooner, the one
 * that was exported (`prefers`) is what would be left without the cluster. Throws what KubernetesApi throws.
 */
export async function choosePoint(
  access: ClusterAccess,
  resource: Pick<Resource, "id" | "facts">,
  input: PointInput,
  { prefers, signal }: { prefers: "cluster" | "exported"; signal: AbortSignal },
): Promise<Choice> {
  const named = nameOf(access, resource, input);
  if (named !== null) return oneNamed(access, named, signal);
  if (!input.latest) {
    return none(
      text(
        "Say which restore point is meant, or that the newest is.",
        "Indiquez le point de restauration voulu, ou demandez le plus récent.",
      ),
    );
  }
  const application = applicationOf(access, resource, input);
  if (application === null) {
    return none(text("Say which application is meant.", "Indiquez l'application voulue."));
  }
  return newest(access, application, { before: input.before, prefers, signal });
}

function nameOf(
  access: ClusterAccess,
  resource: Pick<Resource, "id">,
  { restorePoint }: PointInput,
): string | null {
  if (restorePoint !== "") return restorePoint.split("/").at(-1) ?? null;
  return access.has(resource.id, folders.points) ? (resource.id.split("/").at(-1) ?? null) : null;
}

async function oneNamed(access: ClusterAccess, name: string, signal: AbortSignal): Promise<Choice> {
  const object = await readObject(access, `${prefixes.apps}/restorepointcontents/${name}`, signal);
  const [item] = object ? (new ItemReader().read(object)?.items ?? []) : [];
  const part = item ? pointPart(item) : null;
  if (!item || !part) {
    return none(
      text(
        `The cluster has no restore point ${name}.`,
        `La grappe n'a pas de point de restauration ${name}.`,
      ),
    );
  }
  if (part.madeAt === null || part.state !== "good") return none(unusable(name));
  return { point: { ...part, madeAt: part.madeAt, bound: boundTo(item.object) }, why: null };
}

async function newest(
  access: ClusterAccess,
  application: string,
  wish: { before: number | null; prefers: "cluster" | "exported"; signal: AbortSignal },
): Promise<Choice> {
  const { before, prefers, signal } = wish;
  const selector = `${labels.namespace}=${application}`;
  const items = await kastenObjects(access, `${prefixes.apps}/restorepointcontents`, selector, signal);
  const good = items.flatMap((item): ChosenPoint[] => {
    const part = pointPart(item);
    if (!part || part.madeAt === null || part.state !== "good") return [];
    if (before !== null && part.madeAt > before) return [];
    return [{ ...part, madeAt: part.madeAt, bound: boundTo(item.object) }];
  });
  const rank = ({ location }: ChosenPoint) => Number((location !== null) !== (prefers === "exported"));
  const order = (one: ChosenPoint, other: ChosenPoint) =>
    other.madeAt - one.madeAt || rank(one) - rank(other);
  const [best] = good.sort(order);
  if (best) return { point: best, why: null };
  return none(
    before === null
      ? text(
          `The cluster has no good restore point of ${application}.`,
          `La grappe n'a aucun bon point de restauration de ${application}.`,
        )
      : text(
          `The cluster has no good restore point of ${application} from before ${secondInWords(before)}.`,
          `La grappe n'a aucun bon point de restauration de ${application} d'avant ${secondInWords(before)}.`,
        ),
  );
}

function none(why: LocalText): Choice {
  return { point: null, why };
}

function unusable(name: string): LocalText {
  return text(
    `Kasten does not call the restore point ${name} good.`,
    `Kasten n'indique pas que le point de restauration ${name} soit bon.`,
  );
}

function boundTo(object: Parameters<typeof wordAt>[0]): ChosenPoint["bound"] {
  const namespace = wordAt(object, "status", "restorePointRef", "namespace");
  const name = wordAt(object, "status", "restorePointRef", "name");
  return namespace !== null && name !== null ? { namespace, name } : null;
}
