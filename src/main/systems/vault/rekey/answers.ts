import { z } from "zod";
import { envelopeOf } from "../../../vault/answers.ts";

/**
 * What `sys/rekey` and `sys/rotate` answer (https://developer.hashicorp.com/vault/api-docs/system/rekey,
 * https://openbao.org/api-docs/system/rotate/init).
 */

const count = z.number().int().nonnegative().catch(0);
const words = z.string().catch("");

const rawStatusSchema = z.object({
  started: z.boolean(),
  nonce: words,
  /** Of the new shares: how many open it, and how many there will be. */
  t: count,
  n: count,
  /** Of the shares in force: how many were entered, and how many are needed. */
  progress: count,
  required: z.number().int().nonnegative().optional(),
  /** The same as `sys/rotate` calls it. */
  seal_threshold: count,
  pgp_fingerprints: z.array(z.string()).nullish().catch(null),
  backup: z.boolean().catch(false),
  verification_required: z.boolean().catch(false),
  /** There once the new shares are made and wait to be proven. */
  verification_nonce: words,
});
export const rekeyStatusSchema = rawStatusSchema.transform(({ required, seal_threshold, ...told }) => ({
  ...told,
  required: required ?? seal_threshold,
}));
export type RekeyStatus = z.infer<typeof rekeyStatusSchema>;

export const rekeyProofSchema = z.object({ nonce: words, t: count, progress: count });

/** What is told of an entered share; what comes with the last one besides is left unread. */
export const rekeyGivenSchema = z.object({
  complete: z.boolean().catch(false),
  progress: count,
  nonce: words,
});

export const rekeyBackupSchema = envelopeOf(
  z.object({
    nonce: words,
    /** Messages in base64 by the fingerprint of the key that opens them. */
    keys_base64: z.record(z.string(), z.array(z.string())).catch({}),
  }),
);
