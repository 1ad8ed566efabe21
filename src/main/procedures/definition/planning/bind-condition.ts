import type { Condition } from "../../../../shared/condition.ts";
import type { Expression } from "../conditions/expression.ts";
import type { Context } from "./context.ts";

/** A condition with the values of its names put in; what no name means stays unknown. */
export function bindCondition(expression: Expression, context: Context): Condition {
  switch (expression.kind) {
    case "value":
      return { kind: "value", value: expression.value };
    case "name":
      return boundName(expression.path, context);
    case "fact":
      return { kind: "fact", resource: resourceOf(expression.resource, context), fact: expression.fact };
    case "not":
      return { kind: "not", of: bindCondition(expression.of, context) };
    case "and":
    case "or":
      return {
        kind: expression.kind,
        left: bindCondition(expression.left, context),
        right: bindCondition(expression.right, context),
      };
    case "compare":
      return {
        kind: "compare",
        operator: expression.operator,
        left: bindCondition(expression.left, context),
        right: bindCondition(expression.right, context),
      };
  }
}

function boundName(path: readonly string[], context: Context): Condition {
  const found = context.lookUp(path);
  if (found === undefined) return { kind: "outcome", node: "" };
  if (typeof found !== "object") return { kind: "value", value: found };
  return found.leftOut ? { kind: "value", value: "skipped" } : { kind: "outcome", node: found.node };
}

function resourceOf(expression: Expression, { bindings }: Context): string {
  if (expression.kind === "value") return String(expression.value);
  const bound = expression.kind === "name" ? bindings[expression.path[0] ?? ""] : undefined;
  return bound?.kind === "resource" ? bound.id : "";
}
