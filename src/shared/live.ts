import { z } from "zod";
import { maintenanceSchema } from "./maintenance.ts";
import { factValueSchema, healthSchema, type Resource, resourceKindSchema } from "./resource.ts";
import { localTextSchema } from "./text.ts";

export const facetNames = [
  "kind",
  "site",
  "environment",
  "health",
  "system",
  "namespace",
  "node",
  "type",
  "status",
  "cluster",
  "host",
  "power",
  "stale",
] as const;
export type FacetName = (typeof facetNames)[number];

/** Facets whose values are those of a fact; the others are fields of the resource. */
export const factOfFacet = {
  namespace: "kubernetes.namespace",
  node: "kubernetes.node",
  type: "kubernetes.type",
  status: "kubernetes.status",
  cluster: "hypervisor.cluster",
  host: "vm.host",
  power: "power.state",
} as const satisfies Partial<Record<FacetName, string>>;

/** At most so many values of a facet are counted out to a screen, the most frequent ones and those in force. */
export const mostFacetValues = 200;

/** What a list is of before anything is filtered: what stands on a parent, or has these values. */
export const withinSchema = z.partialRecord(z.enum([...facetNames, "parent"]), z.string().max(700));
export type Within = z.infer<typeof withinSchema>;

/** How a list asks for what is in a resource: a cluster's by its system, a node's pods by the node they run on. */
export function contentsOf({
  id,
  kind,
  name,
  system,
}: Pick<Resource, "id" | "kind" | "name" | "system">): Within {
  switch (kind) {
    case "cluster":
      return { system };
    case "namespace":
      return { system, namespace: name };
    case "node":
      return { system, node: name };
    default:
      return { parent: id };
  }
}

/** The window of a list that a screen looks at. `columns` are fact keys; only those travel. */
export const listQuerySchema = z.object({
  kinds: z.array(resourceKindSchema).max(20).default([]),
  within: withinSchema.default({}),
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
  /** Left out while it is not in maintenance. */
  maintenance: maintenanceSchema.optional(),
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
