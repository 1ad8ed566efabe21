import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pinnedNode, root } from "./project.mjs";
import { run } from "./run.mjs";

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }>} Packages */

/**
 * What is missing or of another version in node_modules, by the lock file.
 * @param {Packages} locked `packages` of package-lock.json
 * @param {Packages} installed `packages` of node_modules/.package-lock.json
 * @returns {string[]} paths such as `node_modules/ws`
 */
export function differences(locked, installed) {
  return Object.entries(locked)
    .filter(([path, wanted]) => {
      if (path === "") return false;
      const there = installed[path];
      // Builds for other platforms are optional and rightly absent.
      if (!there) return !(wanted.optional || wanted.devOptional);
      return there.version !== wanted.version || there.integrity !== wanted.integrity;
    })
    .map(([path]) => path);
}

/** @param {string} file @returns {Packages | null} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return null;
  }
}

/**
 * Brings node_modules in line with package-lock.json when it is not, and makes sure of a Node 24.
 * @returns {Promise<string | null>} what is wrong, null when all is well
 */
export async function ensureDependencies() {
  const locked = packagesOf("package-lock.json");
  if (!locked) return "package-lock.json cannot be read: take it from the repository again.";
  const installed = packagesOf("node_modules/.package-lock.json");
  const differing = installed ? differences(locked, installed) : [];
  if (!installed || differing.length > 0 || !pinnedNode()) {
    process.stdout.write(
      installed
        ? `Set-up: ${differing.length} packages differ from package-lock.json, installing them …\n`
        : "Set-up: installing the packages of package-lock.json …\n",
    );
    // Not `npm ci`: it refuses a lock file that lacks the native builds of platforms other than the one it was made
    // on; `install` takes the locked versions as well and adds this platform's builds at the versions that are pinned.
    const outcome = await run(
      "npm",
      ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
      {
        deadline: 8 * 60_000,
      },
    );
    if (outcome.code !== 0) {
      return `npm install failed (exit code ${outcome.code}): its own words are above.`;
    }
  }
  if (!pinnedNode()) {
    return "the pinned Node 24 is not there: install scripts may be switched off (npm config get ignore-scripts).";
  }
  if (!existsSync(join(root, "node_modules", "typescript"))) {
    return "development packages were left out: unset NODE_ENV=production and npm's `omit` setting.";
  }
  return null;
}
