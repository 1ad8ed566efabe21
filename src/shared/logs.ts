import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";

/** Which logs: those of pods, or of every pod of a workload, namespace or node; `tail` counts lines, `since` seconds. */
export const logRequestSchema = z.object({
  resources: z.array(z.string().max(700)).min(1).max(200),
  /** One container's name; all containers when null. */
  container: z.string().max(300).nullable().default(null),
  /** Of the container before its last restart. */
  previous: z.boolean().default(false),
  tail: z.int().min(0).max(10_000_000).nullable().default(null),
  since: z.int().min(1).max(31_536_000).nullable().default(null),
  follow: z.boolean().default(true),
});
export type LogRequest = z.infer<typeof logRequestSchema>;

/** One container whose log is read. */
export const logSourceSchema = z.object({
  resource: z.string(),
  /** The pod's name, and the container's where it has several. */
  name: z.string(),
  state: z.enum(["connecting", "reading", "waiting", "ended", "failed"]),
  lines: z.int(),
  error: wireErrorSchema.nullable(),
});
export type LogSourceState = z.infer<typeof logSourceSchema>;

/** What is searched or filtered for: plain words, or a regular expression; case counts only where it is asked for. */
export const logPatternSchema = z.object({
  words: z.string().max(500),
  expression: z.boolean().default(false),
  matchCase: z.boolean().default(false),
});
export type LogPattern = z.infer<typeof logPatternSchema>;

/**
 * A window on the lines that main holds. `from` is the place in the filtered order, counted from 0; null follows the
 * end. With `only` just the matching lines are in that order.
 */
export const logWindowSchema = z.object({
  log: z.string().max(100),
  from: z.int().min(0).nullable(),
  count: z.int().min(1).max(1000),
  only: logPatternSchema.nullable().default(null),
});
export type LogWindow = z.infer<typeof logWindowSchema>;

/** One line; `at` is when the cluster got it, epoch milliseconds; `source` counts in the frame's sources. */
export const logLineSchema = z.object({
  number: z.int(),
  source: z.int(),
  at: z.number().nullable(),
  text: z.string(),
  /** True when the line was longer than is kept of one. */
  cut: z.boolean(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** What a window shows now, pushed when it changes. */
export const logFrameSchema = z.object({
  sources: z.array(logSourceSchema),
  /** Lines held, those of them in the filtered order so far, and those dropped at the beginning for want of room. */
  total: z.int(),
  matching: z.int(),
  dropped: z.int(),
  bytes: z.int(),
  /** False while the filter still goes through what is held. */
  filtered: z.boolean(),
  from: z.int(),
  lines: z.array(logLineSchema),
});
export type LogFrame = z.infer<typeof logFrameSchema>;

/** A search from a place in the filtered order on, or back from it; null: nothing further. */
export const logSearchSchema = logWindowSchema.pick({ log: true, only: true }).extend({
  pattern: logPatternSchema,
  from: z.int().min(0),
  backwards: z.boolean().default(false),
});
export type LogSearch = z.infer<typeof logSearchSchema>;
