import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { ensureBuild } from "./support/build.mjs";
import { pinnedNode, recordsFolder, root } from "./support/project.mjs";
import { run } from "./support/run.mjs";
import { table } from "./support/tally.mjs";

/** @typedef {import("./support/bench-run.mjs").Row} Row */

// One that takes longer on purpose is told how long by its environment, for each of two things.
const limit = (10 + 2 * Number(process.env.PASSERELLE_CHURN_MINUTES ?? "0")) * 60_000;
const folder = join(root, "bench");
const suffix = ".bench.ts";

/** @param {number | null} value */
function figure(value) {
  if (value === null) return "-";
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const known = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith(suffix))
  .map((name) => name.slice(0, -suffix.length))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0 || known.length === 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(", ") || "in bench/"}. Known: ${known.join(", ") || "none"}.\n`,
  );
  process.exit(1);
}

const missing = await setUp({
  build: false,
  packages: ["amt", "browser", "etcd", "fanout", "openssh", "vault", "websockify"],
});
for (const { need, reason } of missing) process.stdout.write(`bench: without ${need}: ${reason}\n`);
const buildProblem = await ensureBuild();
if (buildProblem) process.stdout.write(`bench: without a build: ${buildProblem}\n`);
const node = pinnedNode();
if (!node) throw new Error("set-up made sure of Node 24");

let failed = 0;
for (const name of wanted.length > 0 ? wanted : known) {
  process.stdout.write(`\n${name}\n`);
  const record = join(recordsFolder, `bench-${name}.json`);
  rmSync(record, { force: true });
  const outcome = await run(
    node,
    [join(root, "scripts", "support", "bench-run.mjs"), join(folder, name + suffix), record],
    { deadline: limit },
  );
  /** @type {Row[]} */
  let rows = [];
  try {
    rows = JSON.parse(readFileSync(record, "utf8"));
  } catch {
    // Its own words say what went wrong.
  }
  if (outcome.code !== 0 || rows.length === 0) {
    failed += 1;
    process.stderr.write(
      `${name}: ${outcome.timedOut ? "did not end in time" : `failed (exit code ${outcome.code})`}\n`,
    );
    continue;
  }
  mkdirSync(join(folder, "results"), { recursive: true });
  writeFileSync(join(folder, "results", `${name}.json`), `${JSON.stringify(rows, null, 2)}\n`);
  const cells = rows.map((row) => [
    row.name,
    row.unit,
    figure(row.ours),
    figure(row.peer),
    row.peerName ?? "-",
    figure(row.ratio),
  ]);
  process.stdout.write(`${table(["name", "unit", "ours", "peer", "peer's name", "ours/peer"], cells)}\n`);
}
process.exit(failed === 0 ? 0 : 1);
