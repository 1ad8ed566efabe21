import { z } from "zod";
import { certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

/** What buckets are called, at services that are older than the rules of today too. */
const bucketNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, expectations.bucket.en);

/** What is expected of one bucket, or of what is below one prefix of it. */
const watchedBucketSchema = z.strictObject({
  /** Its name there; that of the entry when left out. */
  bucket: bucketNameSchema.optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  /** Only what begins like this is counted and looked through. */
  prefix: z.string().min(1).max(500).optional(),
  /** How old the newest object may be. */
  newestWithin: durationSchema.optional(),
  /** Versions must be kept. */
  versioning: z.boolean().optional(),
  /** Objects must be locked by default: at all, or for so long. */
  lock: z.union([z.boolean(), durationSchema]).optional(),
  /** The identifiers of the resources whose backups it holds. */
  protects: z.array(z.string().min(1).max(700)).max(1000).default([]),
});

/** The config of a system of type `s3`: buckets of one service that speaks the S3 API, by its URL and path style. */
export const s3SystemSchema = z.strictObject({
  type: z.literal("s3"),
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  url: z
    .string()
    .max(400)
    .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, expectations.webAddress.en),
  /** What requests are signed for; most services of one's own take any. */
  region: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,63}$/, expectations.region.en)
    .default("us-east-1"),
  accessKey: z.string().regex(/^[\x21-\x7e]{1,200}$/, expectations.accessKey.en),
  secretKey: secretReferenceSchema,
  /** The PEM file of the authority that vouches for it, relative to the estate file. */
  certificateAuthority: z.string().min(1).max(400).optional(),
  /** The certificate that must be shown, instead of one that an authority vouches for. */
  pin: certificatePinSchema.optional(),
  every: durationSchema.default("5m"),
  /** Objects of a bucket that are looked through at the most, a thousand a request. */
  mostObjects: z.int().min(1000).max(1_000_000).default(20_000),
  /** All that the key may list when left out. */
  buckets: z.record(bucketNameSchema, watchedBucketSchema).optional(),
});
export type S3SystemConfig = z.infer<typeof s3SystemSchema>;
export type WatchedBucketConfig = z.infer<typeof watchedBucketSchema>;
