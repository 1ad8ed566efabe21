import type { Selector, SelectorExpression } from "./kinds.ts";
import { type KubeObject, read } from "./object.ts";

export type Match = (object: KubeObject) => boolean;
type LabelMatch = (labels: Readonly<Record<string, string>>) => boolean;

const name = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?";
const value = "(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?";
const forms = {
  exists: new RegExp(`^(!?)\\s*(${name})$`),
  equals: new RegExp(`^(${name})\\s*(==|=|!=)\\s*(${value})$`),
  among: new RegExp(`^(${name})\\s+(in|notin)\\s*\\(([^()]*)\\)$`),
} as const;

/** Parts between commas that stand in no brackets. */
function parts(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function requirement(part: string): LabelMatch | null {
  const among = forms.among.exec(part);
  if (among) {
    const [, key = "", way, list = ""] = among;
    const values = list.split(",").map((entry) => entry.trim());
    return (labels) => (labels[key] !== undefined && values.includes(labels[key])) === (way === "in");
  }
  const equals = forms.equals.exec(part);
  if (equals) {
    const [, key = "", sign, wanted = ""] = equals;
    return (labels) => (labels[key] === wanted) === (sign !== "!=");
  }
  const exists = forms.exists.exec(part);
  if (!exists) return null;
  const [, not, key = ""] = exists;
  return (labels) => Object.hasOwn(labels, key) === (not === "");
}

/** Reads a label selector (`app=shop,tier in (a, b),!old`); null when it cannot be read. */
export function labelSelector(selector: string): Match | null {
  const matches: LabelMatch[] = [];
  for (const part of parts(selector)) {
    const match = requirement(part);
    if (!match) return null;
    matches.push(match);
  }
  return ({ metadata }) => matches.every((match) => match(metadata.labels ?? {}));
}

/**
 * Reads a field selector (`spec.nodeName=web-1,status.phase!=Running`); null when it cannot be read or names a field
 * that `allowed` does not hold.
 */
export function fieldSelector(selector: string, allowed: readonly string[]): Match | null {
  const matches: Match[] = [];
  for (const part of parts(selector)) {
    const [, field = "", sign, wanted = ""] = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(part) ?? [];
    if (!allowed.includes(field)) return null;
    const path = field.split(".");
    matches.push((object) => (String(read(object, ...path) ?? "") === wanted) === (sign !== "!="));
  }
  return (object) => matches.every((match) => match(object));
}

function expressed(expression: SelectorExpression, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator, values = [] } = expression;
  const value = labels[key];
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const isAmong = value !== undefined && values.includes(value);
  return operator === "In" ? isAmong : operator === "NotIn" ? !isAmong : false;
}

/** Whether labels meet a LabelSelector of an object's own: none meets nothing, an empty one everything. */
export function meets(
  selector: Selector | undefined,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  if (!selector) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, wanted]) => labels[key] === wanted) &&
    matchExpressions.every((expression) => expressed(expression, labels))
  );
}
