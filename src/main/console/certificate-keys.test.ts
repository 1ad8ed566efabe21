import { createPrivateKey, createPublicKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestVault, type TestVault } from "../../lab/servers/vault/testing.ts";
import { OpsError } from "../../shared/errors.ts";
import { certificateRulesSchema } from "../../shared/estate-certificates.ts";
import { judgeAnswer } from "../certificates/answer.ts";
import type { KeyKeeper } from "../certificates/key-keeper.ts";
import { HeldSecret } from "../secrets/held-secret.ts";
import { openedVault } from "../vault/testing/opened.ts";
import { keyDigest, readPem } from "../x509/read.ts";
import { makeKey, makeRequest, readRequest } from "../x509/request.ts";
import { keysInSecrets, vaultSigner } from "./certificates.ts";

let vault: TestVault;
let root: string;
let opened: ReturnType<typeof openedVault>;
let keys: KeyKeeper;
let commits: number;
const rules = certificateRulesSchema.parse({
  keys: { vault: "secret/certificates" },
  signer: { vault: "vault", role: "services" },
});
const reference = "vault:secret/certificates/front-1#key";
const change = () => ({
  signal: AbortSignal.timeout(20_000),
  committed: () => {
    commits += 1;
  },
});
const there = (at = reference) => keys.has(at, "certificate", AbortSignal.timeout(20_000));

beforeEach(async () => {
  commits = 0;
  vault = await startTestVault();
  ({ root } = await vault.open());
  await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  await asRoot("POST", "sys/mounts/legacy", { type: "kv" });
  const nodes = Object.fromEntries(Object.entries(vault.urls).map(([name, url]) => [name, { url }]));
  const stored = { "keychain:root": root };
  opened = openedVault(nodes, { token: "keychain:root" }, { stored });
  keys = keeperOf(rules);
});
afterEach(async () => {
  await opened.close();
  await vault.close();
});

function keeperOf(given: typeof rules): KeyKeeper {
  return keysInSecrets({
    secrets: {
      resolve: async (asked) => new HeldSecret((await opened.desk.read(asked)) ?? ""),
      set: async () => ({ stored: true }),
      forget: async () => ({ forgotten: true }),
    },
    vaults: opened.desk,
    rules: () => given,
  });
}
function asRoot(method: string, path: string, body?: unknown) {
  return vault.ask(method, path, { token: root, body });
}
async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => "nothing was thrown",
    (error: unknown) => (error instanceof OpsError ? error.code : String(error)),
  );
  return thrown;
}

describe("a key that is kept in Vault", () => {
  it("is there once, read again as it was, and gone with all its versions when it is taken back", async () => {
    const key = (await makeKey("ec-p256")).export({ type: "pkcs8", format: "pem" }).toString();
    expect(await there()).toBe(false);
    await keys.keep(reference, key, change());
    expect([await there(), await keys.read(reference, "certificate"), commits]).toEqual([true, key, 1]);
    expect(opened.concealed).toContain(key);
    expect(JSON.stringify(opened.journal)).not.toContain("PRIVATE KEY");
    await keys.forget(reference, change());
    expect(await there()).toBe(false);
    expect(await codeOf(keys.read(reference, "certificate"))).toBe("vault.no-such-secret");
  });

  it("is never written over: neither another key nor one that was deleted and may come back", async () => {
    await keys.keep(reference, "first", change());
    expect(await codeOf(keys.keep(reference, "second", change()))).toBe("vault.version-mismatch");
    expect(await keys.read(reference, "certificate")).toBe("first");
    await asRoot("DELETE", "secret/data/certificates/front-1");
    expect(await there()).toBe(true);
    expect(await codeOf(keys.keep(reference, "second", change()))).toBe("vault.version-mismatch");
  });

  it("is not taken back once somebody has written another version", async () => {
    await keys.keep(reference, "first", change());
    await asRoot("POST", "secret/data/certificates/front-1", { data: { key: "theirs" } });
    commits = 0;
    expect(await codeOf(keys.forget(reference, change()))).toBe("vault.version-mismatch");
    expect([await there(), commits]).toEqual([true, 0]);
  });

  it("is refused with a reason where Vault is sealed, or the mount keeps no versions, and nothing is sent", async () => {
    const legacy = keeperOf({ ...rules, keys: { vault: "legacy", usual: "vault" } });
    expect(await codeOf(legacy.keep("vault:legacy/front#key", "first", change()))).toBe("vault.unversioned");
    for (const node of ["vault-1", "vault-2"]) await vault.ask("PUT", "sys/seal", { node, token: root });
    expect(await codeOf(keys.keep(reference, "first", change()))).toBe("vault.sealed");
    expect(await codeOf(there())).toBe("vault.sealed");
    expect(commits).toBe(0);
  });

  it("goes only where the estate says: below its path, the keychain otherwise", () => {
    expect(keys.places()).toEqual(["vault", "keychain"]);
    expect(keys.referenceOf("vault", "front-1")).toBe(reference);
    expect(keys.takes(reference)).toBe(true);
    for (const other of ["vault:secret/shop/database#key", "vault:secret/certificates/x#other", "/etc/key"])
      expect(keys.takes(other)).toBe(false);
    const plain = keeperOf(certificateRulesSchema.parse({}));
    expect([plain.places(), plain.takes(reference), plain.takes("keychain:front")]).toEqual([
      ["keychain"],
      false,
      true,
    ]);
  });
});

describe("a request that the PKI of a Vault signs", () => {
  const ask = async (name: string) => {
    const key = await makeKey("ec-p256");
    return { key, request: makeRequest([name], key) };
  };
  beforeEach(async () => {
    await asRoot("POST", "sys/mounts/pki", { type: "pki" });
    await asRoot("POST", "pki/root/generate/internal", { common_name: "House", key_type: "ec" });
    await asRoot("POST", "pki/roles/services", {
      ...{ allowed_domains: ["shop.example"], allow_subdomains: true, key_type: "ec", ttl: "24h" },
    });
  });

  it("comes back for its key and its names, with its chain", async () => {
    const { key, request } = await ask("front.shop.example");
    const pem = await vaultSigner(rules, opened.desk)?.sign(request, change());
    const [leaf, authority] = readPem(pem ?? "") ?? [];
    expect(leaf && authority && leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf && keyDigest(leaf.publicKey)).toBe(
      keyDigest(createPublicKey(createPrivateKey(key.export({ type: "pkcs8", format: "pem" })))),
    );
    expect(judgeAnswer(pem ?? "", { request }, Date.now())).toMatchObject({
      names: readRequest(request)?.names,
    });
  });

  it("is refused for a name that the role does not give, in words of its own", async () => {
    const { request } = await ask("front.elsewhere.example");
    expect(await codeOf(vaultSigner(rules, opened.desk)?.sign(request, change()) ?? Promise.resolve())).toBe(
      "vault.certificate-refused",
    );
    expect(vaultSigner(certificateRulesSchema.parse({}), opened.desk)).toBeNull();
  });
});
