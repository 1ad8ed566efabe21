import { z } from "zod";
import { expectations, identifierSchema } from "./estate-words.ts";

const warnDaysSchema = z.int().min(1).max(400);

/** Where the private keys that are made here may be kept. */
export const keyPlaces = ["vault", "keychain"] as const;
export type KeyPlace = (typeof keyPlaces)[number];

const vaultPathSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,9}$/, expectations.vaultMount.en);

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
  /** Where keys are kept besides the keychain; Vault is the usual place then, unless it is said otherwise. */
  keys: z
    .strictObject({
      /** A mount of KV 2, with the folder below it, of the Vault that references are read from. */
      vault: vaultPathSchema,
      usual: z.enum(keyPlaces).default("vault"),
    })
    .optional(),
  /** What signs requests where no person has it done: a role of the PKI of a Vault. */
  signer: z
    .strictObject({
      /** The system of the Vault in the estate. */
      vault: identifierSchema,
      mount: vaultPathSchema.default("pki"),
      role: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/, expectations.vaultRole.en),
    })
    .optional(),
  environments: z.record(identifierSchema, z.strictObject({ warnDays: warnDaysSchema })).default({}),
});
export type CertificateRules = z.infer<typeof certificateRulesSchema>;

/** What holds where an estate says nothing. */
export const usualCertificateRules: CertificateRules = certificateRulesSchema.parse({});
