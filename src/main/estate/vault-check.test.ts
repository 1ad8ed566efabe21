import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemDefinitions } from "../system-definitions.ts";
import { checkEstate } from "./check.ts";

const configs = Object.fromEntries(systemDefinitions.map(({ type, config }) => [type, config]));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-estate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Faults of an estate with two Vaults; each place that names one, and the marks, as given. */
async function faultsOf(part: {
  hop?: string;
  system?: string;
  host?: string;
  signer?: string;
  marks?: [string, string];
}): Promise<string[]> {
  const {
    hop = "vault",
    system = "vault",
    host = "vault",
    signer = "vault",
    marks = ["true", "false"],
  } = part;
  const way = (vault: string) => `[{ certificate: { vault: ${vault}, role: console } }]`;
  const file = join(folder, "estate.yaml");
  writeFileSync(
    file,
    `passerelle: 1
name: Atelier
sites: { atelier: {} }
certificates: { signer: { vault: ${signer}, role: services } }
reach:
  hops:
    bounce: { address: 192.0.2.1, user: ops, authentication: ${way(hop)} }
systems:
  machines:
    type: ssh
    user: ops
    authentication: ${way(system)}
    hosts:
      tower: { address: 192.0.2.2 }
      attic: { address: 192.0.2.3, authentication: ${way(host)} }
  vault: { type: vault, references: ${marks[0]}, nodes: { one: { url: "https://192.0.2.60:8200" } } }
  other: { type: vault, references: ${marks[1]}, nodes: { one: { url: "https://192.0.2.61:8200" } } }
`,
  );
  return (await checkEstate(file, configs)).lines.map((line) => line.replaceAll(`${file}:`, ""));
}

test("an estate whose logins and signer name its Vaults, one of them marked or none, has no fault", async () => {
  expect(await faultsOf({})).toEqual([]);
  expect(await faultsOf({ host: "other", marks: ["false", "false"] })).toEqual([]);
});

test.each([
  ["hop", 7, '"vualt" is not the name of a Vault.'],
  ["system", 12, '"vualt" is not the name of a Vault.'],
  ["host", 15, '"vualt" is not the name of a Vault.'],
  ["signer", 4, '"vualt" is not the name of a Vault.'],
])(
  "a %s that names no Vault is told with its line and what was probably meant",
  async (place, line, words) => {
    const [fault, ...more] = await faultsOf({ [place]: "vualt" });
    expect(more).toEqual([]);
    expect(fault).toMatch(new RegExp(`^${line}:\\d+ `));
    expect(fault).toContain(words);
    expect(fault).toContain('did you mean "vault"?');
  },
);

test("a system of another type is no Vault, and nothing is guessed", async () => {
  const [fault, ...more] = await faultsOf({ hop: "machines" });
  expect(more).toEqual([]);
  expect(fault).toContain('7:87 The system "machines" is not a Vault.');
  expect(fault).toContain("a system of type vault");
  expect(fault).not.toContain("did you mean");
});

test("only one Vault is where references are read from", async () => {
  const faults = await faultsOf({ marks: ["true", "true"] });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain('17:37 References are read from the Vault "vault" already.');
});
