import { z } from "zod";
import { localTextSchema } from "./text.ts";

export const secretsStateSchema = z.object({
  provider: z.enum(["keychain", "passphrase-file", "none"]),
  locked: z.boolean(),
  /** False when a passphrase file may be created. */
  passphraseFileExists: z.boolean(),
  text: localTextSchema,
  secrets: z.array(
    z.object({
      name: z.string(),
      reference: z.string(),
      /** Null while the provider is locked or the kind cannot be looked at. */
      present: z.boolean().nullable(),
      writable: z.boolean(),
      lastUsedAt: z.number().nullable(),
      changedAt: z.number().nullable(),
      usedBy: z.array(z.string()),
    }),
  ),
});
export type SecretsState = z.infer<typeof secretsStateSchema>;

export const secretTrialSchema = z.object({
  subject: z.string(),
  accepted: z.boolean(),
  text: localTextSchema,
});
