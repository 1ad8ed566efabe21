import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./project.mjs";
import { runVitest, tallyOf } from "./vitest-run.mjs";

let folder: string;
beforeEach(() => {
  // Inside the checkout, so that the tests written here find vitest.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "record-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const counterpart = JSON.stringify(join(root, "test", "real", "counterpart.ts"));

async function recordOf(files: Record<string, string>) {
  for (const [name, words] of Object.entries(files)) writeFileSync(join(folder, name), words);
  writeFileSync(
    join(folder, "vitest.config.mjs"),
    'export default { test: { include: ["*.test.ts"], retry: 1 } };',
  );
  const args = ["--root", folder, "--config", join(folder, "vitest.config.mjs")];
  return runVitest(process.execPath, {
    record: join(folder, "record.json"),
    args,
    deadline: 60_000,
    quiet: true,
  });
}

test("every outcome is recorded with its reason and its counterpart", async () => {
  const record = await recordOf({
    "a.test.ts": `
      import { expect, test } from "vitest";
      import { describeCounterpart } from ${counterpart};
      describeCounterpart("sshd", { version: "9.2" }, () => {
        test("holds", () => expect(1).toBe(1));
        test("fails", () => expect(1).toBe(2));
        let tries = 0;
        test("holds when it is repeated", () => expect(++tries).toBe(2));
        test("is skipped", (context) => context.skip("only on Tuesdays"));
      });
      describeCounterpart("Xvnc", { absent: "Xvnc not installed" }, () => {
        test("never runs", () => expect(1).toBe(2));
      });`,
    "b.test.ts": `throw new Error("cannot be loaded");`,
  });
  const sshd = { name: "sshd", version: "9.2", absent: null };
  const absent = { name: "Xvnc", version: null, absent: "Xvnc not installed" };
  expect(
    record.tests.map(({ name, state, reason, counterpart: against }) => [name, state, reason, against]),
  ).toEqual([
    ["sshd > holds", "passed", "", sshd],
    ["sshd > fails", "failed", "", sshd],
    ["sshd > holds when it is repeated", "passed", "", sshd],
    ["sshd > is skipped", "skipped", "only on Tuesdays", sshd],
    ["Xvnc > never runs", "skipped", "Xvnc not installed", absent],
  ]);
  expect(record.failures).toHaveLength(1);
  expect(record.failures[0]?.name).toContain("b.test.ts");
  expect(record.failures[0]?.message).toBe("cannot be loaded");
  const tally = tallyOf(record);
  expect([tally.passed, tally.failed.length, tally.unsteady.length, tally.skipped.length]).toEqual([
    2, 2, 1, 2,
  ]);
  expect(tally.unsteady[0]?.name).toContain("a.test.ts: sshd > holds when it is repeated");
  expect(tally.unsteady[0]?.message).toBe("expected 1 to be 2 // Object.is equality");
  expect(tally.failed[0]?.message).toBe("expected 1 to be 2 // Object.is equality");
});

test("a run that ends badly without a failed test is a failure", async () => {
  const record = await recordOf({
    "a.test.ts": `
      import { test } from "vitest";
      test("leaves an error behind", () => { Promise.reject(new Error("nobody waited")); });`,
  });
  expect(tallyOf(record).failed).toEqual([
    { name: "an error outside of any test", message: "nobody waited" },
  ]);
});

test("what fails around tests is named even where a test has failed as well", async () => {
  const record = await recordOf({
    "a.test.ts": `
      import { beforeAll, describe, expect, test } from "vitest";
      test("fails", () => expect(1).toBe(2));
      describe("a lab", () => {
        beforeAll(() => { throw new Error("no room"); });
        test("holds", () => {});
      });`,
  });
  expect(record.failures.map(({ message }) => message)).toEqual(["no room"]);
  expect(tallyOf(record).failed).toHaveLength(2);
});
