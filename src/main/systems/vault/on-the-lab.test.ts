import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestVault, type TestVault } from "../../../lab/servers/vault/testing.ts";
import { OpenedVault } from "./testing/opened.ts";

let vault: TestVault;
let root: string;
let shares: string[];
const consoles: OpenedVault[] = [];

beforeEach(async () => {
  vault = await startTestVault();
  ({ root, shares } = await vault.open());
});
afterEach(async () => {
  for (const each of consoles.splice(0)) await each.system.close();
  await vault.close();
});

function opened(config: object = {}, token = root): OpenedVault {
  const made = new OpenedVault(vault.urls, token, config, () => vault.clock.now());
  consoles.push(made);
  return made;
}
const asRoot = (method: string, path: string, body?: unknown) =>
  vault.ask(method, path, { token: root, body });
const cluster = "vault/cluster";
const node = (name: string) => `vault/nodes/${name}`;

describe("what is read of a Vault", () => {
  it("is each node's state, who leads, what is mounted, and that nobody writes down what is asked", async () => {
    await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
    const console = opened();
    await console.observe();
    expect(console.facts(cluster)).toMatchObject({
      "vault.state": "open",
      "vault.active": "vault-1",
      "vault.failureTolerance": 1,
      "vault.mounts": ["secret/ (kv 2)"],
      "vault.audits": [],
      "vault.leases": 0,
      "vault.keyTerm": 1,
    });
    expect(console.problems(cluster)).toEqual(["vault.no-audit"]);
    expect(console.facts(node("vault-2"))).toMatchObject({ "vault.role": "standby", "vault.clockSkew": 0 });
    expect(console.facts("vault/mounts/secret")).toMatchObject({ "vault.mountType": "kv 2" });
    await asRoot("PUT", "sys/audit/file", { type: "file", options: { file_path: "/dev/null" } });
    await console.observe();
    expect(console.problems(cluster)).toEqual([]);
  });

  it("tells a node that is sealed, one that is away, and a quorum without a spare", async () => {
    const console = opened();
    await asRoot("PUT", "sys/seal");
    vault.faults["vault-3"] = { down: true };
    await console.observe();
    expect(console.facts(node("vault-1"))).toMatchObject({ "vault.role": "sealed", "vault.progress": 0 });
    expect(console.problems(node("vault-1"))).toEqual(["vault.sealed"]);
    expect(console.error(node("vault-3"))).not.toBeNull();
    expect(console.problems(cluster)).toEqual(
      expect.arrayContaining(["vault.node-away", "vault.quorum-at-risk"]),
    );
  });

  it("tells a clock that is an hour ahead", async () => {
    vault.skew = 3_600_000;
    const console = opened();
    await console.observe();
    expect(console.problems(node("vault-1"))).toEqual(["vault.clock-skew"]);
    expect(Number(console.facts(node("vault-1"))["vault.clockSkew"])).toBeGreaterThan(3590);
  });

  it("says why nothing inside is read with a token that was revoked, and goes on with the nodes", async () => {
    const made = await asRoot("POST", "auth/token/create", { policies: ["root"] });
    const token = made.json.auth.client_token;
    const console = opened({}, token);
    await console.observe();
    expect(console.problems(cluster)).toEqual(["vault.no-audit"]);
    await asRoot("POST", "auth/token/revoke", { token });
    await console.observe();
    expect(console.problems(cluster)).toEqual(["vault.not-read"]);
    expect(console.facts(node("vault-1"))).toMatchObject({ "vault.role": "active" });
  });

  it("lists the certificates of an authority with their ends, and revokes one", async () => {
    await asRoot("POST", "sys/mounts/pki", { type: "pki" });
    await asRoot("POST", "pki/root/generate/internal", { common_name: "Lab", key_type: "ec", ttl: "8760h" });
    await asRoot("POST", "pki/roles/web", { allow_any_name: true, key_type: "ec", max_ttl: "4000h" });
    const issue = async (name: string, ttl: string) =>
      (await asRoot("POST", "pki/issue/web", { common_name: name, ttl })).json.data.serial_number ?? "";
    const soon = await issue("soon.shop.example", "100h");
    const later = await issue("later.shop.example", "2000h");
    const console = opened({ pki: ["pki"] });
    await console.observe();
    const id = (serial: string) => `vault/pki/pki/${serial}`;
    expect(console.declared.get(id(soon))).toMatchObject({ kind: "certificate", name: "soon.shop.example" });
    expect(console.problems(id(soon))).toEqual(["certificate.expires"]);
    expect(console.problems(id(later))).toEqual([]);
    const { verified } = await console.run("vault.revoke-certificate", id(soon));
    expect(verified).toMatchObject({ proven: true });
    await console.observe();
    expect(console.facts(id(soon))).toMatchObject({ "certificate.revoked": true });
    expect((await console.run("vault.revoke-certificate", id(soon))).probe.state).toBe("done");
  });
});

describe("sealing and unsealing", () => {
  const share = (console: OpenedVault, at: string, words: string | undefined) => {
    console.answers.push(words ?? "");
    return console.run("vault.unseal", at);
  };
  const code = (attempt: Promise<unknown>) =>
    attempt.then(
      () => null,
      (error: { code?: string }) => error.code ?? "another",
    );

  it("is sealed whole by one, and opened by the shares of three people at two consoles", async () => {
    const [one, other] = [opened(), opened()];
    await one.observe();
    await other.observe();
    expect((await one.run("vault.seal", cluster)).verified).toMatchObject({ proven: true });
    expect((await one.run("vault.seal", cluster)).probe.state).toBe("done");
    await other.observe();
    expect(other.problems(cluster)).toContain("vault.no-active-node");
    const at = node("vault-1");
    const first = await share(one, at, shares[0]);
    expect(first.verified).toMatchObject({ proven: true, data: { sealed: true, progress: 1 } });
    await other.observe();
    // Both consoles see one attempt, and how far it is.
    expect(other.facts(at)).toMatchObject({
      "vault.progress": 1,
      "vault.threshold": 3,
      "vault.nonce": first.applied?.data.nonce,
    });
    await share(other, at, shares[3]);
    const last = await share(one, at, shares[4]);
    expect(last.verified).toMatchObject({ proven: true, data: { sealed: false } });
    expect((await one.run("vault.unseal", at)).probe.state).toBe("done");
    await one.observe();
    // One open node of three was left; with this one there is a quorum again.
    expect(one.facts(cluster)).toMatchObject({ "vault.state": "open" });
    const written = JSON.stringify([
      one.journalled,
      other.journalled,
      first.applied,
      last.applied,
      last.verified,
    ]);
    for (const words of shares) expect(written).not.toContain(words);
  });

  it("tells a share that was entered twice, one that is wrong, and what is no share", async () => {
    const [one, other] = [opened(), opened()];
    await one.observe();
    await other.observe();
    await one.run("vault.seal", cluster);
    const at = node("vault-1");
    await share(one, at, shares[0]);
    expect(await code(share(other, at, shares[0]))).toBe("vault.share-twice");
    expect(await code(share(other, at, "not a share"))).toBe("vault.not-a-share");
    expect(await code(share(other, at, ""))).toBe("vault.not-a-share");
    await share(other, at, shares[1]);
    const wrong = Buffer.from(shares[2] ?? "", "base64");
    wrong[5] = (wrong[5] ?? 0) ^ 0x10;
    expect(await code(share(one, at, wrong.toString("base64")))).toBe("vault.wrong-share");
    await one.observe();
    expect(one.facts(at)).toMatchObject({ "vault.progress": 0 });
    await share(one, at, shares[2]);
    expect((await one.run("vault.reset-unseal", at)).verified).toMatchObject({ proven: true });
    expect((await one.run("vault.reset-unseal", at)).probe.state).toBe("done");
  });

  it("settles a share whose answer was lost by what the node counts", async () => {
    const one = opened();
    await one.observe();
    await one.run("vault.seal", cluster);
    const at = node("vault-1");
    const action = one.action("vault.unseal");
    const probe = await action.probe(one.context(at), {});
    expect((await action.settle(one.context(at), {}, probe)).effect).toBe("did-not-happen");
    await share(one, at, shares[0]);
    expect((await action.settle(one.context(at), {}, probe)).effect).toBe("unknown");
    for (const each of shares.slice(1, 3)) await share(one, at, each);
    expect((await action.settle(one.context(at), {}, probe)).effect).toBe("happened");
  });
});

describe("what is done to a Vault", () => {
  it("gives the active turn away, once, and not where that puts the quorum at risk", async () => {
    const console = opened();
    await console.observe();
    const { verified, action, context, wanted, probe } = await console.run(
      "vault.step-down",
      node("vault-1"),
    );
    expect(verified).toMatchObject({ proven: true, data: { active: "vault-2" } });
    expect((await action.settle(context, wanted, probe)).effect).toBe("happened");
    expect((await console.run("vault.step-down", node("vault-1"))).probe.state).toBe("done");
    await asRoot("PUT", "sys/seal");
    await console.observe();
    const active = String(console.facts(cluster)["vault.active"]);
    expect((await console.run("vault.step-down", node(active))).probe.state).toBe("impossible");
  });

  it("takes a dead node out of the peers, never the active one", async () => {
    const console = opened();
    await console.observe();
    expect((await console.run("vault.remove-peer", node("vault-1"))).probe.state).toBe("impossible");
    vault.faults["vault-3"] = { down: true };
    vault.states["vault-3"] = { isAway: true, isHeldBack: false };
    // Without a node that is well, the dead one would leave no quorum.
    expect((await console.run("vault.remove-peer", node("vault-2"))).probe.state).toBe("impossible");
    const { verified } = await console.run("vault.remove-peer", node("vault-3"));
    expect(verified).toMatchObject({ proven: true, data: { peers: ["vault-1", "vault-2"] } });
    expect((await console.run("vault.remove-peer", node("vault-3"))).probe.state).toBe("done");
  });

  it("rotates the key, which a lost answer leaves to be seen", async () => {
    const console = opened();
    await console.observe();
    const { verified, action, context, wanted, probe } = await console.run("vault.rotate", cluster);
    expect(verified).toMatchObject({ proven: true, data: { term: 2 } });
    expect((await action.settle(context, wanted, probe)).effect).toBe("happened");
  });

  it("renews and revokes leases, and tells one that has run out", async () => {
    await asRoot("POST", "sys/mounts/database", { type: "database" });
    await asRoot("POST", "database/roles/app", { db_name: "shop", default_ttl: "10m", max_ttl: "2h" });
    const lend = async () => (await asRoot("GET", "database/creds/app")).json.lease_id;
    const [lease, other] = [await lend(), await lend()];
    const console = opened();
    await console.observe();
    expect(console.facts(cluster)).toMatchObject({ "vault.leases": 2 });
    const renewed = await console.run("vault.renew-lease", cluster, { lease, minutes: 60 });
    expect(renewed.verified).toMatchObject({ proven: true, data: { ttl: 3600 } });
    vault.clock.advance(700_000);
    expect((await console.run("vault.renew-lease", cluster, { lease: other, minutes: 5 })).probe.state).toBe(
      "impossible",
    );
    expect((await console.run("vault.revoke-lease", cluster, { lease })).verified).toMatchObject({
      proven: true,
    });
    expect((await console.run("vault.revoke-lease", cluster, { lease })).probe.state).toBe("done");
  });

  it("writes one field over the version that was seen, asks for the value apart, and keeps the others", async () => {
    await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
    await asRoot("POST", "secret/data/shop/billing", { data: { user: "billing", password: "old" } });
    const console = opened();
    await console.observe();
    const mount = "vault/mounts/secret";
    const wanted = { path: "shop/billing", field: "password", version: 1 };
    console.answers.push("a new value");
    const { verified, applied } = await console.run("vault.write-secret", mount, wanted);
    expect(verified).toMatchObject({ proven: true, data: { newest: 2 } });
    expect(JSON.stringify([applied, console.journalled, console.asked])).not.toContain("a new value");
    expect((await asRoot("GET", "secret/data/shop/billing")).json.data).toMatchObject({
      data: { user: "billing", password: "a new value" },
    });
    expect((await console.run("vault.write-secret", mount, wanted)).probe.state).toBe("impossible");
    // Written by somebody else between the look and the write: nothing is changed.
    const action = console.action("vault.write-secret");
    const again = { ...wanted, version: 2 };
    const probe = await action.probe(console.context(mount), again);
    await asRoot("POST", "secret/data/shop/billing", { data: { user: "somebody" } });
    console.answers.push("too late");
    await expect(action.apply(console.context(mount), again, probe)).rejects.toMatchObject({
      code: "vault.version-mismatch",
    });
    console.answers.push("first");
    const fresh = { path: "shop/new", field: "key", version: 0 };
    expect((await console.run("vault.write-secret", mount, fresh)).verified).toMatchObject({ proven: true });
  });

  it("brings a deleted version back, and deletes it again when that is undone", async () => {
    await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
    await asRoot("POST", "secret/data/a", { data: { value: "1" } });
    await asRoot("DELETE", "secret/data/a");
    const console = opened();
    await console.observe();
    const wanted = { path: "a", version: 1 };
    const done = await console.run("vault.undelete-secret", "vault/mounts/secret", wanted);
    expect(done.verified).toMatchObject({ proven: true });
    expect(await done.action.undo?.(done.context, done.wanted, done.probe)).toMatchObject({ proven: true });
    await asRoot("POST", "secret/destroy/a", { versions: [1] });
    expect((await console.run("vault.undelete-secret", "vault/mounts/secret", wanted)).probe.state).toBe(
      "impossible",
    );
  });
});
