import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { identified } from "./contract-words.ts";
import { drillRequestSchema, drillViewSchema } from "./drill.ts";
import { comparisonSchema } from "./evidence.ts";
import {
  praPreparedSchema,
  praRequestSchema,
  praRunViewSchema,
  praStartSchema,
  praSummarySchema,
  praViewSchema,
  praWaySchema,
} from "./pra.ts";

/** Disaster-recovery plans, drills and passages: the part `pra` of the contract. */
export const praCalls = {
  list: oc.output(eventIterator(z.object({ plans: z.array(praSummarySchema) }))),
  watch: oc.input(identified).output(eventIterator(praViewSchema)),
  /** Has the readiness of a plan worked out now; what comes of it is told by `watch`. */
  evaluate: oc.input(z.object({ plan: z.string().max(100) })).output(z.object({ asked: z.boolean() })),
  /** What would be done; nothing far away is asked. */
  prepare: oc.input(praRequestSchema).output(praPreparedSchema),
  start: oc.input(praStartSchema).output(z.object({ run: z.string() })),
  /** Starts a drill of a plan on the lab or on a copy of the estate; answers once its console can be opened. */
  drill: oc.input(drillRequestSchema).output(z.object({ drill: z.string() })),
  /** The drills since this console was started, newest first. */
  drills: oc.output(eventIterator(z.object({ drills: z.array(drillViewSchema) }))),
  /** A link that opens the console of a drill once, within a minute. */
  drillLink: oc.input(identified).output(z.object({ link: z.string().nullable() })),
  /** A copy of the estate as it is known, as a file to be shown to others. */
  copy: oc
    .input(z.object({ anonymous: z.boolean() }))
    .output(z.object({ name: z.string(), content: z.string() })),
  endDrill: oc.input(identified).output(z.object({ ended: z.boolean() })),
  /** Probes every step by reading only, and keeps what was found as a passage of the plan. */
  rehearse: oc
    .input(
      praRequestSchema.pick({ plan: true, direction: true }).extend({ way: praWaySchema.default("planned") }),
    )
    .output(z.object({ rehearsal: z.string() })),
  /**
   * What a run says to whoever follows it: one of a PRA plan, or of any procedure. `now` is the time here, which all times of
   * the view are by.
   */
  run: oc.input(identified).output(eventIterator(z.object({ view: praRunViewSchema, now: z.number() }))),
  /** Two passages of a plan side by side, runs or rehearsals, the earlier one first. */
  compare: oc
    .input(z.object({ one: z.string().max(300), other: z.string().max(300) }))
    .output(comparisonSchema),
};
