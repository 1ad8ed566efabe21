import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sshPublicKey } from "../../src/lab/servers/vault/crypto/ssh-certificate.ts";
import { startTestVault, type TestVault } from "../../src/lab/servers/vault/testing.ts";
import { OpenedVault } from "../../src/main/systems/vault/testing/opened.ts";
import { describeCounterpart, type Found, findCounterpart } from "./counterpart.ts";

const run = promisify(execFile);
const limit = 120_000;
/** The interpreter that Debian's packages are for, whichever one comes first in PATH. */
const python = "/usr/bin/python3";
const script = new URL("vault-hvac.py", import.meta.url).pathname;

const debian = findCounterpart(["dpkg-query"], ["-s", "python3-hvac"], /^Version: (\S+)/m);

describeCounterpart("python3-hvac against the lab's Vault", debian, () => {
  let vault: TestVault;
  let folder: string;
  const consoles: OpenedVault[] = [];

  beforeEach(async () => {
    vault = await startTestVault();
    folder = await mkdtemp(join(tmpdir(), "passerelle-vault-"));
  });
  afterEach(async () => {
    for (const each of consoles.splice(0)) await each.system.close();
    await vault.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("is driven through init, unseal, secrets, log-ins, certificates, leases, rekey and seal; then read by our client", {
    timeout: limit,
  }, async () => {
    const { stdout } = await run(python, [script, ...Object.values(vault.urls)], { timeout: limit });
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      initialised_before: false,
      sealed: [false, false, false],
      health: [200, 429, 429],
      leader: true,
      cas: expect.stringContaining("check-and-set"),
      value: "two",
      listed: ["billing"],
      legacy: { pin: "1" },
      policies: ["default", "shop"],
      lookup: true,
      denied: true,
      revoked: true,
      certificates: 2,
      lease: true,
      renewed: true,
      lease_gone: true,
      audit: ["file/"],
      unwrapped: ["default", "shop"],
      term: 2,
      raft: 3,
      sealed_again: true,
      opened_with_new_shares: true,
    });
    const [leaf, authority, list] = ["leaf.pem", "authority.pem", "list.pem"].map((name) =>
      join(folder, name),
    );
    await writeFile(leaf ?? "", found.certificate);
    await writeFile(authority ?? "", found.authority);
    await writeFile(list ?? "", found.crl);
    await run("openssl", ["verify", "-CAfile", authority ?? "", leaf ?? ""]);
    const checked = run("openssl", [
      ...["verify", "-crl_check", "-CAfile", authority ?? "", "-CRLfile", list ?? "", leaf ?? ""],
    ]);
    await expect(checked).rejects.toMatchObject({ stderr: expect.stringContaining("revoked") });
    const console = new OpenedVault(vault.urls, found.token, { pki: ["pki"] }, () => vault.clock.now());
    consoles.push(console);
    await console.observe();
    expect(console.facts("vault/cluster")).toMatchObject({
      "vault.state": "open",
      "vault.keyTerm": 2,
      "vault.audits": ["file/ (file)"],
    });
    const serial: string = found.serial;
    expect(console.facts(`vault/pki/pki/${serial}`)).toMatchObject({ "certificate.revoked": true });
  });

  test("signs keys as certificates that ssh-keygen reads", { timeout: limit }, async () => {
    const { root: token } = await vault.open();
    await vault.ask("POST", "sys/mounts/ssh", { token, body: { type: "ssh" } });
    await vault.ask("POST", "ssh/config/ca", { token, body: { generate_signing_key: true } });
    const role = { key_type: "ca", allow_user_certificates: true, allowed_users: "ops", ttl: "5m" };
    await vault.ask("POST", "ssh/roles/ops", { token, body: role });
    const key = sshPublicKey(generateKeyPairSync("ed25519").privateKey);
    const body = { public_key: key, valid_principals: "ops", key_id: "ada" };
    const signed = await vault.ask("POST", "ssh/sign/ops", { token, body });
    const file = join(folder, "key-cert.pub");
    await writeFile(file, signed.json.data.signed_key ?? "");
    const { stdout } = await run("ssh-keygen", ["-L", "-f", file]);
    expect(stdout).toMatch(/user certificate[\s\S]*Key ID: "ada"[\s\S]*Principals:\s+ops\s/);
  });
});

/** The nodes of a real one, with commas between, and a token that may look; they are read, and nothing is changed. */
const { VAULT_ADDR: address, VAULT_TOKEN: token } = process.env;
const real: Found =
  address && token ? { version: "as it tells" } : { absent: "VAULT_ADDR and VAULT_TOKEN are not set" };

describeCounterpart("a Vault or OpenBao of yours against our client", real, () => {
  test("is read: its nodes, its seal, and what the token may see", { timeout: limit }, async () => {
    const urls = Object.fromEntries(
      (address ?? "").split(",").map((url, index) => [`node-${index + 1}`, url]),
    );
    const console = new OpenedVault(urls, token ?? "", {}, Date.now);
    try {
      await console.observe();
      expect(["open", "sealed", "no-active-node"]).toContain(console.facts("vault/cluster")["vault.state"]);
      for (const node of Object.keys(urls)) expect(console.error(`vault/nodes/${node}`)).toBeNull();
    } finally {
      await console.system.close();
    }
  });
});
