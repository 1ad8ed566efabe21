import { z } from "zod";
import { localTextSchema } from "./text.ts";

/** What a drain does with a pod, decided before it begins. */
export const drainPlanSchema = z.enum([
  "evict",
  "skip-daemon-set",
  "skip-static",
  "leaving",
  "asks-local-data",
  "asks-unmanaged",
]);
export type DrainPlan = z.infer<typeof drainPlanSchema>;

/** How far it is with a pod. */
export const drainPodStateSchema = z.enum(["planned", "blocked", "leaving", "gone", "stays"]);

/** What of a pod is lost for good when it is evicted, so that a person has to allow it. */
export const drainLossSchema = z.enum(["local-data", "unmanaged"]);
export type DrainLoss = z.infer<typeof drainLossSchema>;

/** One line of a drain: the pod, what will happen to it, and why it waits. */
export const drainPodSchema = z.object({
  /** The pod's resource. */
  resource: z.string(),
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  /** Its controller, such as "ReplicaSet api-5f"; null: none. */
  owner: z.string().nullable(),
  plan: drainPlanSchema,
  /** Whether it was allowed or not. */
  losses: z.array(drainLossSchema),
  /**
   * The PodDisruptionBudgets that it is under: how many disruptions each allows now, how many of its pods are healthy
   * and how many must be.
   */
  budgets: z.array(
    z.object({ name: z.string(), allowed: z.number(), healthy: z.number(), needed: z.number() }),
  ),
  state: drainPodStateSchema,
  /** Why it waits and what would free it. */
  reason: localTextSchema.nullable(),
  /** Since when it is in this state, epoch milliseconds. */
  since: z.number(),
});
export type DrainPod = z.infer<typeof drainPodSchema>;

/** What a person wants of a drain under way. */
export const drainWishSchema = z.enum(["go-on", "pause", "abort", "abort-and-uncordon"]);
export type DrainWish = z.infer<typeof drainWishSchema>;

/** A drain as it is shown: as a preview, live, or how it ended. */
export const drainViewSchema = z.object({
  /** The node's resource. */
  resource: z.string(),
  /** `stopping`: it was aborted and is about to end. */
  phase: z.enum(["preview", "running", "paused", "stopping", "ended"]),
  /** The losses that were allowed. */
  allowed: z.array(drainLossSchema),
  pods: z.array(drainPodSchema),
});
export type DrainView = z.infer<typeof drainViewSchema>;
