import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { ensureBuild } from "./support/build.mjs";
import { ensureElectron, windowObstacle } from "./support/electron-runtime.mjs";
import { findBrowser } from "./support/packages.mjs";
import { runPlaywright } from "./support/playwright-run.mjs";
import { packageScript, pinnedNode, recordsFolder } from "./support/project.mjs";
import { run } from "./support/run.mjs";
import { demandTests, emptyTally, oneCheck, sum, summary } from "./support/tally.mjs";
import { runVitest, tallyOf } from "./support/vitest-run.mjs";

const checkLimit = 2 * 60_000;
// Several times what a machine of one's own needs: others may work on a shared one.
const unitLimit = 15 * 60_000;
const journeysLimit = 15 * 60_000;

/** @type {import("./support/tally.mjs").Part[]} */
const parts = [];

const missing = await setUp({ build: false, packages: ["browser"] });
const node = pinnedNode();
if (!node) throw new Error("set-up made sure of Node 24");

/**
 * One check that either holds or does not; its words are shown when it has ended.
 * @param {string} name
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<import("./support/tally.mjs").Part>}
 */
async function check(name, script, args) {
  const outcome = await run(String(node), [script, ...args], { deadline: checkLimit, quiet: true });
  process.stdout.write(`\n${name}\n${outcome.output}`);
  if (outcome.code === 0 && !outcome.timedOut) return { name, tally: oneCheck(name, null) };
  const problem = outcome.timedOut ? "stopped at its deadline" : (outcome.failure ?? outcome.output);
  return { name, tally: oneCheck(name, problem) };
}

/** The script that a package's manifest names for a command. @param {string} name @param {string} command */
function binary(name, command) {
  const { bin } = JSON.parse(readFileSync(packageScript(name, "package.json"), "utf8"));
  return packageScript(name, typeof bin === "string" ? bin : bin[command]);
}

const typescript = binary("typescript", "tsc");
/** @type {[name: string, script: string, args: string[]][]} */
const checks = [
  ["types: main, shared, lab, scripts", typescript, ["-p", "tsconfig.node.json"]],
  ["types: renderer, preload", typescript, ["-p", "tsconfig.web.json"]],
  [
    "lint: who imports whom",
    binary("dependency-cruiser", "depcruise"),
    ["src", "--config", ".dependency-cruiser.cjs"],
  ],
  ["lint: style and mistakes", binary("@biomejs/biome", "biome"), ["check", "."]],
  ["lint: dead code", binary("knip", "knip"), []],
];
// Two at a time: most of them leave a second core idle.
const waiting = checks.values();
const lane = async () => {
  for (const [name, script, args] of waiting) parts.push(await check(name, script, args));
};
await Promise.all([lane(), lane()]);

process.stdout.write("\nunit tests\n");
const unit = await runVitest(node, {
  record: join(recordsFolder, "unit.json"),
  args: [],
  deadline: unitLimit,
});
parts.push({ name: "unit tests", tally: demandTests("unit tests", tallyOf(unit)) });

process.stdout.write("\nbuild\n");
const buildProblem = await ensureBuild();
parts.push({ name: "build", tally: oneCheck("build", buildProblem) });

process.stdout.write("\nend-to-end tests\n");
const browser = findBrowser();
if (buildProblem) {
  const tally = oneCheck("end-to-end tests", "nothing to test: the build failed");
  parts.push({ name: "end-to-end tests", tally });
} else if (!browser) {
  const reason =
    missing.find(({ need }) => need === "browser")?.reason ?? "PASSERELLE_CHROMIUM names no program";
  const skipped = [{ name: "e2e: all journeys", reason: `no Chromium: ${reason}` }];
  parts.push({ name: "end-to-end tests", tally: { ...emptyTally(), skipped } });
} else {
  const obstacle = windowObstacle();
  const electron = obstacle ? { absent: obstacle } : await ensureElectron(60_000);
  const journeys = await runPlaywright(node, {
    deadline: journeysLimit,
    environment: {
      PASSERELLE_CHROMIUM: browser,
      ...("absent" in electron ? { PASSERELLE_ELECTRON_ABSENT: electron.absent } : {}),
    },
  });
  parts.push({ name: "end-to-end tests", tally: demandTests("end-to-end tests", journeys) });
}

process.stdout.write(summary(parts));
process.exit(sum(parts.map((part) => part.tally)).failed.length === 0 ? 0 : 1);
