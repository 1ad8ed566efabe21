import { expect, test } from "vitest";
import { tallyOfReport } from "./playwright-run.mjs";

const spec = (
  title: string,
  status: "expected" | "unexpected" | "flaky" | "skipped",
  annotations = [{ type: "slow" }],
  errors: string[] = [],
) => ({
  title,
  file: "first-start.spec.ts",
  tests: [
    {
      projectName: "electron",
      status,
      annotations,
      results: errors.map((message) => ({ errors: [{ message }] })),
    },
  ],
});

test("counts journeys of every outcome; one that passed only when repeated is named with its first error", () => {
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
            specs: [
              spec("b", "flaky", [], ["\u001b[31mError: no light\u001b[39m"]),
              spec("c", "unexpected", [], ["Error: one\n\n  Locator: a", "Error: two"]),
              spec("d", "skipped", skip),
            ],
          },
        ],
      },
    ],
  };
  expect(tallyOfReport(report)).toEqual({
    passed: 2,
    failed: [{ name: "e2e/first-start.spec.ts: c (electron)", message: "Error: one Locator: a" }],
    unsteady: [{ name: "e2e/first-start.spec.ts: b (electron)", message: "Error: no light" }],
    skipped: [{ name: "e2e/first-start.spec.ts: d (electron)", reason: "no Electron: there is no display" }],
  });
});

test("an error outside of any journey is a failure", () => {
  expect(tallyOfReport({ errors: [{ message: "a syntax error" }], suites: [] }).failed).toEqual([
    { name: "e2e: an error outside of any journey", message: "a syntax error" },
  ]);
});
