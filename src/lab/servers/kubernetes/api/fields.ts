import { isObject, type Json, type JsonObject } from "../store/object.ts";

/**
 * The fields of the API's types, as far as the lab checks them (Kubernetes API reference, 1.31): a name alone may hold
 * anything, `name:Type` has fields of its own, in a list as well.
 */
const types: Readonly<Record<string, string>> = {
  ObjectMeta:
    "name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences:OwnerReference finalizers managedFields",
  OwnerReference: "apiVersion kind name uid controller blockOwnerDeletion",
  Selector: "matchLabels matchExpressions:Requirement",
  Requirement: "key operator values",
  PodTemplate: "metadata:ObjectMeta spec:PodSpec",
  PodSpec:
    "activeDeadlineSeconds affinity automountServiceAccountToken containers:Container dnsConfig dnsPolicy enableServiceLinks ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname imagePullSecrets initContainers:Container nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations:Toleration topologySpreadConstraints volumes",
  Container:
    "args command env:EnvVar envFrom image imagePullPolicy lifecycle livenessProbe:Probe name ports:ContainerPort readinessProbe:Probe resizePolicy resources:Resources restartPolicy securityContext startupProbe:Probe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts:VolumeMount workingDir",
  EnvVar: "name value valueFrom",
  ContainerPort: "containerPort hostIP hostPort name protocol",
  Probe:
    "exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds successThreshold tcpSocket terminationGracePeriodSeconds timeoutSeconds",
  Resources: "claims limits requests",
  Toleration: "effect key operator tolerationSeconds value",
  VolumeMount: "mountPath mountPropagation name readOnly recursiveReadOnly subPath subPathExpr",
  Pod: "spec:PodSpec status",
  Deployment: "spec:DeploymentSpec status",
  DeploymentSpec:
    "minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector:Selector strategy:Strategy template:PodTemplate",
  Strategy: "rollingUpdate:RollingUpdate type",
  RollingUpdate: "maxSurge maxUnavailable partition",
  ReplicaSet: "spec:ReplicaSetSpec status",
  ReplicaSetSpec: "minReadySeconds replicas selector:Selector template:PodTemplate",
  StatefulSet: "spec:StatefulSetSpec status",
  StatefulSetSpec:
    "minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas revisionHistoryLimit selector:Selector serviceName template:PodTemplate updateStrategy:Strategy volumeClaimTemplates",
  DaemonSet: "spec:DaemonSetSpec status",
  DaemonSetSpec:
    "minReadySeconds revisionHistoryLimit selector:Selector template:PodTemplate updateStrategy:Strategy",
  Job: "spec:JobSpec status",
  JobSpec:
    "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy selector:Selector successPolicy suspend template:PodTemplate ttlSecondsAfterFinished",
  CronJob: "spec:CronJobSpec status",
  CronJobSpec:
    "concurrencyPolicy failedJobsHistoryLimit jobTemplate:JobTemplate schedule startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone",
  JobTemplate: "metadata:ObjectMeta spec:JobSpec",
  PodDisruptionBudget: "spec:BudgetSpec status",
  BudgetSpec: "maxUnavailable minAvailable selector:Selector unhealthyPodEvictionPolicy",
  Service: "spec:ServiceSpec status",
  ServiceSpec:
    "allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports:ServicePort publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig trafficDistribution type",
  ServicePort: "appProtocol name nodePort port protocol targetPort",
  Node: "spec:NodeSpec status",
  NodeSpec: "configSource externalID podCIDR podCIDRs providerID taints:Taint unschedulable",
  Taint: "effect key timeAdded value",
  Namespace: "spec status",
  ConfigMap: "binaryData data immutable",
  Secret: "data immutable stringData type",
  ResourceQuota: "spec:QuotaSpec status",
  QuotaSpec: "hard scopeSelector scopes",
};

const common = "apiVersion kind metadata:ObjectMeta";
const most = 20;

/** Fields by name, with the type of what they hold; null where that may be anything. */
function fieldsOf(words: string): ReadonlyMap<string, string | null> {
  return new Map(
    words.split(" ").map((word) => {
      const [name = "", type = null] = word.split(":");
      return [name, type] as const;
    }),
  );
}

const known = new Map(Object.entries(types).map(([name, words]) => [name, fieldsOf(words)]));
const head = fieldsOf(common);

/**
 * The object of a kind without the fields that the kind does not have, and the paths of those, as in
 * `spec.template.spec.containers[0].imagge`. A kind that is not known here may have any.
 */
export function withoutUnknown(object: JsonObject, kind: string): { object: JsonObject; unknown: string[] } {
  const fields = known.get(kind);
  if (!fields) return { object, unknown: [] };
  const unknown: string[] = [];
  const kept = pruned(object, new Map([...head, ...fields]), "", unknown);
  return { object: unknown.length > 0 ? kept : object, unknown: unknown.slice(0, most) };
}

function pruned(
  object: JsonObject,
  fields: ReadonlyMap<string, string | null>,
  path: string,
  unknown: string[],
): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    const type = fields.get(name);
    const here = path === "" ? name : `${path}.${name}`;
    if (type === undefined) unknown.push(here);
    else kept[name] = type === null ? value : inside(value, type, here, unknown);
  }
  return kept;
}

function inside(value: Json | undefined, type: string, path: string, unknown: string[]): Json | undefined {
  const fields = known.get(type);
  if (!fields) return value;
  if (Array.isArray(value)) {
    return value.map((entry, index) =>
      isObject(entry) ? pruned(entry, fields, `${path}[${index}]`, unknown) : entry,
    );
  }
  return isObject(value) ? pruned(value, fields, path, unknown) : value;
}
