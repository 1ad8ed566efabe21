import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import type { VaultAccess } from "./access.ts";
import { envelopeOf } from "./answers.ts";
import { service } from "./faults.ts";
import type { Mount } from "./mounts.ts";
import { urlPath, type VaultReference } from "./reference.ts";

/** Why a reference leads to nothing. */
export type ReferenceGap = "no-secret" | "no-version" | "deleted" | "no-field";

const subkeysSchema = envelopeOf(z.object({ subkeys: z.record(z.string(), z.unknown()) }));
const metadataSchema = envelopeOf(
  z.object({
    current_version: z.number().int().nonnegative().catch(0),
    versions: z
      .record(
        z.string(),
        z.object({ deletion_time: z.string().catch(""), destroyed: z.boolean().catch(false) }),
      )
      .catch({}),
  }),
);
const keysSchema = envelopeOf(z.object({ keys: z.array(z.string()) }));

/**
 * Whether what a reference names is in Vault, without reading its value: of KV 2 by the names of its fields, else by its
 * metadata, of KV 1 by the list of its folder. Null: it is there, or nobody can tell, as with what is made on demand.
 * Throws `vault.…` and `reach.…` where Vault does not answer.
 */
export async function lookForReference(
  access: VaultAccess,
  reference: VaultReference,
  now: number,
  signal: AbortSignal,
): Promise<ReferenceGap | null> {
  const mount = await access.mounts.of(reference.path, signal);
  if (mount.type !== "kv" && mount.type !== "generic") return null;
  if (!mount.versioned) return inList(access, reference, mount, signal);
  const below = urlPath(reference.path.slice(mount.path.length));
  const query = reference.version === null ? {} : { version: String(reference.version) };
  // Vault before 1.10 and policies without a right to it leave the metadata.
  const fields = await told(access, { path: `${urlPath(mount.path)}subkeys/${below}`, query, signal });
  if (fields.status === 200) {
    const { data } = fitting(access, subkeysSchema, fields.body);
    return Object.hasOwn(data.subkeys, reference.field) ? null : "no-field";
  }
  const metadata = await told(access, { path: `${urlPath(mount.path)}metadata/${below}`, signal });
  if (metadata.status === 404) return "no-secret";
  if (metadata.status !== 200) return null;
  const { data } = fitting(access, metadataSchema, metadata.body);
  const version = data.versions[String(reference.version ?? data.current_version)];
  if (!version) return reference.version === null ? "no-secret" : "no-version";
  const deletedAt = Date.parse(version.deletion_time);
  return version.destroyed || deletedAt <= now ? "deleted" : null;
}

async function inList(
  access: VaultAccess,
  { path }: VaultReference,
  mount: Mount,
  signal: AbortSignal,
): Promise<ReferenceGap | null> {
  const slash = path.lastIndexOf("/") + 1;
  const folder = path.slice(0, Math.max(slash, mount.path.length));
  const list = await told(access, { method: "LIST", path: urlPath(folder), signal });
  if (list.status === 404) return "no-secret";
  if (list.status !== 200) return null;
  const { keys } = fitting(access, keysSchema, list.body).data;
  return keys.includes(path.slice(folder.length)) ? null : "no-secret";
}

/** An answer of 200 or 404, or 403 for what may not be seen. */
async function told(
  access: VaultAccess,
  request: Parameters<VaultAccess["exchange"]>[0],
): Promise<{ status: number; body: unknown }> {
  try {
    return await access.exchange({ ...request, alsoTake: [404] });
  } catch (error) {
    if (error instanceof OpsError && /^vault\.(not-allowed|unsupported)$/.test(error.code))
      return { status: 403, body: null };
    throw error;
  }
}

function fitting<Schema extends z.ZodType>(
  { name }: VaultAccess,
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw service.http(name).garbage();
  return parsed.data;
}
