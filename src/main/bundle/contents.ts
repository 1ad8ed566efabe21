import { createHash } from "node:crypto";
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A path inside the folder that the bundle is laid out in: it never leads out of it. */
const innerPath = z
  .string()
  .min(1)
  .max(1000)
  .refine(
    (path) =>
      !/^(\/|[A-Za-z]:)|[\\\0]/.test(path) && !path.split("/").some((part) => part === ".." || part === ""),
    "a path that stays inside",
  );

/** What a bundle holds, before it is sealed. Moments are epoch milliseconds. */
export const bundleContentsSchema = z.object({
  format: z.literal("passerelle-bundle"),
  version: z.literal(1),
  madeAt: z.number(),
  workstation: z.string(),
  estate: z.object({
    /** The file to open among `files`; empty where the estate is the whole folder. */
    path: z.string().max(1000),
    digest: z.string(),
    files: z
      .array(z.object({ path: innerPath, source: z.string(), sha256 }))
      .min(1)
      .max(600),
  }),
  /** Accepted keys of hosts, as OpenSSH keeps them. */
  knownHosts: z.string(),
  /** By the reference in the estate. */
  secrets: z.record(z.string(), z.string()),
  /** Secrets that the estate names and that were not to be had. */
  missing: z.array(z.string()),
  /** The newest event of the journal: a journal that ends before it has lost something. */
  journal: z.object({ sequence: z.int(), hash: z.string() }),
});
export type BundleContents = z.infer<typeof bundleContentsSchema>;

/** SHA-256 of words in UTF-8, hexadecimal. */
export function digestOf(words: string | Uint8Array): string {
  return createHash("sha256").update(words).digest("hex");
}
