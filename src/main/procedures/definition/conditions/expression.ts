import type { Comparison } from "../../../../shared/condition.ts";

/** A condition as it was written, with the place of each part in its words. */
export type Expression = { at: number } & (
  | { kind: "value"; value: string | number | boolean | null; unit: "none" | "milliseconds" }
  | { kind: "name"; path: readonly string[] }
  | { kind: "fact"; resource: Expression; fact: string; factAt: number }
  | { kind: "compare"; operator: Comparison; left: Expression; right: Expression }
  | { kind: "and" | "or"; left: Expression; right: Expression }
  | { kind: "not"; of: Expression }
);

/** Every part of a condition, itself first. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.kind === "not") yield* partsOf(expression.of);
  else if (expression.kind === "fact") yield* partsOf(expression.resource);
  else if (expression.kind === "compare" || expression.kind === "and" || expression.kind === "or") {
    yield* partsOf(expression.left);
    yield* partsOf(expression.right);
  }
}
