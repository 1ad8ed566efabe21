import { z } from "zod";
import { durationSchema, expectations, identifierSchema } from "./estate-words.ts";

/**
 * Where a secret is kept, never the secret: `keychain:NAME` (OS keychain or the passphrase file), `vault:PATH#FIELD`,
 * and for scripts `env:VARIABLE` or `file:PATH` (relative to the estate file; mode 0600 is demanded).
 */
export const secretReferenceSchema = z
  .string()
  .regex(
    /^(keychain:[A-Za-z0-9._-]{1,100}|vault:[^#\s]{1,200}#[A-Za-z0-9._-]{1,100}|env:[A-Za-z_][A-Za-z0-9_]{0,100}|file:\S{1,400})$/,
    expectations.secretReference.en,
  );
export type SecretReference = z.infer<typeof secretReferenceSchema>;

/** Ways to log in over SSH, tried in the order in which they are listed. */
export const authenticationSchema = z.union([
  z.strictObject({ agent: z.union([z.literal(true), z.string()]) }),
  z.strictObject({ key: z.string(), passphrase: secretReferenceSchema.optional() }),
  z.strictObject({ password: secretReferenceSchema }),
  z.strictObject({
    /** A fresh key in memory, signed by the SSH authority of a Vault. */
    certificate: z.strictObject({
      /** The system of the Vault in the estate. */
      vault: identifierSchema,
      role: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/, expectations.vaultRole.en),
      mount: z
        .string()
        .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,9}$/, expectations.vaultMount.en)
        .default("ssh"),
      /** How long a certificate is asked for; the role may grant less. */
      life: durationSchema.default("5m"),
    }),
  }),
  z.strictObject({ keyboardInteractive: z.union([secretReferenceSchema, z.literal("ask")]) }),
]);
export type Authentication = z.infer<typeof authenticationSchema>;

/** Who logs in over SSH, and how. */
export const sshLogin = {
  user: z.string().min(1).max(64),
  authentication: z.array(authenticationSchema).min(1).max(8),
};
/** RFC 1123 names; a name whose last label is all digits is a mistyped IPv4 address and is refused. */
const hostNamePattern =
  /^(?=.{1,253}$)(?!(.*\.)?\d+$)[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*$/;
/** An IP address or a host name. */
export const addressSchema = z.union(
  [z.ipv4(), z.ipv6(), z.string().regex(hostNamePattern)],
  expectations.address.en,
);

/** Where an SSH server is, and how it is reached. */
export const sshPlace = {
  address: addressSchema,
  port: z.int().min(1).max(65535).default(22),
  /** The hop to go through; a hop may itself have one. */
  via: identifierSchema.optional(),
  /** The range that the workstation must be in before a credential is sent. */
  allowlist: identifierSchema.optional(),
  /** Pins the host key; without it known_hosts decides. */
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, expectations.hostKey.en)
    .optional(),
};

/** A bounce host: an SSH server that others are reached through. */
export const hopSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  ...sshPlace,
  ...sshLogin,
});
export type Hop = z.infer<typeof hopSchema>;

/** The SHA-256 of a certificate, in hexadecimal digits. */
export const certificatePinSchema = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, expectations.certificatePin.en);
