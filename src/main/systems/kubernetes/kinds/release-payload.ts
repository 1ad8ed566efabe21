import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { cleaned, timeOf } from "./seen.ts";

/** What is read of a release; nothing else of its Secret is kept, for its values may hold secrets. */
export interface ChartFacts {
  chart: string | null;
  version: string | null;
  appVersion: string | null;
  /** Epoch milliseconds. */
  deployedAt: number | null;
}

const word = z
  .string()
  .nullable()
  .catch(null)
  .default(null)
  .transform((words) => (words === null ? null : cleaned(words, 200)));
const secretSchema = z.object({ data: z.object({ release: z.string() }) });
const releaseSchema = z.object({
  info: z.object({ last_deployed: word }).catch({ last_deployed: null }),
  chart: z.object({
    metadata: z.object({ name: word, version: word, appVersion: word }),
  }),
});

/** Unpacked, a release has a few megabytes at the most: etcd keeps no object of more than 1.5 MiB. */
const mostBytes = 16 * 1024 * 1024;
const unpack = promisify(gunzip);

/**
 * Reads the chart out of the Secret of a release: JSON, packed with gzip, as base64 within the base64 of every Secret.
 * Null when it is none, or larger than 16 MiB. Source: helm.sh/helm, pkg/storage/driver `encodeRelease`.
 */
export async function readRelease(body: unknown): Promise<ChartFacts | null> {
  const secret = secretSchema.safeParse(body);
  if (!secret.success) return null;
  try {
    const inner = Buffer.from(secret.data.data.release, "base64").toString("latin1");
    const packed = Buffer.from(inner, "base64");
    const isPacked = packed[0] === 0x1f && packed[1] === 0x8b;
    const bytes = isPacked ? await unpack(packed, { maxOutputLength: mostBytes }) : packed;
    const { chart, info } = releaseSchema.parse(JSON.parse(bytes.toString("utf8")));
    const { name, version, appVersion } = chart.metadata;
    return { chart: name, version, appVersion, deployedAt: timeOf(info.last_deployed) };
  } catch {
    return null;
  }
}
