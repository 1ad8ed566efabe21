import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { readSchedule } from "../cluster/schedule.ts";
import type { KubeObject } from "../store/object.ts";
import { groupVersion, nameOf, type Resource } from "./catalogue.ts";
import { badRequest, invalid } from "./failure.ts";

const labels = z.record(z.string().max(317), z.string().max(63));
const meta = z.looseObject({
  name: z
    .string()
    .max(253)
    .regex(
      /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'",
    ),
  namespace: z.string().max(63).optional(),
  labels: labels.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z
    .array(z.looseObject({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() }))
    .optional(),
});
const container = z.looseObject({ name: z.string().min(1), image: z.string().min(1) });
const podSpec = z.looseObject({
  containers: z.array(container).min(1),
  nodeName: z.string().optional(),
  nodeSelector: labels.optional(),
  terminationGracePeriodSeconds: z.int().min(0).optional(),
  volumes: z.array(z.looseObject({ name: z.string() })).optional(),
  tolerations: z.array(z.looseObject({})).optional(),
});
const expression = z.looseObject({
  key: z.string(),
  operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
  values: z.array(z.string()).optional(),
});
const selector = z.looseObject({
  matchLabels: labels.optional(),
  matchExpressions: z.array(expression).optional(),
});
const workloadSpec = z.looseObject({
  replicas: z.int().min(0).max(100_000).optional(),
  selector,
  template: z.looseObject({
    metadata: z.looseObject({ labels: labels.optional() }).optional(),
    spec: podSpec,
  }),
  paused: z.boolean().optional(),
  volumeClaimTemplates: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })).optional(),
});
const conditions = z.array(z.looseObject({ type: z.string(), status: z.enum(["True", "False", "Unknown"]) }));
const jobSpec = z.looseObject({
  completions: z.int().min(0).max(100_000).optional(),
  parallelism: z.int().min(0).max(1_000).optional(),
  backoffLimit: z.int().min(0).optional(),
  suspend: z.boolean().optional(),
  template: z.looseObject({
    metadata: z.looseObject({ labels: labels.optional() }).optional(),
    spec: podSpec.extend({ restartPolicy: z.enum(["OnFailure", "Never"]) }),
  }),
});
const schedule = z.string().refine((words) => readSchedule(words) !== null, "no schedule of five fields");
const amount = z.union([z.int().min(0), z.string().regex(/^\d{1,3}%$/)]);
const workload = z.looseObject({ metadata: meta, spec: workloadSpec, status: z.looseObject({}) });

/** What the controllers rely on, by resource; of the others only the metadata is looked at. */
const schemas: Readonly<Record<string, z.ZodType>> = {
  pods: z.looseObject({
    metadata: meta,
    spec: podSpec,
    status: z.looseObject({
      phase: z.enum(["Pending", "Running", "Succeeded", "Failed", "Unknown"]),
      conditions: conditions.optional(),
      containerStatuses: z.array(z.looseObject({ name: z.string(), restartCount: z.int() })).optional(),
    }),
  }),
  nodes: z.looseObject({
    metadata: meta,
    spec: z.looseObject({
      unschedulable: z.boolean().optional(),
      taints: z.array(z.looseObject({ key: z.string(), effect: z.string() })).optional(),
    }),
    status: z.looseObject({ conditions, nodeInfo: z.looseObject({}) }),
  }),
  "deployments.apps": workload,
  "replicasets.apps": workload,
  "statefulsets.apps": workload,
  "daemonsets.apps": workload,
  "jobs.batch": z.looseObject({ metadata: meta, spec: jobSpec, status: z.looseObject({}) }),
  "cronjobs.batch": z.looseObject({
    metadata: meta,
    spec: z.looseObject({
      schedule,
      suspend: z.boolean().optional(),
      jobTemplate: z.looseObject({
        metadata: z.looseObject({ labels: labels.optional() }).optional(),
        spec: jobSpec,
      }),
    }),
  }),
  "poddisruptionbudgets.policy": z.looseObject({
    metadata: meta,
    spec: z
      .looseObject({
        minAvailable: amount.optional(),
        maxUnavailable: amount.optional(),
        selector: selector.optional(),
      })
      .refine((spec) => spec.minAvailable === undefined || spec.maxUnavailable === undefined, {
        message: "minAvailable and maxUnavailable cannot be both set",
      }),
  }),
};
const other = z.looseObject({ metadata: meta });

/**
 * Checks an object that a client wants to have kept. Throws a Failure: 400 when it is of another kind than the request's
 * path, 422 with the fields that do not fit.
 */
export function validate(object: KubeObject, before: KubeObject | null, resource: Resource): void {
  const { kind, metadata } = object;
  if (kind !== resource.kind || object.apiVersion !== groupVersion(resource)) {
    throw badRequest(
      `${kind} in version "${object.apiVersion}" cannot be handled as a ${resource.kind} of ${groupVersion(resource)}`,
    );
  }
  const name = nameOf(resource);
  const result = (schemas[name] ?? other).safeParse(object);
  const causes = result.success
    ? []
    : result.error.issues.slice(0, 10).map((issue) => ({
        field: issue.path.join("."),
        message: `Invalid value: ${issue.message}`,
      }));
  if (causes.length === 0) causes.push(...ofWorkload(object, before));
  if (causes.length === 0 && name === "pods" && before && !isDeepStrictEqual(fixed(object), fixed(before))) {
    causes.push({
      field: "spec",
      message:
        "Forbidden: pod updates may not change fields other than `spec.containers[*].image` and `spec.tolerations`",
    });
  }
  if (causes.length > 0) throw invalid(resource, metadata.name, causes);
}

/** What of a pod's wish never changes once it is there. */
function fixed({ spec }: KubeObject): unknown {
  const containers = Array.isArray(spec?.containers) ? spec.containers : [];
  return {
    ...spec,
    tolerations: null,
    containers: containers.map((entry) => ({ ...Object(entry), image: null })),
  };
}

function ofWorkload(object: KubeObject, before: KubeObject | null): { field: string; message: string }[] {
  const parsed = workloadSpec.safeParse(object.spec);
  if (!parsed.success || object.apiVersion !== "apps/v1") return [];
  const wanted = Object.entries(parsed.data.selector.matchLabels ?? {});
  const given = parsed.data.template.metadata?.labels ?? {};
  if (!wanted.every(([key, value]) => given[key] === value)) {
    return [
      {
        field: "spec.template.metadata.labels",
        message: "Invalid value: `selector` does not match template `labels`",
      },
    ];
  }
  if (before && !isDeepStrictEqual(before.spec?.selector, object.spec?.selector)) {
    return [{ field: "spec.selector", message: "Invalid value: field is immutable" }];
  }
  return [];
}
