// `npm run reproducible`: builds the committed sources twice, in folders of other names, at other times, in other time zones, and
// compares every byte of what users start.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pinnedNode, root } from "./support/project.mjs";
import { run } from "./support/run.mjs";

const node = pinnedNode();
if (!node) {
  process.stderr.write("reproducible: Node 24 is missing; run npm install first\n");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "passerelle-build-"));
const places = [
  { checkout: join(folder, "one"), environment: { TZ: "UTC", LANG: "C" } },
  {
    checkout: join(folder, "another", "deeper"),
    environment: { TZ: "Pacific/Auckland", LANG: "fr_FR.UTF-8" },
  },
];
let code = 1;
try {
  const built = [];
  for (const place of places) built.push(await build(place));
  const [one, other] = built;
  const names = [...new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])].sort();
  const differing = names.filter((name) => one?.get(name) !== other?.get(name));
  for (const name of differing) process.stdout.write(`differs: ${name}\n`);
  const whole = createHash("sha256");
  for (const name of names) whole.update(`${name}\0${one?.get(name)}\n`);
  process.stdout.write(`${names.length} files, ${differing.length} differ, sha256 ${whole.digest("hex")}\n`);
  code = names.length > 0 && differing.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

/**
 * Builds the committed sources in a folder of their own; the packages are those that are installed here.
 * @param {{ checkout: string, environment: Record<string, string> }} place
 * @returns {Promise<Map<string, string>>} SHA-256 by file
 */
async function build({ checkout, environment }) {
  mkdirSync(checkout, { recursive: true });
  const archive = execFileSync("git", ["archive", "--format=tar", "HEAD"], {
    cwd: root,
    maxBuffer: 1024 * 1024 * 1024,
  });
  execFileSync("tar", ["-x", "-C", checkout], { input: archive });
  copyPackages(join(root, "node_modules"), join(checkout, "node_modules"));
  const script = join(checkout, "node_modules", "electron-vite", "bin", "electron-vite.js");
  const outcome = await run(String(node), [script, "build", "--logLevel", "warn"], {
    deadline: 10 * 60_000,
    folder: checkout,
    environment,
  });
  if (outcome.code !== 0) throw new Error(`the build in ${checkout} failed`);
  const out = join(checkout, "out");
  const files = globSync("**/*", { cwd: out }).filter((name) => statSync(join(out, name)).isFile());
  return new Map(
    files.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(out, name)))
        .digest("hex"),
    ]),
  );
}

/** Gives a checkout packages under a path of its own; by hard links where there are such. @param {string} from @param {string} to */
function copyPackages(from, to) {
  if (process.platform === "linux") execFileSync("cp", ["-al", from, to]);
  else cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}
