import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkEstate } from "./check.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-estate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function faultsOf(rules: string): Promise<string[]> {
  const file = join(folder, "estate.yaml");
  const head = "passerelle: 1\nname: Atelier\nenvironments: { production: {}, trials: {} }\n";
  writeFileSync(file, `${head}sites: { atelier: {} }\nrules:\n${rules}`);
  return (await checkEstate(file, {})).lines.map((line) => line.replaceAll(`${file}:`, ""));
}

test("rules are switched off in environments that exist; what does not is told with its place and the closest name", async () => {
  expect(await faultsOf("  backup-late: { offIn: [trials, production] }\n")).toEqual([]);
  const [fault, ...others] = await faultsOf(
    "  disk-filling: { days: 3 }\n  backup-late: { offIn: [trials, produktion] }\n",
  );
  expect(others).toEqual([]);
  expect(fault).toMatch(/^7:34 /);
  expect(fault).toContain('"produktion" is not the name of an environment');
  expect(fault).toContain("production");
});

test("rules of another shape are told of by their own words, once", async () => {
  for (const rules of [
    "  backup-late: [trials]\n",
    "  backup-late: { offIn: trials }\n",
    "  backup-late: { offIn: [3] }\n",
    "  unheard-of: {}\n",
  ]) {
    expect(await faultsOf(rules)).toHaveLength(1);
  }
});
