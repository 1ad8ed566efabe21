import { z } from "zod";
import { effectClassSchema, riskSchema } from "./action.ts";
import { conditionSchema } from "./condition.ts";
import { procedureSchema, resourceQuerySchema, variableValuesSchema } from "./procedure.ts";
import { localTextSchema } from "./text.ts";

const milliseconds = z.int().min(0);
const inputSchema = z.record(z.string(), z.json());
const targetSchema = z.object({ id: z.string(), name: z.string() });

/** What a name stands for inside a step: a plain value, one resource or several, by identifier. */
export const boundSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.object({ kind: z.literal("duration"), milliseconds, words: z.string() }),
  z.object({ kind: z.literal("resource"), id: z.string(), name: z.string() }),
  z.object({ kind: z.literal("resources"), ids: z.array(z.string()) }),
]);
export type Bound = z.infer<typeof boundSchema>;

/** One action of a plan, with its input filled in as far as it is known. */
const plannedActionSchema = z.object({
  id: z.string(),
  title: localTextSchema,
  target: targetSchema,
  input: inputSchema,
  /** The input still names outcomes of steps and is to be filled by `fillOutcomes` when the node is reached. */
  late: z.boolean(),
  risk: riskSchema,
  effect: effectClassSchema,
  /** What will be done, and what will show that it is real. */
  steps: z.array(localTextSchema),
  proof: localTextSchema,
});
export type PlannedAction = z.infer<typeof plannedActionSchema>;

/** What is waited for: a time, or a reading of a fact of a resource. */
export const plannedWaitSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("for"), milliseconds }),
  z.object({
    kind: z.literal("until"),
    resource: targetSchema,
    fact: z.string(),
    comparison: z.enum(["is", "not", "atLeast", "atMost", "read"]),
    value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  }),
]);
export type PlannedWait = z.infer<typeof plannedWaitSchema>;

const nodeKeys = {
  /** The step's identifier after those it is in: `round[tower-a]/reboot`. Unique in the plan. */
  id: z.string(),
  /** The same without the item: what an earlier run of the same step is found by. */
  step: z.string(),
  title: localTextSchema,
  /** The `forEach` or `procedure` node that it is in. It may not start before that one has. */
  parent: z.string().nullable(),
  /** In a `forEach`: the resource that this is done for. */
  item: z.string().nullable(),
  /** Each must be verified, or skipped by a person. Left out by its condition, this one is left out too. */
  needs: z.array(z.string()),
  /** Each must be verified or skipped, whyever. */
  after: z.array(z.string()),
  /** `value` is null where it is only decided when the node is reached; what is decided against is under `leftOut`. */
  when: z.object({ words: z.string(), condition: conditionSchema, value: z.boolean().nullable() }).nullable(),
  /** How long it may take once it has started, gates and waits included. */
  timeout: milliseconds.nullable(),
  phase: z.string().optional(),
  application: z.string().optional(),
  /** Once it has begun, the run is not rolled back any more. */
  pointOfNoReturn: z.literal(true).optional(),
};

/**
 * One node of a plan. A container (`forEach`, `procedure`) starts when its own needs are met, lets its children start,
 * and is verified when all of them have ended well; whatever needs it, needs all of them.
 */
export const planNodeSchema = z.discriminatedUnion("kind", [
  z.object({
    ...nodeKeys,
    kind: z.literal("action"),
    action: plannedActionSchema,
    retry: z.object({ times: z.int(), delay: milliseconds }).nullable(),
    compensate: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("undo"), text: localTextSchema.nullable() }),
        z.object({ kind: z.literal("action"), action: plannedActionSchema }),
      ])
      .nullable(),
  }),
  z.object({ ...nodeKeys, kind: z.literal("wait"), wait: plannedWaitSchema }),
  z.object({
    ...nodeKeys,
    kind: z.literal("gate"),
    /** `late`: its text still names outcomes, as an action's input may. */
    gate: z.object({
      text: localTextSchema,
      late: z.boolean(),
      approvers: z.int().min(1).max(2),
      expires: milliseconds,
      shows: z.array(z.enum(["data-loss", "capacity", "readiness", "services"])).optional(),
      commit: z.literal(true).optional(),
    }),
  }),
  z.object({
    ...nodeKeys,
    kind: z.literal("forEach"),
    forEach: z.object({
      items: z.array(targetSchema),
      /**
       * How many items may be under way at once; an item ends when its last node has. Of one at a time, each comes after
       * the one before by its own `after`.
       */
      parallel: z.int().min(1),
      /**
       * Null where the items are those of a variable. Else the nodes below are what is known now, and are made anew by
       * `expandForEach` when this node is reached.
       */
      dynamic: z
        .object({
          query: resourceQuerySchema,
          procedure: z.string(),
          bindings: z.record(z.string(), boundSchema),
          /** The node of each step whose outcome may be named inside; null for one that was left out. */
          outcomes: z.record(z.string(), z.string().nullable()),
        })
        .nullable(),
    }),
  }),
  z.object({
    ...nodeKeys,
    kind: z.literal("procedure"),
    procedure: z.string(),
    /** Nodes inside that may be under way at once. */
    parallel: z.int().min(1),
  }),
]);
export type PlanNode = z.infer<typeof planNodeSchema>;
export type PlanNodeOf<Kind extends PlanNode["kind"]> = Extract<PlanNode, { kind: Kind }>;

/**
 * What a run will do, step by step, for given values and what is known now. It is plain data and holds everything
 * that a run needs of the definition; a run pins it with its hash. Nodes stand in an order in which each comes after
 * all that it needs.
 */
export const planSchema = z.object({
  procedure: z.string(),
  title: localTextSchema,
  variables: variableValuesSchema,
  parallel: z.int().min(1),
  /** In their order; left out where the procedure has none. */
  phases: z.array(z.object({ id: z.string(), title: localTextSchema })).optional(),
  nodes: z.array(planNodeSchema),
  /** Steps that will not run because their condition, or that of a step they need, is false for these values. */
  leftOut: z.array(z.object({ id: z.string(), title: localTextSchema, because: localTextSchema })),
  /** The definitions that dynamic nodes are made of, by identifier; sub-procedures included. */
  definitions: z.record(z.string(), procedureSchema),
  /** SHA-256 over the canonical JSON of everything else. */
  hash: z.string(),
});
export type Plan = z.infer<typeof planSchema>;

/** Why no plan can be made of these values: at a variable, or at a step. */
export const planProblemSchema = z.object({
  at: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("variable"), name: z.string() }),
    z.object({ kind: z.literal("step"), id: z.string() }),
    z.object({ kind: z.literal("procedure"), id: z.string() }),
  ]),
  message: localTextSchema,
  hint: localTextSchema,
});
export type PlanProblem = z.infer<typeof planProblemSchema>;
