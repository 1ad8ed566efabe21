import { answerGarbage } from "../client/faults.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { type Item, ItemReader } from "../list-watch/items.ts";
import { listAll } from "../list-watch/pages.ts";
import { type Budget, budgetOf } from "./budgets.ts";
import { type NodePod, type NodeState, nodePodOf, nodeStateOf } from "./node-pods.ts";
import type { DrainSurroundings } from "./plan.ts";

/** The versions of the policy API that have evictions and budgets, the newer first (v1beta1 left with 1.25). */
const policyVersions = ["v1", "v1beta1"];

/** Which version of the policy API has the budgets. Throws what KubernetesApi throws. */
async function budgetVersion(access: ClusterAccess, signal: AbortSignal): Promise<string> {
  return (await access.discovery.pick("policy", policyVersions, signal)) ?? "v1";
}

/** Which version of an Eviction the server takes. Throws what KubernetesApi throws. */
export async function evictionVersion(access: ClusterAccess, signal: AbortSignal): Promise<string> {
  const told = await access.discovery.evictionVersion(signal);
  return told !== null && policyVersions.includes(told) ? told : budgetVersion(access, signal);
}

/** The node as it stands. Throws a Refusal with status 404 when it is gone. */
export async function readNode(access: ClusterAccess, node: string, signal: AbortSignal): Promise<NodeState> {
  const body = await access.ask({ path: `/api/v1/nodes/${node}`, signal });
  const [item] = new ItemReader().read(body)?.items ?? [];
  const state = item?.metadata.name === node ? nodeStateOf(item) : null;
  if (state === null) throw answerGarbage(access.name, "Kubernetes");
  return state;
}

/** Every pod on the node. */
export async function readPods(access: ClusterAccess, node: string, signal: AbortSignal): Promise<NodePod[]> {
  const fieldSelector = `spec.nodeName=${node}`;
  const { items } = await listAll(
    access.api,
    { path: "/api/v1/pods", form: "objects", fieldSelector },
    signal,
  );
  return items.flatMap((item) => nodePodOf(item) ?? []);
}

/** Every budget; none where the right to read them is missing, for the API server applies them all the same. */
export async function readBudgets(access: ClusterAccess, signal: AbortSignal): Promise<Budget[]> {
  const version = await budgetVersion(access, signal);
  const items = await listIfAllowed(access, `/apis/policy/${version}/poddisruptionbudgets`, signal);
  return (items ?? []).flatMap((item) => budgetOf(item, version) ?? []);
}

/**
 * Budgets and DaemonSets. Where the latter may not be read, those that pods name are taken as there: such a pod stays,
 * which loses nothing.
 */
export async function readSurroundings(
  access: ClusterAccess,
  pods: readonly NodePod[],
  signal: AbortSignal,
): Promise<DrainSurroundings> {
  const [budgets, daemons] = await Promise.all([
    readBudgets(access, signal),
    listIfAllowed(access, "/apis/apps/v1/daemonsets", signal),
  ]);
  const named = pods.flatMap(({ namespace, controller }) =>
    controller?.kind === "DaemonSet" ? [`${namespace}/${controller.name}`] : [],
  );
  const daemonSets = daemons?.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`) ?? named;
  return { system: access.system, budgets, daemonSets: new Set(daemonSets) };
}

async function listIfAllowed(
  access: ClusterAccess,
  path: string,
  signal: AbortSignal,
): Promise<Item[] | null> {
  try {
    return (await listAll(access.api, { path, form: "objects" }, signal)).items;
  } catch (error) {
    if (error instanceof Refusal && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}
