import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeOpenPgpKey, type OpenPgpKey } from "../../../../lab/servers/vault/crypto/openpgp-key.ts";
import { bare, openMessage } from "../../../../lab/servers/vault/crypto/openpgp-opened.ts";
import { startTestVault, type TestVault } from "../../../../lab/servers/vault/testing.ts";
import { OpenedVault } from "../testing/opened.ts";

const people = ["ada", "berthe", "chloe"] as const;
const cluster = "vault/cluster";
const threshold = 2;
let keys: OpenPgpKey[];
let folder: string;
let vault: TestVault;
let root: string;
let shares: string[];
const consoles: OpenedVault[] = [];

beforeAll(async () => {
  keys = await Promise.all(
    people.map((name) => makeOpenPgpKey(`${name} <${name}@atelier.example>`, Date.now())),
  );
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-rekey-"));
  for (const [index, name] of people.entries())
    await writeFile(join(folder, `${name}.asc`), keys[index]?.publicKey ?? "");
  vault = await startTestVault();
  ({ root, shares } = await vault.open());
});
afterEach(async () => {
  for (const each of consoles.splice(0)) await each.system.close();
  await vault.close();
  await rm(folder, { recursive: true, force: true });
});

const holders = Object.fromEntries(people.map((name) => [name, { key: `${name}.asc` }]));
async function opened(config: object = { holders }): Promise<OpenedVault> {
  const made = new OpenedVault(vault.urls, root, config, () => vault.clock.now());
  made.folder = folder;
  consoles.push(made);
  await made.observe();
  return made;
}
const code = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: { code?: string }) => error.code ?? "another",
  );
const begin = (console: OpenedVault, input: object = { threshold }) =>
  console.run("vault.rekey-begin", cluster, input);
function give(console: OpenedVault, share: string | undefined, action = "vault.rekey-share") {
  console.answers.push(share ?? "");
  return console.run(action, cluster);
}
const prove = (console: OpenedVault, share: string | undefined) => give(console, share, "vault.rekey-proof");
const rekeyOf = () => vault.vault.cluster.rekey;
/** What happens while a person is asked for a share, and what they answer. */
function whileAsked(console: OpenedVault, happens: () => string | undefined): void {
  console.answers.shift = happens;
}
const wrong = (share: string | undefined) => {
  const bytes = Buffer.from(share ?? "", "base64");
  bytes[5] = (bytes[5] ?? 0) ^ 0x10;
  return bytes.toString("base64");
};
/** The new shares as their holders open them. */
async function newShares(): Promise<string[]> {
  const { json } = await vault.ask("GET", "sys/rekey/backup", { token: root });
  const sealed = Object.values(json.data.keys_base64 ?? {}).flat();
  return sealed.map((each, index) =>
    openMessage(keys[index]?.privateKey ?? "", Buffer.from(each, "base64")).toString("latin1"),
  );
}
/** Begun, and authorised by three shares in force. */
async function made(console: OpenedVault): Promise<string[]> {
  await begin(console);
  for (const share of shares.slice(0, 3)) await give(console, share);
  return newShares();
}
async function opens(candidates: readonly string[]): Promise<boolean> {
  const [first] = vault.vault.cluster.nodes;
  if (first) vault.vault.cluster.seal(first);
  const before = await vault.ask("PUT", "sys/unseal", { body: { reset: true } });
  expect(before.json).toMatchObject({ sealed: true });
  for (const key of candidates) await vault.ask("PUT", "sys/unseal", { body: { key } });
  const { json } = await vault.ask("GET", "sys/seal-status");
  return (json as unknown as { sealed: boolean }).sealed === false;
}

describe("new shares of the key", () => {
  it("are made by three people at two consoles, proven by their holders, and nobody else ever has one", async () => {
    const [one, other] = [await opened(), await opened()];
    const begun = await begin(one);
    expect(begun.verified).toMatchObject({ proven: true });
    expect((await begin(other)).probe.state).toBe("done");
    await give(one, shares[0]);
    await other.observe();
    expect(other.facts(cluster)).toMatchObject({
      "vault.rekey": "old-shares",
      "vault.rekeyEntered": 1,
      "vault.rekeyNeeded": 3,
      "vault.rekeyNonce": begun.verified?.data.begun,
    });
    await give(other, shares[3]);
    const last = await give(one, shares[4]);
    expect(last.verified).toMatchObject({ proven: true, data: { state: "new-shares" } });
    const fresh = await newShares();
    expect(fresh).toHaveLength(3);
    await prove(other, fresh[2]);
    await one.observe();
    expect(one.facts(cluster)).toMatchObject({ "vault.rekey": "new-shares", "vault.rekeyEntered": 1 });
    const end = await prove(one, fresh[0]);
    expect(end.verified).toMatchObject({ proven: true });
    await one.observe();
    expect(one.facts(cluster)).toMatchObject({ "vault.rekey": "none" });
    expect(one.facts(cluster)).not.toHaveProperty(["vault.rekeyEntered"]);
    const written = JSON.stringify([one.journalled, other.journalled, one.asked, begun, last, end], leaveOut);
    for (const words of [...shares, ...fresh]) expect(written).not.toContain(words);
    expect((await one.run("vault.rekey-forget", cluster)).verified).toMatchObject({ proven: true });
    expect((await one.run("vault.rekey-forget", cluster)).probe.state).toBe("done");
    expect(await opens(shares.slice(0, 3))).toBe(false);
    expect(await opens(fresh.slice(1))).toBe(true);
  });

  it("are shown sealed for each holder, who opens theirs, until they are removed; keys of others are told", async () => {
    const console = await opened();
    const view = () => console.system.vaultKeys?.rekey(new AbortController().signal);
    expect(await view()).toMatchObject({ state: "none", strangers: [], error: null, attempt: "" });
    const fresh = await made(console);
    const shown = await view();
    expect(shown).toMatchObject({ state: "new-shares", entered: 0, needed: 2, shares: 3, threshold: 2 });
    const ada = shown?.holders[0];
    const message = Buffer.from(bare(ada?.sealed ?? ""), "base64");
    expect([ada?.id, openMessage(keys[0]?.privateKey ?? "", message).toString("latin1")]).toEqual([
      "ada",
      fresh[0],
    ]);
    const { chloe: _left, ...others } = holders;
    const fewer = await opened({ holders: others });
    const strange = await fewer.system.vaultKeys?.rekey(new AbortController().signal);
    expect(strange?.strangers).toEqual([shown?.holders[2]?.fingerprint]);
    await rm(join(folder, "ada.asc"));
    expect((await view())?.error?.code).toBe("vault.holder-file");
  });

  it("leave those of before in force until enough are proven", async () => {
    const console = await opened();
    const fresh = await made(console);
    await prove(console, fresh[0]);
    expect((await console.run("vault.rekey-forget", cluster)).probe.state).toBe("impossible");
    expect(await opens(shares.slice(1, 4))).toBe(true);
  });

  it("are dropped when it is cancelled, by anybody, and whoever enters one then is told", async () => {
    const [one, other] = [await opened(), await opened()];
    await begin(one);
    await give(one, shares[0]);
    whileAsked(one, () => {
      rekeyOf().cancel();
      return shares[1];
    });
    expect(await code(one.run("vault.rekey-share", cluster))).toBe("vault.rekey-over");
    await begin(one);
    expect((await other.run("vault.rekey-cancel", cluster)).verified).toMatchObject({ proven: true });
    expect((await other.run("vault.rekey-cancel", cluster)).probe.state).toBe("done");
    expect((await give(other, shares[1])).probe.state).toBe("impossible");
    expect(await opens(shares.slice(0, 3))).toBe(true);
  });

  it("tell a share that is wrong, entered twice, none, or of an attempt that was begun anew", async () => {
    const [one, other] = [await opened(), await opened()];
    await begin(one);
    await give(one, shares[0]);
    expect(await code(give(other, shares[0]))).toBe("vault.rekey-share-twice");
    expect(await code(give(other, "not a share"))).toBe("vault.rekey-not-a-share");
    expect(await code(give(other, " "))).toBe("vault.rekey-not-a-share");
    await give(other, shares[1]);
    expect(await code(give(one, wrong(shares[2])))).toBe("vault.rekey-wrong-share");
    await one.observe();
    expect(one.facts(cluster)).toMatchObject({ "vault.rekeyEntered": 0 });
    // Begun anew while a person is asked: the share goes nowhere.
    whileAsked(one, () => {
      rekeyOf().cancel();
      rekeyOf().begin({ config: { shares: 2, threshold }, isVerified: true, keys: null, isKept: false });
      return shares[0];
    });
    expect(await code(one.run("vault.rekey-share", cluster))).toBe("vault.rekey-restarted");
    expect(rekeyOf().status()).toMatchObject({ n: 2, progress: 0 });
  });

  it("tell a new share that is wrong, and go on with the right ones in a new round", async () => {
    const console = await opened();
    const fresh = await made(console);
    await prove(console, fresh[0]);
    const bent = Buffer.from(fresh[1] ?? "", "hex");
    bent[4] = (bent[4] ?? 0) ^ 1;
    expect(await code(prove(console, bent.toString("hex")))).toBe("vault.rekey-wrong-share");
    expect(await code(prove(console, fresh[0]))).toBeNull();
    expect(await code(prove(console, fresh[0]))).toBe("vault.rekey-share-twice");
    expect((await prove(console, fresh[1])).verified).toMatchObject({ proven: true });
    expect((await prove(console, fresh[2])).probe.state).toBe("impossible");
  });

  it("are lost with the active node that was making them, which leaves those of before in force", async () => {
    const console = await opened();
    await begin(console);
    for (const share of shares.slice(0, 2)) await give(console, share);
    whileAsked(console, () => {
      vault.vault.cluster.stepDown();
      return shares[2];
    });
    expect(await code(console.run("vault.rekey-share", cluster))).toBe("vault.rekey-over");
    expect((await begin(console)).verified).toMatchObject({ proven: true });
    expect(vault.vault.cluster.active?.name).toBe("vault-2");
    expect(rekeyOf().status()).toMatchObject({ progress: 0, required: 3 });
    expect(await opens(shares.slice(0, 3))).toBe(true);
  });

  it("settle what was lost on the way by what Vault tells", async () => {
    const console = await opened();
    const action = console.action("vault.rekey-begin");
    const context = console.context(cluster);
    const before = await action.probe(context, { threshold });
    expect((await action.settle(context, { threshold }, before)).effect).toBe("did-not-happen");
    await begin(console);
    expect((await action.settle(context, { threshold }, before)).effect).toBe("happened");
    const share = console.action("vault.rekey-share");
    const probe = await share.probe(context, {});
    expect((await share.settle(context, {}, probe)).effect).toBe("did-not-happen");
    await give(console, shares[0]);
    expect((await share.settle(context, {}, probe)).effect).toBe("unknown");
    for (const each of shares.slice(1, 3)) await give(console, each);
    expect((await share.settle(context, {}, probe)).effect).toBe("happened");
    const wanted = { threshold };
    expect(await action.undo?.(context, wanted, before)).toMatchObject({ proven: true });
    expect((await action.settle(context, wanted, before)).effect).toBe("did-not-happen");
  });

  it("are not begun over another attempt, with figures that do not fit, or for nobody", async () => {
    const console = await opened();
    for (const figure of [1, 4])
      expect((await begin(console, { threshold: figure })).probe.state).toBe("impossible");
    await vault.ask("PUT", "sys/rekey/init", {
      token: root,
      body: { secret_shares: 5, secret_threshold: 3 },
    });
    expect((await begin(console)).probe.state).toBe("impossible");
    const nobody = await opened({});
    expect(nobody.action("vault.rekey-begin").unavailable?.(nobody.context(cluster).resource)).not.toBeNull();
  });

  it("are not begun with a private key, a file that is no key, none at all, or one key for two", async () => {
    const console = await opened();
    const file = (name: string) => join(folder, `${name}.asc`);
    await writeFile(file("ada"), keys[0]?.privateKey ?? "");
    expect(await code(begin(console))).toBe("vault.holder-key");
    await writeFile(file("ada"), "no key");
    expect(await code(begin(console))).toBe("vault.holder-key");
    await writeFile(file("ada"), keys[1]?.publicKey ?? "");
    expect(await code(begin(console))).toBe("vault.holder-twice");
    await rm(file("ada"));
    expect(await code(begin(console))).toBe("vault.holder-file");
    // Put in place of another between the look and the beginning.
    await writeFile(file("ada"), keys[0]?.publicKey ?? "");
    const action = console.action("vault.rekey-begin");
    const probe = await action.probe(console.context(cluster), { threshold });
    const strange = await makeOpenPgpKey("somebody", Date.now());
    await writeFile(file("ada"), strange.publicKey);
    expect(await code(action.apply(console.context(cluster), { threshold }, probe))).toBe(
      "vault.holder-changed",
    );
  });
});

/** What a run of the test hands along besides what is journalled. */
const leaveOut = (name: string, value: unknown) =>
  name === "action" || name === "context" ? undefined : value;
