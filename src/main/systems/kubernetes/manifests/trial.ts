import { isDeepStrictEqual } from "node:util";
import type { ManifestEdit, ManifestFault } from "../../../../shared/manifest.ts";
import { answerGarbage } from "../client/faults.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { wordAt } from "../kinds/seen.ts";
import { isTree } from "../list-watch/items.ts";
import { contentOf, type Tree, versionOf, wholeOf } from "./content.ts";
import { manifestTooLarge } from "./faults.ts";
import { excessOf } from "./measure.ts";
import { ownFaults } from "./own-checks.ts";
import { type ObjectPlace, pathOf } from "./place.ts";
import { droppedFields, faultsOf, isAboutContent } from "./server-words.ts";
import { readYaml, type WrittenObject } from "./yaml-text.ts";

/** What became of an edit that was only tried. `before` and `after` are contents. */
export type Trial = { before: Tree; current: Tree; warnings: string[] } & (
  | { outcome: "refused"; faults: ManifestFault[] }
  | { outcome: "outdated"; written: WrittenObject }
  | { outcome: "unchanged" | "changed"; after: Tree; written: WrittenObject }
);

/** The object as it stands. Throws a Refusal with status 404 when it is gone, and `kubernetes.manifest-too-large`. */
export async function readObject(
  access: ClusterAccess,
  place: ObjectPlace,
  signal: AbortSignal,
): Promise<Tree> {
  const object = await access.ask({ path: await pathOf(access, place, signal), signal });
  if (!isTree(object) || wordAt(object, "metadata", "name") !== place.name || object.kind === "Secret") {
    throw answerGarbage(access.name, "Kubernetes");
  }
  const { metadata, ...rest } = object;
  const excess = excessOf([isTree(metadata) ? { ...metadata, managedFields: null } : metadata, rest]);
  if (excess === "too-large" || excess === "too-deep") throw manifestTooLarge(place.name);
  return object;
}

/** Sends an edited content in the place of `current`, whose resource version it must still have (409 otherwise). */
export async function sendEdit(
  access: ClusterAccess,
  place: ObjectPlace,
  {
    content,
    current,
    dryRun,
    signal,
  }: { content: Tree; current: Tree; dryRun: boolean; signal: AbortSignal },
  onWarning: (words: string) => void = () => undefined,
): Promise<Tree> {
  const answer = await access.ask({
    method: "PUT",
    path: await pathOf(access, place, signal),
    query: {
      fieldManager: "passerelle",
      fieldValidation: "Strict",
      ...(dryRun && { dryRun: "All" }),
    },
    body: wholeOf(content, current),
    signal,
    onWarning,
  });
  if (!isTree(answer) || wordAt(answer, "metadata", "name") !== place.name) {
    throw answerGarbage(access.name, "Kubernetes");
  }
  return answer;
}

/** How often an object may move under a dry run before it is given up. */
const rounds = 5;

/**
 * What the API server would make of an edit, admission included, by its own dry run: nothing is changed. Throws what
 * KubernetesApi throws where that is not about what was written.
 */
export async function tryEdit(
  access: ClusterAccess,
  place: ObjectPlace,
  edit: Pick<ManifestEdit, "yaml" | "version">,
  signal: AbortSignal,
): Promise<Trial> {
  const read = readYaml(edit.yaml);
  for (let round = 1; ; round++) {
    const current = await readObject(access, place, signal);
    const before = contentOf(current);
    const known = { before, current, warnings: [] as string[] };
    if ("faults" in read) return { ...known, outcome: "refused", faults: read.faults };
    const { written } = read;
    const faults = ownFaults(written, current);
    if (faults.length > 0) return { ...known, outcome: "refused", faults };
    const isOutdated = versionOf(current) !== edit.version;
    try {
      const content = contentOf(namespaced(written.object, place));
      const sent = { content, current, dryRun: true, signal };
      const answer = await sendEdit(access, place, sent, (words) => known.warnings.push(words));
      const after = contentOf(answer);
      if (isDeepStrictEqual(after, before)) {
        const lost = droppedFields(written, answer);
        if (lost.length > 0) return { ...known, outcome: "refused", faults: lost };
        return { ...known, outcome: "unchanged", after, written };
      }
      if (isOutdated) return { ...known, outcome: "outdated", written };
      const lost = droppedFields(written, answer);
      if (lost.length > 0) return { ...known, outcome: "refused", faults: lost };
      return { ...known, outcome: "changed", after, written };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Its status moves on its own: only what a person sees of it counts.
      if (error.status === 409 && round < rounds) continue;
      if (isOutdated) return { ...known, outcome: "outdated", written };
      if (!isAboutContent(error)) throw error;
      return { ...known, outcome: "refused", faults: faultsOf(error, written) };
    }
  }
}

/** An edit need not repeat the namespace. */
export function namespaced(object: Tree, { namespace }: ObjectPlace): Tree {
  if (namespace === null || !isTree(object.metadata)) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
