import type { User } from "../access/authentication.ts";
import { mayDo, rulesOf } from "../access/rights.ts";
import { isObject, type JsonObject, words } from "../store/object.ts";

/**
 * Answers the reviews of `authorization.k8s.io/v1` that somebody asks about themselves; null for another kind.
 */
export function review(plural: string, asked: JsonObject, user: User): JsonObject | null {
  const spec = isObject(asked.spec) ? asked.spec : {};
  const head = { apiVersion: "authorization.k8s.io/v1", metadata: {}, spec };
  if (plural === "selfsubjectrulesreviews") {
    const resourceRules = rulesOf(user).map((rule) => ({
      verbs: [...rule.verbs],
      apiGroups: [...rule.apiGroups],
      resources: [...rule.resources],
    }));
    const nonResourceRules = [
      { verbs: ["get"], nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*", "/version"] },
    ];
    return {
      kind: "SelfSubjectRulesReview",
      ...head,
      status: { resourceRules, nonResourceRules, incomplete: false },
    };
  }
  if (plural !== "selfsubjectaccessreviews") return null;
  const part = words(spec, "resourceAttributes", "subresource");
  const resource = words(spec, "resourceAttributes", "resource");
  const allowed =
    isObject(spec.resourceAttributes) &&
    mayDo(user, {
      verb: words(spec, "resourceAttributes", "verb"),
      group: words(spec, "resourceAttributes", "group"),
      resource: part ? `${resource}/${part}` : resource,
    });
  return { kind: "SelfSubjectAccessReview", ...head, status: { allowed } };
}
