import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeOpenPgpKey, type OpenPgpKey } from "../../../../lab/servers/vault/crypto/openpgp-key.ts";
import { bare, openMessage } from "../../../../lab/servers/vault/crypto/openpgp-opened.ts";
import type { LabVaultOptions } from "../../../../lab/servers/vault/index.ts";
import { startTestVault, type TestVault } from "../../../../lab/servers/vault/testing.ts";
import { OpenedVault } from "../testing/opened.ts";

const people = ["ada", "berthe"] as const;
const holders = Object.fromEntries(people.map((name) => [name, { key: `${name}.asc` }]));
const cluster = "vault/cluster";
const nodes = [{ name: "vault-1" }];
let keys: OpenPgpKey[];
let folder: string;
let vault: TestVault;
let console: OpenedVault;
let root: string;
let shares: string[];
/** What the listener says of the paths that ask for no token. */
let isRekeyClosed: boolean;

beforeAll(async () => {
  keys = await Promise.all(people.map((name) => makeOpenPgpKey(name, Date.now())));
});
beforeEach(async () => {
  isRekeyClosed = false;
  folder = await mkdtemp(join(tmpdir(), "passerelle-rekey-ways-"));
  for (const [index, name] of people.entries())
    await writeFile(join(folder, `${name}.asc`), keys[index]?.publicKey ?? "");
});
afterEach(async () => {
  await console.system.close();
  await vault.close();
  await rm(folder, { recursive: true, force: true });
});

async function opened(kind: LabVaultOptions["kind"], policy?: string): Promise<void> {
  vault = await startTestVault(nodes, { isRekeyClosed: () => isRekeyClosed, ...kind });
  ({ root, shares } = await vault.open());
  let token = root;
  if (policy !== undefined) {
    await vault.ask("POST", "sys/policies/acl/console", { token: root, body: { policy } });
    const made = await vault.ask("POST", "auth/token/create", {
      token: root,
      body: { policies: ["console"] },
    });
    token = made.json.auth.client_token;
  }
  console = new OpenedVault(vault.urls, token, { holders }, () => vault.clock.now());
  console.folder = folder;
  await console.observe();
}
const code = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: { code?: string }) => error.code ?? "another",
  );
const view = () => console.system.vaultKeys?.rekey(new AbortController().signal);
async function give(action: string, share: string | undefined) {
  console.answers.push(share ?? "");
  return (await console.run(action, cluster)).verified;
}
/** The whole way from beginning to forgetting; the new shares as their holders opened them. */
async function renewed(): Promise<string[]> {
  expect((await console.run("vault.rekey-begin", cluster, { threshold: 2 })).verified?.proven).toBe(true);
  for (const share of shares.slice(0, 3))
    expect(await give("vault.rekey-share", share)).toMatchObject({ proven: true });
  const sealed = (await view())?.holders.map(({ sealed: each }) => Buffer.from(bare(each ?? ""), "base64"));
  const fresh = (sealed ?? []).map((message, index) =>
    openMessage(keys[index]?.privateKey ?? "", message).toString("latin1"),
  );
  for (const share of fresh) expect(await give("vault.rekey-proof", share)).toMatchObject({ proven: true });
  expect((await console.run("vault.rekey-forget", cluster)).verified?.proven).toBe(true);
  return fresh;
}
/** Whether these shares authorise new ones, which is what shares in force do. */
async function areInForce(given: readonly (string | undefined)[]): Promise<boolean> {
  await console.run("vault.rekey-begin", cluster, { threshold: 2 });
  let last: string | null = null;
  for (const share of given) {
    console.answers.push(share ?? "");
    last = await code(console.run("vault.rekey-share", cluster));
  }
  const { state } = (await view()) ?? {};
  await console.run("vault.rekey-cancel", cluster);
  return last === null && state === "new-shares";
}

describe("new shares of an OpenBao that has sys/rekey switched off", () => {
  beforeEach(() => {
    isRekeyClosed = true;
  });

  it("are made by sys/rotate/root, with the token of whoever is signed in", async () => {
    await opened({ product: "openbao" });
    expect((await vault.ask("GET", "sys/rekey/init")).status).toBe(405);
    expect((await vault.ask("GET", "sys/rotate/root/init")).status).toBe(403);
    expect(await view()).toMatchObject({ state: "none", held: "unseal" });
    const fresh = await renewed();
    expect(await areInForce(fresh)).toBe(true);
    expect(await areInForce(shares.slice(0, 3))).toBe(false);
  });

  it("cannot be made without a right to sys/rotate/root, which is said by name", async () => {
    await opened({ product: "openbao" }, 'path "sys/mounts" { capabilities = ["read"] }');
    const failed = await console
      .run("vault.rekey-begin", cluster, { threshold: 2 })
      .catch((thrown) => thrown);
    expect(failed.code).toBe("vault.rekey-closed");
    expect(failed.hint.en).toContain("sys/rotate/root/*");
    expect(await code(Promise.resolve(view()))).toBe("vault.rekey-closed");
    // It keeps nothing else away.
    expect(console.facts(cluster)).toMatchObject({ "vault.state": "open", "vault.rekey": null });
  });

  it("cannot be made of a server that has neither, which is said too", async () => {
    await opened({ product: "vault" });
    const failed = await console
      .run("vault.rekey-begin", cluster, { threshold: 2 })
      .catch((thrown) => thrown);
    expect(failed.code).toBe("vault.rekey-closed");
    expect(failed.hint.en).toContain("disable_unauthed_rekey_endpoints");
  });
});

describe("the way that shares are made anew", () => {
  it("is sys/rekey for a token that may not rotate, where that is open", async () => {
    await opened(
      { product: "openbao" },
      'path "sys/rekey/backup" { capabilities = ["read", "delete"] }\npath "sys/mounts" { capabilities = ["read"] }',
    );
    expect(await areInForce(await renewed())).toBe(true);
  });

  it("is looked for once, and anew once the server no longer has it", async () => {
    await opened({ product: "openbao" }, 'path "sys/rekey/backup" { capabilities = ["read"] }');
    expect(await view()).toMatchObject({ state: "none" });
    await vault.ask("POST", "sys/policies/acl/console", {
      token: root,
      body: { policy: 'path "sys/rotate/root/*" { capabilities = ["read", "update", "delete"] }' },
    });
    isRekeyClosed = true;
    expect(await code(Promise.resolve(view()))).toBe("vault.unsupported");
    expect(await view()).toMatchObject({ state: "none", held: "unseal" });
  });
});

describe.each([
  ["a Vault", { product: "vault", opensItself: true }, false],
  ["an OpenBao", { product: "openbao", opensItself: true }, true],
] as const)("recovery key shares of %s that opens by itself", (_name, kind, closed) => {
  beforeEach(async () => {
    isRekeyClosed = closed;
    await opened(kind);
  });

  it("are made anew like those of a key, and it is said what they are for", async () => {
    expect(console.facts("vault/nodes/vault-1")).toMatchObject({
      "vault.held": "recovery",
      "vault.shares": 5,
    });
    expect(await view()).toMatchObject({ state: "none", held: "recovery" });
    const action = console.action("vault.rekey-begin");
    const { resource } = console.context(cluster);
    const said = action
      .describe(resource, { threshold: 2 })
      .steps.map(({ en }) => en)
      .join(" ");
    expect(said).toContain("recovery key shares: they do not open it");
    const fresh = await renewed();
    expect(JSON.stringify(console.asked)).toContain(
      "A share in force of the recovery key".replace("A", "One"),
    );
    expect(await areInForce(fresh)).toBe(true);
    expect(await areInForce(shares.slice(0, 3))).toBe(false);
  });

  it("do not open a node: it is restarted", async () => {
    const [node] = vault.vault.cluster.nodes;
    if (!node) throw new Error("there is no node");
    vault.vault.cluster.seal(node);
    await console.observe();
    const { resource } = console.context("vault/nodes/vault-1");
    const unseal = console.action("vault.unseal");
    expect(unseal.unavailable?.(resource)?.en).toContain("recovery key shares do not open it");
    expect(console.facts("vault/nodes/vault-1")).toMatchObject({
      "vault.sealed": true,
      "vault.progress": null,
    });
    expect((await vault.ask("PUT", "sys/unseal", { body: { key: shares[0] } })).status).toBe(400);
    vault.vault.cluster.restart(node);
    await console.observe();
    expect(console.facts(cluster)).toMatchObject({ "vault.state": "open" });
  });
});
