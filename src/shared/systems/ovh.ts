import { z } from "zod";
import { certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { expectations, identifierSchema } from "../estate-words.ts";
import { dnsNameSchema, recordsConfig } from "./dns-records.ts";

/** Who may come in to a service of the provider: the allowlist of a Hosted Private Cloud. */
const providerListSchema = z.strictObject({
  /** The service's name at the provider, such as `pcc-192-0-2-10`. */
  service: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, expectations.providerService.en),
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  /** The estate's own allowlist (under `reach`) whose ranges are to be let in. */
  declared: identifierSchema.optional(),
});

/** The config of a system of type `ovh`: zones and allowlists at OVHcloud, changed by its API. */
export const ovhSystemSchema = z
  .strictObject({
    type: z.literal("ovh"),
    ...recordsConfig,
    servers: recordsConfig.servers.default({}),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    /** Of the API, with its version. */
    url: z
      .string()
      .max(400)
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, expectations.webAddress.en),
    applicationKey: z.string().regex(/^[A-Za-z0-9]{8,64}$/, expectations.applicationKey.en),
    applicationSecret: secretReferenceSchema,
    consumerKey: secretReferenceSchema,
    /** The PEM file of the authority that vouches for it, relative to the estate file. */
    certificateAuthority: z.string().min(1).max(400).optional(),
    /** The certificate that must be shown, instead of one that an authority vouches for. */
    pin: certificatePinSchema.optional(),
    zones: z
      .record(
        identifierSchema,
        z.strictObject({
          name: dnsNameSchema,
          /** The name servers that must all answer a change. */
          servers: z.array(identifierSchema).min(1).max(20),
        }),
      )
      .default({}),
    allowlists: z.record(identifierSchema, providerListSchema).default({}),
  })
  .refine(
    ({ zones, servers }) =>
      Object.values(zones).every((zone) => zone.servers.every((id) => Object.hasOwn(servers, id))),
    { path: ["zones"], error: expectations.dnsZones.en },
  );
export type OvhSystemConfig = z.infer<typeof ovhSystemSchema>;
