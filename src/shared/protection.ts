import { z } from "zod";
import { resourceKindSchema } from "./resource.ts";
import { localTextSchema } from "./text.ts";

/*
 * One view over all backups, whoever makes them: what is protected, how old what could be brought back is, and whether that
 * was ever tried. Times are epoch milliseconds, durations milliseconds.
 */

/**
 * How one thing stands, the gravest first; what nobody backs up stands last. `late`: older than its RPO, or its schedule was missed. `never`: nothing good
 * was ever made of it, where it should have been. `unknown`: what is known of it was not read lately. `due`: it is at its
 * limit, and the slot that renews it has begun and is not over its grace. `unprotected`: its environment has an RPO, and no
 * system that makes backups knows it. `unmeasured`: nothing says how old it may be.
 */
export const protectionStates = [
  "never",
  "late",
  "unknown",
  "due",
  "unmeasured",
  "ok",
  "unprotected",
] as const;
export const protectionStateSchema = z.enum(protectionStates);
export type ProtectionState = z.infer<typeof protectionStateSchema>;

/** Whether restore points go back as far as their policy demands; `growing`: not yet, and nothing was lost. */
export const keptStates = ["kept", "growing", "shorter", "unknown", "not-demanded"] as const;
export const offSiteStates = ["yes", "no", "unknown"] as const;

/** The slots of a schedule: what became of each. `pending`: it has come and its grace is not over. */
export const slotStates = ["failed", "missed", "partial", "running", "pending", "unknown", "good"] as const;
export const slotStateSchema = z.enum(slotStates);
export type SlotState = z.infer<typeof slotStateSchema>;

/** The restore point that would be used now. */
export const lastGoodSchema = z.object({
  /** The moment whose data it holds. */
  at: z.number(),
  /** The identifier of the `restore-point`. */
  restorePoint: z.string(),
  name: z.string(),
});

export const protectionSchema = z.object({
  /** The identifier of what is protected. */
  id: z.string(),
  kind: resourceKindSchema,
  name: z.string(),
  system: z.string(),
  site: z.string().nullable(),
  environment: z.string().nullable(),
  state: protectionStateSchema,
  /** Why it stands so, with its figures. */
  text: localTextSchema,
  lastGood: lastGoodSchema.nullable(),
  /** The most data that may be lost, and who says so: the tier of a PRA plan before the environment. */
  rpo: z.number().nullable(),
  rpoFrom: z.object({ kind: z.enum(["plan", "environment"]), name: z.string() }).nullable(),
  policies: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      schedule: z.string().nullable(),
      zone: z.string(),
      paused: z.boolean(),
      /** Whether its schedule could be read; if not, its slots are not judged. */
      understood: z.boolean(),
    }),
  ),
  /** The next slot of any of its policies. */
  next: z.number().nullable(),
  /** Slots of the last fourteen days of which nothing good came, and the last of them. */
  missed: z.int(),
  lastMissed: z.number().nullable(),
  /** How many good restore points there are. */
  points: z.int(),
  kept: z.object({
    state: z.enum(keptStates),
    demanded: z.number().nullable(),
    oldest: z.number().nullable(),
    /** The same in the words of its policies, such as `keep-daily=7`; null where they say none. */
    words: z.string().nullable(),
  }),
  /** The newest good copy at another site. */
  offSite: z.object({
    state: z.enum(offSiteStates),
    at: z.number().nullable(),
    where: z.string().nullable(),
  }),
  /** The last time that something was brought back of it; null: never, as far as the journal goes. */
  tested: z
    .object({
      at: z.number(),
      good: z.boolean(),
      by: z.enum(["test", "restore"]),
      restorePoint: z.string().nullable(),
    })
    .nullable(),
  /** The oldest reading that this rests on. */
  readAt: z.number().nullable(),
});
export type Protection = z.infer<typeof protectionSchema>;

/** What PRA plans and others read of it. */
export interface ProtectionSource {
  /** How a resource is protected, as it was last judged; null for what is neither protected nor should be. */
  protectionOf(resource: string): Protection | null;
  /** Calls the listener whenever the protection of anything changed; returns how to stop. */
  onChange(listener: () => void): () => void;
}

/** The journal's event of a test restore, whoever made it; `subject` is what was brought back. */
export const restoreTestedType = "backup.restore-tested";
export const restoreTestedSchema = z.looseObject({
  /** The identifier of the resource that the restore point is of. */
  of: z.string(),
  restorePoint: z.string().nullable().default(null),
  good: z.boolean().default(true),
});

export const protectionFacets = [
  "state",
  "kind",
  "site",
  "environment",
  "system",
  "policy",
  "offSite",
  "tested",
  "kept",
] as const;
export type ProtectionFacet = (typeof protectionFacets)[number];

export const protectionFilterSchema = z.object({
  text: z.string().max(200).default(""),
  facets: z.partialRecord(z.enum(protectionFacets), z.array(z.string().max(700)).max(100)).default({}),
  /** The time zone that days and hours are told in, by its IANA name. */
  zone: z.string().max(60).default("UTC"),
});
export type ProtectionFilter = z.infer<typeof protectionFilterSchema>;

export const protectionSorts = ["state", "name", "age", "next", "tested", "offSite"] as const;
export const protectionQuerySchema = protectionFilterSchema.extend({
  sort: z
    .object({ by: z.enum(protectionSorts), direction: z.enum(["ascending", "descending"]) })
    .default({ by: "state", direction: "ascending" }),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(100),
});
export type ProtectionQuery = z.infer<typeof protectionQuerySchema>;

/** What became of the slots of one hour of one day, over all that the filter lets through. */
export const heatCellSchema = z.object({
  /** `2026-02-03`, by the filter's zone. */
  day: z.string(),
  hour: z.int(),
  counts: z.partialRecord(slotStateSchema, z.int()),
});
export type HeatCell = z.infer<typeof heatCellSchema>;

/** The window of the list, the three numbers over all that is protected, facets, and the calendar of what matches. */
export const protectionFrameSchema = z.object({
  asOf: z.number(),
  total: z.int(),
  matching: z.int(),
  offset: z.int(),
  rows: z.array(protectionSchema),
  numbers: z.object({ late: z.int(), neverRestored: z.int(), notOffSite: z.int() }),
  facets: z.partialRecord(z.enum(protectionFacets), z.record(z.string(), z.int())),
  /** The names of policies, sites and environments that are among the facets, by identifier. */
  names: z.record(z.string(), z.string()),
  heat: z.object({ days: z.array(z.string()), hours: z.array(z.int()), cells: z.array(heatCellSchema) }),
  /** Restore points of things that are not there any more. */
  orphans: z.int(),
});
export type ProtectionFrame = z.infer<typeof protectionFrameSchema>;

/** One slot of one thing. */
export const protectionSlotSchema = z.object({
  resource: z.string(),
  name: z.string(),
  policy: z.string(),
  policyName: z.string(),
  at: z.number(),
  state: slotStateSchema,
  /** What came of it; null: nothing that is still there. */
  restorePoint: z.string().nullable(),
  madeAt: z.number().nullable(),
});
export type ProtectionSlot = z.infer<typeof protectionSlotSchema>;

export const slotsRequestSchema = protectionFilterSchema.extend({
  day: z.iso.date(),
  hour: z.int().min(0).max(23),
});
export type SlotsRequest = z.infer<typeof slotsRequestSchema>;

/** What ran in one cell of the calendar, the worst first; at most two hundred of `total`. */
export const slotsAnswerSchema = z.object({ total: z.int(), slots: z.array(protectionSlotSchema) });
export type SlotsAnswer = z.infer<typeof slotsAnswerSchema>;

export const restorePointViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  madeAt: z.number().nullable(),
  state: z.enum(["good", "partial", "failed", "running"]),
  size: z.number().nullable(),
  location: z.string().nullable(),
  offSite: z.boolean().nullable(),
  policy: z.string().nullable(),
  expires: z.number().nullable(),
});
export type RestorePointView = z.infer<typeof restorePointViewSchema>;

/** One protected thing with its restore points and slots, the newest first; null: it is not (or no longer) protected. */
export const protectionDetailSchema = z.object({
  protection: protectionSchema.nullable(),
  points: z.array(restorePointViewSchema),
  slots: z.array(protectionSlotSchema),
});
export type ProtectionDetail = z.infer<typeof protectionDetailSchema>;
