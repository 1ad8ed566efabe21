import { z } from "zod";

export const comparisons = ["==", "!=", "<", "<=", ">", ">="] as const;
export type Comparison = (typeof comparisons)[number];

/**
 * A condition as a plan keeps it: variables are replaced by their values, resources and steps are named by their
 * identifiers in inventory and plan. Judged by main/procedures/definition/conditions/evaluate.ts.
 */
export type Condition =
  | { kind: "value"; value: string | number | boolean | null }
  | { kind: "fact"; resource: string; fact: string }
  | { kind: "outcome"; node: string }
  | { kind: "compare"; operator: Comparison; left: Condition; right: Condition }
  | { kind: "and" | "or"; left: Condition; right: Condition }
  | { kind: "not"; of: Condition };

/** A condition as plain data, as deep as it was written. */
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("value"),
      value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    }),
    z.object({ kind: z.literal("fact"), resource: z.string(), fact: z.string() }),
    z.object({ kind: z.literal("outcome"), node: z.string() }),
    z.object({
      kind: z.literal("compare"),
      operator: z.enum(comparisons),
      left: conditionSchema,
      right: conditionSchema,
    }),
    z.object({ kind: z.enum(["and", "or"]), left: conditionSchema, right: conditionSchema }),
    z.object({ kind: z.literal("not"), of: conditionSchema }),
  ]),
);
