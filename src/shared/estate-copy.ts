import { z } from "zod";
import { estateSchema } from "./estate.ts";
import { addressSchema } from "./estate-access.ts";
import { proxmoxCopySchema, vsphereCopySchema } from "./estate-copy-hypervisors.ts";
import {
  alertmanagerCopySchema,
  amtCopySchema,
  commonCopy as common,
  sshCopySchema,
  vncCopySchema,
} from "./estate-copy-machines.ts";
import { identifierSchema } from "./estate-words.ts";
import { operatorsSchema } from "./people.ts";
import { praPlansSchema } from "./pra-plan.ts";
import { proceduresSchema } from "./procedure.ts";
import { recordTypeSchema } from "./systems/dns-records.ts";

/*
 * A copy of an estate, for a drill: what its systems have by the last inventory, in plain data. No secret stands in it, nor a
 * reference to one, nor a way to reach anything: whoever shows it gives it both of their own. Times are epoch milliseconds.
 */

const words = z.string().min(1).max(1000);
const port = z.int().min(1).max(65_535);
const at = z.number().nonnegative();
/** So many objects of a container or bucket are shown at the most. */
export const mostObjects = 500;
const objectCount = z.int().min(0).max(mostObjects);

export const workloadCopySchema = z.strictObject({
  kind: z.enum(["Deployment", "StatefulSet"]),
  name: words,
  replicas: z.int().min(0).max(1000),
  /** The size of each replica's volume, in bytes. */
  storage: z.number().positive().optional(),
});

const kastenCopySchema = z.strictObject({
  /** What its location profile is called. */
  profile: words,
  policies: z.array(
    z.strictObject({
      name: words,
      does: z.enum(["backup", "import"]),
      /** The namespaces that are backed up or imported. */
      of: z.array(words).max(1000),
      /** As crontab(5) has it; null: only when it is asked for. */
      schedule: words.nullable(),
      paused: z.boolean(),
      keeps: z.int().min(1).max(1000),
      /** Whether what it backs up is exported too. */
      exports: z.boolean(),
    }),
  ),
  points: z.array(
    z.strictObject({
      name: words,
      application: words,
      madeAt: at,
      /** Whether its data lies at the location, and whether it came from there. */
      exported: z.boolean(),
      imported: z.boolean(),
      policy: words.nullable(),
    }),
  ),
});

export const kubernetesCopySchema = z.strictObject({
  type: z.literal("kubernetes"),
  ...common,
  importsFrom: identifierSchema.optional(),
  /** The namespaces that are looked at; all when empty. */
  only: z.array(words).max(200),
  openshift: z.boolean(),
  nodes: z.array(z.strictObject({ name: words, processors: z.int().min(1), memory: z.number().positive() })),
  namespaces: z.array(z.strictObject({ name: words, workloads: z.array(workloadCopySchema) })),
  kasten: kastenCopySchema.nullable(),
});

export const swiftCopySchema = z.strictObject({
  type: z.literal("swift"),
  ...common,
  ends: z.record(
    identifierSchema,
    z.strictObject({
      name: words.optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      address: addressSchema,
      port,
      containers: z.record(words, z.strictObject({ objects: objectCount })),
    }),
  ),
  replications: z.record(
    identifierSchema,
    z.strictObject({
      name: words.optional(),
      environment: identifierSchema.optional(),
      of: words.optional(),
      between: z.array(z.strictObject({ end: identifierSchema, container: words })).length(2),
      /** The end that is copied from; null: it is not known. */
      from: identifierSchema.nullable(),
      measureEvery: words.optional(),
      lagWithin: words.optional(),
      patience: words.optional(),
    }),
  ),
});

export const s3CopySchema = z.strictObject({
  type: z.literal("s3"),
  ...common,
  address: addressSchema,
  port,
  buckets: z.record(
    words,
    z.strictObject({
      bucket: words,
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      prefix: words.optional(),
      newestWithin: words.optional(),
      wantsVersioning: z.boolean().optional(),
      wantsLock: z.union([z.boolean(), words]).optional(),
      protects: z.array(words),
      objects: objectCount,
      newest: z.strictObject({ name: words, at }).nullable(),
      versioning: z.enum(["on", "suspended", "off"]),
      locked: z.boolean(),
    }),
  ),
});

const nameServerCopy = z.strictObject({ address: addressSchema, port });

export const dnsCopySchema = z.strictObject({
  type: z.literal("dns"),
  ...common,
  propagation: words.optional(),
  servers: z.record(identifierSchema, nameServerCopy),
  resolvers: z.record(identifierSchema, nameServerCopy),
  zones: z.record(
    identifierSchema,
    z.strictObject({
      name: words,
      servers: z.array(identifierSchema).min(1),
      primary: identifierSchema.optional(),
      /** Whether it is changed by the console. */
      changes: z.boolean(),
    }),
  ),
  records: z.record(
    identifierSchema,
    z.strictObject({
      name: words,
      type: recordTypeSchema,
      environment: identifierSchema.optional(),
      values: z.record(identifierSchema, z.array(words)),
      /** What was answered last, and for how many seconds it may be kept. */
      value: z.array(words),
      ttl: z.int().min(0),
    }),
  ),
  /** Names that records lead to, with their address. */
  hosts: z.array(z.strictObject({ name: words, address: addressSchema })),
});

export const webCopySchema = z.strictObject({
  type: z.literal("web"),
  ...common,
  resolvers: z.record(identifierSchema, nameServerCopy),
  checks: z.record(
    identifierSchema,
    z.strictObject({
      name: words.optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      url: words,
      resolveWith: words.optional(),
      standby: z.literal(true).optional(),
      within: words.optional(),
      deadline: words.optional(),
      expiresAfter: words.optional(),
      status: z.array(z.int()).optional(),
      contains: words.optional(),
      redirections: z.int().optional(),
      servedBy: words.optional(),
      expectServedBy: words.optional(),
      /** The address that it came to last; and whether it was answered. */
      address: addressSchema.nullable(),
      answered: z.boolean(),
    }),
  ),
});

export const webhookCopySchema = z.strictObject({
  type: z.literal("webhook"),
  ...common,
  channels: z.record(
    identifierSchema,
    z.strictObject({
      name: words.optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
    }),
  ),
});

export const fileStoreCopySchema = z.strictObject({
  type: z.literal("file-store"),
  ...common,
  servers: z.record(
    identifierSchema,
    z.strictObject({ name: words.optional(), site: identifierSchema.optional(), address: addressSchema }),
  ),
  jobs: z.record(
    identifierSchema,
    z.strictObject({
      name: words.optional(),
      environment: identifierSchema.optional(),
      /** The name of its units, without `.service` and `.timer`. */
      unit: words,
      runsOn: z.array(identifierSchema).min(1),
      schedule: words.optional(),
      timeZone: words.optional(),
      of: z.array(words),
      target: words.optional(),
      offSite: z.boolean(),
      keep: words.optional(),
      /** The servers whose timer is on. */
      on: z.array(identifierSchema),
      lastRun: at.nullable(),
    }),
  ),
});

export const systemCopySchema = z.discriminatedUnion("type", [
  kubernetesCopySchema,
  swiftCopySchema,
  s3CopySchema,
  dnsCopySchema,
  webCopySchema,
  webhookCopySchema,
  fileStoreCopySchema,
  sshCopySchema,
  amtCopySchema,
  vncCopySchema,
  alertmanagerCopySchema,
  vsphereCopySchema,
  proxmoxCopySchema,
]);
export type SystemCopy = z.infer<typeof systemCopySchema>;
export type SystemCopyOf<Type extends SystemCopy["type"]> = Extract<SystemCopy, { type: Type }>;

/** The copy of an estate. */
export const estateCopySchema = z.strictObject({
  passerelleCopy: z.literal(1),
  name: z.string().min(1).max(100),
  madeAt: at,
  environments: estateSchema.shape.environments,
  sites: estateSchema.shape.sites,
  operators: operatorsSchema,
  plans: praPlansSchema,
  procedures: proceduresSchema,
  systems: z.record(identifierSchema, systemCopySchema),
  /** What a drill cannot show: systems, parts of them, and steps that need either. */
  leftOut: z.strictObject({
    systems: z.array(z.strictObject({ id: identifierSchema, type: words })),
    resources: z.array(words),
    steps: z.array(z.strictObject({ procedure: identifierSchema, step: identifierSchema })),
  }),
});
export type EstateCopy = z.infer<typeof estateCopySchema>;
