import { expect, test } from "vitest";
import { tallyOf } from "./vitest-run.mjs";

const entry = (name: string, state: "passed" | "failed" | "skipped", reason = "") => ({
  file: "test/real/keychain.test.ts",
  name,
  state,
  reason,
  counterpart: null,
  unsteady: false,
  message: state === "failed" ? "expected 1 to be 2" : "",
  milliseconds: 1,
});

test("files that could not be loaded count as failures, skipped tests keep their reason", () => {
  const tests = [entry("a", "passed"), entry("b", "failed"), entry("c", "skipped", "sshd not installed")];
  const outside = { name: "x.test.ts", message: "it could not be run whole" };
  expect(tallyOf({ tests, failures: [outside] })).toEqual({
    passed: 1,
    failed: [{ name: "test/real/keychain.test.ts: b", message: "expected 1 to be 2" }, outside],
    unsteady: [],
    skipped: [{ name: "test/real/keychain.test.ts: c", reason: "sshd not installed" }],
  });
});

test("what passed when it was repeated has passed, and is named with what its first try said", () => {
  const tests = [{ ...entry("a", "passed"), unsteady: true, message: "no answer" }];
  expect(tallyOf({ tests, failures: [] })).toEqual({
    passed: 1,
    failed: [],
    unsteady: [{ name: "test/real/keychain.test.ts: a", message: "no answer" }],
    skipped: [],
  });
});
