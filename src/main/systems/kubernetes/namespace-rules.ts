import { z } from "zod";
import type { Right } from "./rights.ts";

const words = z.array(z.string()).nullish().catch([]);
const reviewSchema = z.object({
  status: z.object({
    resourceRules: z
      .array(z.object({ verbs: words, apiGroups: words, resources: words, resourceNames: words }))
      .max(10_000),
    incomplete: z.boolean().catch(true).default(false),
  }),
});

/** What may be done in one namespace. */
export interface NamespaceRules {
  rules: z.infer<typeof reviewSchema>["status"]["resourceRules"];
  /** The server could not name them all: what is not among them may be allowed nevertheless. */
  incomplete: boolean;
}

/** Reads a SelfSubjectRulesReview; throws when it is none. Source: authorization.k8s.io/v1. */
export function namespaceRulesOf(body: unknown): NamespaceRules {
  const { resourceRules, incomplete } = reviewSchema.parse(body).status;
  return { rules: resourceRules, incomplete };
}

/**
 * Whether one of the rules allows it, if only for objects of some names: which one is asked for is known to the API
 * server alone. Source: kubernetes.io, "Using RBAC Authorization", referring to resources.
 */
export function allows({ rules }: NamespaceRules, right: Right): boolean {
  const { verb, group, resource, subresource } = right;
  const whole = subresource ? `${resource}/${subresource}` : resource;
  const resources = ["*", whole, ...(subresource ? [`*/${subresource}`] : [])];
  return rules.some(
    (rule) =>
      rule.verbs?.some((each) => each === "*" || each === verb) &&
      rule.apiGroups?.some((each) => each === "*" || each === group) &&
      rule.resources?.some((each) => resources.includes(each)),
  );
}
