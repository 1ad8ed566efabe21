import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkEstate } from "./check.ts";
import { estateContents } from "./contents.ts";
import { loadEstate } from "./load.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-estate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(capacity: string, parity: string): string {
  const file = join(folder, "estate.yaml");
  const words = `passerelle: 1
name: Atelier
environments:
  production: { capacity: ${capacity} }
sites: { atelier: {}, annexe: {} }
parity:
  - ${parity}
  - { name: spare, sites: [atelier, annexe] }
`;
  writeFileSync(file, words);
  return file;
}

async function faultsOf(capacity: string, parity: string): Promise<string[]> {
  const file = written(capacity, parity);
  return (await checkEstate(file, {})).lines.map((line) => line.replaceAll(`${file}:`, ""));
}

const sound = "{ name: regions, sites: [atelier, annexe], by: sums }";

test("what is left out has its default, and the Estate page says all of it", async () => {
  const result = await loadEstate(written("{ vcpuPerCore: 2 }", sound), {});
  if (!result.ok) throw new Error("the estate was refused");
  expect(result.estate.environments.production?.capacity).toEqual({
    vcpuPerCore: 2,
    memoryRatio: 1,
    spareHosts: 1,
  });
  expect(result.estate.parity.map(({ by }) => by)).toEqual(["sums", "hosts"]);
  expect(estateContents(result.estate).map(({ kind, id, detail }) => `${kind} ${id}: ${detail}`)).toEqual([
    "environment production: vCPU 1:2 · RAM 1:1 · N+1",
    "site atelier: ",
    "site annexe: ",
    "parity regions: atelier · annexe · sums",
    "parity spare: atelier · annexe · hosts",
  ]);
});

test.each([
  ["{ vcpuPerCore: 0 }", sound, '4:42 The value of "vcpuPerCore" is not valid.'],
  ["{ spareHosts: 1.5 }", sound, '4:41 The value of "spareHosts" is not valid.'],
  ["{ spareHost: 1 }", sound, 'did you mean "spareHosts"?'],
  ["{}", "{ name: regions, sites: [atelier, anexe] }", '7:39 "anexe" is not the name of a site.'],
  ["{}", "{ name: regions, sites: [atelier, atelier] }", '7:39 The site "atelier" is compared with itself.'],
  ["{}", "{ name: regions, sites: [atelier] }", '7:29 The value of "sites" is not valid.'],
  ["{}", "{ name: spare, sites: [atelier, annexe] }", '8:13 The name "spare" is already taken in line 7.'],
])("%s, %s", async (capacity, parity, fault) => {
  const faults = await faultsOf(capacity, parity);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});
