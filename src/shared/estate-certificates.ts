import { z } from "zod";
import { identifierSchema } from "./estate-words.ts";

const warnDaysSchema = z.int().min(1).max(400);

/** From when on a certificate that ends is told, and where a ticket is opened for it. */
export const certificateRulesSchema = z.strictObject({
  /** Days before its end; an environment may say otherwise. */
  warnDays: warnDaysSchema.default(30),
  /** A channel of a webhook system, `SYSTEM/CHANNEL`, that tickets are announced to. */
  ticket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/)
    .optional(),
  /** Whether this console opens them by itself; else a person does. */
  automatic: z.boolean().default(false),
  environments: z.record(identifierSchema, z.strictObject({ warnDays: warnDaysSchema })).default({}),
});
export type CertificateRules = z.infer<typeof certificateRulesSchema>;

/** What holds where an estate says nothing. */
export const usualCertificateRules: CertificateRules = certificateRulesSchema.parse({});
