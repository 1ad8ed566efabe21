import type { Json, JsonObject, Meta } from "./object.ts";

/** The kinds that the lab's controllers work on, as far as they look at them. */
type Kind<Spec, Status> = { apiVersion: string; kind: string; metadata: Meta; spec: Spec; status: Status };

export type Condition = {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime: string;
  lastHeartbeatTime?: string;
};
export type SelectorExpression = { key: string; operator: string; values?: string[] };
export type Selector = { matchLabels?: Record<string, string>; matchExpressions?: SelectorExpression[] };

export type Container = { name: string; image: string; [key: string]: Json | undefined };
export type PodSpec = {
  containers: Container[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  terminationGracePeriodSeconds?: number;
  volumes?: JsonObject[];
  tolerations?: JsonObject[];
  [key: string]: Json | undefined;
};
export type ContainerStatus = {
  name: string;
  image: string;
  imageID: string;
  containerID: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: JsonObject;
  lastState: JsonObject;
};
export type PodStatus = {
  phase: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  reason?: string;
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  hostIP?: string;
  podIP?: string;
  podIPs?: { ip: string }[];
  startTime?: string;
  qosClass?: string;
};
export type Pod = Kind<PodSpec, PodStatus>;

export type Taint = { key: string; value?: string; effect: string; timeAdded?: string };
export type Node = Kind<
  { podCIDR?: string; providerID?: string; unschedulable?: boolean; taints?: Taint[] },
  JsonObject & { conditions: Condition[]; nodeInfo: JsonObject }
>;

export type PodTemplate = {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
};
export type WorkloadSpec = {
  replicas?: number;
  selector: Selector;
  template: PodTemplate;
  paused?: boolean;
  serviceName?: string;
  volumeClaimTemplates?: JsonObject[];
  [key: string]: Json | undefined;
};
/** Deployment, ReplicaSet, StatefulSet and DaemonSet (`apps/v1`). */
export type Workload = Kind<WorkloadSpec, JsonObject>;

export type Budget = Kind<
  { minAvailable?: number | string; maxUnavailable?: number | string; selector?: Selector },
  {
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    observedGeneration?: number;
    disruptedPods?: Record<string, string>;
    conditions?: Condition[];
  }
>;
