import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";

/** A task that the far side runs or has run, whoever began it; times in epoch milliseconds. */
export const remoteTaskSchema = z.object({
  id: z.string(),
  /** The far side's own word for it, such as `qmigrate` or `Relocate virtual machine`. */
  name: z.string(),
  /** What it is about, in the far side's words, and its resource where the console knows it. */
  subject: z.string(),
  resource: z.string().nullable(),
  state: z.enum(["queued", "running", "done", "warned", "failed", "unknown"]),
  /** From 0 to 1; null when it is not told. */
  fraction: z.number().nullable(),
  by: z.string().nullable(),
  queuedAt: z.number().nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** The far side's sentence on how it failed. */
  problem: z.string().nullable(),
  /** Whether its log can be read. */
  hasLog: z.boolean(),
});
export type RemoteTask = z.infer<typeof remoteTaskSchema>;

/** The newest first; `error` says why they cannot be read now, `cut` that there are older ones. */
export const remoteTasksSchema = z.object({
  tasks: z.array(remoteTaskSchema),
  readAt: z.number().nullable(),
  cut: z.boolean(),
  error: wireErrorSchema.nullable(),
});
export type RemoteTasks = z.infer<typeof remoteTasksSchema>;

/** Further lines of the log of a task, in order; `ended` with the last of them. */
export const remoteTaskLogSchema = z.object({ lines: z.array(z.string()), ended: z.boolean() });
export type RemoteTaskLog = z.infer<typeof remoteTaskLogSchema>;
