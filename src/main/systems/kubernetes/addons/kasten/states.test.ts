import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cronOf, doesOf, exportsTo, protectedBy } from "./policy.ts";
import { stateOf, whyOf } from "./states.ts";

const action = (status: object) => ({ status });

test.each([
  ["Pending", "running"],
  ["Running", "running"],
  ["AttemptFailed", "running"],
  ["SomethingNew", "running"],
  ["Complete", "complete"],
  ["Failed", "failed"],
  ["Cancelled", "cancelled"],
  ["Deleted", "cancelled"],
  ["Skipped", "skipped"],
] as const)("%s is %s", (state, expected) => {
  expect(stateOf(action({ state }))).toBe(expected);
});

describe("what went wrong", () => {
  test("is the innermost cause, also where causes are JSON in words", () => {
    const innermost = { message: "no space left" };
    const middle = JSON.stringify({ message: "phase failed", cause: JSON.stringify(innermost) });
    const error = { message: "Job failed to be executed", cause: middle };
    expect(whyOf(action({ error }))).toBe("no space left");
    expect(whyOf(action({ error: { message: "plain", cause: "in words alone" } }))).toBe("in words alone");
    expect(whyOf(action({ error: { message: "the one there is", cause: "" } }))).toBe("the one there is");
    expect(whyOf(action({}))).toBe("");
  });

  test("never throws, never ends in a loop and is never long, whatever it holds", () => {
    const deep = { message: "deep", cause: {} as Record<string, unknown> };
    deep.cause = deep;
    expect(whyOf(action({ error: deep }))).toBe("deep");
    fc.assert(
      fc.property(fc.anything(), fc.string(), (anything, words) => {
        const why = whyOf({ status: { error: { message: words, cause: anything } } });
        expect(why.length).toBeLessThanOrEqual(300);
      }),
    );
    expect(whyOf(action({ error: { cause: `{"message":"${"x".repeat(100_000)}"}` } })).length).toBe(300);
  });
});

describe("the schedule of a policy", () => {
  test.each([
    [{ frequency: "@hourly" }, "0 * * * *"],
    [{ frequency: "@hourly", subFrequency: { minutes: [45, 15], hours: [3] } }, "15,45 * * * *"],
    [{ frequency: "@daily" }, "0 0 * * *"],
    [{ frequency: "@daily", subFrequency: { minutes: [30], hours: [22, 7] } }, "30 7,22 * * *"],
    [{ frequency: "@weekly", subFrequency: { hours: [2], weekdays: [5] } }, "0 2 * * 5"],
    [{ frequency: "@monthly", subFrequency: { days: [15] } }, "0 0 15 * *"],
    [{ frequency: "@yearly" }, "0 0 1 1 *"],
    [{ frequency: "@onDemand" }, null],
    [
      { frequency: "@daily", backupWindow: { start: { hour: 22, minute: 30 }, end: { hour: 7 } } },
      "30 22 * * *",
    ],
    [{ frequency: "@hourly", backupWindow: { start: { hour: 22 }, end: { hour: 1 } } }, "0 0,22,23 * * *"],
    [
      {
        frequency: "@weekly",
        subFrequency: { weekdays: [5] },
        backupWindow: { start: { hour: 22, minute: 30 } },
      },
      "30 22 * * 5",
    ],
    [{ frequency: "@daily", backupWindow: { start: { hour: 22 } }, enableStaggering: true }, null],
    [{ frequency: "@daily", backupWindow: { start: { hour: 99 } } }, "0 0 * * *"],
    [{ presetRef: { name: "nightly" } }, null],
    [{}, null],
  ])("%j is %s", (spec, cron) => {
    expect(cronOf({ spec })).toBe(cron);
  });

  test("and what else a policy says are read without a throw, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.object({
          key: fc.constantFrom(
            "actions",
            "action",
            "selector",
            "matchExpressions",
            "frequency",
            "subFrequency",
          ),
        }),
        (spec) => {
          const policy = { spec };
          expect([null, "backup", "import"]).toContain(doesOf(policy));
          cronOf(policy);
          exportsTo(policy);
          protectedBy(policy);
        },
      ),
    );
  });
});

test("a selector by other labels than the namespace protects what nobody can say", () => {
  const key = "k10.kasten.io/appNamespace";
  const by = (selector: object) => protectedBy({ spec: { selector } });
  expect(by({ matchLabels: { [key]: "billing" } })).toEqual(["billing"]);
  expect(by({ matchExpressions: [{ key, operator: "In", values: ["a", "b", 3] }] })).toEqual(["a", "b"]);
  expect(by({ matchExpressions: [{ key: "tier", operator: "In", values: ["a"] }] })).toBeNull();
  expect(
    by({
      matchExpressions: [
        { key, operator: "In", values: ["a"] },
        { key: "tier", operator: "Exists" },
      ],
    }),
  ).toBeNull();
  expect(by({})).toBeNull();
});
