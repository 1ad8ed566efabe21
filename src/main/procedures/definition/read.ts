import type { EstateFault } from "../../../shared/estate.ts";
import { type Procedures, proceduresSchema } from "../../../shared/procedure.ts";
import { text } from "../../../shared/text.ts";
import { FaultList } from "../../estate/faults.ts";
import { toJsonSchema } from "../../estate/json-schema.ts";
import { plain } from "../../estate/located.ts";
import { parseSourceFile } from "../../estate/parse-file.ts";
import { readSourceFiles, type SourceFile } from "../../estate/read-files.ts";
import { addSchemaFaults } from "../../estate/schema-faults.ts";
import type { ActionCatalogue, DeclaredResources } from "./catalogue.ts";
import { validateProcedures } from "./validate.ts";

/** What was read of procedure files. */
export interface ReadProcedures {
  /** Those of files without a fault. */
  procedures: Procedures;
  faults: EstateFault[];
}

/**
 * Reads the procedures of one YAML file, or of every one in a folder: a map of procedures by identifier, as under the
 * estate's key `procedures`. Never throws for what is in the files; what is wrong is a fault with its place.
 */
export async function readProcedures(
  path: string,
  catalogue: ActionCatalogue | null = null,
): Promise<ReadProcedures> {
  const faults = new FaultList();
  const { files } = await readSourceFiles(path, faults);
  const read = checkProcedureFiles(files, catalogue);
  return { procedures: read.procedures, faults: [...faults.list(), ...read.faults] };
}

/** The same for files that were read before. A procedure may name those of the other files. */
export function checkProcedureFiles(
  files: readonly SourceFile[],
  catalogue: ActionCatalogue | null = null,
  resources: DeclaredResources | null = null,
): ReadProcedures {
  const faults: EstateFault[] = [];
  const parsed = files.flatMap((file) => {
    const found = new FaultList();
    const tree = parseSourceFile(file, found);
    const checked = tree && proceduresSchema.safeParse(plain(tree));
    if (tree && checked && !checked.success) {
      addSchemaFaults(checked.error.issues, {
        tree,
        prefix: [],
        schema: toJsonSchema(proceduresSchema),
        faults: found,
      });
    }
    const own = checked?.success ? checked.data : {};
    if (tree) return [{ file: file.file, tree, own, found }];
    faults.push(...found.list());
    return [];
  });
  const owners = new Map<string, string>();
  const procedures: Procedures = {};
  for (const { file, tree, own, found } of parsed) {
    for (const id of Object.keys(own)) {
      const owner = owners.get(id);
      if (owner !== undefined) {
        found.add({
          at: tree.at,
          path: id,
          message: text(
            `The procedure "${id}" is already defined in ${owner}.`,
            `La procédure « ${id} » est déjà définie dans ${owner}.`,
          ),
        });
      } else owners.set(id, file);
    }
  }
  for (const { tree, own, found } of parsed) {
    const others = Object.assign({}, ...parsed.filter((each) => each.own !== own).map((each) => each.own));
    validateProcedures({
      tree,
      path: [],
      catalogue,
      resources,
      places: null,
      applications: null,
      others,
      faults: found,
    });
    if (found.length === 0) Object.assign(procedures, own);
    faults.push(...found.list());
  }
  return { procedures, faults };
}
