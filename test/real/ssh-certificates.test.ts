import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestVault, type TestVault } from "../../src/lab/servers/vault/testing.ts";
import { KnownHosts } from "../../src/main/reach/known-hosts.ts";
import { Questions } from "../../src/main/reach/questions.ts";
import type { SshTarget } from "../../src/main/reach/reach.ts";
import type { CertificateSigner, WantedCertificate } from "../../src/main/reach/signed-keys.ts";
import { SshReach } from "../../src/main/reach/ssh-reach.ts";
import { signKey } from "../../src/main/vault/ssh-authority.ts";
import { openedVault } from "../../src/main/vault/testing/opened.ts";
import type { Authentication } from "../../src/shared/estate-access.ts";
import { describeCounterpart, type Found, findCounterpart } from "./counterpart.ts";
import { OpenSsh, openssh, type Sshd } from "./sshd.ts";

function findOpenSsh(): Found {
  if (process.getuid?.() !== 0) return { absent: "sshd needs root to take log-ins" };
  return findCounterpart(["ssh", "sshd", "ssh-keygen"], ["-V"], /OpenSSH_(\S+?),? /);
}

const never = new AbortController().signal;
const execution = { signal: never, deadline: 20_000 };

describeCounterpart("OpenSSH server with certificates", findOpenSsh(), () => {
  let ssh: OpenSsh;
  let authority: string;
  let vault: TestVault;
  let root: string;
  let host: Sshd;
  let bounce: Sshd;
  let data: string;
  let asked: WantedCertificate[];
  let validity: string;
  let principal: string;
  let reach: SshReach | null = null;

  beforeAll(async () => {
    ssh = new OpenSsh();
    authority = await ssh.strangeKey("authority");
    vault = await startTestVault([{ name: "vault-1" }]);
    ({ root } = await vault.open());
    const send = async (path: string, body: object) => {
      const { status } = await vault.ask("POST", path, { token: root, body });
      expect(status).toBeLessThan(300);
    };
    await send("sys/mounts/ssh", { type: "ssh" });
    await send("ssh/config/ca", { generate_signing_key: true });
    await send("ssh/roles/console", {
      key_type: "ca",
      allow_user_certificates: true,
      allowed_users: "root",
      default_extensions: { "permit-pty": "", "permit-port-forwarding": "" },
      ttl: "5m",
      max_ttl: "10m",
    });
    const { json } = await vault.ask("GET", "ssh/config/ca", { token: root });
    const trusted = join(ssh.folder, "trusted_authorities");
    writeFileSync(trusted, `${readFileSync(`${authority}.pub`, "utf8")}${json.data.public_key ?? ""}\n`);
    const trusts = `TrustedUserCAKeys ${trusted}`;
    [host, bounce] = await Promise.all([ssh.start([trusts]), ssh.start([trusts, "AllowTcpForwarding yes"])]);
  });
  afterAll(async () => {
    ssh.close();
    await vault.close();
  });

  beforeEach(() => {
    data = join(ssh.folder, `data-${Math.random().toString(36).slice(2)}`);
    writeFileSync(data, "");
    for (const server of [host, bounce])
      appendFileSync(data, `[127.0.0.1]:${server.port} ${server.publicKey}`);
    asked = [];
    validity = "-1m:+5m";
    principal = "root";
  });
  afterEach(() => reach?.close());

  /** ssh-keygen as the authority, with what the test wants of the certificate. */
  const keygen: CertificateSigner = {
    sign: async (wanted) => {
      asked.push(wanted);
      const path = join(ssh.folder, `signed-${Math.random().toString(36).slice(2)}`);
      writeFileSync(`${path}.pub`, `${wanted.publicKey}\n`);
      await openssh("ssh-keygen", [
        "-q",
        "-s",
        authority,
        "-I",
        "test",
        "-n",
        principal,
        "-V",
        validity,
        `${path}.pub`,
      ]);
      return readFileSync(`${path}-cert.pub`, "utf8");
    },
  };
  function reachWith(certificates: CertificateSigner, hops = {}): SshReach {
    reach = new SshReach({
      knownHosts: new KnownHosts({ own: data }),
      questions: new Questions({ interactive: false, now: Date.now }),
      now: Date.now,
      environment: {},
      certificates,
      secrets: { resolve: () => Promise.reject(new Error("no secret is needed")) },
      journal: {
        write: (event) => ({
          ...event,
          sequence: 1,
          at: 0,
          actor: "",
          workstation: "",
          previousHash: "",
          hash: "",
        }),
      },
    });
    reach.update({ allowlists: {}, hops });
    return reach;
  }
  const authentication: Authentication[] = [
    { certificate: { vault: "vault", role: "console", mount: "ssh", life: "5m" } },
  ];
  const target = (server: Sshd, more: Partial<SshTarget> = {}): SshTarget => ({
    id: `host-${server.port}`,
    name: "host.example",
    address: "127.0.0.1",
    port: server.port,
    user: "root",
    authentication,
    via: null,
    allowlist: null,
    hostKey: null,
    ...more,
  });

  test("a key that is signed for minutes logs in, and serves a second log-in of the same user", async () => {
    const opened = reachWith(keygen);
    expect(await opened.execute(target(host), "echo in", execution)).toMatchObject({ output: "in\n" });
    expect(await opened.execute(target(bounce), "echo too", execution)).toMatchObject({ output: "too\n" });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      user: "root",
      life: "5m",
      publicKey: expect.stringMatching(/^ssh-ed25519 /),
    });
  });

  test("a certificate opens a hop and the host behind it", async () => {
    const hop = { address: "127.0.0.1", port: bounce.port, user: "root", authentication };
    const opened = reachWith(keygen, { bounce: hop });
    const behind = target(host, { via: "bounce" });
    expect(await opened.execute(behind, "echo behind", execution)).toMatchObject({ output: "behind\n" });
  });

  test("an expired certificate is refused by the server, and another is asked for when a person tries again", async () => {
    validity = "-2h:-1h";
    const opened = reachWith(keygen);
    await expect(opened.execute(target(host), "true", execution)).rejects.toMatchObject({
      code: "reach.login-refused",
    });
    validity = "-1m:+5m";
    await opened.tryLogin(target(host), new Map(), never);
    expect(asked).toHaveLength(2);
  });

  test("a certificate for others is not sent", async () => {
    principal = "somebody";
    await expect(reachWith(keygen).execute(target(host), "true", execution)).rejects.toMatchObject({
      code: "reach.certificate-for-others",
    });
  });

  test("what is signed is of another key, or of no kind that was asked for: it is not sent", async () => {
    const stolen: CertificateSigner = {
      sign: async (wanted) => {
        const other = readFileSync(`${await ssh.strangeKey(`other-${Math.random()}`)}.pub`, "utf8");
        return keygen.sign({ ...wanted, publicKey: other }, never);
      },
    };
    await expect(reachWith(stolen).execute(target(host), "true", execution)).rejects.toMatchObject({
      code: "reach.certificate-unusable",
    });
  });

  test("the lab's Vault signs, and sshd takes what it signed, at a hop and behind it; its refusals are told", async () => {
    vault.skew = 0;
    const { desk, access, close } = openedVault(
      { one: { url: vault.urls["vault-1"] ?? "" } },
      { token: "keychain:token" },
      { stored: { "keychain:token": root } },
    );
    try {
      const signer: CertificateSigner = {
        sign: (wanted, signal) => signKey(desk.get(wanted.vault), wanted, signal),
      };
      const opened = reachWith(signer);
      expect(await opened.execute(target(host), "echo by Vault", execution)).toMatchObject({
        output: "by Vault\n",
      });
      reach?.close();
      const hop = { address: "127.0.0.1", port: bounce.port, user: "root", authentication };
      const behind = target(host, { via: "bounce" });
      expect(
        await reachWith(signer, { bounce: hop }).execute(behind, "echo behind it", execution),
      ).toMatchObject({ output: "behind it\n" });
      const wanted = {
        mount: "ssh",
        role: "console",
        user: "mallory",
        life: "5m",
        publicKey: readFileSync(`${authority}.pub`, "utf8"),
      };
      await expect(signKey(access, wanted, never)).rejects.toMatchObject({
        code: "vault.certificate-refused",
      });
      await expect(signKey(access, { ...wanted, user: "root", life: "2h" }, never)).rejects.toMatchObject({
        code: "vault.certificate-refused",
      });
    } finally {
      await close();
    }
  });
});
