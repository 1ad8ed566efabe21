import type { DrainPod } from "../../../../shared/drain.ts";
import type { LocalText } from "../../../../shared/text.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { evict } from "./evict.ts";

/** Evictions that are only tried: so many at the most, so many at once, and so many milliseconds for all. */
const mostTried = 60;
const atOnce = 8;
const longest = 10_000;

/** What the API server says to evictions that were only tried. */
export interface Rehearsal {
  /** Those that a budget holds, beyond what the budgets' own figures told. */
  held: { pod: DrainPod; reason: LocalText }[];
  /** Those that it would refuse for good: a right is missing, an admission webhook objects. */
  refused: { pod: DrainPod; error: Refusal }[];
}

/**
 * Tries the eviction of one planned pod of each controller, as dry runs, which use up no budget: what rights, admission
 * and the server's own view of budgets have against a drain is the same for all pods of one. What is not answered in time
 * stays as planned. Throws what KubernetesApi throws where that is no refusal.
 */
export async function rehearseEvictions(
  access: ClusterAccess,
  pods: readonly DrainPod[],
  version: string,
  outer: AbortSignal,
): Promise<Rehearsal> {
  const over = AbortSignal.timeout(longest);
  const signal = AbortSignal.any([outer, over]);
  const queue = oneOfEach(pods).slice(0, mostTried);
  const found: Rehearsal = { held: [], refused: [] };
  const lane = async () => {
    for (let pod = queue.shift(); pod && !over.aborted; pod = queue.shift()) {
      try {
        const tried = await evict(access, pod, version, signal, true);
        if (tried.outcome === "wait" && tried.budget) found.held.push({ pod, reason: tried.reason });
      } catch (error) {
        if (over.aborted && !outer.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        found.refused.push({ pod, error });
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
  return found;
}

function oneOfEach(pods: readonly DrainPod[]): DrainPod[] {
  const planned = pods.filter(({ plan, state }) => plan === "evict" && state === "planned");
  const byOwner = new Map(
    planned.map((pod) => [`${pod.namespace} ${pod.owner ?? pod.uid}`, pod] as const).reverse(),
  );
  return [...byOwner.values()].reverse();
}
