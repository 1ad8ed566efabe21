import { z } from "zod";
import { addressSchema } from "./estate-access.ts";
import { commonCopy } from "./estate-copy-machines.ts";
import { identifierSchema } from "./estate-words.ts";

/** Hypervisors of an estate's copy. `key` is what the thing's own manager calls it; sizes are bytes, times epoch milliseconds. */

const words = z.string().min(1).max(1000);
const size = z.number().nonnegative();
const count = z.int().min(1).max(100_000);

/** What hosts of every kind have. */
const host = {
  name: words,
  processors: count,
  cores: count,
  sockets: count,
  memory: z.number().positive(),
  version: words.nullable(),
  isOff: z.boolean(),
};

/** What guests of every kind have. */
const guest = {
  key: words,
  name: words,
  /** The key of its host. */
  host: words,
  power: z.enum(["on", "off", "suspended"]),
  isTemplate: z.boolean(),
  processors: count,
  memory: size,
  system: words.nullable(),
  address: addressSchema.nullable(),
  /** Names of the storages and networks that it is on. */
  storages: z.array(words).max(100),
  networks: z.array(words).max(100),
  storageUsed: size.nullable(),
  snapshots: z.array(words).max(100),
  oldestSnapshot: z.number().nonnegative().nullable(),
};

export const vsphereCopySchema = z.strictObject({
  type: z.literal("vsphere"),
  ...commonCopy,
  address: addressSchema,
  /** The name of its datacenter; of several the one with the most hosts. */
  datacenter: words,
  datacenters: z.record(words, identifierSchema),
  /** The category of the tags that name environments, and the environment of each. */
  environments: z.strictObject({ category: words, tags: z.record(words, identifierSchema) }).optional(),
  clusters: z.array(
    z.strictObject({
      key: words,
      name: words,
      environment: identifierSchema.nullable(),
      ha: z.boolean(),
      balances: z.boolean(),
      admissionControl: z.boolean(),
    }),
  ),
  hosts: z.array(
    z.strictObject({
      key: words,
      /** The key of its cluster. */
      cluster: words,
      maintenance: z.boolean(),
      isStandby: z.boolean(),
      ...host,
    }),
  ),
  guests: z.array(
    z.strictObject({ ...guest, environment: identifierSchema.nullable(), hasTools: z.boolean() }),
  ),
  storages: z.array(
    z.strictObject({ key: words, name: words, kind: words.nullable(), bytes: size, used: size }),
  ),
});

export const proxmoxCopySchema = z.strictObject({
  type: z.literal("proxmox"),
  ...commonCopy,
  isHighlyAvailable: z.boolean(),
  offSite: z.array(words).max(100),
  /** Null: no address was read. */
  nodes: z.array(z.strictObject({ ...host, address: addressSchema.nullable() })).min(1),
  guests: z.array(
    z.strictObject({ ...guest, kind: z.enum(["vm", "container"]), isHighlyAvailable: z.boolean() }),
  ),
  storages: z.array(
    z.strictObject({
      /** Its name, after that of its node and a slash where it is no shared one. */
      key: words,
      name: words,
      kind: words.nullable(),
      isShared: z.boolean(),
      /** Names of the nodes that have it. */
      nodes: z.array(words).min(1).max(1000),
      holdsBackups: z.boolean(),
      bytes: size,
      used: size,
    }),
  ),
  /** Backups by the key of their guest and of their storage. */
  backups: z.array(z.strictObject({ guest: words, storage: words, madeAt: z.number().nonnegative() })),
  replications: z.array(z.strictObject({ guest: words, target: words })),
});
