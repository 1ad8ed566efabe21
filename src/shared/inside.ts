import { z } from "zod";
import { identifierSchema } from "./estate-words.ts";
import { praDirections, praModes } from "./pra-plan.ts";
import { localTextSchema } from "./text.ts";

/** What somebody is about to do, for which this workstation may have to stand inside an allowlist. */
export const insideSubjectSchema = z.discriminatedUnion("of", [
  /** A console of a resource; the one that would be opened where `system` is left out. */
  z.object({
    of: z.literal("console"),
    resource: z.string().max(700),
    system: z.string().max(100).optional(),
  }),
  /** The logs, ports or object of resources; outside when none of them can be reached. */
  z.object({
    of: z.literal("part"),
    resources: z.array(z.string().max(700)).max(10_000),
    part: z.enum(["logs", "ports", "manifests"]),
  }),
  /** What is asked about a resource, of the system that it is in. */
  z.object({ of: z.literal("resource"), resource: z.string().max(700) }),
  /** A mode of a PRA plan, by the actions of the plan that it would be made into. */
  z.object({
    of: z.literal("pra"),
    plan: z.string().max(100),
    direction: z.enum(praDirections),
    mode: z.enum(praModes),
  }),
  /**
   * Log-ins with a secret of the keychain wherever the estate uses it; outside when none of these places can be reached, and
   * with `everywhere` when any cannot.
   */
  z.object({ of: z.literal("secret"), name: z.string().max(300), everywhere: z.boolean() }),
  /** A system by itself, such as a Vault. */
  z.object({ of: z.literal("system"), system: identifierSchema }),
  /** The actions of a plan; outside when any of them is. */
  z.object({
    of: z.literal("steps"),
    steps: z.array(z.object({ action: z.string().max(200), resource: z.string().max(700) })).max(20_000),
  }),
  /** A task that is looked into or undone, or all of a bulk; outside when none of them can be reached. */
  z.object({ of: z.literal("task"), task: z.string().max(700) }),
  /** The actions of a run that are still to be done, or to be taken back. */
  z.object({ of: z.literal("run"), run: z.string().max(300) }),
]);
export type InsideSubject = z.infer<typeof insideSubjectSchema>;

/** Why it cannot be done from here; null: it can, or it is not known that it cannot. */
export const insideAnswerSchema = z.object({ outside: localTextSchema.nullable() });
