import type { ServerResponse } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { answer, type Received, refuse, type Target } from "./fake-answers.ts";
import type { FakeApi } from "./fake-api.ts";
import type { Stored } from "./objects.ts";

type Tree = Record<string, unknown>;

/** RFC 7396, as far as objects of objects go. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isTree(patch)) return patch;
  const merged: Tree = isTree(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Takes a merge patch of an object, or of its scale. */
export function patched(
  api: FakeApi,
  target: Target,
  received: Received,
  response: ServerResponse,
): undefined {
  const before = target.name && api.store.get(target.resource, target.namespace, target.name);
  if (!before) return refuse(response, 404, "NotFound", `${target.resource} not found`);
  if (api.denied.has(`patch ${target.resource}`)) {
    return refuse(response, 403, "Forbidden", `cannot patch ${target.resource}`);
  }
  if (Array.isArray(received.body)) return patchedByPaths(api, target, received, response, before);
  const named = (received.body as Stored).metadata?.resourceVersion;
  if (named !== undefined && named !== before.metadata.resourceVersion) {
    return refuse(response, 409, "Conflict", "the object has been modified");
  }
  const after = mergePatch(before, received.body) as Stored;
  if (received.query.get("dryRun") === "All") return answer(response, 200, after);
  answer(response, 200, api.store.put(target.resource, after));
}

/** RFC 6902, as far as "test" and "replace" of a field of the spec go. */
function patchedByPaths(
  api: FakeApi,
  target: Target,
  received: Received,
  response: ServerResponse,
  before: Stored,
): undefined {
  const spec: Tree = { ...before.spec };
  for (const { op, path, value } of received.body as { op: string; path: string; value: unknown }[]) {
    const field = path.replace("/spec/", "");
    if (op === "replace") spec[field] = value;
    else if (!isDeepStrictEqual(spec[field], value)) {
      return refuse(response, 422, "Invalid", `testing path ${path} failed`);
    }
  }
  const after = { ...before, spec };
  if (received.query.get("dryRun") === "All") return answer(response, 200, after);
  answer(response, 200, api.store.put(target.resource, after));
}

/** policy/v1 Eviction. Source: kubernetes.io, "API-initiated Eviction". */
export function evict(api: FakeApi, target: Target, received: Received, response: ServerResponse): undefined {
  const pod = api.store.get("pods", target.namespace, target.name ?? "");
  if (!pod) return refuse(response, 404, "NotFound", "pod not found");
  const body = received.body as { deleteOptions?: { preconditions?: { uid?: string } } };
  const uid = body.deleteOptions?.preconditions?.uid;
  if (uid !== undefined && uid !== pod.metadata.uid) {
    return refuse(response, 409, "Conflict", "the UID in the precondition does not match");
  }
  if (api.denied.has("create pods/eviction")) {
    return refuse(response, 403, "Forbidden", 'cannot create resource "pods/eviction"');
  }
  const budgets = [...api.store.of("poddisruptionbudgets").objects.values()].filter((each) =>
    covers(each, pod),
  );
  if (budgets.length > 1) {
    return refuse(response, 500, "InternalError", "This pod has more than one PodDisruptionBudget");
  }
  const [budget] = budgets;
  const allowed = Number(budget?.status?.disruptionsAllowed ?? 1);
  if (budget && allowed <= 0) {
    const message = `The disruption budget ${budget.metadata.name} needs 2 healthy pods and has 2 currently`;
    return refuse(
      response,
      429,
      "TooManyRequests",
      "Cannot evict pod as it would violate the pod's disruption budget.",
      {
        causes: [{ reason: "DisruptionBudget", message }],
      },
    );
  }
  if (received.query.get("dryRun") === "All")
    return answer(response, 201, { kind: "Status", status: "Success" });
  if (budget) {
    api.store.put("poddisruptionbudgets", {
      ...budget,
      status: { ...budget.status, disruptionsAllowed: allowed - 1 },
    });
  }
  answer(response, 201, { kind: "Status", status: "Success" });
  api.onEvicted(pod);
}

function covers(budget: Stored, pod: Stored): boolean {
  const selector = budget.spec?.selector as { matchLabels?: Record<string, string> } | undefined;
  if (budget.metadata.namespace !== pod.metadata.namespace || !selector) return false;
  return Object.entries(selector.matchLabels ?? {}).every(
    ([key, value]) => pod.metadata.labels?.[key] === value,
  );
}

/** authorization.k8s.io SelfSubjectAccessReview: everything is allowed but what the test denies. */
export function reviewed(api: FakeApi, received: Received, response: ServerResponse): undefined {
  const { spec } = received.body as {
    spec: { resourceAttributes: { verb: string; resource: string; subresource?: string } };
  };
  const { verb, resource, subresource } = spec.resourceAttributes;
  const what = `${verb} ${resource}${subresource ? `/${subresource}` : ""}`;
  answer(response, 201, { kind: "SelfSubjectAccessReview", status: { allowed: !api.denied.has(what) } });
}
