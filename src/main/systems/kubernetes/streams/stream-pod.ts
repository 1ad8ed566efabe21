import { at, numberAt, treesAt, wordAt } from "../kinds/seen.ts";
import { type Item, isTree, type Metadata } from "../list-watch/items.ts";

/** A container of a pod, as far as its log and its ports go. */
export interface PodContainer {
  name: string;
  state: "waiting" | "running" | "terminated";
  /** The API server's word for why it waits or ended. */
  reason: string | null;
  restarts: number;
  exitCode: number | null;
  /** Whether it is one of those that run before the others. */
  isInit: boolean;
  ports: readonly { port: number; name: string }[];
}

/** A pod whose streams can be opened. */
export interface StreamPod {
  namespace: string;
  name: string;
  uid: string;
  metadata: Metadata;
  phase: string;
  isReady: boolean;
  isLeaving: boolean;
  restartPolicy: string;
  containers: readonly PodContainer[];
}

const defaultContainer = "kubectl.kubernetes.io/default-container";

/** Reads a pod; null for what has no namespace or identity. Source: core/v1 Pod. */
export function streamPodOf({ metadata, object }: Item): StreamPod | null {
  if (metadata.namespace === null || metadata.uid === "" || object === null) return null;
  const conditions = treesAt(object, "status", "conditions");
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    metadata,
    phase: wordAt(object, "status", "phase") ?? "Unknown",
    isReady: conditions.some(({ type, status }) => type === "Ready" && status === "True"),
    isLeaving: metadata.deletionTimestamp !== null,
    restartPolicy: wordAt(object, "spec", "restartPolicy") ?? "Always",
    containers: [
      ...containersIn(object, "initContainers", "initContainerStatuses"),
      ...containersIn(object, "containers", "containerStatuses"),
      ...containersIn(object, "ephemeralContainers", "ephemeralContainerStatuses"),
    ],
  };
}

/** The container that a shell opens in: the one that its author named, else the first that runs. */
export function shellContainer({ metadata, containers }: StreamPod): PodContainer | null {
  const named = containers.find(({ name }) => name === metadata.annotations[defaultContainer]);
  const usual = containers.filter(({ isInit }) => !isInit);
  return named ?? usual.find(({ state }) => state === "running") ?? usual[0] ?? null;
}

function containersIn(object: Record<string, unknown>, key: string, statusKey: string): PodContainer[] {
  const statuses = treesAt(object, "status", statusKey);
  return treesAt(object, "spec", key).flatMap((container) => {
    const name = wordAt(container, "name");
    if (name === null) return [];
    const status = statuses.find((each) => each.name === name) ?? {};
    const state = stateOf(status);
    return [
      {
        name,
        state,
        reason: wordAt(status, "state", state, "reason"),
        restarts: numberAt(status, "restartCount") ?? 0,
        exitCode: numberAt(status, "state", "terminated", "exitCode"),
        isInit: key === "initContainers",
        ports: portsOf(container),
      },
    ];
  });
}

function stateOf(status: Record<string, unknown>): PodContainer["state"] {
  if (isTree(at(status, "state", "running"))) return "running";
  return isTree(at(status, "state", "terminated")) ? "terminated" : "waiting";
}

/** What it says it listens on, by TCP: nothing else can be forwarded. */
function portsOf(container: Record<string, unknown>): PodContainer["ports"] {
  return treesAt(container, "ports").flatMap((each) => {
    const port = numberAt(each, "containerPort");
    const protocol = wordAt(each, "protocol") ?? "TCP";
    if (port === null || !Number.isInteger(port) || port < 1 || port > 65_535 || protocol !== "TCP")
      return [];
    return [{ port, name: wordAt(each, "name") ?? "" }];
  });
}
