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

/** One line of a drain: the pod, what will happen to it, and why it waits. */
export const drainPodSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  /** Its controller, such as "ReplicaSet api-5f"; null: none. */
  owner: z.string().nullable(),
  plan: drainPlanSchema,
  /** The PodDisruptionBudgets that it is under, and how many disruptions each allows now. */
  budgets: z.array(z.object({ name: z.string(), allowed: z.number() })),
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
  phase: z.enum(["preview", "running", "paused", "ended"]),
  pods: z.array(drainPodSchema),
});
export type DrainView = z.infer<typeof drainViewSchema>;
