import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageScript, recordsFolder, root } from "./project.mjs";
import { run } from "./run.mjs";

/**
 * @typedef {{ type: string, description?: string }} Annotation
 * @typedef {{ projectName: string, status: "expected" | "unexpected" | "flaky" | "skipped",
 *   annotations: Annotation[] }} PlaywrightTest
 * @typedef {{ title: string, specs?: { title: string, file: string, tests: PlaywrightTest[] }[],
 *   suites?: Suite[] }} Suite
 */

/**
 * Counts Playwright's JSON report. A test that passed only when it was repeated counts as failed: it is not proof.
 * @param {{ suites: Suite[], errors: unknown[] }} report
 * @returns {import("./tally.mjs").Tally}
 */
export function tallyOfReport(report) {
  /** @type {import("./tally.mjs").Tally} */
  const tally = { passed: 0, failed: report.errors.length, skipped: [] };
  /** @param {Suite} suite */
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === "expected") tally.passed += 1;
        else if (test.status === "skipped") {
          const reason = test.annotations.find(
            ({ type }) => type === "skip" || type === "fixme",
          )?.description;
          tally.skipped.push({
            name: `e2e/${spec.file}: ${spec.title} (${test.projectName})`,
            reason: reason ?? "not run: what came before it failed, or it is switched off in the test's file",
          });
        } else tally.failed += 1;
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
 * @returns {Promise<{ tally: import("./tally.mjs").Tally, note: string }>}
 */
export async function runPlaywright(node, options) {
  if (!hasJourneys())
    return { tally: { passed: 0, failed: 1, skipped: [] }, note: "there is no test in e2e/" };
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
  /** @type {import("./tally.mjs").Tally} */
  let tally;
  try {
    tally = tallyOfReport(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {
      tally: { passed: 0, failed: 1, skipped: [] },
      note: outcome.timedOut ? "stopped at its deadline" : "left no report",
    };
  }
  if (outcome.code !== 0 && tally.failed === 0) {
    return { tally: { ...tally, failed: 1 }, note: `ended with exit code ${outcome.code}` };
  }
  return { tally, note: "" };
}
