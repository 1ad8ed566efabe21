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
  "tag",
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
  tag: "hypervisor.tags",
} as const satisfies Partial<Record<FacetName, string>>;

/** Facets of which one resource may have several values. */
export const facetsOfMany: ReadonlySet<FacetName> = new Set(["tag"] as const);

/** At most so many values of a facet are counted out to a screen, the most frequent ones and those in force. */
export const mostFacetValues = 200;

/** What a list is of before anything is filtered: what stands on a parent, lies on a storage, or has these values. */
export const withinSchema = z.partialRecord(
  z.enum([...facetNames, "parent", "storage"]),
  z.string().max(700),
);
export type Within = z.infer<typeof withinSchema>;

/** The names of the storages that a VM lies on; `storage` narrows a list to one of them. */
export const factOfStorage = "vm.storages";

/** The fact that only the clusters of a hypervisor have: a system may manage several of them, and storages beside. */
export const factOfHypervisorCluster = "hypervisor.hosts";

/** A resource as far as it says where its contents are looked for. */
export type Holder = Pick<Resource, "id" | "kind" | "name" | "system"> & {
  facts: Readonly<Record<string, unknown>>;
};

/**
 * How a list asks for what is in a resource: a Kubernetes cluster's by its system, a hypervisor's by its name too, a node's
 * pods by the node they run on, a storage's VMs by its name.
 */
export function contentsOf({ id, kind, name, system, facts }: Holder): Within {
  switch (kind) {
    case "cluster":
      return Object.hasOwn(facts, factOfHypervisorCluster) ? { system, cluster: name } : { system };
    case "namespace":
      return { system, namespace: name };
    case "node":
      return { system, node: name };
    case "volume":
      return { system, storage: name };
    case "site":
      return { site: id };
    default:
      return { parent: id };
  }
}

/** The facets that a list can be grouped by, in the order in which they are offered. */
export const groupNames = [
  "site",
  "environment",
  "system",
  "cluster",
  "host",
  "node",
  "namespace",
  "type",
  "status",
  "power",
  "health",
] as const satisfies readonly FacetName[];
export type GroupName = (typeof groupNames)[number];

/** Names that each system gives by itself: the same one in two systems is two groups. */
const namedBySystem: ReadonlySet<GroupName> = new Set(["cluster", "host", "node", "namespace"] as const);

/** Whether groups by this facet are told apart by their system as well. */
export function isNamedBySystem(group: GroupName): boolean {
  return namedBySystem.has(group);
}

/** Which groups show their rows: all or none, except those with these keys. */
export const foldSchema = z.object({
  open: z.boolean().default(true),
  except: z.array(z.string().max(1500)).max(2000).default([]),
});
export type Folding = z.infer<typeof foldSchema>;

/**
 * The line above the rows of a group. Its key begins with a line feed, which no identifier of a resource does. `place`:
 * where it stands among all lines; `wrong`: how many are not well and not in maintenance.
 */
export const groupHeadSchema = z.object({
  key: z.string(),
  value: z.string(),
  /** Null where the value is the same thing in every system. */
  system: z.string().nullable(),
  total: z.int(),
  wrong: z.int(),
  open: z.boolean(),
  place: z.int(),
});
export type GroupHead = z.infer<typeof groupHeadSchema>;

/** Characters that a list is filtered by and that a facet's value may have; values that may be chosen of one facet. */
export const longestText = 200;
export const longestFacetValue = 1000;
export const mostChosen = 100;

/**
 * The window of a list that a screen looks at. `columns` are fact keys; only those travel. `offset` and `limit` count lines:
 * rows, and where it is grouped their heads.
 */
export const listQuerySchema = z.object({
  kinds: z.array(resourceKindSchema).max(20).default([]),
  within: withinSchema.default({}),
  text: z.string().max(longestText).default(""),
  facets: z
    .partialRecord(z.enum(facetNames), z.array(z.string().max(longestFacetValue)).max(mostChosen))
    .default({}),
  sort: z
    .object({ by: z.string().max(60), direction: z.enum(["ascending", "descending"]) })
    .default({ by: "name", direction: "ascending" }),
  group: z.enum(groupNames).nullable().default(null),
  /** Only what has the action of this identifier. */
  action: z.string().max(200).nullable().default(null),
  fold: foldSchema.default({ open: true, except: [] }),
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
 * One frame of a live list. `order` holds the identifiers of the window in order, and the keys of heads among them; `rows`
 * those that are new or changed since the frame before (all of them in the first). A null `order` or `facets` means
 * unchanged. `groups` is left out where the list is not grouped or they are unchanged: how many lines there are in all, and
 * the heads in the window, with that of its first row where it stands above the window.
 */
export const listFrameSchema = z.object({
  asOf: z.number(),
  total: z.int(),
  matching: z.int(),
  order: z.array(z.string()).nullable(),
  facets: facetCountsSchema.nullable(),
  groups: z.object({ lines: z.int(), heads: z.array(groupHeadSchema) }).optional(),
  rows: z.array(listRowSchema),
});
export type ListFrame = z.infer<typeof listFrameSchema>;
