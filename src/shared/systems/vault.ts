import { z } from "zod";
import { certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

/** What logs in to a Vault cannot itself be kept in one. */
const outsideReferenceSchema = secretReferenceSchema.regex(/^(?!vault:)/, expectations.outsideSecret.en);
/** Kept somewhere, or asked of the person when it is needed. */
const askedReferenceSchema = z.union([z.literal("ask"), outsideReferenceSchema]);

/** Where something is mounted, without slashes at its ends. */
export const vaultMountSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,9}$/, expectations.vaultMount.en);
const roleSchema = z.string().min(1).max(200);
const fileSchema = z.string().min(1).max(400);

/** A name and a password; the user is asked for as well where the estate names none, since it is everybody's. */
const passwordLogin = (mount: string) =>
  z.strictObject({
    user: z.string().min(1).max(200).optional(),
    password: askedReferenceSchema.default("ask"),
    mount: vaultMountSchema.default(mount),
  });

/** How the console logs in to a Vault. */
export const vaultLoginSchema = z.union([
  z.strictObject({ token: askedReferenceSchema }),
  z.strictObject({
    appRole: z.strictObject({
      roleId: z.union([outsideReferenceSchema, z.string().regex(/^[A-Za-z0-9._-]{1,200}$/)]),
      secretId: askedReferenceSchema,
      /** The secret is a token that the secret-id is unwrapped with, once (response wrapping). */
      wrapped: z.boolean().default(false),
      mount: vaultMountSchema.default("approle"),
    }),
  }),
  z.strictObject({ userpass: passwordLogin("userpass") }),
  z.strictObject({ ldap: passwordLogin("ldap") }),
  z.strictObject({
    oidc: z.strictObject({
      /** The one that the mount calls its default when left out. */
      role: roleSchema.optional(),
      mount: vaultMountSchema.default("oidc"),
      /** Of the loopback address that the browser comes back to, as the role's allowed_redirect_uris has it. */
      port: z.int().min(1).max(65535).default(8250),
    }),
  }),
  z.strictObject({
    kubernetes: z.strictObject({
      role: roleSchema,
      /** Of the service account, relative to the estate file. */
      tokenFile: fileSchema.default("/var/run/secrets/kubernetes.io/serviceaccount/token"),
      mount: vaultMountSchema.default("kubernetes"),
    }),
  }),
  z.strictObject({
    certificate: z.strictObject({
      /** PEM, relative to the estate file, with its chain. */
      certificate: fileSchema,
      /** Its private key as PEM. */
      key: outsideReferenceSchema,
      role: roleSchema.optional(),
      mount: vaultMountSchema.default("cert"),
    }),
  }),
]);
export type VaultLogin = z.infer<typeof vaultLoginSchema>;

/** The config of a system of type `vault`: the nodes of one Vault or OpenBao, and the log-in to it. */
export const vaultSystemSchema = z.strictObject({
  type: z.literal("vault"),
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  /** Every node that may answer; what one of them redirects to must be among them. */
  nodes: z
    .record(
      identifierSchema,
      z.strictObject({
        name: z.string().min(1).max(100).optional(),
        site: identifierSchema.optional(),
        /** As `api_addr` has it, so that redirections are recognised. */
        url: z
          .string()
          .max(400)
          .regex(/^https?:\/\/[^\s/?#@]+\/?$/, expectations.vaultAddress.en),
        via: identifierSchema.optional(),
        allowlist: identifierSchema.optional(),
        pin: certificatePinSchema.optional(),
      }),
    )
    .refine((nodes) => Object.keys(nodes).length >= 1 && Object.keys(nodes).length <= 15, {
      error: expectations.vaultNodes.en,
    }),
  /** The PEM file of the authority that vouches for the nodes, relative to the estate file. */
  certificateAuthority: fileSchema.optional(),
  /** The certificate that the nodes must show where they name none of their own. */
  pin: certificatePinSchema.optional(),
  namespace: vaultMountSchema.optional(),
  /** Without one, only what a Vault tells anybody is read. */
  login: vaultLoginSchema.optional(),
  /** Secret references are read here, when the estate has several. */
  references: z.boolean().default(false),
  /**
   * Who gets a share of the key when its shares are made anew, in this order: each with the file of their OpenPGP public key,
   * relative to the estate file.
   */
  holders: z
    .record(identifierSchema, z.strictObject({ key: fileSchema }))
    .refine((holders) => Object.keys(holders).length <= 50, { error: expectations.vaultHolders.en })
    .default({}),
  /** Mounts of PKI whose certificates are watched. */
  pki: z.array(vaultMountSchema).max(50).default([]),
  every: durationSchema.default("30s"),
});
export type VaultSystemConfig = z.infer<typeof vaultSystemSchema>;
