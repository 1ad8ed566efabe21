import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestVault, type TestVault } from "../../../../lab/servers/vault/testing.ts";
import { keyDigest } from "../../../x509/read.ts";
import { makeKey, makeRequest } from "../../../x509/request.ts";
import type { CertificateKeys } from "../../system.ts";
import { OpenedVault } from "../testing/opened.ts";

const mount = "vault/mounts/pki";
const cluster = "vault/cluster";
let vault: TestVault;
let root: string;
let console: OpenedVault;
let kept: Map<string, string>;

const keys: CertificateKeys = {
  places: () => ["keychain"],
  referenceOf: (place, name) => `${place}:${name}`,
  takes: (reference) => reference.startsWith("keychain:"),
  has: async (reference) => kept.has(reference),
  keep: async (reference, key) => void kept.set(reference, key),
  read: async (reference) => kept.get(reference) ?? "",
  forget: async (reference) => void kept.delete(reference),
};
const asRoot = (method: string, path: string, body?: unknown) =>
  vault.ask(method, path, { token: root, body });
const issued = async () =>
  ((await asRoot("LIST", "pki/certs")).json.data as unknown as { keys: string[] }).keys.length;

beforeEach(async () => {
  kept = new Map();
  vault = await startTestVault();
  ({ root } = await vault.open());
  await asRoot("POST", "sys/mounts/pki", { type: "pki" });
  await asRoot("POST", "pki/root/generate/internal", { common_name: "Lab", key_type: "ec", ttl: "8760h" });
  const role = { allowed_domains: ["shop.example"], allow_subdomains: true, max_ttl: "4000h", ttl: "720h" };
  await asRoot("POST", "pki/roles/web", { ...role, key_type: "ec" });
  await asRoot("POST", "sys/mounts/other", { type: "pki" });
  console = new OpenedVault(vault.urls, root, { pki: ["pki"] }, () => vault.clock.now(), keys);
  await console.observe();
});
afterEach(async () => {
  await console.system.close();
  await vault.close();
});

const code = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: { code?: string }) => error.code ?? "another",
  );
const key = "keychain:portal";
const wanted = { role: "web", names: "portal.shop.example\nwww.shop.example", days: 10, key };

describe("a certificate that is issued from here", () => {
  it("is for a key that was made and kept here, and no answer, record or window has that key", async () => {
    const action = console.action("vault.pki-issue");
    const [role, , , , place] = action.fieldsFor?.(console.context(mount).resource) ?? [];
    expect(role).toMatchObject({ type: "choice", choices: [{ value: "web" }] });
    expect(String(place?.initial)).toMatch(/^keychain:issued-/);
    const { applied, verified, probe } = await console.run("vault.pki-issue", mount, wanted);
    expect(verified).toMatchObject({ proven: true });
    const leaf = new X509Certificate(String(applied?.data.certificate));
    expect(leaf.subjectAltName).toBe("DNS:portal.shop.example, DNS:www.shop.example");
    expect(Date.parse(leaf.validTo) - vault.clock.now()).toBeLessThanOrEqual(10 * 86_400_000);
    const own = createPublicKey(createPrivateKey(kept.get(key) ?? ""));
    expect(keyDigest(leaf.publicKey)).toBe(keyDigest(own));
    expect(JSON.stringify([applied, verified, probe, console.journalled])).not.toContain("PRIVATE KEY");
  });

  it("is revoked when that is undone, and its key stays", async () => {
    const done = await console.run("vault.pki-issue", mount, wanted);
    expect(await done.action.undo?.(done.context, done.wanted, done.probe)).toMatchObject({ proven: true });
    await console.observe();
    const serial = String(done.applied?.data.serial);
    expect(console.facts(`vault/pki/pki/${serial}`)).toMatchObject({ "certificate.revoked": true });
    expect(kept.has(key)).toBe(true);
  });

  it("leaves no key behind where the role refuses the names", async () => {
    const before = await issued();
    const run = console.run("vault.pki-issue", mount, { ...wanted, names: "mail.other.example" });
    expect(await code(run)).toBe("vault.certificate-refused");
    expect(kept.size).toBe(0);
    expect(await issued()).toBe(before);
  });

  it("is not begun over a secret that is there, with names that are none, by an unknown role, or where it is not watched", async () => {
    const state = async (input: object) => (await console.run("vault.pki-issue", mount, input)).probe.state;
    kept.set(key, "precious");
    expect(await state(wanted)).toBe("impossible");
    expect(kept.get(key)).toBe("precious");
    const free = { ...wanted, key: "keychain:free" };
    expect(await state({ ...free, names: "not a name!" })).toBe("impossible");
    expect(await state({ ...free, role: "nobody" })).toBe("impossible");
    expect(await state({ ...free, key: "/etc/key.pem" })).toBe("impossible");
    const action = console.action("vault.pki-issue");
    expect(action.unavailable?.(console.context("vault/mounts/other").resource)).not.toBeNull();
  });

  it("is found again where the answer was lost, and told not to be there where nothing was sent", async () => {
    const action = console.action("vault.pki-issue");
    const context = console.context(mount);
    const input = action.input.parse(wanted) as Record<string, unknown>;
    const probe = await action.probe(context, input);
    expect((await action.settle(context, input, probe)).effect).toBe("did-not-happen");
    await action.apply(context, input, probe);
    expect((await action.settle(context, input, probe)).effect).toBe("happened");
  });
});

describe("a request that somebody brings", () => {
  const names = ["mail.shop.example"];
  it("is signed, told apart from what its key had before, and revoked when that is undone", async () => {
    const request = makeRequest(names, await makeKey("ec-p256"));
    const input = { role: "web", request };
    const first = await console.run("vault.pki-sign", mount, input);
    expect(first.verified).toMatchObject({ proven: true });
    const second = await console.run("vault.pki-sign", mount, input);
    expect(second.probe.observed).toMatchObject({ before: [first.applied?.data.serial] });
    expect((await second.action.settle(second.context, second.wanted, second.probe)).data).toEqual({
      serial: second.applied?.data.serial,
    });
    expect(await second.action.undo?.(second.context, second.wanted, second.probe)).toMatchObject({
      proven: true,
      data: { serial: second.applied?.data.serial },
    });
    await console.observe();
    const revoked = (serial: unknown) => console.facts(`vault/pki/pki/${serial}`)["certificate.revoked"];
    expect([revoked(first.applied?.data.serial), revoked(second.applied?.data.serial)]).toEqual([
      false,
      true,
    ]);
  });

  it("is refused when it is none, bent, or for names that the role does not sign for", async () => {
    const request = makeRequest(names, await makeKey("ec-p256"));
    const state = async (pem: string) =>
      (await console.run("vault.pki-sign", mount, { role: "web", request: pem })).probe.state;
    expect(await state("no request")).toBe("impossible");
    const lines = request.split("\n");
    lines[2] = [...(lines[2] ?? "")].reverse().join("");
    expect(await state(lines.join("\n"))).toBe("impossible");
    const foreign = makeRequest(["mail.other.example"], await makeKey("ec-p256"));
    expect(await code(console.run("vault.pki-sign", mount, { role: "web", request: foreign }))).toBe(
      "vault.certificate-refused",
    );
  });
});

describe("what was given out", () => {
  it("is revoked by its serial number, written with colons or without", async () => {
    const { applied } = await console.run("vault.pki-issue", mount, wanted);
    const serial = String(applied?.data.serial);
    const plain = serial.replaceAll(":", "").toUpperCase();
    expect((await console.run("vault.revoke-serial", mount, { serial: plain })).verified).toMatchObject({
      proven: true,
    });
    expect((await console.run("vault.revoke-serial", mount, { serial })).probe.state).toBe("done");
    expect((await console.run("vault.revoke-serial", mount, { serial: "00:11" })).probe.state).toBe(
      "impossible",
    );
  });

  it("is revoked with its token by the accessor, but not the console's own", async () => {
    await asRoot("POST", "sys/mounts/database", { type: "database" });
    await asRoot("POST", "database/roles/app", { db_name: "shop", default_ttl: "10m", max_ttl: "2h" });
    const made = await asRoot("POST", "auth/token/create", { policies: ["root"], display_name: "deploy" });
    const { client_token: token, accessor = "" } = made.json.auth as {
      client_token: string;
      accessor?: string;
    };
    const lent = await vault.ask("GET", "database/creds/app", { token });
    const done = await console.run("vault.revoke-token", cluster, { accessor });
    expect(done.probe.text.en).toContain("token-deploy");
    expect(done.verified).toMatchObject({ proven: true });
    expect((await vault.ask("GET", "auth/token/lookup-self", { token })).status).toBe(403);
    const lease = { lease: lent.json.lease_id };
    expect((await console.run("vault.revoke-lease", cluster, lease)).probe.state).toBe("done");
    expect((await console.run("vault.revoke-token", cluster, { accessor })).probe.state).toBe("done");
    const own = await asRoot("GET", "auth/token/lookup-self");
    const input = { accessor: own.json.data.accessor };
    expect((await console.run("vault.revoke-token", cluster, input)).probe.state).toBe("impossible");
  });

  it("is listed by accessor with who has it and until when, the console's own marked, and no token", async () => {
    const made = await asRoot("POST", "auth/token/create", { policies: ["default"], ttl: "1h" });
    const signal = new AbortController().signal;
    const told = await console.system.vaultKeys?.tokens(signal);
    expect(told).toMatchObject({ total: 2 });
    expect(told?.tokens.map(({ name, own, policies }) => [name, own, policies])).toEqual(
      expect.arrayContaining([
        ["root", true, ["root"]],
        ["token", false, ["default"]],
      ]),
    );
    const lent = told?.tokens.find(({ own }) => !own);
    expect((lent?.expiresAt ?? 0) - (lent?.createdAt ?? 0)).toBeCloseTo(3_600_000, -4);
    for (const token of [root, made.json.auth.client_token])
      expect(JSON.stringify(told)).not.toContain(token);
  });

  it("is revoked with all that was lent below a path, and nothing beside it", async () => {
    await asRoot("POST", "sys/mounts/database", { type: "database" });
    for (const role of ["app", "app-two"]) {
      await asRoot("POST", `database/roles/${role}`, { db_name: "shop", default_ttl: "10m", max_ttl: "2h" });
      await asRoot("GET", `database/creds/${role}`);
      await asRoot("GET", `database/creds/${role}`);
    }
    const input = { prefix: "database/creds/app/" };
    const { probe, verified } = await console.run("vault.revoke-leases", cluster, input);
    expect([probe.observed.leases, verified?.proven]).toEqual([2, true]);
    expect((await console.run("vault.revoke-leases", cluster, input)).probe.state).toBe("done");
    await console.observe();
    expect(console.facts(cluster)).toMatchObject({ "vault.leases": 2 });
    for (const prefix of ["", "/", "database", "../sys"])
      expect(console.action("vault.revoke-leases").input.safeParse({ prefix }).success).toBe(false);
  });
});
