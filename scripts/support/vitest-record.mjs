import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { oneLine } from "./tally.mjs";

/**
 * @typedef {{ name: string, version: string | null, absent: string | null }} Counterpart
 * @typedef {{ file: string, name: string, state: "passed" | "failed" | "skipped", reason: string,
 *   counterpart: Counterpart | null, unsteady: boolean, message: string, milliseconds: number }} TestRecord
 * @typedef {{ tests: TestRecord[], failures: import("./tally.mjs").Told[] }} VitestRecord
 */

/** The counterpart that a test's own or an outer `describe` declares (test/real/counterpart.ts). @param {any} test */
function counterpartOf(test) {
  for (let task = test; task && task.type !== "module"; task = task.parent) {
    const counterpart = task.meta?.().counterpart;
    if (counterpart) return counterpart;
  }
  return null;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Object && "message" in error ? error.message : error;
}

/**
 * A vitest reporter that writes every test with its result, why it was skipped and what its first error said, to the
 * file that PASSERELLE_VITEST_RECORD names. `unsteady`: it passed when it was repeated. Files that could not be loaded,
 * what surrounds tests and errors outside of them are `failures`.
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
    const record = {
      tests: [],
      failures: unhandled.map((error) => ({
        name: "an error outside of any test",
        message: oneLine(messageOf(error)),
      })),
    };
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
          unsteady: result.state === "passed" && (test.diagnostic()?.flaky ?? false),
          message: result.errors?.[0] ? oneLine(messageOf(result.errors[0])) : "",
          milliseconds: Math.round(test.diagnostic()?.duration ?? 0),
        });
      }
      // A file that cannot be loaded, and what runs before or after several tests.
      const around = [module, ...module.children.allSuites()].flatMap((place) => place.errors());
      for (const error of around) record.failures.push({ name: file, message: oneLine(messageOf(error)) });
      const failedInside = tests.some((test) => test.result().state === "failed");
      const held = module.state() === "passed" || module.state() === "skipped";
      if (!held && !failedInside && around.length === 0) {
        record.failures.push({ name: file, message: "it could not be run whole" });
      }
    }
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, JSON.stringify(record));
  }
}
