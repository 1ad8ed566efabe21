import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { identified } from "./contract-words.ts";
import { evidenceSchema } from "./evidence.ts";
import { countersignSchema } from "./hand-over.ts";
import { handOverSchema, largestPiece, noteRequestSchema, runNoteSchema } from "./people.ts";
import { planSchema } from "./plan.ts";
import {
  dryStepSchema,
  gateDecisionSchema,
  judgedPlanSchema,
  listedProcedureSchema,
  procedureRequestSchema,
  runDecisionSchema,
  runSummarySchema,
  runUpdateSchema,
  startRunSchema,
  stepDecisionSchema,
} from "./procedure-calls.ts";

/** Procedures and their runs: the part `procedures` of the contract. */
export const procedureCalls = {
  list: oc.output(eventIterator(z.object({ procedures: z.array(listedProcedureSchema) }))),
  /** What would be done, by what is known now; nothing far away is asked. */
  plan: oc.input(procedureRequestSchema).output(judgedPlanSchema),
  /** Probes every step whose target is known; nothing is changed and nothing is written. */
  dryRun: oc
    .input(procedureRequestSchema)
    .output(z.object({ planHash: z.string(), steps: z.array(dryStepSchema) })),
  start: oc.input(startRunSchema).output(z.object({ run: z.string() })),
  /** Newest first. */
  runs: oc.output(eventIterator(z.object({ runs: z.array(runSummarySchema) }))),
  run: oc.input(identified).output(eventIterator(runUpdateSchema)),
  planOf: oc.input(identified).output(planSchema),
  /** Goes on with a run that a console left behind. */
  takeOver: oc.input(identified).output(z.object({ taken: z.boolean() })),
  pause: oc.input(runDecisionSchema).output(z.object({ paused: z.boolean() })),
  resume: oc.input(runDecisionSchema).output(z.object({ resumed: z.boolean() })),
  cancel: oc.input(runDecisionSchema).output(z.object({ cancelled: z.boolean() })),
  rollBack: oc.input(runDecisionSchema).output(z.object({ rollingBack: z.boolean() })),
  retry: oc.input(stepDecisionSchema).output(z.object({ retried: z.boolean() })),
  skip: oc.input(stepDecisionSchema).output(z.object({ skipped: z.boolean() })),
  /** "It is done, I saw it." */
  adopt: oc.input(stepDecisionSchema).output(z.object({ adopted: z.boolean() })),
  /** Has what makes up for one failed or unknown step done, by itself. */
  compensate: oc.input(stepDecisionSchema).output(z.object({ compensating: z.boolean() })),
  /** Where two people must agree: by the signature of the second. */
  approve: oc.input(gateDecisionSchema).output(z.object({ approved: z.boolean() })),
  /** Writes something down about a run, also after its end; a file is sent by `attach` before. */
  note: oc.input(noteRequestSchema).output(z.object({ noted: z.boolean() })),
  /** Oldest first. */
  notes: oc.input(identified).output(eventIterator(z.object({ notes: z.array(runNoteSchema) }))),
  /** A piece of a file to be attached, at most 1 MiB as base64; null begins one. */
  attach: oc
    .input(
      z.object({
        upload: z.string().max(100).nullable(),
        piece: z.base64().max(Math.ceil(largestPiece / 3) * 4),
      }),
    )
    .output(z.object({ upload: z.string(), size: z.int() })),
  /** A piece of a kept attachment from `offset` on, at most 1 MiB as base64. */
  attachment: oc
    .input(identified.extend({ sha256: z.string().max(100), offset: z.int().min(0) }))
    .output(z.object({ name: z.string(), total: z.int(), piece: z.base64() })),
  /** Has another operator lead the run. */
  handOver: oc.input(handOverSchema).output(z.object({ handedOver: z.boolean() })),
  /** Whoever a run was handed over to signs that they have taken it. */
  countersign: oc.input(countersignSchema).output(z.object({ countersigned: z.boolean() })),
  /** The evidence of a run as data. */
  evidence: oc.input(identified).output(z.object({ evidence: evidenceSchema })),
  /** The evidence of a run as one HTML page, made of the journal alone. */
  report: oc
    .input(identified.extend({ language: z.enum(["en", "fr"]) }))
    .output(z.object({ html: z.string() })),
  /** The same as a PDF file in base64, at most 32 MiB of it. */
  reportPdf: oc
    .input(identified.extend({ language: z.enum(["en", "fr"]) }))
    .output(z.object({ pdf: z.base64() })),
};
