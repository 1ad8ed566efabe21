import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ReadProcedures, readProcedures } from "./read.ts";

/**
 * The procedures that come with the program, by their files in `resources/procedures` beside the code or above it.
 * Their actions are not checked: which there are depends on the estate.
 */
export async function readBuiltInProcedures(from = import.meta.dirname): Promise<ReadProcedures> {
  const folder = folderAbove(from);
  return folder === null ? { procedures: {}, faults: [] } : readProcedures(folder);
}

function folderAbove(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, "resources", "procedures");
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return null;
  }
}
