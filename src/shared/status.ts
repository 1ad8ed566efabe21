import { z } from "zod";
import { localTextSchema } from "./text.ts";

/** The chips of the masthead and the counts of the navigation, pushed when they change. */
export const statusSchema = z.object({
  estate: z.object({
    name: z.string(),
    valid: z.boolean(),
    faults: z.int(),
    lastGoodAt: z.number().nullable(),
  }),
  reach: z.object({
    state: z.enum(["inside", "outside", "unknown"]),
    text: localTextSchema,
    hops: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        state: z.enum(["idle", "connecting", "connected", "failed"]),
        text: localTextSchema,
        channels: z.int(),
        since: z.number().nullable(),
        /** From where it sees this workstation, or would; `at`: since when that is known, null: it is not. */
        seen: z.object({
          state: z.enum(["inside", "outside", "unknown"]),
          address: z.string().nullable(),
          at: z.number().nullable(),
          text: localTextSchema,
        }),
      }),
    ),
    /** The systems that this workstation is outside of, by their identifier in the estate. */
    outside: z.array(z.object({ system: z.string(), text: localTextSchema })),
    forwards: z.array(z.object({ localPort: z.int(), target: z.string(), users: z.int() })),
  }),
  secrets: z.object({
    state: z.enum(["keychain", "passphrase-file", "locked", "none"]),
    text: localTextSchema,
  }),
  journal: z.object({ state: z.enum(["writing", "failed"]), events: z.int(), text: localTextSchema }),
  questions: z.int(),
  counts: z.record(z.string(), z.object({ total: z.int(), wrong: z.int() })),
  /** The sealed bundle that the estate asks for, or that this console was started from; null or left out: neither. */
  bundle: z
    .object({
      madeAt: z.number().nullable(),
      /** Whether it is older than its schedule allows, is not there, or could not be made. */
      isLate: z.boolean(),
      /** Whether this console was started from it. */
      isOpened: z.boolean(),
    })
    .nullable()
    .optional(),
  /** Things whose backups are late, or of which there is none that is good. */
  late: z.int(),
  /** What rules have found and nobody has muted. */
  findings: z.int(),
  runningTasks: z.int(),
});
export type Status = z.infer<typeof statusSchema>;
