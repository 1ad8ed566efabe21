import { isTree } from "../list-watch/items.ts";

/**
 * A metav1.LabelSelector as the `labelSelector` of a list; `empty` for one that says nothing, null for none or a broken
 * one. Source: kubernetes.io, "Labels and Selectors", API.
 */
export function labelQuery(selector: unknown, empty: string | null): string | null {
  if (!isTree(selector)) return null;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (!isTree(matchLabels) || !Array.isArray(matchExpressions)) return null;
  const terms = Object.entries(matchLabels).map(([key, value]) => `${key}=${String(value)}`);
  for (const expression of matchExpressions) {
    const term = termOf(expression);
    if (term === null) return null;
    terms.push(term);
  }
  return terms.length === 0 ? empty : terms.join(",");
}

function termOf(expression: unknown): string | null {
  if (!isTree(expression) || typeof expression.key !== "string") return null;
  const { key, operator } = expression;
  const values = Array.isArray(expression.values) ? expression.values.map(String).join(",") : "";
  switch (operator) {
    case "In":
      return `${key} in (${values})`;
    case "NotIn":
      return `${key} notin (${values})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return null;
  }
}
