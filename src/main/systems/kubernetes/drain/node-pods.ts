import { at, numberAt, treesAt, wordAt } from "../kinds/seen.ts";
import type { Item, Metadata } from "../list-watch/items.ts";

/** A pod on a node, as far as a drain must know it. */
export interface NodePod {
  namespace: string;
  name: string;
  uid: string;
  labels: Readonly<Record<string, string>>;
  controller: { kind: string; name: string } | null;
  /** Made by the kubelet from a file; the API server only mirrors it. */
  isStatic: boolean;
  hasLocalData: boolean;
  /** Succeeded or Failed: it runs no more. */
  isFinished: boolean;
  isReady: boolean;
  /** When its end was asked for, epoch milliseconds, with the seconds that it has; null: not asked. */
  leaving: { at: number; graceSeconds: number } | null;
  finalizers: readonly string[];
}

const mirrorAnnotation = "kubernetes.io/config.mirror";

/** Reads a pod; null for what has no namespace or identity, which no pod of a real server lacks. */
export function nodePodOf({ metadata, object }: Item): NodePod | null {
  if (metadata.namespace === null || metadata.uid === "" || object === null) return null;
  const phase = wordAt(object, "status", "phase");
  const volumes = treesAt(object, "spec", "volumes");
  const ready = treesAt(object, "status", "conditions").find(({ type }) => type === "Ready");
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    labels: metadata.labels,
    controller: controllerOf(metadata),
    isStatic: Object.hasOwn(metadata.annotations, mirrorAnnotation),
    hasLocalData: volumes.some(({ emptyDir }) => emptyDir !== undefined && emptyDir !== null),
    isFinished: phase === "Succeeded" || phase === "Failed",
    isReady: ready?.status === "True",
    leaving: leavingOf(metadata, object),
    finalizers: metadata.finalizers,
  };
}

function controllerOf(metadata: Metadata): NodePod["controller"] {
  const owner = metadata.ownerReferences.find(({ controller }) => controller);
  return owner ? { kind: owner.kind, name: owner.name } : null;
}

function leavingOf(metadata: Metadata, object: NonNullable<Item["object"]>): NodePod["leaving"] {
  if (metadata.deletionTimestamp === null) return null;
  const time = Date.parse(metadata.deletionTimestamp);
  const graceSeconds =
    metadata.deletionGracePeriodSeconds ?? numberAt(object, "spec", "terminationGracePeriodSeconds") ?? 30;
  return { at: Number.isNaN(time) ? 0 : time, graceSeconds };
}

/** Whether a node takes new pods, who it is, and whether its kubelet is heard of. */
export interface NodeState {
  uid: string;
  cordoned: boolean;
  ready: boolean;
}

/** Reads a node; null for what is none. */
export function nodeStateOf({ metadata, object }: Item): NodeState | null {
  if (object === null) return null;
  const ready = treesAt(object, "status", "conditions").find(({ type }) => type === "Ready");
  return {
    uid: metadata.uid,
    cordoned: at(object, "spec", "unschedulable") === true,
    ready: ready?.status === "True",
  };
}
