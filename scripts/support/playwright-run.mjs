import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageScript, recordsFolder, root } from "./project.mjs";
import { run } from "./run.mjs";
import { emptyTally, oneCheck, oneLine } from "./tally.mjs";

/**
 * @typedef {{ type: string, description?: string }} Annotation
 * @typedef {{ message?: string }} Problem
 * @typedef {{ projectName: string, status: "expected" | "unexpected" | "flaky" | "skipped",
 *   annotations: Annotation[], results: { status?: string, errors?: Problem[] }[] }} PlaywrightTest
 * @typedef {{ title: string, specs?: { title: string, file: string, tests: PlaywrightTest[] }[],
 *   suites?: Suite[] }} Suite
 */

/**
 * Counts Playwright's JSON report. A journey that passed only when it was repeated has passed and is unsteady.
 * @param {{ suites: Suite[], errors: Problem[] }} report
 * @returns {import("./tally.mjs").Tally}
 */
export function tallyOfReport(report) {
  const tally = emptyTally();
  for (const { message } of report.errors) {
    tally.failed.push({ name: "e2e: an error outside of any journey", message: oneLine(message) });
  }
  /** @param {Suite} suite */
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const name = `e2e/${spec.file}: ${spec.title} (${test.projectName})`;
        const [first] = test.results;
        const message = oneLine(first?.errors?.[0]?.message ?? first?.status);
        if (test.status === "expected") tally.passed += 1;
        else if (test.status === "flaky") {
          tally.passed += 1;
          tally.unsteady.push({ name, message });
        } else if (test.status === "skipped") {
          const reason = test.annotations.find(
            ({ type }) => type === "skip" || type === "fixme",
          )?.description;
          tally.skipped.push({
            name,
            reason: reason ?? "not run: what came before it failed, or it is switched off in the test's file",
          });
        } else tally.failed.push({ name, message });
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of report.suites) visit(suite);
  return tally;
}

/** Whether there is any end-to-end test yet. */
function hasJourneys() {
  const folder = join(root, "e2e");
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => /\.spec\.ts$/.test(String(name)))
  );
}

/**
 * Runs the end-to-end tests.
 * @param {string} node
 * @param {{ deadline: number, environment: Record<string, string> }} options
 * @returns {Promise<import("./tally.mjs").Tally>}
 */
export async function runPlaywright(node, options) {
  const name = "e2e";
  if (!hasJourneys()) return oneCheck(name, "there is no test in e2e/");
  const file = join(recordsFolder, "e2e.json");
  rmSync(file, { force: true });
  const outcome = await run(
    node,
    [packageScript("@playwright/test", "cli.js"), "test", "--reporter=list,json"],
    {
      deadline: options.deadline,
      environment: { ...options.environment, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
    },
  );
  const tally = emptyTally();
  try {
    Object.assign(tally, tallyOfReport(JSON.parse(readFileSync(file, "utf8"))));
  } catch {
    tally.failed.push({ name, message: "it left no report" });
  }
  if (outcome.timedOut) {
    tally.failed.push({ name, message: `it did not end within ${options.deadline / 1000} seconds` });
  } else if (outcome.code !== 0 && tally.failed.length === 0) {
    tally.failed.push({ name, message: `it ended with exit code ${outcome.code}` });
  }
  return tally;
}
