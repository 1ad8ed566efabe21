import { z } from "zod";
import { envelopeOf } from "../../vault/answers.ts";

/** What KV 2 answers about secrets (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2). */

const count = z.number().int().nonnegative().catch(0);
const words = z.string().catch("");

export const secretMetadataSchema = envelopeOf(
  z.object({
    current_version: count,
    max_versions: count,
    cas_required: z.boolean().catch(false),
    created_time: words,
    updated_time: words,
    custom_metadata: z.record(z.string(), z.coerce.string()).nullish().catch(null),
    versions: z
      .record(
        z.string().regex(/^\d{1,9}$/),
        z.object({ created_time: words, deletion_time: words, destroyed: z.boolean().catch(false) }),
      )
      .catch({}),
  }),
);
export type FullMetadata = z.infer<typeof secretMetadataSchema>["data"];

/** The names of the fields, with nothing in place of their values. */
export const subkeysSchema = envelopeOf(
  z.object({ subkeys: z.record(z.string(), z.unknown()).nullish().catch(null) }),
);

/** A version with what is in it. It goes from Vault to Vault only. */
export const versionDataSchema = envelopeOf(z.object({ data: z.record(z.string(), z.unknown()) }));

/** What stands at a path of KV 1. It goes from Vault to Vault only. */
export const plainDataSchema = envelopeOf(z.record(z.string(), z.unknown()));

export const secretEngineSchema = envelopeOf(
  z.object({ max_versions: count, cas_required: z.boolean().catch(false) }),
);

/** Epoch milliseconds of a moment as Vault writes it; null for none. */
export function momentOf(written: string): number | null {
  const at = Date.parse(written);
  return Number.isFinite(at) ? at : null;
}
