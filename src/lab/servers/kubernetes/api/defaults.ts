import { randomUUID } from "node:crypto";
import { isObject, type Json, type JsonObject, type KubeObject, stamp } from "../store/object.ts";
import { nameOf, type Resource } from "./catalogue.ts";

function container(entry: Json): Json {
  if (!isObject(entry)) return entry;
  return { imagePullPolicy: "IfNotPresent", resources: {}, ...entry };
}

/** What the API server adds to the wish for a pod. */
export function podDefaults(spec: Json | undefined): JsonObject {
  const given = isObject(spec) ? spec : {};
  return {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    ...given,
    ...(Array.isArray(given.containers) ? { containers: given.containers.map(container) } : {}),
  };
}

/** What the API server adds to the wish for a workload; `name` is the resource: `deployments.apps`. */
export function workloadDefaults(name: string, spec: JsonObject): JsonObject {
  const template = isObject(spec.template) ? spec.template : {};
  const rolling = { maxSurge: "25%", maxUnavailable: "25%" };
  const byKind: Record<string, JsonObject> = {
    "deployments.apps": {
      replicas: 1,
      strategy: { type: "RollingUpdate", rollingUpdate: rolling },
      revisionHistoryLimit: 10,
    },
    "replicasets.apps": { replicas: 1 },
    "statefulsets.apps": {
      replicas: 1,
      updateStrategy: { type: "RollingUpdate" },
      podManagementPolicy: "OrderedReady",
    },
    "daemonsets.apps": { updateStrategy: { type: "RollingUpdate" } },
  };
  return {
    ...byKind[name],
    ...spec,
    template: {
      ...template,
      metadata: isObject(template.metadata) ? template.metadata : {},
      spec: podDefaults(template.spec),
    },
  };
}

/** What the API server adds to the wish for a Job. */
export function jobDefaults(spec: JsonObject): JsonObject {
  const template = isObject(spec.template) ? spec.template : {};
  return {
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    ...spec,
    template: {
      ...template,
      metadata: isObject(template.metadata) ? template.metadata : {},
      spec: podDefaults(template.spec),
    },
  };
}

function cronJobDefaults(spec: JsonObject): JsonObject {
  const template = isObject(spec.jobTemplate) ? spec.jobTemplate : {};
  const job = jobDefaults(isObject(template.spec) ? template.spec : {});
  return { concurrencyPolicy: "Allow", suspend: false, ...spec, jobTemplate: { ...template, spec: job } };
}

const specDefaults: Readonly<Record<string, (spec: JsonObject) => JsonObject>> = {
  pods: podDefaults,
  nodes: (spec) => spec,
  "jobs.batch": jobDefaults,
  "cronjobs.batch": cronJobDefaults,
};

/** Fills in what a client left out and the API server decides. `now` in epoch milliseconds, world time. */
export function withDefaults(
  given: KubeObject,
  before: KubeObject | null,
  { resource, namespace, now }: { resource: Resource; namespace: string | undefined; now: number },
): KubeObject {
  const name = nameOf(resource);
  const { metadata } = given;
  const own = {
    ...metadata,
    uid: before?.metadata.uid ?? randomUUID(),
    resourceVersion: before?.metadata.resourceVersion ?? "",
    creationTimestamp: before?.metadata.creationTimestamp ?? stamp(now),
    ...(before?.metadata.deletionTimestamp ? { deletionTimestamp: before.metadata.deletionTimestamp } : {}),
  };
  if (namespace === undefined) delete own.namespace;
  else own.namespace = namespace;
  const spec = given.spec ?? {};
  const isWorkload = resource.group === "apps" && name !== "controllerrevisions.apps";
  const fill = isWorkload ? (wish: JsonObject) => workloadDefaults(name, wish) : specDefaults[name];
  const full = {
    ...given,
    metadata: own,
    ...(fill ? { spec: fill(spec) } : {}),
  };
  if (before) return full;
  const status: Record<string, JsonObject> = {
    pods: { phase: "Pending", qosClass: "BestEffort" },
    namespaces: { phase: "Active" },
    "poddisruptionbudgets.policy": {
      disruptionsAllowed: 0,
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
    },
    persistentvolumeclaims: { phase: "Pending" },
    nodes: { conditions: [], nodeInfo: {} },
    "jobs.batch": {},
    "cronjobs.batch": {},
  };
  const fresh = status[name] ?? (isWorkload ? {} : undefined);
  return fresh ? { ...full, status: fresh } : full;
}
