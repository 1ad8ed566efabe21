import { type LocalText, text } from "../../../shared/text.ts";
import { Refusal } from "./client/refusal.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { treesAt, wordAt } from "./kinds/seen.ts";
import { listObjects } from "./list-watch/pages.ts";

const mostWords = 300;

/** Pods of a namespace that the scheduler has no node for: how many, and what it says of the first. */
export interface Unplaced {
  count: number;
  why: string;
}

/**
 * Pods that wait for a node; null where there is none, or they may not be listed. Throws what KubernetesApi throws. Source:
 * Kubernetes, "Pod Lifecycle", condition `PodScheduled`.
 */
export async function unplacedPods(
  access: ClusterAccess,
  namespace: string,
  signal: AbortSignal,
): Promise<Unplaced | null> {
  try {
    const pods = await listObjects(access.api, { path: `/api/v1/namespaces/${namespace}/pods` }, signal);
    const refused = pods.flatMap(({ object }) => {
      const scheduled = treesAt(object, "status", "conditions").find(
        (condition) => condition.type === "PodScheduled" && condition.status === "False",
      );
      const why = scheduled && wordAt(scheduled, "message");
      return why ? [why.slice(0, mostWords)] : [];
    });
    const [why] = refused;
    return why === undefined ? null : { count: refused.length, why };
  } catch (error) {
    if (error instanceof Refusal && error.status === 403) return null;
    throw error;
  }
}

/** What is said of them after other words, each in its language; empty where there is none. */
export function unplacedWords(unplaced: Unplaced | null): LocalText {
  if (unplaced === null) return text("", "");
  const { count, why } = unplaced;
  return text(
    ` Pods without a node: ${count} (${why.replace(/\.$/, "")}).`,
    ` Pods sans nœud : ${count} (${why.replace(/\.$/, "")}).`,
  );
}
