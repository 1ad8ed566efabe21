import { z } from "zod";
import { addressSchema, certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

/**
 * The config of a system of type `proxmox`: one Proxmox VE cluster, or a node by itself, by the addresses of its nodes; the
 * first that answers serves for all.
 */
export const proxmoxSystemSchema = z
  .strictObject({
    type: z.literal("proxmox"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    addresses: z
      .array(
        z.union([
          addressSchema,
          z.strictObject({ address: addressSchema, port: z.int().min(1).max(65535).optional() }),
        ]),
      )
      .min(1)
      .max(64),
    port: z.int().min(1).max(65535).default(8006),
    /** `USER@REALM` with a password, `USER@REALM!TOKEN` with an API token. */
    user: z
      .string()
      .max(200)
      .regex(
        /^[^\s:/!=@]+(@[^\s:/!=@]+)?@[A-Za-z][A-Za-z0-9._-]+(![A-Za-z][A-Za-z0-9._-]+)?$/,
        expectations.proxmoxUser.en,
      ),
    password: secretReferenceSchema.optional(),
    /** The secret that one-time codes are made of; a person is asked for each code when left out. */
    totp: secretReferenceSchema.optional(),
    token: secretReferenceSchema.optional(),
    /** The PEM file of the authority that vouches for the nodes, relative to the estate file. */
    certificateAuthority: z.string().min(1).max(400).optional(),
    /** The certificates of which one must be shown, instead of one that an authority vouches for: one a node. */
    pins: z.array(certificatePinSchema).max(64).default([]),
    /** Names of the storages that stand at another site than the nodes: what is backed up there is off-site. */
    offSite: z.array(z.string().min(1).max(100)).max(100).default([]),
    every: durationSchema.default("15s"),
  })
  .refine(
    ({ user, password, token, totp }) =>
      user.includes("!")
        ? token !== undefined && password === undefined && totp === undefined
        : password !== undefined && token === undefined,
    { error: expectations.proxmoxLogin.en },
  );
export type ProxmoxSystemConfig = z.infer<typeof proxmoxSystemSchema>;
