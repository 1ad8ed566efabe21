import { z } from "zod";
import { certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

const urlSchema = z
  .string()
  .max(400)
  .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, expectations.webAddress.en);
const wordSchema = z.string().min(1).max(200);
const containerSchema = z.string().regex(/^[^/\s]{1,256}$/, expectations.container.en);

/** How one logs in: at Keystone (Identity API v3) by password or application credential, or by Swift's own v1. */
const loginSchema = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("password"),
    url: urlSchema,
    user: wordSchema,
    password: secretReferenceSchema,
    userDomain: wordSchema.default("Default"),
    project: wordSchema,
    projectDomain: wordSchema.default("Default"),
  }),
  z.strictObject({
    method: z.literal("application-credential"),
    url: urlSchema,
    /** Its identifier. */
    credential: wordSchema,
    secret: secretReferenceSchema,
  }),
  z.strictObject({
    method: z.literal("v1"),
    /** Such as `https://192.0.2.60:8080/auth/v1.0`. */
    url: urlSchema,
    /** Such as `account:user`. */
    user: wordSchema,
    password: secretReferenceSchema,
  }),
]);
export type SwiftLogin = z.infer<typeof loginSchema>;

/** One account of a Swift cluster. */
const endSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  login: loginSchema,
  /** Of Keystone's catalogue; its only one when left out. */
  region: wordSchema.optional(),
  interface: z.enum(["public", "internal", "admin"]).default("public"),
  /** The account's own URL, in place of the one that the log-in names. */
  storageUrl: urlSchema.optional(),
  /** The PEM file of the authority that vouches for both, relative to the estate file. */
  certificateAuthority: z.string().min(1).max(400).optional(),
  /** The certificate that both must show, instead of one that an authority vouches for. */
  pin: certificatePinSchema.optional(),
  /** The containers that are shown; all of the account when left out. */
  containers: z.array(containerSchema).max(1000).optional(),
});
export type SwiftEndConfig = z.infer<typeof endSchema>;

const replicatedSchema = z.strictObject({
  end: identifierSchema,
  container: containerSchema,
  /** What the other end calls it: `//REALM/CLUSTER/ACCOUNT/CONTAINER` or a URL; its storage URL when left out. */
  address: z
    .string()
    .max(1000)
    .regex(/^(https?:\/\/|\/\/)[^\s?#]+$/, expectations.syncAddress.en)
    .optional(),
});

/** Two containers of which one is copied to the other by container-sync. */
const replicationSchema = z
  .strictObject({
    name: z.string().min(1).max(100).optional(),
    environment: identifierSchema.optional(),
    /** The identifier of the resource whose data it is; the containers are told when left out. */
    of: z.string().min(1).max(700).optional(),
    between: z.tuple([replicatedSchema, replicatedSchema]),
    /** What both containers know each other by; set anew when the direction is inverted. */
    key: secretReferenceSchema,
    /** How often the lag is measured by a small object of the console's own; only when asked for if left out. */
    measureEvery: durationSchema.optional(),
    /** How far the target may be behind. */
    lagWithin: durationSchema.default("15m"),
    /** How long a small object is waited for at the target before it counts as late. */
    patience: durationSchema.default("5m"),
  })
  .refine(({ between: [one, other] }) => one.end !== other.end || one.container !== other.container, {
    path: ["between"],
    error: expectations.twoContainers.en,
  });
export type SwiftReplicationConfig = z.infer<typeof replicationSchema>;

/** The config of a system of type `swift`: accounts of OpenStack Swift, and what is replicated between them. */
export const swiftSystemSchema = z
  .strictObject({
    type: z.literal("swift"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    every: durationSchema.default("60s"),
    ends: z.record(identifierSchema, endSchema),
    replications: z.record(identifierSchema, replicationSchema).default({}),
  })
  .refine(
    ({ ends, replications }) =>
      Object.values(replications).every(({ between }) =>
        between.every(({ end }) => Object.hasOwn(ends, end)),
      ),
    { path: ["replications"], error: expectations.swiftEnds.en },
  );
export type SwiftSystemConfig = z.infer<typeof swiftSystemSchema>;
