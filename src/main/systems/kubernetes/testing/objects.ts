/** An object of the Kubernetes API as a test writes it. */
export interface Stored {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string; controller: boolean; apiVersion: string }[];
    deletionTimestamp?: string;
    finalizers?: string[];
    generation?: number;
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** A node that is ready. */
export function node(name: string, more: { spec?: object; conditions?: object[] } = {}): Stored {
  return {
    kind: "Node",
    apiVersion: "v1",
    metadata: { name, uid: `uid-${name}`, labels: { "node-role.kubernetes.io/worker": "" } },
    spec: { ...more.spec },
    status: {
      conditions: more.conditions ?? [{ type: "Ready", status: "True", reason: "KubeletReady" }],
      nodeInfo: { bootID: "boot-1", kubeletVersion: "v1.31.2", osImage: "Debian 12", kernelVersion: "6.1.0" },
      addresses: [{ type: "InternalIP", address: "192.0.2.41" }],
      capacity: { cpu: "4", memory: "8Gi", pods: "110" },
      allocatable: { cpu: "3900m", memory: "7Gi", pods: "110" },
    },
  };
}

interface PodParts {
  namespace?: string;
  node?: string;
  owner?: { kind: string; name: string } | null;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  volumes?: object[];
  phase?: string;
  ready?: boolean;
  uid?: string;
}

/** A running pod of a ReplicaSet, unless told otherwise. */
export function pod(name: string, parts: PodParts = {}): Stored {
  const { namespace = "shop", node: nodeName = "node-1", phase = "Running", ready = true } = parts;
  const owner = parts.owner === undefined ? { kind: "ReplicaSet", name: "api-1" } : parts.owner;
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      name,
      namespace,
      uid: parts.uid ?? `uid-${namespace}-${name}`,
      labels: parts.labels ?? { app: "api" },
      ...(parts.annotations && { annotations: parts.annotations }),
      ...(owner && {
        ownerReferences: [{ ...owner, uid: `uid-${owner.name}`, controller: true, apiVersion: "apps/v1" }],
      }),
    },
    spec: { nodeName, containers: [{ name: "main", image: "img" }], volumes: parts.volumes ?? [] },
    status: {
      phase,
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [{ name: "main", ready, restartCount: 0, state: { running: {} } }],
      startTime: "2026-01-01T00:00:00Z",
    },
  };
}

/** A budget over the pods with these labels. */
export function budget(
  name: string,
  allowed: number,
  matchLabels: Record<string, string> = { app: "api" },
  namespace = "shop",
): Stored {
  return {
    kind: "PodDisruptionBudget",
    apiVersion: "policy/v1",
    metadata: { name, namespace, uid: `uid-${name}` },
    spec: { selector: { matchLabels }, minAvailable: 2 },
    status: { disruptionsAllowed: allowed, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 },
  };
}

/** A Deployment whose pods are all ready. */
export function deployment(name: string, replicas = 2, namespace = "shop"): Stored {
  return {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: { name, namespace, uid: `uid-${name}`, generation: 1 },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [] } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    },
  };
}
