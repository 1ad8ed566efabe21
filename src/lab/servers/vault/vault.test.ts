import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeOpenPgpKey } from "./crypto/openpgp-key.ts";
import { bare, openMessage } from "./crypto/openpgp-opened.ts";
import { sshPublicKey } from "./crypto/ssh-certificate.ts";
import { startTestVault, type TestVault } from "./testing.ts";

let test: TestVault;
let root: string;
let shares: string[];

beforeEach(async () => {
  test = await startTestVault();
});
afterEach(() => test.close());
const opened = async () => {
  ({ root, shares } = await test.open());
};
const asRoot = (method: string, path: string, body?: unknown) =>
  test.ask(method, path, { token: root, body });

describe("the seal of the lab's Vault", () => {
  it("goes from not initialised to sealed to open, and wrong shares are told with the last one", async () => {
    expect((await test.ask("GET", "sys/health")).status).toBe(501);
    const { json } = await test.ask("PUT", "sys/init", { body: { secret_shares: 5, secret_threshold: 3 } });
    const keys = json.keys_base64;
    expect((await test.ask("GET", "sys/health")).status).toBe(503);
    expect((await test.ask("GET", "secret/data/a", { token: "any" })).status).toBe(503);
    const give = (key: string | undefined) => test.ask("PUT", "sys/unseal", { body: { key } });
    expect((await give(keys[0])).json).toMatchObject({ sealed: true, progress: 1, t: 3, n: 5 });
    // The same share again changes nothing.
    expect((await give(keys[0])).json).toMatchObject({ progress: 1 });
    const strange = Buffer.from(keys[1] ?? "", "base64");
    strange[3] = (strange[3] ?? 0) ^ 1;
    expect((await give(strange.toString("base64"))).json).toMatchObject({ progress: 2 });
    const refused = await give(keys[2]);
    expect(refused).toMatchObject({ status: 400, json: { errors: ["Unseal failed, invalid key"] } });
    expect((await test.ask("GET", "sys/seal-status")).json).toMatchObject({ progress: 0, nonce: "" });
    expect((await give("not a share")).status).toBe(400);
    for (const key of keys.slice(2)) await give(key);
    expect((await test.ask("GET", "sys/seal-status")).json).toMatchObject({ sealed: false });
    await test.ask("PUT", "sys/unseal", { node: "vault-2", body: { key: keys[0] } });
    const reset = await test.ask("PUT", "sys/unseal", { node: "vault-2", body: { reset: true } });
    expect(reset.json).toMatchObject({ progress: 0, nonce: "" });
  });

  it("is quorate with two of three, one of which is active; the others stand by and redirect", async () => {
    await opened();
    const codes = async () =>
      Promise.all(
        ["vault-1", "vault-2", "vault-3"].map(
          async (node) => (await test.ask("GET", "sys/health", { node })).status,
        ),
      );
    expect(await codes()).toEqual([200, 429, 429]);
    const headers = { "x-vault-no-request-forwarding": "1" };
    const redirected = await test.ask("GET", "sys/mounts", { node: "vault-2", token: root, headers });
    expect(redirected.status).toBe(307);
    expect(redirected.headers.get("location")).toBe(`${test.urls["vault-1"]}/v1/sys/mounts`);
    expect((await test.ask("GET", "sys/mounts", { node: "vault-2", token: root })).status).toBe(200);
    await asRoot("PUT", "sys/step-down");
    expect(await codes()).toEqual([429, 200, 429]);
    await asRoot("PUT", "sys/seal");
    expect(await codes()).toEqual([200, 503, 429]);
    const autopilot = await asRoot("GET", "sys/storage/raft/autopilot/state");
    expect(autopilot.json.data).toMatchObject({ healthy: false, failure_tolerance: 0, leader: "vault-1" });
    await asRoot("PUT", "sys/seal");
    // One open node of three is no quorum.
    expect(await codes()).toEqual([503, 503, 429]);
    expect((await test.ask("GET", "sys/mounts", { node: "vault-3", token: root })).status).toBe(500);
  });

  it("answers 473 as a performance standby and 472 as a secondary of disaster recovery", async () => {
    await test.close();
    test = await startTestVault([
      { name: "vault-1" },
      { name: "reader", kind: "performance-standby" },
      { name: "far", kind: "dr-secondary" },
      { name: "vault-2" },
    ]);
    await opened();
    const code = async (node: string, query = "") =>
      (await test.ask("GET", `sys/health${query}`, { node })).status;
    expect(await code("reader")).toBe(473);
    expect(await code("far")).toBe(472);
    expect(await code("vault-2", "?standbyok=true")).toBe(200);
    expect((await test.ask("GET", "sys/mounts", { node: "far", token: root })).status).toBe(400);
  });

  it("changes its shares only with the old ones, and only once the new ones are proven", async () => {
    await opened();
    const begun = await test.ask("PUT", "sys/rekey/init", {
      body: { secret_shares: 3, secret_threshold: 2, require_verification: true },
    });
    const nonce = begun.json.nonce;
    const give = (key: string | undefined, given = nonce) =>
      test.ask("PUT", "sys/rekey/update", { body: { key, nonce: given } });
    expect((await give(shares[0], "other")).status).toBe(400);
    await give(shares[0]);
    expect((await give(shares[0])).status).toBe(400);
    expect((await test.ask("GET", "sys/rekey/init")).json).toMatchObject({ progress: 1 });
    await give(shares[1]);
    const { json } = await give(shares[2]);
    const keys = json.keys_base64;
    expect(keys).toHaveLength(3);
    const prove = (key: string | undefined) =>
      test.ask("PUT", "sys/rekey/verify", { body: { key, nonce: json.verification_nonce } });
    await prove(keys[0]);
    expect((await prove(keys[1])).json).toMatchObject({ complete: true });
    test.vault.servers[1]?.node && test.vault.cluster.seal(test.vault.servers[1].node);
    for (const key of keys.slice(1)) await test.ask("PUT", "sys/unseal", { node: "vault-2", body: { key } });
    expect((await test.ask("GET", "sys/health", { node: "vault-2" })).status).toBe(429);
  });

  it("seals new shares for their holders, who alone can open them, and keeps what is sealed until it is removed", async () => {
    await opened();
    const holders = await Promise.all(["ada", "berthe"].map((name) => makeOpenPgpKey(name, Date.now())));
    const keys = holders.map(({ publicKey }) => bare(publicKey));
    const begin = (body: object) =>
      test.ask("PUT", "sys/rekey/init", { body: { secret_threshold: 2, ...body } });
    expect((await begin({ secret_shares: 3, pgp_keys: keys })).status).toBe(400);
    expect((await begin({ secret_shares: 2, pgp_keys: ["AAAA", keys[1]] })).status).toBe(400);
    expect((await begin({ secret_shares: 2, backup: true })).status).toBe(400);
    const { nonce } = (await begin({ secret_shares: 2, pgp_keys: keys, backup: true })).json;
    const give = (key: string | undefined) => test.ask("PUT", "sys/rekey/update", { body: { key, nonce } });
    await give(shares[0]);
    await give(shares[1]);
    const { keys_base64: sealed } = (await give(shares[2])).json;
    const opens = sealed.map((each, index) =>
      openMessage(holders[index]?.privateKey ?? "", Buffer.from(each, "base64")).toString("latin1"),
    );
    const kept = await asRoot("GET", "sys/rekey/backup");
    expect(Object.values(kept.json.data.keys_base64 ?? {}).flat()).toEqual(sealed);
    expect((await test.ask("GET", "sys/rekey/backup")).status).toBe(403);
    await asRoot("DELETE", "sys/rekey/backup");
    expect((await asRoot("GET", "sys/rekey/backup")).status).toBe(404);
    await asRoot("PUT", "sys/seal");
    for (const key of opens) await test.ask("PUT", "sys/unseal", { body: { key } });
    expect((await test.ask("GET", "sys/seal-status")).json).toMatchObject({ sealed: false });
  });
});

describe("what the lab's Vault keeps", () => {
  beforeEach(opened);

  it("has policies in force: globs, deny, sudo, and what is not named", async () => {
    await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
    await asRoot("PUT", "sys/policies/acl/shop", {
      policy: `path "secret/data/shop/*" { capabilities = ["create", "read"] }
        path "secret/data/shop/closed" { capabilities = ["deny"] }
        path "secret/data/+/shared" { capabilities = ["update", "read"] }`,
    });
    const made = await asRoot("POST", "auth/token/create", { policies: ["shop"], ttl: "1h" });
    const token = made.json.auth.client_token;
    const write = (path: string) =>
      test.ask("POST", `secret/data/${path}`, { token, body: { data: { a: "1" } } });
    expect((await write("shop/a")).status).toBe(200);
    expect((await write("shop/a")).status).toBe(403);
    expect((await write("shop/closed")).status).toBe(403);
    expect((await write("other/a")).status).toBe(403);
    expect((await test.ask("PUT", "sys/seal", { token })).status).toBe(403);
    const paths = ["secret/data/shop/b", "secret/data/x/shared", "sys/seal"];
    const told = await test.ask("POST", "sys/capabilities-self", { token, body: { paths } });
    expect(told.json.data).toMatchObject({
      "secret/data/shop/b": ["create", "read"],
      "secret/data/x/shared": ["read", "update"],
      "sys/seal": ["deny"],
    });
  });

  it("keeps versions, and writes only over the version that is named", async () => {
    await asRoot("POST", "sys/mounts/secret", { type: "kv-v2" });
    const write = (cas: number, value: string) =>
      asRoot("POST", "secret/data/a/b", { data: { value }, options: { cas } });
    expect((await write(0, "one")).status).toBe(200);
    expect((await write(1, "two")).status).toBe(200);
    expect((await write(1, "three")).status).toBe(400);
    await asRoot("DELETE", "secret/data/a/b");
    expect((await asRoot("GET", "secret/data/a/b")).status).toBe(404);
    await asRoot("POST", "secret/undelete/a/b", { versions: [2] });
    expect((await asRoot("GET", "secret/data/a/b")).json.data).toMatchObject({ data: { value: "two" } });
    await asRoot("POST", "secret/destroy/a/b", { versions: [1] });
    expect((await asRoot("GET", "secret/metadata/a/b")).json.data).toMatchObject({
      current_version: 2,
      versions: { 1: { destroyed: true }, 2: { destroyed: false, deletion_time: "" } },
    });
    expect((await asRoot("GET", "secret/metadata/?list=true")).json.data).toEqual({ keys: ["a/"] });
    expect((await asRoot("GET", "secret/subkeys/a/b")).json.data).toMatchObject({ subkeys: { value: null } });
  });

  it("lends on leases, which end with their token and by its clock", async () => {
    await asRoot("POST", "sys/mounts/database", { type: "database" });
    await asRoot("POST", "database/roles/app", { db_name: "shop", default_ttl: "10m", max_ttl: "1h" });
    const lent = await asRoot("GET", "database/creds/app");
    const lease = lent.json.lease_id;
    expect(lent.json).toMatchObject({ lease_duration: 600, renewable: true });
    test.clock.advance(300_000);
    const renewed = await asRoot("PUT", "sys/leases/renew", { lease_id: lease, increment: 7200 });
    // Not beyond the longest that its role allows.
    expect(renewed.json).toMatchObject({ lease_duration: 3300 });
    test.clock.advance(3_301_000);
    expect((await asRoot("PUT", "sys/leases/lookup", { lease_id: lease })).status).toBe(400);
    const made = await asRoot("POST", "auth/token/create", { policies: ["root"], ttl: "1h" });
    const { client_token: token } = made.json.auth;
    await test.ask("GET", "database/creds/app", { token });
    expect((await asRoot("LIST", "sys/leases/lookup/database/creds/app")).status).toBe(200);
    await test.ask("POST", "auth/token/revoke-self", { token });
    expect((await asRoot("LIST", "sys/leases/lookup/database/creds/app")).status).toBe(404);
    expect((await test.ask("GET", "auth/token/lookup-self", { token })).status).toBe(403);
  });

  it("wraps an answer, which is given out once", async () => {
    const headers = { "x-vault-wrap-ttl": "60s" };
    const wrapped = await test.ask("POST", "auth/token/create", { token: root, headers, body: {} });
    const { token } = wrapped.json.wrap_info;
    const unwrap = () => test.ask("POST", "sys/wrapping/unwrap", { token });
    expect((await unwrap()).json.auth).toMatchObject({ policies: ["root"] });
    expect((await unwrap()).status).toBe(403);
  });

  it("keeps namespaces apart, named by the header or by the path", async () => {
    await asRoot("POST", "sys/namespaces/team");
    await asRoot("POST", "team/sys/mounts/secret", { type: "kv" });
    const headers = { "x-vault-namespace": "team" };
    await test.ask("POST", "secret/a", { token: root, headers, body: { value: "1" } });
    expect((await asRoot("GET", "team/secret/a")).json.data).toEqual({ value: "1" });
    expect((await asRoot("GET", "secret/a")).status).toBe(404);
  });

  it("issues certificates that are its authority's, and takes them back", async () => {
    await asRoot("POST", "sys/mounts/pki", { type: "pki" });
    const made = await asRoot("POST", "pki/root/generate/internal", {
      common_name: "Authority of the lab",
      key_type: "ec",
      ttl: "8760h",
    });
    await asRoot("POST", "pki/roles/web", {
      allowed_domains: "shop.example",
      allow_subdomains: true,
      key_type: "ec",
      max_ttl: "720h",
    });
    const issued = await asRoot("POST", "pki/issue/web", {
      common_name: "billing.shop.example",
      ip_sans: "192.0.2.9",
      ttl: "24h",
    });
    const data = issued.json.data;
    const certificate = new X509Certificate(data.certificate ?? "");
    const authority = new X509Certificate(made.json.data.certificate ?? "");
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.subjectAltName).toBe("DNS:billing.shop.example, IP Address:192.0.2.9");
    expect((await asRoot("POST", "pki/issue/web", { common_name: "evil.example" })).status).toBe(400);
    expect((await asRoot("LIST", "pki/certs")).json.data).toMatchObject({
      keys: expect.arrayContaining([data.serial_number]),
    });
    await asRoot("POST", "pki/revoke", { serial_number: data.serial_number });
    expect((await asRoot("GET", `pki/cert/${data.serial_number}`)).json.data).not.toMatchObject({
      revocation_time: 0,
    });
    const list = await fetch(`${test.urls["vault-1"]}/v1/pki/crl`);
    const listed = Buffer.from(await list.arrayBuffer()).toString("hex");
    expect(listed).toContain((data.serial_number ?? "-").replaceAll(":", ""));
  });

  it("signs keys as OpenSSH certificates, for whom its role allows", async () => {
    await asRoot("POST", "sys/mounts/ssh", { type: "ssh" });
    await asRoot("POST", "ssh/config/ca", { generate_signing_key: true });
    await asRoot("POST", "ssh/roles/ops", {
      key_type: "ca",
      allow_user_certificates: true,
      allowed_users: "ops,backup",
      default_extensions: { "permit-pty": "" },
      ttl: "5m",
    });
    const key = sshPublicKey(generateKeyPairSync("ed25519").privateKey);
    const sign = (principals: string) =>
      asRoot("POST", "ssh/sign/ops", { public_key: key, valid_principals: principals, key_id: "ada" });
    const { signed_key: signed = "" } = (await sign("ops")).json.data;
    const [type, base64 = ""] = signed.split(" ");
    expect(type).toBe("ssh-ed25519-cert-v01@openssh.com");
    const blob = Buffer.from(base64, "base64").toString("latin1");
    for (const word of ["ada", "\0\0\0\x03ops", "permit-pty"]) expect(blob).toContain(word);
    expect((await sign("root")).status).toBe(400);
  });
});
