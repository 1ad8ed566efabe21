import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { type Estate, type EstateFault, estateSchema } from "../../shared/estate.ts";
import { text } from "../../shared/text.ts";
import { crossCheck } from "./cross-checks.ts";
import { choices, FaultList, pathWords, shown } from "./faults.ts";
import { type SystemConfigs, toJsonSchema } from "./json-schema.ts";
import { child, find, type Located, nearestPosition, plain, wordAt } from "./located.ts";
import { mergeFiles } from "./merge-files.ts";
import { parseSourceFile } from "./parse-file.ts";
import { readSourceFiles, type SourceFile } from "./read-files.ts";
import { addSchemaFaults } from "./schema-faults.ts";

/** Where an estate came from. Relative paths in it start at `folder`. */
export interface EstateOrigin {
  path: string;
  folder: string;
  files: SourceFile[];
  /** SHA-256 over names and contents: the same digest is the same estate. */
  digest: string;
}
export type EstateResult =
  | { ok: true; estate: Estate; origin: EstateOrigin; advice: EstateFault[] }
  | { ok: false; faults: EstateFault[]; origin: EstateOrigin };

/**
 * A check of what this folder does not know, procedures for example. It gets the estate when nothing was found wrong
 * with it until then.
 */
export type FurtherCheck = (tree: Located, estate: Estate | null, faults: FaultList) => void;

/**
 * Reads an estate, one YAML file or a folder of them, and checks it whole: YAML, schema, each system's config by
 * its `type`, and everything that names something else. All faults come at once, at most a hundred, each with
 * its place. Never throws for what is in the files.
 */
export async function loadEstate(
  path: string,
  systemConfigs: SystemConfigs,
  furtherCheck?: FurtherCheck,
): Promise<EstateResult> {
  const faults = new FaultList();
  const { folder, files } = await readSourceFiles(path, faults);
  const base = resolve(folder ? path : dirname(path));
  return checkSources(
    { path, folder: base, files, digest: digestOf(files) },
    systemConfigs,
    furtherCheck,
    faults,
  );
}

/** Checks files that were read before; `faults` holds what reading them found. */
export function checkSources(
  origin: EstateOrigin,
  systemConfigs: SystemConfigs,
  furtherCheck?: FurtherCheck,
  faults = new FaultList(),
): EstateResult {
  const trees: Located[] = [];
  let whole = faults.length === 0;
  for (const file of origin.files) {
    const tree = parseSourceFile(file, faults);
    if (tree) trees.push(tree);
    else whole = false;
  }
  const tree = whole ? mergeFiles(trees, faults) : null;
  // With a file unread, half of the estate would seem to be missing: its own faults come first.
  const estate = tree && checkTree(tree, systemConfigs, faults);
  if (tree) furtherCheck?.(tree, faults.length === 0 ? estate : null, faults);
  return estate && faults.length === 0
    ? { ok: true, estate, origin, advice: faults.advice() }
    : { ok: false, faults: faults.list(), origin };
}

function checkTree(tree: Located, systemConfigs: SystemConfigs, faults: FaultList): Estate | null {
  const checked = estateSchema.safeParse(plain(tree));
  if (!checked.success) {
    addSchemaFaults(checked.error.issues, { tree, prefix: [], schema: toJsonSchema(estateSchema), faults });
  }
  const systems = checkSystems(tree, systemConfigs, faults);
  crossCheck(tree, faults);
  return checked.success ? { ...checked.data, systems } : null;
}

function checkSystems(tree: Located, systemConfigs: SystemConfigs, faults: FaultList): Estate["systems"] {
  const systems: Estate["systems"] = {};
  const node = child(tree, "systems");
  if (node?.kind !== "map") return systems;
  const types = Object.keys(systemConfigs);
  for (const [id, { value }] of node.entries) {
    const path = ["systems", id];
    const type = wordAt(value, "type");
    if (type === undefined) continue;
    const config = Object.hasOwn(systemConfigs, type) ? systemConfigs[type] : undefined;
    if (!config) {
      faults.add({
        at: find(tree, [...path, "type"])?.value.at ?? nearestPosition(tree, path),
        path: pathWords([...path, "type"]),
        message: text(
          `"${shown(type)}" is not a type of system.`,
          `« ${shown(type)} » n'est pas un type de système.`,
        ),
        expected: text(`one of ${choices(types)}`, `au choix : ${choices(types)}`),
        word: type,
        candidates: types,
      });
      continue;
    }
    const checked = config.safeParse(plain(value));
    if (checked.success) {
      systems[id] = { ...(checked.data as Record<string, unknown>), type };
    } else {
      addSchemaFaults(checked.error.issues, { tree, prefix: path, schema: toJsonSchema(config), faults });
    }
  }
  return systems;
}

function digestOf(files: readonly SourceFile[]): string {
  const hash = createHash("sha256");
  for (const { file, source } of files) hash.update(`${file}\0${source.length}\0${source}\0`);
  return hash.digest("hex");
}
