import type { DrainLoss, DrainPlan, DrainPod } from "../../../../shared/drain.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { resourceIds } from "../kinds/seen.ts";
import { type Budget, blocks, budgetsOver } from "./budgets.ts";
import type { NodePod } from "./node-pods.ts";

/** What the person has said may be lost. */
export interface DrainConsent {
  /** Pods with an emptyDir: what is in it is lost. */
  localData: boolean;
  /** Pods without a controller: nothing makes them anew elsewhere. */
  unmanaged: boolean;
}

/** What is known besides the pods themselves. */
export interface DrainSurroundings {
  /** The cluster's system, for the pods' resources. */
  system: string;
  budgets: readonly Budget[];
  /** `namespace/name` of the DaemonSets that exist; pods of one that does not have nobody to make them anew. */
  daemonSets: ReadonlySet<string>;
}

/**
 * What a drain does with a pod, as kubectl's drain decides. Source: k8s.io/kubectl, pkg/drain, its filters: static pods
 * and those of a DaemonSet are left, local data and unmanaged pods need a word, finished ones need none.
 */
export function planFor(pod: NodePod, consent: DrainConsent, daemonSets: ReadonlySet<string>): DrainPlan {
  if (pod.isStatic) return "skip-static";
  const isDaemon = pod.controller?.kind === "DaemonSet";
  if (isDaemon && daemonSets.has(`${pod.namespace}/${pod.controller?.name}`)) return "skip-daemon-set";
  if (pod.leaving) return "leaving";
  if (pod.isFinished) return "evict";
  if (pod.hasLocalData && !consent.localData) return "asks-local-data";
  if ((pod.controller === null || isDaemon) && !consent.unmanaged) return "asks-unmanaged";
  return "evict";
}

/** The losses that a consent allows. */
export function allowedLosses({ localData, unmanaged }: DrainConsent): DrainLoss[] {
  return [...(localData ? ["local-data" as const] : []), ...(unmanaged ? ["unmanaged" as const] : [])];
}

/** What an eviction of it loses, allowed or not; nothing of what stays, ends by itself or has finished. */
function lossesOf(pod: NodePod, plan: DrainPlan): DrainLoss[] {
  if (plan.startsWith("skip-") || plan === "leaving" || pod.isFinished) return [];
  return allowedLosses({
    localData: pod.hasLocalData,
    unmanaged: pod.controller === null || pod.controller.kind === "DaemonSet",
  });
}

const plannedReasons: Record<Exclude<DrainPlan, "evict" | "leaving">, LocalText> = {
  "skip-daemon-set": text(
    "Stays: its DaemonSet would start it here again at once.",
    "Reste : son DaemonSet le relancerait ici aussitôt.",
  ),
  "skip-static": text(
    "Stays: the node itself runs it from a file.",
    "Reste : le nœud l'exécute lui-même depuis un fichier.",
  ),
  "asks-local-data": text(
    "Asks you: what it keeps on the node (emptyDir) would be lost.",
    "Vous demande : ce qu'il garde sur le nœud (emptyDir) serait perdu.",
  ),
  "asks-unmanaged": text(
    "Asks you: no controller would start it anew elsewhere.",
    "Vous demande : aucun contrôleur ne le relancerait ailleurs.",
  ),
};

/** The line of a pod before anything was done. `now` in epoch milliseconds. */
export function plannedPod(
  pod: NodePod,
  consent: DrainConsent,
  { system, budgets, daemonSets }: DrainSurroundings,
  now: number,
): DrainPod {
  const plan = planFor(pod, consent, daemonSets);
  const over = budgetsOver(pod, budgets);
  const line = {
    resource: resourceIds.pod(system, pod.namespace, pod.name),
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    owner: pod.controller && `${pod.controller.kind} ${pod.controller.name}`,
    plan,
    losses: lossesOf(pod, plan),
    budgets: over.map(({ name, allowed, healthy, needed }) => ({ name, allowed, healthy, needed })),
    since: now,
  };
  if (plan === "leaving") return { ...line, state: "leaving", reason: leavingReason(pod, null, now) };
  if (plan !== "evict") return { ...line, state: "stays", reason: plannedReasons[plan] };
  if (over.length > 1) return { ...line, state: "blocked", reason: severalBudgets(over) };
  const [budget] = over;
  if (budget && blocks(budget, pod)) return { ...line, state: "blocked", reason: blockedBy(budget) };
  return { ...line, state: "planned", reason: null };
}

/** Why a budget holds a pod, and what would free it. */
export function blockedBy({ name, healthy, needed }: Budget): LocalText {
  return text(
    `Blocked by PodDisruptionBudget ${name}: 0 allowed, ${healthy} healthy and ${needed} needed. Another ready pod of it, or a smaller budget, frees it.`,
    `Bloqué par le PodDisruptionBudget ${name} : 0 admise, ${healthy} sains pour ${needed} requis. Un autre pod prêt, ou un budget réduit, le libère.`,
  );
}

/** The API evicts no pod that is under several budgets. */
export function severalBudgets(budgets: readonly Pick<Budget, "name">[]): LocalText {
  const names = budgets.map(({ name }) => name).join(", ");
  return text(
    `Under several PodDisruptionBudgets (${names}), which the API refuses to evict: remove all but one.`,
    `Sous plusieurs PodDisruptionBudgets (${names}), ce que l'API refuse d'évincer : n'en gardez qu'un.`,
  );
}

/** Why a pod that was told to end is still there. `node` null: not known whether its kubelet is heard of. */
export function leavingReason(pod: NodePod, nodeReady: boolean | null, now: number): LocalText {
  const { leaving, finalizers } = pod;
  if (leaving === null || now <= leaving.at) {
    const seconds = leaving?.graceSeconds ?? 30;
    return text(
      `Is ending: it has ${seconds} s to do so by itself.`,
      `Se termine : il a ${seconds} s pour le faire de lui-même.`,
    );
  }
  if (nodeReady === false) {
    return text(
      "Past its time to end: the node's kubelet, which would confirm its end, is not heard of.",
      "Délai de fin dépassé : le kubelet du nœud, qui confirmerait sa fin, ne répond plus.",
    );
  }
  if (finalizers.length > 0) {
    const names = finalizers.join(", ");
    return text(`Waits for its finalizers: ${names}.`, `Attend ses finaliseurs : ${names}.`);
  }
  return text(
    "Past its time to end: the kubelet is still stopping its containers or unmounting its volumes.",
    "Délai de fin dépassé : le kubelet arrête encore ses conteneurs ou démonte ses volumes.",
  );
}
