import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { readPrivateFile } from "../files/private-file.ts";
import { replaceFile } from "../files/replace-file.ts";
import type { SystemConfigs } from "./json-schema.ts";
import { checkSources, type EstateOrigin, type EstateResult, type FurtherCheck } from "./load.ts";

/** In bytes; an estate is a few files of a few megabytes at most. */
const largestCopy = 256 * 1024 * 1024;

const copySchema = z.object({
  version: z.literal(1),
  savedAt: z.number(),
  path: z.string(),
  folder: z.string(),
  digest: z.string(),
  files: z.array(z.object({ file: z.string(), source: z.string() })).min(1),
});

/** The sound estate that was last in force, with the time (epoch milliseconds) at which it was read. */
export interface LastGood {
  result: Extract<EstateResult, { ok: true }>;
  savedAt: number;
}

/** One copy for each estate that this data folder has seen, so that changing over loses none. */
function copyPath(dataFolder: string, path: string): string {
  const name = createHash("sha256").update(resolve(path)).digest("hex").slice(0, 16);
  return join(dataFolder, `estate-${name}.last-good.json`);
}

/**
 * Keeps the sources of a sound estate (mode 0600, written whole or not at all).
 * Throws OpsError `files.foreign` or `estate.copy-not-kept` when that fails; the estate itself stays in force.
 */
export async function keepLastGood(dataFolder: string, origin: EstateOrigin, savedAt: number): Promise<void> {
  const { path, folder, digest, files } = origin;
  const copy: z.infer<typeof copySchema> = {
    version: 1,
    savedAt,
    path: resolve(path),
    folder,
    digest,
    files,
  };
  const target = copyPath(dataFolder, path);
  try {
    await replaceFile(target, JSON.stringify(copy));
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    throw new OpsError({
      code: "estate.copy-not-kept",
      system: "estate",
      message: text(
        "The copy of the estate file for the next start could not be written.",
        "La copie du fichier de parc pour le prochain démarrage n'a pas pu être écrite.",
      ),
      hint: text(
        "Free space in the data folder, or make it writable again.",
        "Libérez de la place dans le dossier de données, ou rendez-le de nouveau accessible en écriture.",
      ),
      cause: thrown,
    });
  }
}

/** The kept copy, checked again as if it were read now; null when there is none that holds. */
export async function readLastGood(
  dataFolder: string,
  path: string,
  systemConfigs: SystemConfigs,
  furtherCheck?: FurtherCheck,
): Promise<LastGood | null> {
  try {
    const words = (await readPrivateFile(copyPath(dataFolder, path), largestCopy)).toString("utf8");
    const copy = copySchema.parse(JSON.parse(words));
    if (copy.path !== resolve(path)) return null;
    const { folder, digest, files } = copy;
    const result = checkSources({ path, folder, digest, files }, systemConfigs, furtherCheck);
    return result.ok ? { result, savedAt: copy.savedAt } : null;
  } catch {
    return null;
  }
}
