import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";

/**
 * @typedef {{ name: string, version: string | null, absent: string | null }} Counterpart
 * @typedef {{ file: string, name: string, state: "passed" | "failed" | "skipped", reason: string,
 *   counterpart: Counterpart | null }} TestRecord
 * @typedef {{ tests: TestRecord[], failures: string[] }} VitestRecord
 */

/** The counterpart that a test's own or an outer `describe` declares (test/real/counterpart.ts). @param {any} test */
function counterpartOf(test) {
  for (let task = test; task && task.type !== "module"; task = task.parent) {
    const counterpart = task.meta?.().counterpart;
    if (counterpart) return counterpart;
  }
  return null;
}

/**
 * A vitest reporter that writes every test with its result, and why it was skipped, to the file that
 * PASSERELLE_VITEST_RECORD names. Files that could not be loaded and errors outside of tests are `failures`.
 */
export default class VitestRecordReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const target = process.env.PASSERELLE_VITEST_RECORD;
    if (!target) return;
    /** @type {VitestRecord} */
    const record = { tests: [], failures: unhandled.map(() => "an error outside of any test") };
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const result = test.result();
        const counterpart = counterpartOf(test);
        const reason =
          (result.state === "skipped" && result.note) ||
          counterpart?.absent ||
          "switched off in the test's file";
        record.tests.push({
          file,
          name: test.fullName,
          // A test that was still waiting when the run ended has proven nothing.
          state: result.state === "pending" ? "failed" : result.state,
          reason: result.state === "skipped" ? reason : "",
          counterpart,
        });
      }
      const failedInside = tests.some((test) => test.result().state === "failed");
      if (module.state() !== "passed" && module.state() !== "skipped" && !failedInside) {
        record.failures.push(`${file} could not be run whole`);
      }
    }
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, JSON.stringify(record));
  }
}
