import { z } from "zod";
import { addressSchema, certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

const amtTlsSchema = z.union([
  z.boolean(),
  z.strictObject({
    /** The certificate that must be shown; without it an authority of the workstation must vouch for it. */
    pin: certificatePinSchema.optional(),
    /** Allow the TLS of firmware before AMT 12: version 1.0, old ciphers, insecure renegotiation. */
    legacy: z.boolean().default(false),
  }),
]);
export type AmtTlsConfig = z.infer<typeof amtTlsSchema>;

const amtUserSchema = z.string().regex(/^[!#-+\x2d-9;-~]{1,32}$/, expectations.amtUser.en);

/**
 * How AMT's screen is reached: over its redirection on the web port, by AMT's own log-in; or over its classic VNC port
 * with the eight-character password of its own, at the machine's address or where a bounce publishes it.
 */
const amtScreenSchema = z.union([
  z.enum(["redirection", "none"]),
  z.strictObject({
    address: addressSchema.optional(),
    port: z.int().min(1).max(65535).default(5900),
    via: identifierSchema.optional(),
    password: secretReferenceSchema,
  }),
]);
export type AmtScreenConfig = z.infer<typeof amtScreenSchema>;

/** The config of a system of type `amt`: machines with Intel AMT, each with defaults of the system. */
export const amtSystemSchema = z.strictObject({
  type: z.literal("amt"),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  user: amtUserSchema.default("admin"),
  password: secretReferenceSchema.optional(),
  tls: amtTlsSchema.default(false),
  screen: amtScreenSchema.default("redirection"),
  /** How often the power state is read. */
  every: durationSchema.default("30s"),
  /** By the identifier of the host that the machine is; an ssh system may declare the same host. */
  machines: z.record(
    identifierSchema,
    z.strictObject({
      name: z.string().min(1).max(100).optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      address: addressSchema,
      /** 16992 when left out, 16993 with TLS. */
      port: z.int().min(1).max(65535).optional(),
      via: identifierSchema.optional(),
      allowlist: identifierSchema.optional(),
      user: amtUserSchema.optional(),
      password: secretReferenceSchema.optional(),
      tls: amtTlsSchema.optional(),
      screen: amtScreenSchema.optional(),
    }),
  ),
});
export type AmtSystemConfig = z.infer<typeof amtSystemSchema>;
