import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A package as the lock file has it.
 * @typedef {{ path: string, name: string, version: string, license: string | null }} Component
 * @typedef {{ version: string, name?: string, license?: string, dependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string>,
 *   peerDependenciesMeta?: Record<string, { optional?: boolean }> }} LockedPackage
 */

/** What is bundled into the page and its bridge, so that its packages are shipped though the program asks for none at run time. */
const bundled = ["src/renderer/**/*.{ts,tsx}", "src/preload/**/*.ts", "src/shared/**/*.ts"];

/**
 * Every package that users are given: what the program loads at run time, and what is bundled into its page, each with all
 * that it asks for itself.
 * @param {string} root the checkout
 * @returns {Component[]} by path
 */
export function shippedComponents(root) {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return componentsOf(root, [...Object.keys(dependencies), ...importedByPage(root)]);
}

/**
 * The given packages and all that they ask for, as the lock file resolves them.
 * @param {string} root
 * @param {string[]} names
 * @returns {Component[]}
 */
function componentsOf(root, names) {
  /** @type {Record<string, LockedPackage>} */
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  /** @type {Map<string, Component>} */
  const found = new Map();
  /** @type {[from: string, name: string][]} */
  const waiting = names.map((name) => ["", name]);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const path = resolved(locked, ...next);
    const entry = path === null ? undefined : locked[path];
    if (path === null || !entry || found.has(path)) continue;
    const name = entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    found.set(path, { path, name, version: entry.version, license: entry.license ?? ownWords(root, path) });
    const peers = Object.keys(entry.peerDependencies ?? {}).filter(
      (peer) => !entry.peerDependenciesMeta?.[peer]?.optional,
    );
    const asked = [
      ...Object.keys(entry.dependencies ?? {}),
      ...Object.keys(entry.optionalDependencies ?? {}),
      ...peers,
    ];
    for (const one of asked) waiting.push([path, one]);
  }
  return [...found.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/**
 * Where Node would find a package from another one's folder; null where the lock file has none.
 * @param {Record<string, LockedPackage>} locked
 * @param {string} from
 * @param {string} name
 */
function resolved(locked, from, name) {
  for (let folder = from; ; ) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (locked[path]) return path;
    if (folder === "") return null;
    const above = folder.lastIndexOf("/node_modules/");
    folder = above < 0 ? "" : folder.slice(0, above);
  }
}

/** Names of packages that the page's modules import, tests aside. @param {string} root */
function importedByPage(root) {
  const names = new Set();
  for (const file of bundled.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
    if (/\.test\.tsx?$|\/testing\//.test(file)) continue;
    const words = readFileSync(join(root, file), "utf8");
    for (const [, name] of words.matchAll(/(?:from|import)\s*\(?"(@[^/"]+\/[^/"]+|[a-z][^/":]*)/g))
      if (name !== "electron") names.add(name);
  }
  return [...names];
}

/** The licence that an installed package names in an old way that lock files leave out. @param {string} root @param {string} path */
function ownWords(root, path) {
  const manifest = join(root, path, "package.json");
  if (!existsSync(manifest)) return null;
  const { license, licenses } = JSON.parse(readFileSync(manifest, "utf8"));
  if (typeof license === "string") return license;
  return Array.isArray(licenses) ? licenses.map(({ type }) => type).join(" OR ") : null;
}
