import { z } from "zod";
import { addressSchema, certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, identifierSchema } from "../estate-words.ts";

/** The config of a system of type `vsphere`: one vCenter, or one ESXi host by itself. */
export const vsphereSystemSchema = z.strictObject({
  type: z.literal("vsphere"),
  name: z.string().min(1).max(100).optional(),
  /** The site of what is in no datacenter named below. */
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  address: addressSchema,
  port: z.int().min(1).max(65535).default(443),
  user: z.string().min(1).max(200),
  password: secretReferenceSchema,
  /** The PEM file of the authority that vouches for it, relative to the estate file. */
  certificateAuthority: z.string().min(1).max(400).optional(),
  /** The certificate that must be shown, instead of one that an authority vouches for. */
  pin: certificatePinSchema.optional(),
  /** The site of each datacenter, by the datacenter's name. */
  datacenters: z.record(z.string().min(1).max(80), identifierSchema).default({}),
  /**
   * The category of tags that name environments, and the environment that each stands for. What has none of them is in that
   * of its host, cluster or datacenter, and otherwise in `environment`.
   */
  environments: z
    .strictObject({
      category: z.string().min(1).max(256),
      tags: z.record(z.string().min(1).max(256), identifierSchema),
    })
    .optional(),
  every: durationSchema.default("60s"),
});
export type VsphereSystemConfig = z.infer<typeof vsphereSystemSchema>;
