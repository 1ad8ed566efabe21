import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestVault, type TestVault } from "../../lab/servers/vault/testing.ts";
import { ReferenceWatch } from "./reference-watch.ts";
import { openedVault } from "./testing/opened.ts";

const never = new AbortController().signal;

let vault: TestVault;
let root: string;
let references: { reference: string; usedBy: string[] }[];
let changed: () => void;
let opened: ReturnType<typeof openedVault>;
let watch: ReferenceWatch;
let told: number;

beforeEach(async () => {
  vault = await startTestVault();
  ({ root } = await vault.open());
  await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  await asRoot("POST", "sys/mounts/legacy", { type: "kv" });
  references = [];
  told = 0;
  begin(root);
});
afterEach(async () => {
  await watch.close();
  await opened.close();
  await vault.close();
});

const asRoot = (method: string, path: string, body?: unknown) =>
  vault.ask(method, path, { token: root, body });

function begin(token: string): void {
  const nodes = Object.fromEntries(Object.entries(vault.urls).map(([id, url]) => [id, { url }]));
  opened = openedVault(nodes, { token: "keychain:token" }, { stored: { "keychain:token": token } });
  const { desk, clock } = opened;
  clock.jump(vault.clock.now() - clock.now());
  watch = new ReferenceWatch({
    access: () => desk.signedInForReferences(),
    declared: () => references,
    feeds: [
      (listener) => desk.onChange(listener),
      (listener) => {
        changed = listener;
        return () => {};
      },
    ],
    clock,
  });
  watch.onChange(() => {
    told += 1;
  });
}

function declare(...named: string[]): void {
  references = named.map((reference) => ({ reference, usedBy: ["web-1"] }));
  changed();
}

const gaps = () => Object.fromEntries(watch.lost.map(({ reference, why }) => [reference, why]));

/** A round, as it comes two seconds after a change. */
async function settled(): Promise<void> {
  opened.clock.pass(2_000);
  await watch.look();
}

describe("references of the estate", () => {
  it("are looked for once somebody has signed in, by names alone, and those that lead to nothing are told", async () => {
    await asRoot("POST", "secret/data/shop", { data: { user: "a", password: "marked" } });
    await asRoot("POST", "secret/data/gone", { data: { password: "marked" } });
    await asRoot("DELETE", "secret/data/gone");
    await asRoot("POST", "legacy/printers/hall", { password: "marked" });
    declare(
      "vault:secret/shop#password",
      "vault:secret/shop?version=1#user",
      "vault:legacy/printers/hall#password",
      "keychain:other",
      "vault:secret/shop#pasword",
      "vault:secret/shop?version=7#user",
      "vault:secret/shp#password",
      "vault:secret/gone#password",
      "vault:legacy/printers/attic#password",
    );
    await settled();
    expect(watch.lost).toEqual([]);
    await opened.access.signIn(never);
    await settled();
    expect(gaps()).toEqual({
      "vault:secret/shop#pasword": "no-field",
      "vault:secret/shop?version=7#user": "no-version",
      "vault:secret/shp#password": "no-secret",
      "vault:secret/gone#password": "deleted",
      "vault:legacy/printers/attic#password": "no-secret",
    });
    expect(watch.lost[0]).toMatchObject({
      usedBy: ["web-1"],
      vault: "vault",
      vaultName: "Vault of the tests",
    });
    expect(told).toBe(1);
    expect(opened.concealed.join()).not.toContain("marked");
  });

  it("are found again ten minutes later where somebody has written them, and as soon as they change", async () => {
    declare("vault:secret/shop#password");
    await opened.access.signIn(never);
    await settled();
    expect(gaps()).toEqual({ "vault:secret/shop#password": "no-secret" });
    await asRoot("POST", "secret/data/shop", { data: { password: "x" } });
    opened.clock.pass(599_000);
    expect(watch.lost).toHaveLength(1);
    opened.clock.pass(1_000);
    await watch.look();
    expect(watch.lost).toEqual([]);
    declare("vault:secret/shop#passwords");
    await settled();
    expect(gaps()).toEqual({ "vault:secret/shop#passwords": "no-field" });
    expect(told).toBe(3);
  });

  it("that are declared while others are looked for come right after them", async () => {
    declare("vault:secret/shop#password");
    await opened.access.signIn(never);
    opened.clock.pass(2_000);
    declare("vault:secret/stock#password");
    opened.clock.pass(2_000);
    await expect.poll(gaps).toEqual({ "vault:secret/shop#password": "no-secret" });
    opened.clock.pass(2_000);
    await expect.poll(gaps).toEqual({ "vault:secret/stock#password": "no-secret" });
  });

  it("stay as they were seen while Vault is away", async () => {
    declare("vault:secret/shop#password");
    await opened.access.signIn(never);
    await settled();
    for (const node of Object.keys(vault.urls)) vault.faults[node] = { down: true };
    await watch.look();
    expect(gaps()).toEqual({ "vault:secret/shop#password": "no-secret" });
    expect(told).toBe(1);
  });

  it("that may not be seen are not called lost", async () => {
    await watch.close();
    await opened.close();
    await asRoot("POST", "sys/policies/acl/narrow", {
      policy: 'path "secret/data/*" { capabilities = ["read"] }',
    });
    const made = await asRoot("POST", "auth/token/create", { policies: ["narrow"] });
    begin(made.json.auth.client_token);
    declare("vault:secret/shop#password", "vault:legacy/printers/attic#password");
    await opened.access.signIn(never);
    await settled();
    expect(watch.lost).toEqual([]);
  });
});
