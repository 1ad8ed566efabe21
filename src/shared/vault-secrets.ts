import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";

/** The resource of a mount of secrets (KV). */
const mountSchema = z.string().max(700);
const isBelow = (path: string) =>
  path.split("/").every((part) => part !== "" && part !== "." && part !== "..") && !/\p{Cc}/u.test(path);
/** Where a secret stands below its mount: no part of it is empty or dots, so that it never leads out of the mount. */
export const secretPathSchema = z.string().min(1).max(600).refine(isBelow);
/** A folder of secrets, without a slash at its end; empty for the mount itself. */
const folderSchema = z.union([z.literal(""), secretPathSchema]);

/** At most so many names of a folder are shown. */
export const mostNames = 5000;

export const secretFolderRequestSchema = z.object({ mount: mountSchema, folder: folderSchema });
export const secretRequestSchema = z.object({ mount: mountSchema, path: secretPathSchema });
export const secretSearchRequestSchema = z.object({
  mount: mountSchema,
  folder: folderSchema,
  words: z.string().trim().min(1).max(200),
});

/** What stands in a folder, by name; never a value. Times in epoch milliseconds. */
export const secretFolderSchema = z.object({
  folder: z.string(),
  /** Whether secrets of this mount have versions (KV 2). */
  versioned: z.boolean(),
  /** Names of folders and of secrets below it; one name may be both. */
  folders: z.array(z.string()),
  secrets: z.array(z.string()),
  /** Whether there are more than are shown. */
  cut: z.boolean(),
  readAt: z.number(),
});
export type SecretFolder = z.infer<typeof secretFolderSchema>;

const versionSchema = z.object({
  version: z.int(),
  createdAt: z.number().nullable(),
  /** When it was, or will be, deleted; null where it is not. */
  deletedAt: z.number().nullable(),
  /** Deleted already: it can be brought back unless it was destroyed. */
  deleted: z.boolean(),
  destroyed: z.boolean(),
});
export type SecretVersion = z.infer<typeof versionSchema>;

/** Whatever is known of one secret, without anything of what is in it. */
export const secretRecordSchema = z.object({
  path: z.string(),
  versioned: z.boolean(),
  /** The newest first; none without versions. */
  versions: z.array(versionSchema),
  current: z.int().nullable(),
  createdAt: z.number().nullable(),
  updatedAt: z.number().nullable(),
  /** How many versions are kept: its own setting, else the mount's; null where nothing tells. */
  maxVersions: z.int().nullable(),
  /** Whether Vault refuses to write it without naming the version that is written over. */
  checkAndSet: z.boolean(),
  /** What people have noted on it (`custom_metadata`). */
  notes: z.record(z.string(), z.string()),
  /** The names of the fields of its newest version; null where they are not told. */
  fields: z.array(z.string()).nullable(),
  /** The references of the estate that are read here, and what uses them. */
  usedBy: z.array(z.object({ reference: z.string(), resources: z.array(z.string()) })),
  readAt: z.number(),
});
export type SecretRecord = z.infer<typeof secretRecordSchema>;

/** How far a search by name has come. */
export const secretSearchSchema = z.object({
  /** Paths below the mount, in the order in which they were found. */
  found: z.array(z.string()),
  /** Folders that were looked into, and those that are known and were not yet. */
  looked: z.int(),
  waiting: z.int(),
  /** The first folders that were not looked into, with why: no right to list them, too deep, or the end of the search. */
  left: z.array(z.object({ folder: z.string(), why: z.enum(["not-allowed", "too-deep", "not-reached"]) })),
  /** How many there are of those. */
  leftCount: z.int(),
  /** Why it has ended; null while it goes on. */
  ended: z.enum(["complete", "most-requests", "most-found", "out-of-time", "failed"]).nullable(),
  error: wireErrorSchema.nullable(),
});
export type SecretSearch = z.infer<typeof secretSearchSchema>;
