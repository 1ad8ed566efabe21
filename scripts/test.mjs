import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { ensureBuild } from "./support/build.mjs";
import { ensureElectron, windowObstacle } from "./support/electron-runtime.mjs";
import { findBrowser } from "./support/packages.mjs";
import { runPlaywright } from "./support/playwright-run.mjs";
import { packageScript, pinnedNode, recordsFolder } from "./support/project.mjs";
import { run } from "./support/run.mjs";
import { demandTests, oneCheck, sum, summary } from "./support/tally.mjs";
import { runVitest, tallyOf } from "./support/vitest-run.mjs";

const checkLimit = 2 * 60_000;
// Several times what a machine of one's own needs: others may work on a shared one.
const unitLimit = 10 * 60_000;
const journeysLimit = 12 * 60_000;

/** @type {import("./support/tally.mjs").Part[]} */
const parts = [];

const missing = await setUp({ build: false, packages: ["browser"] });
const node = pinnedNode();
if (!node) throw new Error("set-up made sure of Node 24");

/**
 * One check that either holds or does not.
 * @param {string} name
 * @param {string} script
 * @param {string[]} args
 */
async function check(name, script, args) {
  process.stdout.write(`\n${name}\n`);
  const outcome = await run(String(node), [script, ...args], { deadline: checkLimit });
  parts.push({
    name,
    tally: oneCheck(outcome.code === 0 && !outcome.timedOut),
    ...(outcome.timedOut ? { note: "stopped at its deadline" } : {}),
  });
}

/** The script that a package's manifest names for a command. @param {string} name @param {string} command */
function binary(name, command) {
  const { bin } = JSON.parse(readFileSync(packageScript(name, "package.json"), "utf8"));
  return packageScript(name, typeof bin === "string" ? bin : bin[command]);
}

const typescript = binary("typescript", "tsc");
await check("types: main, shared, lab, scripts", typescript, ["-p", "tsconfig.node.json"]);
await check("types: renderer, preload", typescript, ["-p", "tsconfig.web.json"]);
await check("lint: style and mistakes", binary("@biomejs/biome", "biome"), ["check", "."]);
await check("lint: who imports whom", binary("dependency-cruiser", "depcruise"), [
  "src",
  "--config",
  ".dependency-cruiser.cjs",
]);
await check("lint: dead code", binary("knip", "knip"), []);

process.stdout.write("\nunit tests\n");
const unit = await runVitest(node, {
  record: join(recordsFolder, "unit.json"),
  args: [],
  deadline: unitLimit,
});
for (const failure of unit.failures) process.stdout.write(`unit tests: ${failure}\n`);
parts.push({ name: "unit tests", tally: demandTests(tallyOf(unit)), note: unit.failures[0] ?? "" });

process.stdout.write("\nbuild\n");
const buildProblem = await ensureBuild();
if (buildProblem) process.stdout.write(`build: ${buildProblem}\n`);
parts.push({ name: "build", tally: oneCheck(buildProblem === null), note: buildProblem ?? "" });

process.stdout.write("\nend-to-end tests\n");
const browser = findBrowser();
if (buildProblem) {
  parts.push({ name: "end-to-end tests", tally: oneCheck(false), note: "nothing to test: the build failed" });
} else if (!browser) {
  const reason =
    missing.find(({ need }) => need === "browser")?.reason ?? "PASSERELLE_CHROMIUM names no program";
  const skipped = [{ name: "e2e: all journeys", reason: `no Chromium: ${reason}` }];
  parts.push({ name: "end-to-end tests", tally: { passed: 0, failed: 0, skipped } });
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
  parts.push({ name: "end-to-end tests", tally: demandTests(journeys.tally), note: journeys.note });
}

process.stdout.write(summary(parts));
process.exit(sum(parts.map((part) => part.tally)).failed === 0 ? 0 : 1);
