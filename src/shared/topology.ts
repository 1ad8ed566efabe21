import { z } from "zod";
import { healthSchema, resourceKindSchema } from "./resource.ts";

/** What a topology is of: resources, and networks, which are only named by the VMs that join them. */
export const thingKindSchema = z.union([resourceKindSchema, z.literal("network")]);
export type ThingKind = z.infer<typeof thingKindSchema>;

/** How many of a kind are left out behind something, and how many of them are not well. */
export const leftOutSchema = z.object({ kind: thingKindSchema, total: z.int(), wrong: z.int() });
export type LeftOut = z.infer<typeof leftOutSchema>;

/** Another name of the same machine: an AMT machine or an SSH host that is a host of a hypervisor. */
export const namesakeSchema = z.object({
  resource: z.string(),
  kind: resourceKindSchema,
  name: z.string(),
  system: z.string(),
  health: healthSchema,
  stale: z.boolean(),
  /** Taken for the same by its name and site alone: nothing surer is told of it. */
  byName: z.boolean(),
});

export const thingSchema = z.object({
  id: z.string(),
  /** Null for what is only named by others: a network, a storage that the console may not read. */
  resource: z.string().nullable(),
  kind: thingKindSchema,
  name: z.string(),
  /** The worst by any of its names; null where nothing tells how it is. */
  health: healthSchema.nullable(),
  stale: z.boolean(),
  /** Under which other names its machine is known. */
  also: z.array(namesakeSchema),
  /** What hangs on it and is not in the picture. */
  more: z.array(leftOutSchema),
});
export type Thing = z.infer<typeof thingSchema>;

/** From what needs to what is needed: a VM runs on a host, is stored on a storage, joins a network; a host is in a cluster. */
export const linkSchema = z.object({
  from: z.string(),
  to: z.string(),
  as: z.enum(["in", "runs-on", "stored-on", "joins"]),
});
export type Link = z.infer<typeof linkSchema>;

/**
 * What stands at a site and how it hangs together, or what is next to one thing. Where VMs are too many to draw, their
 * host is `stored-on` and `joins` for them.
 */
export const topologySchema = z.object({
  site: z.string(),
  siteName: z.string(),
  /** The thing that was asked for, by its `id` here; null: the whole site, or nothing of that identifier is known. */
  around: z.string().nullable(),
  things: z.array(thingSchema),
  links: z.array(linkSchema),
  /** What is left out and hangs on nothing that is in the picture. */
  more: z.array(leftOutSchema),
});
export type Topology = z.infer<typeof topologySchema>;

export const topologyRequestSchema = z.object({
  site: z.string().max(100),
  /** A resource or another thing of a topology, by its identifier. */
  around: z.string().max(700).nullable().default(null),
});
