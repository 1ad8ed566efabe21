import { expect, test } from "vitest";
import { tallyOfReport } from "./playwright-run.mjs";

const spec = (
  title: string,
  status: "expected" | "unexpected" | "flaky" | "skipped",
  annotations = [{ type: "slow" }],
) => ({
  title,
  file: "first-start.spec.ts",
  tests: [{ projectName: "electron", status, annotations }],
});

test("counts journeys of every outcome; one that passed only when repeated has failed", () => {
  const skip = [{ type: "skip", description: "no Electron: there is no display" }];
  const report = {
    errors: [],
    suites: [
      {
        title: "file",
        specs: [spec("a", "expected")],
        suites: [
          {
            title: "inner",
            specs: [spec("b", "flaky"), spec("c", "unexpected"), spec("d", "skipped", skip)],
          },
        ],
      },
    ],
  };
  expect(tallyOfReport(report)).toEqual({
    passed: 1,
    failed: 2,
    skipped: [{ name: "e2e/first-start.spec.ts: d (electron)", reason: "no Electron: there is no display" }],
  });
});

test("an error outside of any journey is a failure", () => {
  expect(tallyOfReport({ errors: [{ message: "a syntax error" }], suites: [] }).failed).toBe(1);
});
