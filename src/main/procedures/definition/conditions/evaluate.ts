import type { Comparison, Condition } from "../../../../shared/condition.ts";
import type { FactValue } from "../../../../shared/resource.ts";

/** Where a condition looks when it is judged. `undefined` means that it is not known now. */
export interface ConditionSources {
  /** A fact of a resource; null when it was read lately and has none. See `knownFact`. */
  fact(resource: string, fact: string): FactValue | undefined;
  /** How a step of the plan has ended (`verified` or `skipped`). */
  outcome(node: string): string | undefined;
}

/** What could not be told, so that the condition could not be judged. */
export type Unknown = { kind: "fact"; resource: string; fact: string } | { kind: "outcome"; node: string };
/** The answer of a condition. */
export interface Judgement {
  /** Null: not known. That is neither true nor false, and nothing may be done or left out because of it. */
  value: boolean | null;
  unknown: Unknown[];
}

type Value = string | number | boolean | null | undefined;

/**
 * Judges a condition with three values (Kleene): `and` is false when one side is, `or` true when one side is, whatever
 * the other; else what is not known makes the whole unknown. A fact that is not there equals `null` and nothing else:
 * compared with anything but the literal, it is unknown. Never throws.
 */
export function evaluateCondition(condition: Condition, sources: ConditionSources): Judgement {
  const unknown: Unknown[] = [];
  const value = truth(reading(condition, sources, unknown));
  return { value, unknown: value === null ? unknown : [] };
}

function reading(condition: Condition, sources: ConditionSources, unknown: Unknown[]): Value {
  switch (condition.kind) {
    case "value":
      return condition.value;
    case "fact": {
      const { resource, fact } = condition;
      const value = sources.fact(resource, fact);
      if (value === undefined || value === null) unknown.push({ kind: "fact", resource, fact });
      return Array.isArray(value) ? value.join(", ") : value;
    }
    case "outcome": {
      const value = sources.outcome(condition.node);
      if (value === undefined) unknown.push({ kind: "outcome", node: condition.node });
      return value;
    }
    case "not": {
      const value = truth(reading(condition.of, sources, unknown));
      return value === null ? undefined : !value;
    }
    case "and":
    case "or": {
      const deciding = condition.kind === "or";
      const left = truth(reading(condition.left, sources, unknown));
      if (left === deciding) return deciding;
      const right = truth(reading(condition.right, sources, unknown));
      if (right === deciding) return deciding;
      return left === null || right === null ? undefined : !deciding;
    }
    case "compare": {
      const left = reading(condition.left, sources, unknown);
      const right = reading(condition.right, sources, unknown);
      const asksForNull = isNull(condition.left) || isNull(condition.right);
      return compare(condition.operator, left, right, asksForNull);
    }
  }
}

function isNull(condition: Condition): boolean {
  return condition.kind === "value" && condition.value === null;
}

function truth(value: Value): boolean | null {
  return typeof value === "boolean" ? value : null;
}

function compare(operator: Comparison, left: Value, right: Value, asksForNull: boolean): Value {
  if (left === undefined || right === undefined) return undefined;
  if ((left === null || right === null) && !asksForNull) return undefined;
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}
