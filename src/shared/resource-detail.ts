import { z } from "zod";
import { actionOfferSchema } from "./action.ts";
import { listRowSchema } from "./live.ts";
import { resourceKindSchema, resourceSchema } from "./resource.ts";
import { localTextSchema } from "./text.ts";

/** A console of a resource; `unavailable` says why it cannot be opened now. */
export const consoleOfferSchema = z.object({
  kind: z.enum(["shell", "serial", "screen"]),
  /** The system that opens it, by its identifier in the estate. */
  system: z.string(),
  unavailable: localTextSchema.nullable(),
});
export type ConsoleOffer = z.infer<typeof consoleOfferSchema>;

export const resourceDetailSchema = z.object({
  /** Null when the estate does not (or no longer) declare it. */
  resource: resourceSchema.nullable(),
  relations: z.object({
    parent: listRowSchema.nullable(),
    children: z.array(listRowSchema),
    siblings: z.array(listRowSchema),
    /** A pod's node, and the pods of a node. */
    runsOn: listRowSchema.nullable(),
    carries: z.array(listRowSchema),
    /** Other resources that are this machine by their boot identifier or platform UUID: a node and its host or VM. */
    sameMachine: z.array(listRowSchema),
    /** What is taken for this machine by its name and site alone, where its hypervisor tells nothing else: Proxmox VE. */
    byName: z.array(listRowSchema),
  }),
  /** How many of each kind are in it, and how many of them are not well. */
  contents: z.partialRecord(resourceKindSchema, z.object({ total: z.int(), wrong: z.int() })),
  offers: z.array(actionOfferSchema),
  /** The shells, serial consoles and screens that its systems can open, in the order in which they are to be tried. */
  consoles: z.array(consoleOfferSchema),
  /** What else one of its systems can show of it. */
  has: z.object({
    logs: z.boolean(),
    ports: z.boolean(),
    manifest: z.boolean(),
    happenings: z.boolean(),
    snapshots: z.boolean(),
    remoteTasks: z.boolean(),
    secrets: z.boolean(),
  }),
  /** The last values of the load facts, oldest first, for the sparklines. */
  history: z.record(z.string(), z.array(z.object({ at: z.number(), value: z.number() }))),
});
export type ResourceDetail = z.infer<typeof resourceDetailSchema>;
