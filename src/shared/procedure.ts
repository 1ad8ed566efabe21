import { z } from "zod";
import { durationSchema, expectations, identifierSchema } from "./estate-words.ts";
import { healthOrder, resourceKindSchema } from "./resource.ts";

/*
 * What a procedure is as it is written, in the estate file or in a file of its own. What it becomes for given values
 * is in plan.ts, how it goes on in run.ts. Here are the shapes; what steps, variables and actions must have to do with
 * each other is checked by main/procedures/definition, which knows the places in the file.
 */

const wordsSchema = z.string().min(1).max(2000);

/** Words in one language for both, or in each. */
export const stepWordsSchema = z.union(
  [wordsSchema, z.strictObject({ en: wordsSchema, fr: wordsSchema })],
  expectations.stepWords.en,
);
export type StepWords = z.infer<typeof stepWordsSchema>;

/** A name that conditions and placeholders may use. */
export const variableNameSchema = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, expectations.variableName.en);

/** Which resources are meant; what is left out does not narrow them. */
export const resourceQuerySchema = z.strictObject({
  kinds: z.array(resourceKindSchema).min(1).max(20).optional(),
  site: z.string().min(1).max(100).optional(),
  environment: z.string().min(1).max(100).optional(),
  health: z.array(z.enum(healthOrder)).min(1).optional(),
  /** Part of the name or identifier, whatever its case. */
  text: z.string().min(1).max(200).optional(),
  /** The identifier of what they are in, such as the cluster of hosts. */
  parent: z.string().min(1).max(300).optional(),
  /** Only those that have this action. */
  action: z.string().min(1).max(100).optional(),
});
export type ResourceQuery = z.infer<typeof resourceQuerySchema>;

export const variableTypes = [
  "text",
  "number",
  "boolean",
  "duration",
  "choice",
  "resource",
  "resources",
] as const;
export type VariableType = (typeof variableTypes)[number];

const queryKeys = resourceQuerySchema.shape;

/**
 * Something that is asked for before a run. A variable without `default` must be given. Secrets are not asked for: a
 * procedure's variables are shown and journalled.
 */
export const variableSchema = z.strictObject({
  type: z.enum(variableTypes),
  title: stepWordsSchema.optional(),
  description: stepWordsSchema.optional(),
  /** Of `resources`, "all" takes every one that fits when the plan is made. */
  default: z
    .union([z.string().max(2000), z.number(), z.boolean(), z.array(z.string().max(300)).max(10_000)])
    .optional(),
  /** Of `text` the least and most characters, of `number` the least and most. */
  least: z.number().optional(),
  most: z.number().optional(),
  /** Of `choice`: what may be chosen. */
  choices: z
    .array(z.strictObject({ value: z.string().min(1).max(200), title: stepWordsSchema.optional() }))
    .min(1)
    .max(100)
    .optional(),
  ...queryKeys,
});
export type Variable = z.infer<typeof variableSchema>;

/** A value of a variable as it is given: durations as words, resources by identifier. */
export const variableValueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
export type VariableValue = z.infer<typeof variableValueSchema>;
export const variableValuesSchema = z.record(z.string(), variableValueSchema);
export type VariableValues = z.infer<typeof variableValuesSchema>;

/** A whole placeholder ("${hosts}") or an identifier. */
const referenceSchema = z.string().min(1).max(300);
const limitSchema = z.int().min(1).max(256);

/** What a step waits for: one reading of a fact, made after the wait began, that compares as it says. */
export const waitUntilSchema = z.strictObject({
  resource: referenceSchema,
  /** A key of facts.ts, or `health`. */
  fact: z.string().min(1).max(100),
  is: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  not: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  /** Any value will do, as long as it was read since. */
  read: z.literal(true).optional(),
  /** Any value but the one that is known when the plan is made, such as another boot identifier. */
  changed: z.literal(true).optional(),
});

const waitSchema = z.strictObject({
  for: z.union([durationSchema, z.string().regex(/^\$\{[^}]+\}$/)], expectations.duration.en).optional(),
  until: waitUntilSchema.optional(),
});

const inputSchema = z.record(z.string().max(100), z.json());

const compensationSchema = z.strictObject({
  /** The undo of the step's own action. */
  undo: z.literal(true).optional(),
  action: z.string().min(1).max(100).optional(),
  on: referenceSchema.optional(),
  input: inputSchema.optional(),
});

const forEachKeys = {
  /** A variable of type `resources` as "${name}", or a query that is asked again when the step is reached. */
  in: z.union([z.string().min(1).max(300), resourceQuerySchema]),
  as: variableNameSchema,
  parallel: limitSchema.default(1),
};

/**
 * One step. It has exactly one of `action`, `wait`, `gate`, `forEach` and `procedure`. `needs` left out: it comes after
 * the step before it; `[]`: it needs none.
 */
export const stepSchema = z.strictObject({
  id: identifierSchema,
  title: stepWordsSchema.optional(),
  /** One of the procedure's phases; that of the step it is in, or of the step before it, when left out. */
  phase: identifierSchema.optional(),
  /** The application that it is for, by its name in a PRA plan; that of the step it is in when left out. */
  application: identifierSchema.optional(),
  /** Once this step has begun, the run is not rolled back any more. */
  pointOfNoReturn: z.literal(true).optional(),
  needs: z.array(identifierSchema).max(200).optional(),
  when: z.string().min(1).max(1000).optional(),
  timeout: durationSchema.optional(),
  action: z.string().min(1).max(100).optional(),
  on: referenceSchema.optional(),
  input: inputSchema.optional(),
  /** The step is left out where no system offers its action on that resource. */
  optional: z.literal(true).optional(),
  retry: z.strictObject({ times: z.int().min(1).max(20), delay: durationSchema.default("10s") }).optional(),
  compensate: compensationSchema.optional(),
  wait: waitSchema.optional(),
  gate: z
    .strictObject({
      text: stepWordsSchema,
      approvers: z.union([z.literal(1), z.literal(2)]).default(1),
      expires: durationSchema.default("24h"),
      /** What is shown at the gate as it stands then, which an approval is bound to. */
      shows: z
        .array(z.enum(["data-loss", "capacity", "readiness", "services"]))
        .max(4)
        .optional(),
      /** It confirms all that was done: `expires` is the window for that. */
      commit: z.literal(true).optional(),
    })
    .optional(),
  get forEach() {
    return z.strictObject({ ...forEachKeys, steps: z.array(stepSchema).min(1).max(200) }).optional();
  },
  procedure: identifierSchema.optional(),
  /** Values for the variables of the sub-procedure. */
  with: z.record(z.string(), variableValueSchema).optional(),
});
export type Step = z.infer<typeof stepSchema>;

/** A procedure as it is written. */
export const procedureSchema = z.strictObject({
  title: stepWordsSchema,
  description: stepWordsSchema.optional(),
  variables: z.record(variableNameSchema, variableSchema).default({}),
  /** What its steps are gathered under, in their order, for whoever follows a run. */
  phases: z
    .array(z.strictObject({ id: identifierSchema, title: stepWordsSchema }))
    .max(30)
    .optional(),
  /** Steps that may be under way at once. */
  parallel: limitSchema.default(8),
  steps: z.array(stepSchema).min(1).max(1000),
});
export type Procedure = z.infer<typeof procedureSchema>;

/** Procedures by their identifier: the estate's key `procedures`, and a file in resources/procedures. */
export const proceduresSchema = z.record(identifierSchema, procedureSchema);
export type Procedures = z.infer<typeof proceduresSchema>;
