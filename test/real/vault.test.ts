import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sshPublicKey } from "../../src/lab/servers/vault/crypto/ssh-certificate.ts";
import { startTestVault, type TestVault } from "../../src/lab/servers/vault/testing.ts";
import { OpenedVault } from "../../src/main/systems/vault/testing/opened.ts";
import { makeKey, makeRequest } from "../../src/main/x509/request.ts";
import { describeCounterpart, type Found, findCounterpart } from "./counterpart.ts";

const run = promisify(execFile);
const limit = 120_000;
/** The interpreter that Debian's packages are for, whichever one comes first in PATH. */
const python = "/usr/bin/python3";
const script = new URL("vault-hvac.py", import.meta.url).pathname;

/** Runs the script with a home of GnuPG of its own, and gives what it printed. */
async function drive(urls: readonly string[], request: string, folder: string): Promise<string> {
  const home = join(folder, "gnupg");
  await mkdir(home, { mode: 0o700 });
  const env = { ...process.env, GNUPGHOME: home };
  try {
    const running = run(python, [script, ...urls], { timeout: limit, env });
    running.child.stdin?.end(request);
    return (await running).stdout;
  } finally {
    await run("gpgconf", ["--kill", "all"], { env });
  }
}

const debian = findCounterpart(["dpkg-query", "gpg", "gpgconf"], ["-s", "python3-hvac"], /^Version: (\S+)/m);

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
    const request = makeRequest(["mail.shop.example"], await makeKey("ec-p256"));
    const found = JSON.parse(await drive(Object.values(vault.urls), request, folder));
    expect(found).toMatchObject({
      initialised_before: false,
      sealed: [false, false, false],
      health: [200, 429, 429],
      leader: true,
      cas: expect.stringContaining("check-and-set"),
      value: "two",
      listed: ["billing"],
      legacy: { pin: "1" },
      // Without versions a secret is written whole: what was there is gone.
      legacy_whole: { lock: "2" },
      legacy_gone: true,
      policies: ["default", "shop"],
      lookup: true,
      denied: true,
      revoked: true,
      certificates: 2,
      signed: expect.stringContaining("BEGIN CERTIFICATE"),
      lease: true,
      renewed: true,
      lease_gone: true,
      audit: ["file/"],
      unwrapped: ["default", "shop"],
      term: 2,
      raft: 3,
      accessor: ["", "token-token", true],
      accessor_gone: true,
      prefix_gone: true,
      rekey_began: [
        [expect.stringMatching(/^[0-9a-f]{40}$/), expect.stringMatching(/^[0-9a-f]{40}$/)],
        true,
        true,
      ],
      rekey_cancelled: false,
      kept: true,
      proven: true,
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
    const signed = join(folder, "signed.pem");
    await writeFile(signed, found.signed);
    const mail = ["-verify_hostname", "mail.shop.example"];
    await run("openssl", ["verify", ...mail, "-CAfile", authority ?? "", signed]);
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

  test("a holder opens what the console shows them with GnuPG, and proves it", {
    timeout: limit,
  }, async () => {
    const { root, shares } = await vault.open();
    const home = join(folder, "gnupg");
    await mkdir(home, { mode: 0o700 });
    const env = { ...process.env, GNUPGHOME: home };
    const gpg = (...words: string[]) => run("gpg", ["--batch", "--quiet", ...words], { env });
    try {
      await gpg(
        "--passphrase",
        "",
        "--quick-generate-key",
        "ada@atelier.example",
        "rsa2048",
        "default",
        "never",
      );
      const { stdout: listed } = await gpg("--with-colons", "--list-keys");
      const [, fingerprint = ""] = /^fpr:+([0-9A-F]{40}):/m.exec(listed) ?? [];
      await gpg("--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "encrypt", "never");
      await gpg("--armor", "--output", join(folder, "ada.asc"), "--export");
      const holders = { ada: { key: "ada.asc" } };
      const console = new OpenedVault(vault.urls, root, { holders }, () => vault.clock.now());
      consoles.push(console);
      console.folder = folder;
      await console.observe();
      await console.run("vault.rekey-begin", "vault/cluster", { threshold: 1 });
      for (const share of shares.slice(0, 3)) {
        console.answers.push(share);
        await console.run("vault.rekey-share", "vault/cluster");
      }
      const view = await console.system.vaultKeys?.rekey(AbortSignal.timeout(limit));
      expect(view?.holders[0]).toMatchObject({ id: "ada", fingerprint: fingerprint.toLowerCase() });
      const message = join(folder, "share.asc");
      await writeFile(message, view?.holders[0]?.sealed ?? "");
      const { stdout } = await gpg("--pinentry-mode", "loopback", "--passphrase", "", "--decrypt", message);
      console.answers.push(stdout);
      const proof = await console.run("vault.rekey-proof", "vault/cluster");
      expect(proof.verified).toMatchObject({ proven: true });
    } finally {
      await run("gpgconf", ["--kill", "all"], { env });
    }
  });

  test("what our client writes without versions is what hvac reads, beside what stood there", {
    timeout: limit,
  }, async () => {
    const { root } = await vault.open();
    await vault.ask("POST", "sys/mounts/legacy", { token: root, body: { type: "kv" } });
    await vault.ask("POST", "legacy/hall", { token: root, body: { pin: "1", door: "west" } });
    const console = new OpenedVault(vault.urls, root, {}, () => vault.clock.now());
    consoles.push(console);
    await console.observe();
    console.answers.push("4321");
    await console.run("vault.write-plain-secret", "vault/mounts/legacy", { path: "hall", field: "pin" });
    const drawn = { path: "hall", field: "key", length: 24, alphabet: "hexadecimal" };
    await console.run("vault.generate-plain-secret", "vault/mounts/legacy", drawn);
    const words = [
      "import hvac, json, sys",
      "client = hvac.Client(url=sys.argv[1], token=sys.stdin.read())",
      "print(json.dumps(client.secrets.kv.v1.read_secret('hall', mount_point='legacy')['data']))",
    ];
    const running = run(python, ["-c", words.join("\n"), Object.values(vault.urls)[0] ?? ""], {
      timeout: limit,
    });
    running.child.stdin?.end(root);
    expect(JSON.parse((await running).stdout)).toEqual({
      pin: "4321",
      door: "west",
      key: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
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
      const { "vault.state": state } = console.facts("vault/cluster");
      expect(["open", "sealed", "no-active-node"]).toContain(state);
      // What is read besides when somebody looks; who may not see it is told so.
      const looked = await Promise.allSettled([
        console.system.vaultKeys?.rekey(AbortSignal.timeout(limit / 2)),
        console.system.vaultKeys?.tokens(AbortSignal.timeout(limit / 2)),
      ]);
      for (const each of looked)
        if (each.status === "rejected")
          expect(each.reason).toMatchObject({ code: expect.stringMatching(/^vault\./) });
        else expect(each.value?.readAt).toBeGreaterThan(0);
      for (const node of Object.keys(urls)) expect(console.error(`vault/nodes/${node}`)).toBeNull();
    } finally {
      await console.system.close();
    }
  });
});
