import { randomUUID } from "node:crypto";
import { podDefaults, workloadDefaults } from "../api/defaults.ts";
import type { PodSpec, Workload, WorkloadSpec } from "../store/kinds.ts";
import { type JsonObject, type Meta, stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import type { WorkloadPlan } from "./plan.ts";

const age = 30 * 86_400_000;

/** The metadata of something that has been there for a month. */
export function meta(
  cluster: Cluster,
  name: string,
  namespace?: string,
  labels?: Record<string, string>,
): Meta {
  return {
    name,
    ...(namespace ? { namespace } : {}),
    uid: randomUUID(),
    resourceVersion: "",
    generation: 1,
    creationTimestamp: stamp(cluster.now() - age),
    ...(labels ? { labels } : {}),
  };
}

function podSpecOf(plan: WorkloadPlan): PodSpec {
  const volumes: JsonObject[] = plan.scratch ? [{ name: "scratch", emptyDir: {} }] : [];
  const tolerations: JsonObject[] = plan.kind === "DaemonSet" ? [{ operator: "Exists" }] : [];
  const containers = [
    {
      name: plan.name,
      image: plan.image,
      resources: {
        requests: { cpu: "50m", memory: plan.memory ?? "64Mi" },
        limits: { memory: plan.memory ?? "256Mi" },
      },
      imagePullPolicy: "IfNotPresent",
      ...(plan.command ? { command: plan.command } : {}),
      ...(plan.port ? { ports: [{ containerPort: plan.port, protocol: "TCP" }] } : {}),
    },
  ];
  return {
    ...podDefaults({}),
    containers,
    ...(plan.nodeSelector ? { nodeSelector: plan.nodeSelector } : {}),
    ...(volumes.length > 0 ? { volumes } : {}),
    ...(tolerations.length > 0 ? { tolerations } : {}),
  };
}

/**
 * Draws a workload as the API server would have kept it, with every default filled in: what a client writes later must
 * not look like a new template.
 */
export function workloadOf(cluster: Cluster, plan: WorkloadPlan): Workload {
  const labels = { app: plan.name };
  const claim = {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: plan.storage ?? "1Gi" } } },
  };
  const wish: WorkloadSpec = {
    ...(plan.kind === "DaemonSet" ? {} : { replicas: plan.replicas ?? 1 }),
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: podSpecOf(plan) },
    ...(plan.kind === "StatefulSet" ? { serviceName: plan.name } : {}),
    ...(plan.storage ? { volumeClaimTemplates: [claim] } : {}),
  };
  return {
    apiVersion: "apps/v1",
    kind: plan.kind,
    metadata: meta(cluster, plan.name, plan.namespace, labels),
    spec: { ...workloadDefaults(`${plan.kind.toLowerCase()}s.apps`, wish), ...wish },
    status: {},
  };
}
