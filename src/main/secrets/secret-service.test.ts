import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { secretsStateSchema } from "../../shared/secrets-state.ts";
import { text } from "../../shared/text.ts";
import type { KeychainPort } from "./keychain.ts";
import { Redaction } from "./redaction.ts";
import { SecretService, type SecretServiceOptions } from "./secret-service.ts";
import { FakeKeychain, MemoryJournal } from "./testing/fake-keychain.ts";

let folder: string;
let journal: MemoryJournal;
let redaction: Redaction;
let clock: number;
const services: SecretService[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-service-"));
  journal = new MemoryJournal();
  redaction = new Redaction();
  clock = 1_000_000;
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
  rmSync(folder, { recursive: true, force: true });
});

async function started(
  keychain: KeychainPort,
  more: Partial<SecretServiceOptions> = {},
): Promise<SecretService> {
  const service = new SecretService({
    dataFolder: folder,
    estateFolder: () => folder,
    journal,
    now: () => clock,
    redaction,
    keychain,
    environment: {},
    ...more,
  });
  services.push(service);
  await service.start();
  await service.refresh();
  return service;
}

const accepted = { accepted: true, text: text("Accepted.", "Accepté.") };
const refused = { accepted: false, text: text("Refused.", "Refusé.") };

describe("with a keychain", () => {
  test("a secret is set, given out, journalled, and forgotten", async () => {
    const keychain = new FakeKeychain("ready");
    const service = await started(keychain);
    expect(service.status().state).toBe("keychain");
    expect(await service.set("bounce", "marked-bounce")).toEqual({ stored: true });
    clock += 5;
    expect((await service.resolve("keychain:bounce", "hop-1")).reveal()).toBe("marked-bounce");
    expect(service.state().secrets).toEqual([
      {
        name: "bounce",
        reference: "keychain:bounce",
        present: true,
        writable: true,
        lastUsedAt: 1_000_005,
        changedAt: 1_000_000,
        usedBy: [],
      },
    ]);
    expect(await service.forget("bounce")).toEqual({ forgotten: true });
    expect(await service.forget("bounce")).toEqual({ forgotten: false });
    expect(service.state().secrets).toEqual([]);
    expect(keychain.values.size).toBe(0);
    expect(journal.lines()).toEqual([
      'secret.intent keychain:bounce {"change":"set"}',
      'secret.done keychain:bounce {"change":"set"}',
      'secret.used hop-1 {"name":"keychain:bounce"}',
      'secret.intent keychain:bounce {"change":"forget"}',
      'secret.done keychain:bounce {"change":"forget","effective":true}',
      'secret.intent keychain:bounce {"change":"forget"}',
      'secret.done keychain:bounce {"change":"forget","effective":false}',
    ]);
    expect(existsSync(join(folder, "secrets.passphrase"))).toBe(false);
  });

  test("uses for one subject within a minute are one line", async () => {
    const service = await started(new FakeKeychain("ready"));
    await service.set("one", "marked-one");
    const uses = () => journal.events.filter(({ type }) => type === "secret.used").length;
    await service.resolve("keychain:one", "host-1");
    await service.resolve("keychain:one", "host-1");
    await service.resolve("keychain:one", "host-2");
    expect(uses()).toBe(2);
    clock += 60_000;
    await service.resolve("keychain:one", "host-1");
    expect(uses()).toBe(3);
  });

  test("what keeps being refused is a line an hour, until it is given out", async () => {
    const keychain = new FakeKeychain("ready");
    const service = await started(keychain);
    const refusals = () => journal.events.filter(({ type }) => type === "secret.refused").length;
    const ask = () => service.resolve("keychain:one", "host-1").catch(() => null);
    await ask();
    clock += 3_599_999;
    await ask();
    expect(refusals()).toBe(1);
    clock += 1;
    await ask();
    expect(refusals()).toBe(2);
    keychain.state = "locked";
    await ask();
    expect(refusals()).toBe(3);
    keychain.state = "ready";
    await service.set("one", "marked-one");
    await ask();
    await service.forget("one");
    await ask();
    expect(refusals()).toBe(4);
  });

  test("nothing is given out or changed while the journal cannot be written", async () => {
    const keychain = new FakeKeychain("ready");
    const service = await started(keychain);
    await service.set("one", "marked-one");
    journal.full = true;
    const closed = { code: "journal.cannot-write" };
    await expect(service.resolve("keychain:one", "host-1")).rejects.toMatchObject(closed);
    await expect(service.set("one", "marked-new")).rejects.toMatchObject(closed);
    await expect(service.forget("one")).rejects.toMatchObject(closed);
    expect(keychain.values.get("one")).toBe("marked-one");
  });

  test("a rotation that is refused anywhere keeps the old value", async () => {
    const keychain = new FakeKeychain("ready");
    const service = await started(keychain);
    await service.set("one", "marked-old");
    const seen: (string | null)[] = [];
    const rotation = await service.rotate("one", "marked-new", async (_, value) => {
      seen.push(value);
      return [
        { subject: "host-1", ...accepted },
        { subject: "host-2", ...refused },
      ];
    });
    expect(rotation.rotated).toBe(false);
    expect(rotation.trials).toHaveLength(2);
    expect(keychain.values.get("one")).toBe("marked-old");
    const broken = new Error("marked-new was on the way");
    await expect(service.rotate("one", "marked-new", () => Promise.reject(broken))).rejects.toBe(broken);
    expect(keychain.values.get("one")).toBe("marked-old");
    const done = await service.rotate("one", "marked-new", async () => [{ subject: "host-1", ...accepted }]);
    expect(done.rotated).toBe(true);
    expect(keychain.values.get("one")).toBe("marked-new");
    expect(seen).toEqual(["marked-new"]);
    await expect(service.rotate("none", "marked-new", async () => [])).rejects.toMatchObject({
      code: "secrets.unknown",
    });
    expect(JSON.stringify(journal.events)).not.toContain("marked-");
  });

  test("a test tells what was accepted, and needs something to test", async () => {
    const service = await started(new FakeKeychain("ready"));
    await service.set("one", "marked-one");
    const trials = await service.test("one", async (name, value) => [
      { subject: `${name} ${value}`, ...refused },
    ]);
    expect(trials).toEqual([{ subject: "one null", ...refused }]);
    expect(journal.lines().at(-1)).toBe(
      'secret.done keychain:one {"change":"test","accepted":0,"refused":1}',
    );
    await expect(service.test("none", async () => [])).rejects.toMatchObject({ code: "secrets.unknown" });
  });

  test("a passphrase is refused while the keychain is open", async () => {
    const service = await started(new FakeKeychain("ready"));
    await expect(service.unlock("words")).rejects.toMatchObject({ code: "secrets.keychain-in-use" });
    expect(existsSync(join(folder, "secrets.passphrase"))).toBe(false);
  });

  test("that gets locked under the console is seen, and seen again when it opens", async () => {
    const keychain = new FakeKeychain("ready");
    const service = await started(keychain);
    await service.set("one", "marked-one");
    keychain.state = "locked";
    await expect(service.resolve("keychain:one", "host-1")).rejects.toMatchObject({ code: "secrets.locked" });
    expect(service.status().state).toBe("locked");
    expect(service.state().secrets[0]?.writable).toBe(false);
    keychain.state = "ready";
    await service.resolve("keychain:one", "host-1");
    expect(service.status().state).toBe("keychain");
  });
});

describe("without a keychain", () => {
  test("a passphrase creates the file, another console opens it, a wrong one does not", async () => {
    const service = await started(new FakeKeychain("absent"));
    expect(service.status().state).toBe("none");
    await expect(service.set("one", "marked-one")).rejects.toMatchObject({ code: "secrets.no-store" });
    await expect(service.resolve("keychain:one", "host-1")).rejects.toMatchObject({
      code: "secrets.unknown",
    });
    expect(await service.unlock("marked-words")).toEqual({ created: true });
    await service.set("one", "marked-one");
    expect(service.status().state).toBe("passphrase-file");
    await service.close();

    const other = await started(new FakeKeychain("absent"));
    expect(other.status().state).toBe("locked");
    expect(other.state().secrets).toMatchObject([
      { reference: "keychain:one", present: null, writable: false },
    ]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(other.unlock("wrong")).rejects.toMatchObject({ code: "secrets.wrong-passphrase" });
    }
    await expect(other.resolve("keychain:one", "host-1")).rejects.toMatchObject({ code: "secrets.locked" });
    expect(await other.unlock("marked-words")).toEqual({ created: false });
    expect((await other.resolve("keychain:one", "host-1")).reveal()).toBe("marked-one");
    expect(journal.lines()).toContain(
      'secret.failed passphrase-file {"change":"unlock","code":"secrets.wrong-passphrase"}',
    );
  });

  test("a script's passphrase opens the file and is taken out of the environment", async () => {
    const first = await started(new FakeKeychain("absent"));
    await first.unlock("marked-words");
    await first.set("one", "marked-one");
    const environment: NodeJS.ProcessEnv = { PASSERELLE_PASSPHRASE: "marked-words" };
    const script = await started(new FakeKeychain("absent"), { environment });
    expect((await script.resolve("keychain:one", "host-1")).reveal()).toBe("marked-one");
    expect(environment).toEqual({});

    const file = join(folder, "words");
    writeFileSync(file, "marked-words\n", { mode: 0o600 });
    const named = await started(new FakeKeychain("absent"), {
      environment: { PASSERELLE_PASSPHRASE_FILE: file },
    });
    expect(named.status().state).toBe("passphrase-file");
    writeFileSync(file, "wrong\n");
    await expect(
      started(new FakeKeychain("absent"), { environment: { PASSERELLE_PASSPHRASE_FILE: file } }),
    ).rejects.toMatchObject({ code: "secrets.wrong-passphrase" });
  });

  test("a keychain that stays locked gives way to the file, without asking again", async () => {
    const keychain = new FakeKeychain("locked");
    const service = await started(keychain);
    expect(service.status().state).toBe("locked");
    expect(service.state().provider).toBe("keychain");
    const probes = keychain.probes;
    expect(await service.unlock("words")).toEqual({ created: true });
    await service.set("one", "marked-one");
    expect(service.status().state).toBe("passphrase-file");
    expect(keychain.probes).toBe(probes);
  });
});

describe("references", () => {
  test("of every kind are listed with whether they are there", async () => {
    writeFileSync(join(folder, "token"), "marked-token\n", { mode: 0o600 });
    const service = await started(new FakeKeychain("ready"), { environment: { TOKEN: "marked-variable" } });
    await service.set("one", "marked-one");
    service.declare([
      { reference: "keychain:one", usedBy: ["hop-1"] },
      { reference: "keychain:two", usedBy: ["host-1", "host-2"] },
      { reference: "env:TOKEN", usedBy: [] },
      { reference: "env:NONE", usedBy: [] },
      { reference: "file:token", usedBy: [] },
      { reference: "vault:site/one#password", usedBy: [] },
    ]);
    await service.refresh();
    const state = secretsStateSchema.parse(service.state());
    expect(state.secrets.map(({ reference, present, writable }) => [reference, present, writable])).toEqual([
      ["env:NONE", false, false],
      ["env:TOKEN", true, false],
      ["file:token", true, false],
      ["keychain:one", true, true],
      ["keychain:two", false, true],
      ["vault:site/one#password", null, false],
    ]);
    expect(state.secrets[4]?.usedBy).toEqual(["host-1", "host-2"]);
    expect((await service.resolve("env:TOKEN", "host-1")).reveal()).toBe("marked-variable");
    expect((await service.resolve("file:token", "host-1")).reveal()).toBe("marked-token");
    await expect(service.resolve("vault:site/one#password", "host-1")).rejects.toMatchObject({
      code: "secrets.vault-not-configured",
    });
    expect(journal.lines().at(-1)).toBe(
      'secret.refused host-1 {"name":"vault:site/one#password","code":"secrets.vault-not-configured"}',
    );
  });

  test("what the estate no longer names is listed only while it is kept", async () => {
    const keychain = new FakeKeychain("ready");
    const service = await started(keychain, { environment: { TOKEN: "marked-variable" } });
    await service.set("one", "marked-one");
    service.declare([
      { reference: "env:TOKEN", usedBy: ["host-1"] },
      { reference: "env:TOKEN", usedBy: ["host-2"] },
    ]);
    await service.resolve("env:TOKEN", "host-1");
    const listed = () => service.state().secrets.map(({ reference, usedBy }) => [reference, usedBy]);
    expect(listed()).toEqual([
      ["env:TOKEN", ["host-1", "host-2"]],
      ["keychain:one", []],
    ]);
    service.declare([]);
    keychain.values.clear();
    await service.refresh();
    expect(listed()).toEqual([]);
  });

  test("an edit of the estate does not make a locked keychain ask again", async () => {
    const keychain = new FakeKeychain("locked");
    const service = await started(keychain);
    const { probes } = keychain;
    service.declare([{ reference: "keychain:one", usedBy: [] }]);
    await service.close();
    expect(keychain.probes).toBe(probes);
    expect(service.state().secrets[0]?.present).toBeNull();
  });

  test("no value is left in the journal, the state, an error or a file", async () => {
    const service = await started(new FakeKeychain("absent"), { environment: { TOKEN: "marked-variable" } });
    await service.unlock("marked-words");
    await service.set("one", "marked-one");
    await service.rotate("one", "marked-two", async () => []);
    await service.resolve("keychain:one", "host-1");
    await service.resolve("env:TOKEN", "host-1");
    await service.unlock("marked-wrong").catch(() => null);
    await service.close();
    const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    const everything = JSON.stringify([journal.events, service.state(), service.status()]) + written.join("");
    expect(everything).not.toContain("marked-");
    expect(written).toHaveLength(2);
    for (const value of ["marked-words", "marked-one", "marked-two", "marked-variable", "marked-wrong"]) {
      expect(redaction.text(`<${value}>`)).toBe("<[secret]>");
    }
    // Each opening derives a key anew, which is slow on purpose.
  }, 90_000);

  test("a listener hears of changes until it is ended", async () => {
    const service = await started(new FakeKeychain("ready"));
    let heard = 0;
    const end = service.onChange(() => {
      heard += 1;
    });
    await service.set("one", "marked-one");
    expect(heard).toBeGreaterThan(0);
    end();
    const before = heard;
    await service.forget("one");
    expect(heard).toBe(before);
  });
});
