import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { stringify } from "yaml";
import type { EstateCopy } from "../../../shared/estate-copy.ts";
import { type CopyWay, derivedEstate } from "./derived-estate.ts";

const estateName = "copy.yaml";

/** Writes the estate file that leads into a lab with a copy, into the lab's folder; resolves to its path. */
export async function writeCopiedEstate(folder: string, copy: EstateCopy, way: CopyWay): Promise<string> {
  const path = join(folder, estateName);
  const head =
    "# A drill: the copy of an estate, in the lab. Everything here leads into the lab and nowhere else.\n";
  // What is undefined is left out.
  const plain: unknown = JSON.parse(JSON.stringify(derivedEstate(copy, way)));
  const words = `${head}${stringify(plain, { aliasDuplicateObjects: false, lineWidth: 0 })}`;
  await writeFileAtomic(path, words, { mode: 0o600, fsync: false });
  return path;
}
