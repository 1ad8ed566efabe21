import { type LocalText, text } from "../../../../../shared/text.ts";
import { Refusal } from "../../client/refusal.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { at, treesAt, wordAt } from "../../kinds/seen.ts";
import { isTree } from "../../list-watch/items.ts";
import { type Unplaced, unplacedPods, unplacedWords } from "../../unplaced-pods.ts";
import { readObject } from "../objects.ts";
import { type Counted, count, countedWords, listCountable, nothingCounted } from "../standing.ts";
import { prefixes } from "./names.ts";

/** One object that a restore point holds. */
export interface Artifact {
  group: string;
  version: string;
  resource: string;
  name: string;
}

/** What is not restored into a scratch namespace: it would serve or run in the place of the real one. */
export const leftOutOfTests = [
  { group: "networking.k8s.io", resource: "ingresses" },
  { group: "route.openshift.io", resource: "routes" },
  { group: "batch", resource: "cronjobs" },
] as const;

/** How a namespace stands against what a restore point holds. */
export interface Standing extends Counted {
  /** Objects that are there, and all that should be. */
  there: number;
  expected: number;
  /** Pods that nothing has room for, where something is not ready. */
  unplaced: Unplaced | null;
}

const mostArtifacts = 20_000;

/**
 * What a restore point holds, as its subresource `details` says; null where that says nothing. Throws what KubernetesApi
 * throws. Source: docs.kasten.io, "Restore Points", RestorePointContentDetails.
 */
export async function artifactsOf(
  access: ClusterAccess,
  content: string,
  signal: AbortSignal,
): Promise<Artifact[] | null> {
  const object = await readObject(access, `${prefixes.apps}/restorepointcontents/${content}/details`, signal);
  const listed = treesAt(object, "status", "restorePointContentDetails", "artifacts").slice(0, mostArtifacts);
  const found = listed.flatMap((artifact): Artifact[] => {
    const nested = at(artifact, "meta", "spec");
    const spec = isTree(nested) ? nested : isTree(artifact.resource) ? artifact.resource : null;
    const resource = wordAt(spec, "resource");
    const name = wordAt(spec, "name");
    if (resource === null || name === null) return [];
    const version = wordAt(spec, "version") ?? "v1";
    return [{ group: wordAt(spec, "group") ?? "", version, resource, name }];
  });
  const unique = new Map(found.map((each) => [`${each.group}/${each.resource}/${each.name}`, each]));
  return unique.size > 0 ? [...unique.values()] : null;
}

/** Counts a namespace against what a restore point holds. Throws what KubernetesApi throws. */
export async function standingOf(
  access: ClusterAccess,
  namespace: string,
  artifacts: readonly Artifact[],
  signal: AbortSignal,
): Promise<Standing> {
  const standing: Standing = { there: 0, expected: 0, ...nothingCounted(), unplaced: null };
  for (const [path, expected] of byList(namespace, artifacts)) {
    const [{ group, resource } = { group: "", resource: "" }] = expected;
    const objects = await listed(access, path, signal);
    if (objects === null) {
      standing.uncounted.push(resource);
      continue;
    }
    standing.expected += expected.length;
    for (const { name } of expected) {
      const object = objects.get(name);
      if (!object) {
        standing.open.push(`${resource}/${name}`);
        continue;
      }
      standing.there += 1;
      count(standing, { group, resource, name }, object);
    }
  }
  if (standing.open.length > 0) standing.unplaced = await unplacedPods(access, namespace, signal);
  return standing;
}

function byList(namespace: string, artifacts: readonly Artifact[]): Map<string, Artifact[]> {
  const lists = new Map<string, Artifact[]>();
  for (const artifact of artifacts) {
    const { group, version, resource } = artifact;
    // The namespace itself, and what lies outside of it, is no object in it.
    if (resource === "namespaces" || resource === "storageclasses") continue;
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const path = `${root}/namespaces/${namespace}/${resource}`;
    lists.set(path, [...(lists.get(path) ?? []), artifact]);
  }
  return lists;
}

/** By name; null where they may not be listed, empty where the cluster has no such resource. */
async function listed(
  access: ClusterAccess,
  path: string,
  signal: AbortSignal,
): Promise<Map<string, Record<string, unknown>> | null> {
  try {
    const items = await listCountable(access, { path }, signal);
    return (
      items && new Map(items.flatMap(({ metadata, object }) => (object ? [[metadata.name, object]] : [])))
    );
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return new Map();
    throw error;
  }
}

export function standingWords(standing: Standing): LocalText {
  const { there, expected, unplaced } = standing;
  const words = countedWords(
    standing,
    text(`${there} of ${expected} objects are there`, `${there} objets présents sur ${expected}`),
  );
  const more = unplacedWords(unplaced);
  return text(`${words.en}${more.en}`, `${words.fr}${more.fr}`);
}
