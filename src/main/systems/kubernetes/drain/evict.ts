import type { DrainPod } from "../../../../shared/drain.ts";
import type { LocalText } from "../../../../shared/text.ts";
import { isUnable } from "../actions/rehearse.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { budgetSays, serverSays, underSeveral } from "./refused-for-now.ts";

export type Eviction =
  /** Admitted: the pod is ending. */
  | { outcome: "admitted" }
  /** It is not there any more, or another one of the same name is. */
  | { outcome: "gone" }
  /** A budget, or the server, wants it to wait; `after` milliseconds. */
  | { outcome: "wait"; reason: LocalText; budget: boolean; after: number };

const budgetPause = 5000;
const longestPause = 30_000;

/**
 * Asks for the eviction of exactly this pod, by its UID, so that asking again never hits its successor. As a dry run it
 * only asks whether that would be admitted: no budget is used up. Throws what KubernetesApi throws where waiting would
 * not help. Source: kubernetes.io, "API-initiated Eviction".
 */
export async function evict(
  access: ClusterAccess,
  pod: Pick<DrainPod, "namespace" | "name" | "uid">,
  version: string,
  signal: AbortSignal,
  dryRun = false,
): Promise<Eviction> {
  const { namespace, name, uid } = pod;
  try {
    await access.ask({
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
      // In both places: the one is what admission webhooks are told, the other what early servers heed.
      query: dryRun ? { dryRun: "All" } : {},
      body: {
        apiVersion: `policy/${version}`,
        kind: "Eviction",
        metadata: { name, namespace },
        deleteOptions: { preconditions: { uid }, ...(dryRun && { dryRun: ["All"] }) },
      },
      signal,
      deadline: 35_000,
      reportBusy: true,
    });
    return { outcome: "admitted" };
  } catch (error) {
    // Whoever cannot take part in a dry run has its say when the eviction comes.
    if (dryRun && isUnable(error)) return { outcome: "admitted" };
    if (error instanceof Refusal) return afterRefusal(error);
    throw error;
  }
}

function afterRefusal(refusal: Refusal): Eviction {
  const { status, causes, said } = refusal;
  const after = Math.min(refusal.retryAfter ?? budgetPause, longestPause);
  if (status === 404 || status === 409) return { outcome: "gone" };
  if (status === 429) {
    const cause = causes.find(({ reason }) => reason === "DisruptionBudget");
    // Servers of before 1.22 leave the cause out and say it in the message.
    if (cause || /disruption budget/i.test(said)) {
      return {
        outcome: "wait",
        budget: true,
        after: Math.max(after, 1000),
        reason: budgetSays(cause?.message ?? said),
      };
    }
    return { outcome: "wait", budget: false, after, reason: serverSays(said) };
  }
  if (status === 500 && /more than one PodDisruptionBudget/i.test(said)) {
    return { outcome: "wait", budget: true, after: longestPause, reason: underSeveral };
  }
  if (status >= 500) return { outcome: "wait", budget: false, after, reason: serverSays(said) };
  if (status === 403 && causes.some(({ reason }) => reason === "NamespaceTerminating")) {
    return { outcome: "wait", budget: false, after, reason: serverSays(said) };
  }
  throw refusal;
}
