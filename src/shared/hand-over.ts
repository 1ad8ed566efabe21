import { z } from "zod";
import { signingWaySchema } from "./people.ts";

/** What is signed by whoever takes a run over: its canonical JSON (RFC 8785). */
export const handOverRequestSchema = z.object({
  version: z.literal(1),
  run: z.string().max(300),
  procedure: z.string().max(100),
  planHash: z.string().max(200),
  from: z.string().max(200),
  to: z.string().max(200),
  reason: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
});
export type HandOverRequest = z.infer<typeof handOverRequestSchema>;

/** A signature as the journal keeps it: with all that it takes to check it without the estate. */
export const signedHandOverSchema = z.object({
  request: handOverRequestSchema,
  /** The file that `ssh-keygen -Y sign` makes. */
  signature: z.string().max(20_000),
  operator: z.string(),
  /** The signer's public key as in authorized_keys. */
  key: z.string().max(8000),
  fingerprint: z.string(),
});
export type SignedHandOver = z.infer<typeof signedHandOverSchema>;

/** What a signature that takes a run over is made for; one that approves something is none. */
export const handOverNamespace = "passerelle-hand-over";

/** The last time that a run was handed over. Times are epoch milliseconds. */
export const handOverStateSchema = z.object({
  from: z.string(),
  to: z.string(),
  reason: z.string(),
  at: z.number(),
  /** The text that `to` signs. */
  request: z.string(),
  /** When `to` has signed that they take it, and with which key; null: not yet. */
  signed: z.object({ at: z.number(), fingerprint: z.string() }).nullable(),
});

/** Whoever takes a run signs here, or hands in what they have signed elsewhere. */
export const countersignSchema = z.object({
  id: z.string().max(300),
  way: signingWaySchema.nullable(),
  signature: z.string().max(20_000).default(""),
});
