import { expect, test } from "vitest";
import { tallyOf } from "./vitest-run.mjs";

const entry = (name: string, state: "passed" | "failed" | "skipped", reason = "") => ({
  file: "test/real/keychain.test.ts",
  name,
  state,
  reason,
  counterpart: null,
});

test("files that could not be loaded count as failures, skipped tests keep their reason", () => {
  const tests = [entry("a", "passed"), entry("b", "failed"), entry("c", "skipped", "sshd not installed")];
  expect(tallyOf({ tests, failures: ["x.test.ts could not be run whole"] })).toEqual({
    passed: 1,
    failed: 2,
    skipped: [{ name: "test/real/keychain.test.ts: c", reason: "sshd not installed" }],
  });
});
