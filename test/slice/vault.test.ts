import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeOpenPgpKey, type OpenPgpKey } from "../../src/lab/servers/vault/crypto/openpgp-key.ts";
import { bare, openMessage } from "../../src/lab/servers/vault/crypto/openpgp-opened.ts";
import { startTestVault, type TestVault } from "../../src/lab/servers/vault/testing.ts";
import { makeKey } from "../../src/main/people/testing/keys.ts";
import type { RunState } from "../../src/shared/run.ts";
import { OpenConsole } from "./support/open-console.ts";
import { known, reaches, signedBy, started, step } from "./support/runs.ts";

// A whole console waits here for people, on machines that may have other things to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const cluster = "vault/cluster";
const channel = "announce/support";
const holders = ["ada", "bea"] as const;
const bea = makeKey();
const ada = makeKey();
let folder: string;
let vault: TestVault;
let root: string;
let shares: string[];
let pgp: OpenPgpKey[];
let hook: Server;
let posted: string[];
let opened: OpenConsole;

const asRoot = (method: string, path: string, body?: unknown) =>
  vault.ask(method, path, { token: root, body });
const hookAt = (path: string) => `http://127.0.0.1:${(hook.address() as AddressInfo).port}/${path}`;
const setHook = (path: string) => asRoot("POST", "secret/data/hook", { data: { url: hookAt(path) } });
const state = () => opened.resource(cluster).facts["vault.state"]?.value;

function writeEstate(): void {
  const nodes = Object.entries(vault.urls).map(([node, url]) => `      ${node}: { url: "${url}" }`);
  writeFileSync(
    join(folder, "estate.yaml"),
    `passerelle: 1
name: Atelier
sites: { north: {} }
operators:
  ada: { name: Ada, keys: ["${ada.line.trim()}"], accounts: [${userInfo().username}] }
  bea: { name: Bea, keys: ["${bea.line.trim()}"], accounts: [] }
systems:
  vault:
    type: vault
    name: Vault
    site: north
    nodes:
${nodes.join("\n")}
    login: { appRole: { roleId: console-role, secretId: file:secret-id } }
    holders: { ada: { key: ada.asc }, bea: { key: bea.asc } }
    every: 1s
  announce:
    type: webhook
    every: 1s
    channels: { support: { site: north, url: "vault:secret/hook#url" } }
procedures:
  tell:
    title: Tell
    steps:
      - id: go
        gate: { text: Go? }
      - id: say
        action: webhook.announce
        on: ${channel}
        input: { text: It goes on. }
`,
  );
}

async function furnishVault(): Promise<void> {
  ({ root, shares } = await vault.open());
  await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  await setHook("first");
  await asRoot("POST", "sys/audit/file", { type: "file", options: { file_path: "/dev/null" } });
  await asRoot("POST", "sys/auth/approle", { type: "approle" });
  await asRoot("POST", "sys/policies/acl/console", {
    policy: `path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }`,
  });
  const role = { role_id: "console-role", token_policies: ["console"], token_ttl: "1h" };
  await asRoot("POST", "auth/approle/role/console", role);
  await asRoot("POST", "auth/approle/role/console/custom-secret-id", { secret_id: "console-secret" });
}

async function open(): Promise<OpenConsole> {
  const console = await OpenConsole.open({
    estate: join(folder, "estate.yaml"),
    dataFolder: join(folder, "data"),
  });
  await known(console, cluster, channel);
  return console;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-slice-vault-"));
  posted = [];
  hook = createServer((request, response) => {
    if (request.method === "POST") posted.push(request.url ?? "");
    request.resume().once("end", () => response.end("ok"));
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  vault = await startTestVault();
  await furnishVault();
  writeFileSync(join(folder, "secret-id"), "console-secret", { mode: 0o600 });
  pgp = await Promise.all(holders.map((name) => makeOpenPgpKey(name, Date.now())));
  for (const [index, name] of holders.entries())
    writeFileSync(join(folder, `${name}.asc`), pgp[index]?.publicKey ?? "");
  writeEstate();
  opened = await open();
});
afterAll(async () => {
  await opened?.close();
  await vault?.close();
  await new Promise<void>((resolve) => {
    hook.close(() => resolve());
    hook.closeAllConnections();
  });
  rmSync(folder, { recursive: true, force: true });
});

/** What a person enters when they are asked for it, in the window. */
async function enter(action: string, resource: string, share: string | undefined): Promise<string> {
  const { task } = await opened.window.actions.start({
    action,
    resources: [resource],
    input: {},
    reason: "",
  });
  const asked = () => opened.parts.questions.list()[0];
  await opened.until("a share is asked for", () => asked() !== undefined);
  const id = asked()?.id ?? "";
  await opened.window.questions.answer({ id, accept: true, answers: [share ?? ""] });
  const ended = await opened.parts.runner.waitFor(task);
  return ended.error?.code ?? ended.state;
}

/** Opens enough nodes for a quorum, as people do with their shares. */
async function unseal(given: readonly (string | undefined)[]): Promise<void> {
  for (const node of ["vault-1", "vault-2", "vault-3"]) {
    const { sealed } = (await vault.ask("GET", "sys/seal-status", { node })).json as unknown as {
      sealed: boolean;
    };
    if (!sealed) continue;
    for (const share of given)
      expect(await enter("vault.unseal", `vault/nodes/${node}`, share)).toBe("verified");
  }
  await opened.until("Vault is open", () => state() === "open");
}

/** Bea signs what waits for a second person. */
const signed = (run: string, node: string) => signedBy(opened, run, node, { operator: "bea", key: bea.file });

async function approved(run: string, node: string): Promise<void> {
  const { planHash } = opened.parts.procedures.engine.run(run);
  await opened.window.procedures.approve({ id: run, node, accept: true, planHash });
}

const waits = (node: string) => (run: RunState) => step(run, node)?.blockedBy?.kind === "gate";
const ends = (run: string) => reaches(opened, run, ({ status }) => status === "completed", "completed");
const journalled = async (type: string) =>
  (await opened.window.journal.page({ types: [type] })).events.filter((event) => event.type === type).length;

/** Every byte that the console has left on disk. */
function written(place = join(folder, "data")): string {
  return readdirSync(place)
    .map((name) => join(place, name))
    .map((path) => (statSync(path).isDirectory() ? written(path) : readFileSync(path, "latin1")))
    .join("\n");
}

describe("a Vault that is worked on", () => {
  it("is sealed whole once a second person has signed, and opened with shares that are written nowhere", async () => {
    const run = await started(opened, "vault-seal", { vault: cluster });
    await reaches(opened, run, waits("decide"), "waits for two people");
    expect(state()).toBe("open");
    await expect(approved(run, "decide")).rejects.toMatchObject({ data: { code: "run.own-request" } });
    await signed(run, "decide");
    await ends(run);
    expect((await vault.ask("GET", "sys/health")).status).toBe(503);
    await opened.until("Vault is closed", () => state() !== "open");
    expect(await enter("vault.unseal", "vault/nodes/vault-1", "bm90IGEgc2hhcmU=")).toBe("vault.not-a-share");
    await unseal(shares.slice(0, 3));
    for (const share of shares.slice(0, 3)) expect(written()).not.toContain(share);
    expect(await opened.window.journal.verify()).toMatchObject({ intact: true });
  });

  it("that is sealed during a run holds its step up; it goes on with what Vault has once it is open", async () => {
    const run = await started(opened, "tell", {});
    await reaches(opened, run, waits("go"), "waits for somebody");
    // The console may hold what was there before: it must not outlive the seal.
    await setHook("second");
    for (const node of vault.vault.cluster.nodes) vault.vault.cluster.seal(node);
    await opened.until("Vault is seen sealed", () => state() === "sealed");
    await approved(run, "go");
    const held = await reaches(opened, run, (now) => step(now, "say")?.state === "failed", "held up");
    expect(step(held, "say")?.reason?.en).toBe("Vault is sealed.");
    expect(posted).toEqual([]);
    await unseal(shares.slice(2));
    await opened.window.procedures.retry({ id: run, node: "say", reason: "Vault is open" });
    await ends(run);
    expect(posted).toEqual(["/second"]);
  });

  it("whose tokens are revoked during a run is signed in to once more, by itself", async () => {
    const run = await started(opened, "tell", {});
    await reaches(opened, run, waits("go"), "waits for somebody");
    const [lost, before] = [await journalled("vault.token-lost"), posted.length];
    for (const token of vault.vault.cluster.tokens.all())
      if (!token.policies.includes("root")) vault.vault.cluster.tokens.revoke(token);
    await setHook("third");
    await approved(run, "go");
    await ends(run);
    await expect.poll(() => journalled("vault.token-lost"), { timeout: 30_000 }).toBe(lost + 1);
    await expect
      .poll(() => opened.parts.vaults.get("vault").standing.state, { timeout: 30_000 })
      .toBe("signed-in");
    expect(posted.length).toBe(before + 1);
  });

  it("gets new shares of its key by two people's decision and the shares of several, and shows none of them", async () => {
    const run = await started(opened, "vault-rekey", { vault: cluster, threshold: 2 });
    await reaches(opened, run, waits("decide"), "waits for two people");
    await signed(run, "decide");
    const rekey = () => opened.window.vaults.rekey({ vault: "vault" });
    await reaches(opened, run, (now) => step(now, "begin")?.state === "verified", "begun");
    expect(await enter("vault.rekey-share", cluster, shares[0])).toBe("verified");
    // A console that ends in the middle finds the attempt as Vault has it, and its run where it stood.
    await opened.close();
    opened = await open();
    expect(await rekey()).toMatchObject({ state: "old-shares", entered: 1, needed: 3 });
    for (const share of shares.slice(1, 3))
      expect(await enter("vault.rekey-share", cluster, share)).toBe("verified");
    const view = await rekey();
    expect(view).toMatchObject({ state: "new-shares", needed: 2, strangers: [] });
    const fresh = view.holders.map(({ sealed }, index) =>
      openMessage(pgp[index]?.privateKey ?? "", Buffer.from(bare(sealed ?? ""), "base64")).toString("latin1"),
    );
    await reaches(opened, run, (now) => step(now, "authorised")?.state === "verified", "authorised");
    for (const share of fresh) expect(await enter("vault.rekey-proof", cluster, share)).toBe("verified");
    await reaches(opened, run, waits("taken"), "proven");
    await approved(run, "taken");
    await ends(run);
    expect((await rekey()).holders.map(({ sealed }) => sealed)).toEqual([null, null]);
    const { html } = await opened.window.procedures.report({ id: run, language: "en" });
    const kept = `${written()}${html}`;
    for (const share of [...shares, ...fresh]) expect(kept).not.toContain(share);
    for (const node of vault.vault.cluster.nodes) vault.vault.cluster.seal(node);
    await opened.until("Vault is seen sealed", () => state() === "sealed");
    await unseal(fresh);
  });
});
