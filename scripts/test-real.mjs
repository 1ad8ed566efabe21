import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { ensureBuild } from "./support/build.mjs";
import { ensureCounterparts } from "./support/counterparts.mjs";
import { needs } from "./support/packages.mjs";
import { pinnedNode, recordsFolder } from "./support/project.mjs";
import { closing, demandTests, table } from "./support/tally.mjs";
import { runVitest, tallyOf } from "./support/vitest-run.mjs";

const limit = 20 * 60_000;

const missing = await setUp({
  build: false,
  packages: Object.keys(needs).filter((name) => needs[name]?.onlyFor === undefined),
});
missing.push(...(await ensureCounterparts()));
const node = pinnedNode();
if (!node) throw new Error("set-up made sure of Node 24");

const buildProblem = await ensureBuild();
const record = await runVitest(node, {
  record: join(recordsFolder, "real.json"),
  args: ["--config", "vitest.real.config.ts"],
  deadline: limit,
});
if (buildProblem) record.failures.push({ name: "build", message: buildProblem });
const tally = demandTests("tests against real counterparts", tallyOf(record));

/** @type {Map<string, import("./support/vitest-record.mjs").TestRecord[]>} */
const byCounterpart = new Map();
for (const test of record.tests) {
  const { counterpart } = test;
  const key = counterpart ? `${counterpart.name}\n${counterpart.version ?? "-"}` : `${test.file}\n-`;
  byCounterpart.set(key, [...(byCounterpart.get(key) ?? []), test]);
}
const rows = [...byCounterpart].map(([key, tests]) => {
  const count = (/** @type {string} */ state) => tests.filter((test) => test.state === state).length;
  const [name = "", version = ""] = key.split("\n");
  const absent = tests.find((test) => test.counterpart?.absent)?.counterpart?.absent;
  const result = absent
    ? `skipped: ${absent}`
    : count("failed") > 0
      ? `${count("failed")} failed`
      : count("skipped") > 0
        ? `passed, ${count("skipped")} skipped`
        : "passed";
  return [name, version, String(tests.length), result];
});
process.stdout.write(`\n${table(["counterpart", "version", "tests", "result"], rows)}\n`);
for (const { need, reason } of missing) process.stdout.write(`  not installed: ${need}: ${reason}\n`);
process.stdout.write(closing(tally));
process.exit(tally.failed.length === 0 ? 0 : 1);
