import { z } from "zod";
import { addressSchema, certificatePinSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";
import { nameServerSchema } from "./dns-records.ts";

/** Names of header fields (RFC 9110, 5.1). */
const headerNameSchema = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, expectations.headerName.en);
const port = z.int().min(1).max(65535);

/** What all kinds of checks have in common. */
const commonKeys = {
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  /** The hop that it is asked through; from the workstation when left out. */
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  /** Where the name leads for this check: an IP address, or the resolver of `resolvers` that is asked for it. */
  resolveWith: z.union([z.ipv4(), z.ipv6(), identifierSchema]).optional(),
  /** It may be that it does not answer, as at a site that only takes over: this is told, and nothing is wrong then. */
  standby: z.literal(true).optional(),
  /** An answer that takes longer is slow. */
  within: durationSchema.default("3s"),
  /** After this long it does not answer. */
  deadline: durationSchema.default("10s"),
};

/** Whom a certificate must be vouched for by, and how long it must hold. */
const tlsKeys = {
  /** The PEM file of the authority that vouches for it, relative to the estate file. */
  certificateAuthority: z.string().min(1).max(400).optional(),
  /** The certificate that must be shown, instead of one that an authority vouches for. */
  pin: certificatePinSchema.optional(),
  /** A certificate that holds for less is told. */
  expiresAfter: durationSchema.default("21d"),
};

const httpCheckSchema = z.strictObject({
  check: z.literal("http"),
  ...commonKeys,
  ...tlsKeys,
  url: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/[^\s/?#@]+([/?][^\s#]*)?$/, expectations.checkedAddress.en),
  /** What must be answered; anything from 200 to 299 when left out. */
  status: z.array(z.int().min(100).max(599)).min(1).max(50).optional(),
  /** Words that the body must have. */
  contains: z.string().min(1).max(1000).optional(),
  /** How many redirections are followed. */
  redirections: z.int().min(0).max(10).default(3),
  /** The header by which the far side says who serves. */
  servedBy: headerNameSchema.optional(),
  /** What it must say. */
  expectServedBy: z.string().min(1).max(200).optional(),
});

const tcpCheckSchema = z.strictObject({
  check: z.literal("tcp"),
  ...commonKeys,
  address: addressSchema,
  port,
  /** Words that it must say by itself when somebody connects. */
  says: z.string().min(1).max(200).optional(),
});

const tlsCheckSchema = z.strictObject({
  check: z.literal("tls"),
  ...commonKeys,
  ...tlsKeys,
  address: addressSchema,
  port: port.default(443),
  /** The name that the certificate must have; the address when left out. */
  serverName: addressSchema.optional(),
});

const smtpCheckSchema = z.strictObject({
  check: z.literal("smtp"),
  ...commonKeys,
  ...tlsKeys,
  address: addressSchema,
  port: port.default(25),
  serverName: addressSchema.optional(),
  /** `demanded`: it must offer TLS; `offered`: its certificate is looked at where it does. */
  startTls: z.enum(["demanded", "offered", "never"]).default("offered"),
  /** Words that its greeting must have. */
  says: z.string().min(1).max(200).optional(),
});

export const webCheckSchema = z.discriminatedUnion("check", [
  httpCheckSchema,
  tcpCheckSchema,
  tlsCheckSchema,
  smtpCheckSchema,
]);
export type WebCheck = z.infer<typeof webCheckSchema>;
export type HttpCheck = z.infer<typeof httpCheckSchema>;
export type TcpCheck = z.infer<typeof tcpCheckSchema>;
export type TlsCheck = z.infer<typeof tlsCheckSchema>;
export type SmtpCheck = z.infer<typeof smtpCheckSchema>;

/** The config of a system of type `web`: services that are asked as those who use them ask. */
export const webSystemSchema = z
  .strictObject({
    type: z.literal("web"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    every: durationSchema.default("30s"),
    /** Resolvers that checks may name in `resolveWith`. */
    resolvers: z.record(identifierSchema, nameServerSchema).default({}),
    checks: z.record(identifierSchema, webCheckSchema),
  })
  .refine(
    ({ checks, resolvers }) =>
      Object.values(checks).every(
        ({ resolveWith }) =>
          resolveWith === undefined || /[.:]/.test(resolveWith) || Object.hasOwn(resolvers, resolveWith),
      ),
    { path: ["checks"], error: expectations.checkResolvers.en },
  );
export type WebSystemConfig = z.infer<typeof webSystemSchema>;
