import type { Condition } from "../../../../shared/condition.ts";
import { evaluateCondition } from "./evaluate.ts";
import type { Expression } from "./expression.ts";

/** What a condition is whatever the values of its variables, facts and outcomes; null when that depends on them. */
export function constantValue(expression: Expression): boolean | null {
  return evaluateCondition(withUnknownNames(expression), nothingKnown).value;
}

const nothingKnown = { fact: () => undefined, outcome: () => undefined };

function withUnknownNames(expression: Expression): Condition {
  switch (expression.kind) {
    case "value":
      return { kind: "value", value: expression.value };
    case "name":
    case "fact":
      return { kind: "outcome", node: "" };
    case "not":
      return { kind: "not", of: withUnknownNames(expression.of) };
    case "and":
    case "or":
      return {
        kind: expression.kind,
        left: withUnknownNames(expression.left),
        right: withUnknownNames(expression.right),
      };
    case "compare":
      return {
        kind: "compare",
        operator: expression.operator,
        left: withUnknownNames(expression.left),
        right: withUnknownNames(expression.right),
      };
  }
}
