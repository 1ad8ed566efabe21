import { z } from "zod";
import { addressSchema, certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { identifierSchema } from "../estate-words.ts";

/**
 * TLS of a VNC server: false takes what it offers; true or a pin demands a certificate, `anonymous` encryption alone,
 * without proof of who answers.
 */
const screenTlsSchema = z.union([
  z.boolean(),
  z.literal("anonymous"),
  z.strictObject({
    pin: certificatePinSchema.optional(),
    legacy: z.boolean().default(false),
    /** TLS before RFB says a word, as a TLS proxy in front of the server speaks it, instead of VeNCrypt. */
    fromStart: z.boolean().default(false),
  }),
]);
export type ScreenTlsConfig = z.infer<typeof screenTlsSchema>;

const screenPlace = {
  address: addressSchema,
  /** An RFB port; display :N is port 5900 + N. */
  port: z.int().min(1).max(65535).default(5900),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  /** For security types that want a name too (VeNCrypt Plain). */
  user: z.string().min(1).max(64).optional(),
  password: secretReferenceSchema.optional(),
  tls: screenTlsSchema.optional(),
};

/** The config of a system of type `vnc`: screens of hosts and VMs that an RFB server shows (QEMU, Xvnc, x11vnc …). */
export const vncSystemSchema = z.strictObject({
  type: z.literal("vnc"),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  password: secretReferenceSchema.optional(),
  tls: screenTlsSchema.default(false),
  /** By the identifier of the host or VM whose screen it is; another system may declare the same one. */
  screens: z.record(
    identifierSchema,
    z.strictObject({
      name: z.string().min(1).max(100).optional(),
      kind: z.enum(["host", "vm"]).default("vm"),
      parent: identifierSchema.optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      ...screenPlace,
    }),
  ),
});
export type VncSystemConfig = z.infer<typeof vncSystemSchema>;
