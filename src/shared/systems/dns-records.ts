import { z } from "zod";
import { addressSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

/** The types of records that can be watched and changed. */
export const recordTypeSchema = z.enum(["A", "AAAA", "CNAME", "MX", "SRV", "TXT"]);
export type RecordType = z.infer<typeof recordTypeSchema>;

/** A name in the DNS, with or without the dot at its end; labels may begin with an underscore. */
export const dnsNameSchema = z
  .string()
  .regex(
    /^(?=.{1,254}$)(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?$/,
    expectations.dnsName.en,
  );

/** One name server, and how it is asked. Datagrams go neither through a hop nor by an allowlist. */
export const nameServerSchema = z
  .strictObject({
    address: addressSchema,
    port: z.int().min(1).max(65535).default(53),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    transport: z.enum(["tcp", "udp"]).default("tcp"),
  })
  .refine(({ via, allowlist, transport }) => transport === "tcp" || (via ?? allowlist) === undefined, {
    path: ["transport"],
    error: expectations.nameServerTransport.en,
  });
export type NameServerConfig = z.infer<typeof nameServerSchema>;

const valuesSchema = z.array(z.string().trim().min(1).max(1000)).min(1).max(20);

/** A record that is watched: its values by the names that people know them by, such as the sites that it can point to. */
export const watchedRecordSchema = z.strictObject({
  name: dnsNameSchema,
  type: recordTypeSchema,
  environment: identifierSchema.optional(),
  values: z.record(identifierSchema, valuesSchema).default({}),
});
export type WatchedRecordConfig = z.infer<typeof watchedRecordSchema>;

/** What every system of DNS records has in common: who is asked, which records are watched, how long changes may take. */
export const recordsConfig = {
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  /** The authoritative name servers, by the names that zones list them by. */
  servers: z.record(identifierSchema, nameServerSchema),
  /** Resolvers whose answers are compared with theirs. */
  resolvers: z.record(identifierSchema, nameServerSchema).default({}),
  records: z.record(identifierSchema, watchedRecordSchema).default({}),
  every: durationSchema.default("30s"),
  /** How long a change may take to be at every authoritative server. */
  propagation: durationSchema.default("2m"),
};
