import { z } from "zod";
import { healthSchema, resourceKindSchema } from "./resource.ts";
import { localTextSchema } from "./text.ts";

export const overviewSchema = z.object({
  cards: z.array(
    z.object({
      site: z.string(),
      name: z.string(),
      environment: z.string().nullable(),
      environmentName: z.string().nullable(),
      health: healthSchema,
      /** Those in maintenance are counted apart. */
      counts: z.record(healthSchema, z.int()),
      maintenance: z.int(),
      stale: z.int(),
      /** Whether the support window is open now, and until or from when (epoch milliseconds). */
      support: z
        .object({ window: z.string(), open: z.boolean(), changesAt: z.number().nullable() })
        .nullable(),
      rpo: z.string().nullable(),
      rto: z.string().nullable(),
      runningTasks: z.int(),
    }),
  ),
  needs: z.array(
    z.object({
      key: z.string(),
      health: healthSchema,
      text: localTextSchema,
      resource: z.string().nullable(),
      /** A page of the console that mends it, or an action to preview. */
      page: z.enum([
        "secrets",
        "estate",
        "journal",
        "questions",
        "resource",
        "tasks",
        "runs",
        "capacity",
        "pra",
        "people",
      ]),
      /** The run that has to be decided about. */
      run: z.string().optional(),
      action: z.string().nullable(),
    }),
  ),
  /** How many of them are quiet because the finding behind each is muted. */
  muted: z.int(),
  changes: z.array(
    z.object({
      at: z.number(),
      resource: z.string(),
      name: z.string(),
      kind: resourceKindSchema,
      text: localTextSchema,
      health: healthSchema,
    }),
  ),
});
export type Overview = z.infer<typeof overviewSchema>;
