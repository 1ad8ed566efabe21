import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's top folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where the scripts keep their records; ignored by Git. */
export const recordsFolder = join(root, ".cache", "records");

/**
 * The Node that everything but these scripts runs on: the one pinned in package.json (which also carries
 * node:sqlite and strips types), or the running one where that is as new and the pinned one is absent.
 * @returns {string | null} its path, null when neither will do
 */
export function pinnedNode() {
  const pinned = join(
    root,
    "node_modules",
    "node",
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (existsSync(pinned)) return pinned;
  return Number(process.versions.node.split(".")[0]) >= 24 ? process.execPath : null;
}

/**
 * The environment of a child: the pinned Node and the project's own commands are found first.
 * @param {Record<string, string>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment(more = {}) {
  const path = [join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
  return { ...process.env, PATH: path, ...more };
}

/**
 * The script behind a command of an installed package, to be run with the pinned Node (works on Windows too,
 * where node_modules/.bin holds shell wrappers).
 * @param {string} packageName
 * @param {string} script path inside the package
 */
export function packageScript(packageName, script) {
  return join(root, "node_modules", ...packageName.split("/"), ...script.split("/"));
}
