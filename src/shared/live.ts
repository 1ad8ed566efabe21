import { z } from "zod";
import { factValueSchema, healthSchema, resourceKindSchema } from "./resource.ts";
import { localTextSchema } from "./text.ts";

export const facetNames = ["kind", "site", "environment", "health", "system", "stale"] as const;
export type FacetName = (typeof facetNames)[number];

/** The window of a list that a screen looks at. `columns` are fact keys; only those travel. */
export const listQuerySchema = z.object({
  kinds: z.array(resourceKindSchema).max(20).default([]),
  text: z.string().max(200).default(""),
  facets: z.partialRecord(z.enum(facetNames), z.array(z.string()).max(100)).default({}),
  sort: z
    .object({ by: z.string().max(60), direction: z.enum(["ascending", "descending"]) })
    .default({ by: "name", direction: "ascending" }),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(100),
  columns: z.array(z.string().max(60)).max(30).default([]),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

export const listRowSchema = z.object({
  id: z.string(),
  kind: resourceKindSchema,
  name: z.string(),
  system: z.string(),
  parent: z.string().nullable(),
  site: z.string().nullable(),
  environment: z.string().nullable(),
  health: healthSchema,
  stale: z.boolean(),
  seenAt: z.number().nullable(),
  problem: localTextSchema.nullable(),
  cells: z.record(z.string(), factValueSchema),
});
export type ListRow = z.infer<typeof listRowSchema>;

export const facetCountsSchema = z.partialRecord(z.enum(facetNames), z.record(z.string(), z.int()));

/**
 * One frame of a live list. `order` holds the identifiers of the window in order; `rows` those that are new or
 * changed since the frame before (all of them in the first). A null `order` or `facets` means unchanged.
 */
export const listFrameSchema = z.object({
  asOf: z.number(),
  total: z.int(),
  matching: z.int(),
  order: z.array(z.string()).nullable(),
  facets: facetCountsSchema.nullable(),
  rows: z.array(listRowSchema),
});
export type ListFrame = z.infer<typeof listFrameSchema>;
