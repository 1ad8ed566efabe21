import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageScript, pinnedNode, root } from "./project.mjs";
import { run } from "./run.mjs";

const sources = ["src", "resources", "electron.vite.config.ts", "package.json", "package-lock.json"];
const stampFile = join(root, "out", ".sources");

/**
 * One digest over path, size and time of every file below the given places; it changes when one is added,
 * removed or written.
 * @param {string} base
 * @param {string[]} places relative to `base`
 */
export function digestOfTree(base, places) {
  const hash = createHash("sha256");
  /** @param {string} place */
  const visit = (place) => {
    const path = join(base, place);
    if (!existsSync(path)) return;
    const found = statSync(path);
    if (found.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(place, name));
    } else if (!/\.test\.tsx?$/.test(place)) {
      hash.update(`${place}\0${found.size}\0${found.mtimeMs}\n`);
    }
  };
  for (const place of places) visit(place);
  return hash.digest("hex");
}

/** Whether `out/` was built from the sources as they are now. */
function buildIsFresh() {
  try {
    return readFileSync(stampFile, "utf8") === digestOfTree(root, sources);
  } catch {
    return false;
  }
}

/**
 * Builds `out/` when the sources have changed since.
 * @returns {Promise<string | null>} what is wrong, null when all is well
 */
export async function ensureBuild() {
  if (buildIsFresh()) return null;
  const node = pinnedNode();
  if (!node) return "there is no Node 24 to build with.";
  process.stdout.write("Set-up: building …\n");
  const digest = digestOfTree(root, sources);
  const script = packageScript("electron-vite", "bin/electron-vite.js");
  const outcome = await run(node, [script, "build", "--logLevel", "warn"], { deadline: 4 * 60_000 });
  if (outcome.timedOut) return "the build did not end within four minutes.";
  if (outcome.code !== 0) return `the build failed (exit code ${outcome.code}): its own words are above.`;
  writeFileSync(stampFile, digest);
  return null;
}
