import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";

/** One snapshot of a VM; `parent` is the identifier of the one that it was taken on, null at the root. */
export const snapshotSchema = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  name: z.string(),
  description: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.number().nullable(),
  /** Whether it holds the memory of the running VM; null: its system does not say. */
  withMemory: z.boolean().nullable(),
});
export type SnapshotRecord = z.infer<typeof snapshotSchema>;

/**
 * The snapshots of a VM, each after its parent. `current`: the one that the VM has gone on from, null without any.
 * `error` says why they cannot be read now; what is told then is from `readAt`.
 */
export const snapshotTreeSchema = z.object({
  snapshots: z.array(snapshotSchema),
  current: z.string().nullable(),
  readAt: z.number().nullable(),
  error: wireErrorSchema.nullable(),
});
export type SnapshotTree = z.infer<typeof snapshotTreeSchema>;
