import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkEstate } from "../estate/check.ts";
import { checkOperators, operatorsCheck } from "./operators-check.ts";
import { makeKey } from "./testing/keys.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-operators-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { line } = makeKey("ed25519", { comment: "ada" });
const other = makeKey().line;
const weak = makeKey("rsa", { bits: 2048 }).line;

async function faultsOf(operators: string): Promise<string[]> {
  const file = join(folder, "estate.yaml");
  writeFileSync(file, `passerelle: 1\nname: Atelier\noperators:\n${operators}\n`);
  return (await checkEstate(file, {}, "en", checkOperators)).lines.map((one) => one.replace(`${file}:`, ""));
}

test("operators with keys and accounts of their own are well", async () => {
  const words = `  ada: { name: Ada, keys: ["${line}"], accounts: [ada, root] }\n  bea: { name: Bea, keys: ["${other}"] }`;
  expect(await faultsOf(words)).toEqual([]);
});

test.each([
  [
    `ada: { name: Ada, keys: ["ssh-ed25591 ${line.slice(12)}"] }`,
    "4:28 This is not a kind of key",
    'did you mean "ssh-ed25519"?',
  ],
  [`ada: { name: Ada, keys: ["${line.slice(0, 50)}"] }`, "4:28 The key is damaged", "copied whole"],
  [`ada: { name: Ada, keys: ["${weak}"] }`, "4:28 An RSA key of 2048 bits", "at least 3072"],
  [
    `ada: { name: Ada, keys: ["${line}"] }\n  bea: { name: Bea, keys: ["${line}"] }`,
    "5:28 The key SHA256:",
    'in line 4 already, for "ada"',
  ],
  [
    "ada: { name: Ada, accounts: [root] }\n  bea: { name: Bea, accounts: [root] }",
    '5:32 The account "root" stands for the operator "ada" already.',
    "of this operator alone",
  ],
  [
    "ada: { name: Ada }\n  bea: { name: Bea, accounts: [ada] }",
    '5:32 The account "ada" stands for the operator "ada" already.',
    "",
  ],
  ["ada: { name: Ada, roles: [{ role: look, until: 2026-02-30 }] }", "4:50 ", "a day such as"],
  [
    'ada: { name: Ada, roles: [{ role: look, from: "2026-03-02", until: "2026-03-01" }] }',
    "4:70 The role ends before it begins.",
    'a moment after "from"',
  ],
  ["ada: { name: Ada, key: [x] }", "4:21 ", 'did you mean "keys"?'],
])("%s", async (words, place, more) => {
  const faults = await faultsOf(`  ${words}`);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(place);
  expect(faults[0]).toContain(more);
});

async function adviceOn(words: string, check = checkOperators): Promise<string[]> {
  const file = join(folder, "estate.yaml");
  writeFileSync(file, `passerelle: 1\nname: Atelier\n${words}`);
  const { valid, advice } = await checkEstate(file, {}, "en", check);
  expect(valid).toBe(true);
  return advice.map((one) => one.replace(`${file}:`, ""));
}

test("what leaves people without what they count on is advised, with its place, and is no fault", async () => {
  const keyed = (name: string, key: string, roles = "") => `{ name: ${name}, keys: ["${key}"]${roles} }`;
  expect(await adviceOn("")).toEqual([]);
  const free = await adviceOn(
    `operators:\n  ada: ${keyed("Ada", line)}\n  bea: { name: Bea }\n  cyd: { name: Cyd, identities: [cyd@idp.example] }\n`,
  );
  expect(free).toEqual([
    expect.stringMatching(/^3:1 No operator has a role/),
    expect.stringMatching(/^3:1 Only "Ada" can approve/),
    expect.stringMatching(/^5:3 "Bea" has neither a key nor an identity/),
    expect.stringMatching(/^6:3 "Cyd" has no key: they can sign no approval/),
  ]);
  const roles = ", roles: [{ role: destroy }]";
  const approves = ", roles: [{ role: approve }]";
  const none = await adviceOn(
    `operators:\n  ada: ${keyed("Ada", line, roles)}\nbreakGlass: { minutes: 5 }\n`,
  );
  expect(none).toEqual([
    expect.stringMatching(/^3:1 No operator can approve/),
    expect.stringMatching(/^5:1 Whoever takes every right is announced to nobody/),
  ]);
  const good = `operators:\n  ada: ${keyed("Ada", line, approves)}\n  bea: ${keyed("Bea", other, approves)}\n`;
  expect(await adviceOn(good)).toEqual([]);
});

test("a role that has ended, or does so within seven days, is advised at its end, and approves no more", async () => {
  const keyed = (name: string, key: string, until: string) =>
    `{ name: ${name}, keys: ["${key}"], roles: [{ role: approve }, { role: operate, until: ${until} }] }`;
  const words = `operators:\n  ada: ${keyed("Ada", line, "2026-03-01")}\n  bea: ${keyed("Bea", other, "2026-03-09T12:00:00+02:00")}\n`;
  const on = (moment: string) =>
    adviceOn(
      words,
      operatorsCheck(() => Date.parse(moment)),
    );
  expect(await on("2026-02-22T23:59:59Z")).toEqual([]);
  // A day is given to its end, of UTC.
  expect(await on("2026-03-01T23:59:59Z")).toEqual([
    expect.stringMatching(/^4:\d+ The role "operate" of "ada" ends on 2026-03-02 00:00 UTC\./),
  ]);
  expect(await on("2026-03-02T10:00:00Z")).toEqual([
    expect.stringMatching(/^4:\d+ The role "operate" of "ada" ended on 2026-03-02 00:00 UTC/),
    expect.stringMatching(/^5:\d+ The role "operate" of "bea" ends on 2026-03-09 10:00 UTC\./),
  ]);
  const approver = `operators:\n  ada: { name: Ada, keys: ["${line}"], roles: [{ role: approve, until: 2026-03-01 }] }\n`;
  const gone = await adviceOn(
    approver,
    operatorsCheck(() => Date.parse("2026-04-01T00:00:00Z")),
  );
  expect(gone[0]).toContain("No operator can approve");
});
