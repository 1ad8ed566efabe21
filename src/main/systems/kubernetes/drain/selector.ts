import { isTree } from "../list-watch/items.ts";

/**
 * Whether a label selector (metav1.LabelSelector) selects these labels. An empty one selects everything, a missing or
 * broken one nothing. Source: kubernetes.io, "Labels and Selectors".
 */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isTree(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  if (matchLabels !== undefined && matchLabels !== null) {
    if (!isTree(matchLabels)) return false;
    for (const [key, value] of Object.entries(matchLabels)) if (own(labels, key) !== value) return false;
  }
  if (matchExpressions === undefined || matchExpressions === null) return true;
  return Array.isArray(matchExpressions) && matchExpressions.every((each) => meets(each, labels));
}

/** Whether a selector says nothing at all. */
export function isEmptySelector(selector: unknown): boolean {
  if (!isTree(selector)) return true;
  const { matchLabels, matchExpressions } = selector;
  const some = (isTree(matchLabels) ? Object.keys(matchLabels) : matchExpressions) ?? [];
  const expressions = Array.isArray(matchExpressions) ? matchExpressions.length : 0;
  return (Array.isArray(some) ? some.length : 0) + expressions === 0;
}

function meets(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isTree(expression) || typeof expression.key !== "string") return false;
  const value = own(labels, expression.key);
  const values = Array.isArray(expression.values) ? expression.values : [];
  switch (expression.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

function own(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
