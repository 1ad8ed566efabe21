import { pathToFileURL } from "node:url";
import { ensureBuild } from "./support/build.mjs";
import { ensureDependencies } from "./support/dependencies.mjs";
import { ensurePackages } from "./support/packages.mjs";

/**
 * Everything that a fresh checkout needs: npm packages, a Node 24, the build, system packages. Ends the process
 * with exit code 1 and a sentence when what everything rests on cannot be had.
 * @param {{ build: boolean, packages: string[] }} wanted `packages`: keys of `needs` in support/packages.mjs
 * @returns {Promise<import("./support/packages.mjs").Missing[]>} system packages that cannot be had, and why
 */
export async function setUp(wanted) {
  const problem = (await ensureDependencies()) ?? (wanted.build ? await ensureBuild() : null);
  if (problem) {
    process.stderr.write(`Set-up: ${problem}\n`);
    process.exit(1);
  }
  return ensurePackages(wanted.packages);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = await setUp({ build: true, packages: ["browser", "openssh", "keychain"] });
  for (const { need, reason } of missing) process.stdout.write(`Set-up: ${need} is missing: ${reason}\n`);
  process.stdout.write("Set-up: done.\n");
}
