import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestVault, type TestVault } from "../../../lab/servers/vault/testing.ts";
import type { SecretSearch } from "../../../shared/vault-secrets.ts";
import type { SecretTree } from "../system.ts";
import { OpenedVault } from "./testing/opened.ts";

const never = new AbortController().signal;
const mount = "vault/mounts/secret";

let vault: TestVault;
let root: string;
const consoles: OpenedVault[] = [];

beforeEach(async () => {
  vault = await startTestVault();
  ({ root } = await vault.open());
  await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
});
afterEach(async () => {
  for (const each of consoles.splice(0)) await each.system.close();
  await vault.close();
});

const asRoot = (method: string, path: string, body?: unknown) =>
  vault.ask(method, path, { token: root, body });

async function opened(token = root): Promise<OpenedVault> {
  const made = new OpenedVault(vault.urls, token, {}, () => vault.clock.now());
  consoles.push(made);
  await made.observe();
  return made;
}

function treeOf(console: OpenedVault, of = mount): SecretTree {
  const tree = console.system.secretTree?.(of);
  if (!tree) throw new Error(`${of} has no secrets`);
  return tree;
}

async function code(attempt: Promise<unknown>): Promise<string | null> {
  return attempt.then(
    () => null,
    (error: { code?: string }) => error.code ?? "another",
  );
}

describe("the secrets of a mount", () => {
  it("are its folders and names, and what is known of each, but no value", async () => {
    await asRoot("POST", "secret/data/shop/billing", { data: { user: "billing", password: "marked-value" } });
    await asRoot("POST", "secret/data/shop/billing", { data: { user: "billing", password: "marked-other" } });
    await asRoot("POST", "secret/data/shop/billing/api key", { data: { key: "marked-third" } });
    await asRoot("POST", "secret/metadata/shop/billing", { custom_metadata: { owner: "billing team" } });
    await asRoot("POST", "secret/delete/shop/billing", { versions: [1] });
    const console = await opened();
    const tree = treeOf(console);
    const shop = await tree.folder("shop", never);
    expect(shop).toMatchObject({ versioned: true, folders: ["billing"], secrets: ["billing"], cut: false });
    expect(await tree.folder("shop/billing", never)).toMatchObject({ secrets: ["api key"] });
    const record = await tree.secret("shop/billing", never);
    const now = vault.clock.now();
    expect(record).toMatchObject({
      current: 2,
      maxVersions: 10,
      checkAndSet: false,
      notes: { owner: "billing team" },
      fields: ["password", "user"],
      versions: [
        { version: 2, deleted: false, deletedAt: null, destroyed: false },
        { version: 1, deleted: true, deletedAt: now, destroyed: false },
      ],
    });
    expect(await tree.secret("shop/billing/api key", never)).toMatchObject({ fields: ["key"] });
    expect(JSON.stringify([shop, record, console.journalled])).not.toContain("marked-");
    expect(await code(tree.secret("shop/nothing", never))).toBe("vault.no-such-secret");
    let told: SecretSearch | null = null;
    for await (const each of tree.search("", "API", never)) told = each;
    expect(told).toMatchObject({ found: ["shop/billing/api key"], looked: 3, ended: "complete" });
  });

  it("of a mount without versions are names alone", async () => {
    await asRoot("POST", "sys/mounts/legacy", { type: "kv" });
    await asRoot("POST", "legacy/printers/hall", { password: "marked-value" });
    const tree = treeOf(await opened(), "vault/mounts/legacy");
    expect(await tree.folder("printers", never)).toMatchObject({ versioned: false, secrets: ["hall"] });
    const record = await tree.secret("printers/hall", never);
    expect(record).toMatchObject({ versioned: false, versions: [], current: null, fields: null });
    expect(JSON.stringify(record)).not.toContain("marked-");
    expect(await code(tree.secret("printers/attic", never))).toBe("vault.no-such-secret");
    expect(tree.pathOf("printers/hall")).toBe("legacy/printers/hall");
  });

  it("tell who may list but not read what they may, and who may neither that", async () => {
    await asRoot("POST", "secret/data/shop/billing", { data: { password: "1" } });
    await asRoot("POST", "sys/policies/acl/narrow", {
      policy:
        'path "sys/mounts" { capabilities = ["read"] }\npath "secret/metadata/shop/*" { capabilities = ["list", "read"] }',
    });
    const made = await asRoot("POST", "auth/token/create", {
      policies: ["narrow"],
      no_default_policy: false,
    });
    const tree = treeOf(await opened(made.json.auth.client_token));
    expect(await tree.secret("shop/billing", never)).toMatchObject({
      current: 1,
      fields: null,
      maxVersions: null,
    });
    expect(await code(tree.folder("", never))).toBe("vault.not-allowed");
    await asRoot("PUT", "sys/seal");
    vault.faults["vault-2"] = { down: true };
    vault.faults["vault-3"] = { down: true };
    expect(await code(tree.folder("shop", never))).toMatch(/^(vault|reach)\./);
  });

  it("are none of anything else", async () => {
    await asRoot("POST", "sys/mounts/pki", { type: "pki" });
    const console = await opened();
    for (const id of ["vault/cluster", "vault/nodes/vault-1", "vault/mounts/pki", "nothing"])
      expect(console.system.secretTree?.(id)).toBeNull();
  });
});

describe("what is done with versions", () => {
  const path = "shop/billing";
  const write = (value: string) => asRoot("POST", `secret/data/${path}`, { data: { password: value } });

  it("deletes one and brings it back, destroys one for good", async () => {
    await write("one");
    await write("two");
    const console = await opened();
    const wanted = { path, version: 1 };
    const deleted = await console.run("vault.delete-version", mount, wanted);
    expect(deleted.verified).toMatchObject({ proven: true, data: { state: "deleted" } });
    expect((await console.run("vault.delete-version", mount, wanted)).probe.state).toBe("done");
    expect(await deleted.action.undo?.(deleted.context, deleted.wanted, deleted.probe)).toMatchObject({
      proven: true,
      data: { state: "there" },
    });
    const destroyed = await console.run("vault.destroy-version", mount, wanted);
    expect(destroyed.verified).toMatchObject({ proven: true });
    expect(destroyed.action.risk).toBe("destructive");
    expect(destroyed.action.undo).toBeUndefined();
    expect((await console.run("vault.delete-version", mount, wanted)).probe.state).toBe("impossible");
    expect((await console.run("vault.destroy-version", mount, { path, version: 9 })).probe.state).toBe(
      "impossible",
    );
  });

  it("rolls back to a version with all its fields, over the newest and no other, without telling a value", async () => {
    await asRoot("POST", `secret/data/${path}`, { data: { user: "a", password: "marked-value", on: true } });
    await write("two");
    const console = await opened();
    const wanted = { path, version: 1, over: 2 };
    const done = await console.run("vault.roll-back-secret", mount, wanted);
    expect(done.verified).toMatchObject({ proven: true, data: { newest: 3 } });
    expect((await asRoot("GET", `secret/data/${path}`)).json.data).toMatchObject({
      data: { user: "a", password: "marked-value", on: true },
    });
    expect(JSON.stringify([done.applied, done.verified, console.journalled])).not.toContain("marked-");
    expect((await done.action.settle(done.context, done.wanted, done.probe)).effect).toBe("happened");
    expect((await console.run("vault.roll-back-secret", mount, wanted)).probe.state).toBe("impossible");
    // Somebody writes between the look and the write.
    const action = console.action("vault.roll-back-secret");
    const again = { path, version: 2, over: 3 };
    const probe = await action.probe(console.context(mount), again);
    expect((await action.settle(console.context(mount), again, probe)).effect).toBe("did-not-happen");
    await write("somebody's");
    expect(await code(action.apply(console.context(mount), again, probe))).toBe("vault.version-mismatch");
    expect((await action.settle(console.context(mount), again, probe)).effect).toBe("unknown");
    await console.run("vault.delete-version", mount, { path, version: 1 });
    const gone = await console.run("vault.roll-back-secret", mount, { path, version: 1, over: 4 });
    expect(gone.probe.state).toBe("impossible");
  });

  it("sets how many are kept, and what was set before when that is undone", async () => {
    await write("one");
    await asRoot("POST", `secret/metadata/${path}`, { max_versions: 5, cas_required: true });
    const console = await opened();
    const done = await console.run("vault.set-max-versions", mount, { path, versions: 3 });
    expect(done.verified).toMatchObject({ proven: true, data: { after: 3 } });
    expect(await treeOf(console).secret(path, never)).toMatchObject({ maxVersions: 3, checkAndSet: true });
    expect(await done.action.undo?.(done.context, done.wanted, done.probe)).toMatchObject({
      proven: true,
      data: { after: 5 },
    });
    const none = await console.run("vault.set-max-versions", mount, { path: "nothing", versions: 3 });
    expect(none.probe.state).toBe("impossible");
  });

  it("generates a value of the length and the characters that are wanted, and shows it to nobody", async () => {
    await asRoot("POST", `secret/data/${path}`, { data: { user: "billing", password: "old" } });
    const console = await opened();
    const wanted = { path, field: "password", version: 1, length: 40, alphabet: "hexadecimal" };
    const done = await console.run("vault.generate-secret", mount, wanted);
    expect(done.verified).toMatchObject({ proven: true });
    expect(console.asked).toEqual([]);
    const { data } = (await asRoot("GET", `secret/data/${path}`)).json.data as unknown as {
      data: Record<string, string>;
    };
    expect(data).toMatchObject({ user: "billing", password: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const written = JSON.stringify([done.applied, done.verified, done.probe, console.journalled]);
    expect(written).not.toContain(data.password);
    const short = done.action.input.safeParse({ ...wanted, length: 8 });
    expect(short.success).toBe(false);
  });

  it("refuses paths that lead out of the mount", async () => {
    const console = await opened();
    for (const bad of ["../sys/seal", "a/../../b", "/a", "a//b", "", ".", "a\nb"]) {
      const { input } = console.action("vault.delete-version");
      expect(input.safeParse({ path: bad, version: 1 }).success).toBe(false);
    }
  });
});
