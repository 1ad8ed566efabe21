import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageScript, root } from "./project.mjs";
import { run } from "./run.mjs";
import { emptyTally } from "./tally.mjs";

/** @typedef {import("./vitest-record.mjs").VitestRecord} VitestRecord */

/**
 * Runs vitest and reads what it recorded. A run that ended badly without a failed test has a failure all the same.
 * @param {string} node
 * @param {{ record: string, args: string[], deadline: number, quiet?: boolean }} options `record`: the file to write;
 *   `deadline` in milliseconds
 * @returns {Promise<VitestRecord>}
 */
export async function runVitest(node, options) {
  const { record: file, deadline } = options;
  rmSync(file, { force: true });
  const outcome = await run(
    node,
    [
      packageScript("vitest", "vitest.mjs"),
      "run",
      "--reporter=default",
      `--reporter=${join(root, "scripts", "support", "vitest-record.mjs")}`,
      ...options.args,
    ],
    { deadline, quiet: options.quiet ?? false, environment: { PASSERELLE_VITEST_RECORD: file } },
  );
  /** @type {VitestRecord} */
  let record = { tests: [], failures: [] };
  try {
    record = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    record.failures.push({ name: "vitest", message: "it left no record of its run" });
  }
  const failed = record.failures.length > 0 || record.tests.some((test) => test.state === "failed");
  if (outcome.timedOut) {
    record.failures.push({ name: "vitest", message: `it did not end within ${deadline / 1000} seconds` });
  } else if (outcome.code !== 0 && !failed) {
    record.failures.push({ name: "vitest", message: `it ended with exit code ${outcome.code}` });
  }
  return record;
}

/** @param {VitestRecord} record @returns {import("./tally.mjs").Tally} */
export function tallyOf(record) {
  const tally = emptyTally();
  for (const { file, name: title, state, unsteady, message, reason } of record.tests) {
    const name = `${file}: ${title}`;
    if (state === "skipped") tally.skipped.push({ name, reason });
    else if (state === "failed") tally.failed.push({ name, message: message || "it had not ended" });
    else tally.passed += 1;
    if (unsteady) tally.unsteady.push({ name, message });
  }
  tally.failed.push(...record.failures);
  return tally;
}
