import { z } from "zod";

/** Seconds, as every life in the API is told. */
const seconds = z.number().nonnegative().catch(0);

const authSchema = z.object({
  client_token: z.string().min(1),
  accessor: z.string().catch(""),
  policies: z.array(z.string()).nullish(),
  token_policies: z.array(z.string()).nullish(),
  lease_duration: seconds,
  renewable: z.boolean().catch(false),
  entity_id: z.string().catch(""),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  mfa_requirement: z.unknown().optional(),
});
/** What a log-in or a renewal gives (`auth`); `lease_duration` in seconds, 0 for a token without an end. */
export type VaultAuth = z.infer<typeof authSchema>;

const envelope = {
  request_id: z.string().catch(""),
  lease_id: z.string().catch(""),
  renewable: z.boolean().catch(false),
  lease_duration: seconds,
};

/** What most paths answer with; the health, seal and leader paths have forms of their own. */
export const envelopeSchema = z.object({
  ...envelope,
  data: z.record(z.string(), z.unknown()).nullish(),
  wrap_info: z
    .object({ token: z.string().min(1), ttl: seconds, creation_path: z.string().catch("") })
    .nullish(),
  warnings: z.array(z.string()).nullish().catch(null),
  auth: authSchema.nullish(),
});
export type VaultEnvelope = z.infer<typeof envelopeSchema>;

/** An envelope whose `data` is known. */
export function envelopeOf<Data extends z.ZodType>(data: Data) {
  return z.object({ ...envelope, data });
}

/** The answer to a log-in. */
export const loginSchema = z.object({ auth: authSchema });

const errorsSchema = z.object({ errors: z.array(z.string()).catch([]) });

/** The reasons that a refusal gives, in lower case, joined; empty where it gives none. They never leave the process. */
export function refusalWords(body: unknown): string {
  return errorsSchema.safeParse(body).data?.errors.join("\n").toLowerCase() ?? "";
}
