import { z } from "zod";
import { secretReferenceSchema } from "../estate-access.ts";
import { expectations, identifierSchema } from "../estate-words.ts";
import { dnsNameSchema, recordsConfig } from "./dns-records.ts";

/** The config of a system of type `dns`: name servers that are changed by RFC 2136, with keys of RFC 8945. */
export const dnsSystemSchema = z
  .strictObject({
    type: z.literal("dns"),
    ...recordsConfig,
    keys: z
      .record(
        identifierSchema,
        z.strictObject({
          /** As the server knows it; the identifier when left out. */
          name: dnsNameSchema.optional(),
          algorithm: z.enum(["hmac-sha256", "hmac-sha512"]).default("hmac-sha256"),
          /** In base64, as `tsig-keygen` writes it. */
          secret: secretReferenceSchema,
        }),
      )
      .default({}),
    zones: z.record(
      identifierSchema,
      z.strictObject({
        name: dnsNameSchema,
        /** All that answer for it. */
        servers: z.array(identifierSchema).min(1).max(20),
        /** The one that takes updates; the first when left out. */
        primary: identifierSchema.optional(),
        /** Without a key nothing is changed here. */
        key: identifierSchema.optional(),
      }),
    ),
  })
  .refine(
    ({ zones, servers, keys }) =>
      Object.values(zones).every(
        (zone) =>
          [...zone.servers, ...(zone.primary ? [zone.primary] : [])].every((id) =>
            Object.hasOwn(servers, id),
          ) &&
          (zone.key === undefined || Object.hasOwn(keys, zone.key)),
      ),
    { path: ["zones"], error: expectations.dnsZones.en },
  );
export type DnsSystemConfig = z.infer<typeof dnsSystemSchema>;
