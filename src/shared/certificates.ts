import { z } from "zod";
import { localTextSchema } from "./text.ts";

/*
 * One view over all certificates, whoever shows or keeps them. Moments are epoch milliseconds.
 */

/**
 * How one stands, the gravest first. `late`: it should have been renewed by now. `soon`: it ends within the warning.
 * `weak-key`: for a
 * key, or by a signature, that can be forged. `incomplete`: what comes with it does not lead to an authority. `unknown`: when it
 * ends is not known. `self-signed`: nobody vouches for it but its fingerprint in the estate file.
 */
export const certificateStates = [
  "expired",
  "revoked",
  "wrong-name",
  "late",
  "weak-key",
  "incomplete",
  "untrusted",
  "not-yet",
  "soon",
  "unknown",
  "self-signed",
  "ok",
] as const;
export const certificateStateSchema = z.enum(certificateStates);
export type CertificateState = z.infer<typeof certificateStateSchema>;

export const certificateSchema = z.object({
  /** The identifier of the `certificate` resource. */
  id: z.string(),
  name: z.string(),
  system: z.string(),
  site: z.string().nullable(),
  environment: z.string().nullable(),
  state: certificateStateSchema,
  /** Why it stands so, with its figures. */
  text: localTextSchema,
  /** What can be done about that; null where it needs nobody. */
  hint: localTextSchema.nullable(),
  /** A word of the fact `certificate.from`. */
  from: z.string(),
  subject: z.string().nullable(),
  names: z.array(z.string()),
  issuer: z.string().nullable(),
  fingerprint: z.string().nullable(),
  notBefore: z.number().nullable(),
  notAfter: z.number().nullable(),
  key: z.string().nullable(),
  renewal: z.enum(["automatic", "manual"]).nullable(),
  renewsAt: z.number().nullable(),
  renewedBy: z.string().nullable(),
  usedBy: z.array(z.string()),
  /** Whether it was not read lately. */
  stale: z.boolean(),
  readAt: z.number().nullable(),
  /** When a ticket was last opened for it from this console. */
  ticketAt: z.number().nullable(),
});
export type Certificate = z.infer<typeof certificateSchema>;

export const certificateFacets = [
  "state",
  "month",
  "from",
  "issuer",
  "renewal",
  "site",
  "environment",
  "system",
  "key",
] as const;
export type CertificateFacet = (typeof certificateFacets)[number];

export const certificateSorts = ["state", "name", "notAfter", "issuer"] as const;
export const certificateQuerySchema = z.object({
  text: z.string().max(200).default(""),
  facets: z.partialRecord(z.enum(certificateFacets), z.array(z.string().max(700)).max(200)).default({}),
  sort: z
    .object({ by: z.enum(certificateSorts), direction: z.enum(["ascending", "descending"]) })
    .default({ by: "notAfter", direction: "ascending" }),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(100),
});
export type CertificateQuery = z.infer<typeof certificateQuerySchema>;

/** The window of the list, the numbers over all, facets, and how many end in which month (`2026-03`, UTC; "" for unknown). */
export const certificateFrameSchema = z.object({
  asOf: z.number(),
  total: z.int(),
  matching: z.int(),
  offset: z.int(),
  rows: z.array(certificateSchema),
  numbers: z.object({ expired: z.int(), wrong: z.int(), soon: z.int() }),
  facets: z.partialRecord(z.enum(certificateFacets), z.record(z.string(), z.int())),
  /** The names of sites and environments, by identifier. */
  names: z.record(z.string(), z.string()),
});
export type CertificateFrame = z.infer<typeof certificateFrameSchema>;

/** A certificate request that was made from here, and the certificate that came back for it. */
export const madeRequestSchema = z.object({
  at: z.number(),
  by: z.string(),
  /** The reference of the secret that holds its key. */
  key: z.string(),
  /** PEM. */
  request: z.string(),
});
export type MadeRequest = z.infer<typeof madeRequestSchema>;

/** One certificate with all that is known of it; null: it is not there any more. */
export const certificateDetailSchema = z.object({
  certificate: certificateSchema.nullable(),
  serial: z.string().nullable(),
  signature: z.string().nullable(),
  chain: z.array(z.string()),
  /** Words of the facts `certificate.chainState` and `certificate.trust`. */
  chainState: z.string().nullable(),
  trust: z.string().nullable(),
  servedAs: z.string().nullable(),
  /** Where the same certificate is besides. */
  elsewhere: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What is on the way to a new one and not done, one line each. */
  issuance: z.array(z.string()),
  /** How many certificates there are in the bundle that it is of; null: it is of none. */
  inBundle: z.number().nullable(),
  /** The newest first. */
  requests: z.array(madeRequestSchema),
});
export type CertificateDetail = z.infer<typeof certificateDetailSchema>;
