import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { ensurePackages } from "./packages.mjs";
import { root } from "./project.mjs";
import { run } from "./run.mjs";

/** Counterparts that no package brings as a program: compiled once, into a cache outside the checkout. */
const counterparts = [
  { name: "vsphere", programs: ["vcsim", "govc"], deadline: 8 * 60_000 },
  { name: "kubernetes", programs: ["kube-apiserver", "kube-controller-manager"], deadline: 22 * 60_000 },
];

/** @param {string} name */
const builder = (name) => join(root, "test", "real", name, "build.sh");

/** @param {{ name: string, programs: string[] }} counterpart */
function isBuilt({ name, programs }) {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(cache, "passerelle", "counterparts", name);
  if (!programs.every((program) => existsSync(join(folder, "bin", program)))) return false;
  // By this edition of the script, as test/real/build-once.sh notes it.
  const way = createHash("sha256")
    .update(readFileSync(builder(name)))
    .digest("hex");
  return existsSync(join(folder, "way")) && readFileSync(join(folder, "way"), "utf8").trim() === way;
}

/**
 * Compiles the counterparts that are not in the cache yet, by their `test/real/NAME/build.sh`, where a compiler is there
 * or can be installed.
 * @returns {Promise<import("./packages.mjs").Missing[]>} what could not be had, and why
 */
export async function ensureCounterparts() {
  const wanted = counterparts.filter((each) => !isBuilt(each));
  if (wanted.length === 0) return [];
  const lacking = await ensurePackages(["compiler"]);
  if (lacking.length > 0) return lacking;
  /** @type {import("./packages.mjs").Missing[]} */
  const missing = [];
  for (const { name, deadline } of wanted) {
    process.stdout.write(`Set-up: compiling ${name}, once …\n`);
    const outcome = await run("sh", [builder(name)], {
      deadline,
      quiet: true,
      environment: { COUNTERPART_JOBS: String(availableParallelism()) },
    });
    if (outcome.code === 0) continue;
    const last = outcome.output.trim().split("\n").at(-1) ?? "";
    const reason = outcome.timedOut ? "compiling it took too long" : `compiling it failed: ${last}`;
    missing.push({ need: name, reason });
  }
  return missing;
}
