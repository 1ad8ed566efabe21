import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { Redaction } from "./redaction.ts";
import { SecretService, type SecretServiceOptions } from "./secret-service.ts";
import { FakeKeychain, MemoryJournal } from "./testing/fake-keychain.ts";

const reference = "vault:kv/app/db#password";
let folder: string;
let journal: MemoryJournal;
let redaction: Redaction;
let service: SecretService;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
  journal = new MemoryJournal();
  redaction = new Redaction();
});
afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

async function started(more: Partial<SecretServiceOptions>): Promise<SecretService> {
  service = new SecretService({
    dataFolder: folder,
    estateFolder: () => folder,
    journal,
    now: () => 1,
    redaction,
    keychain: new FakeKeychain("ready"),
    environment: {},
    ...more,
  });
  await service.start();
  return service;
}

test("a reference is read from Vault at each use, concealed, journalled by name and written nowhere", async () => {
  let reads = 0;
  const secrets = await started({
    vault: {
      read: async (asked) => {
        reads += 1;
        return asked === reference ? `marked-${reads}` : null;
      },
    },
  });
  expect((await secrets.resolve(reference, "host-1")).reveal()).toBe("marked-1");
  expect((await secrets.resolve(reference, "host-1")).reveal()).toBe("marked-2");
  expect(redaction.text("marked-1 marked-2")).toBe("[secret] [secret]");
  await secrets.close();
  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
  expect(JSON.stringify([journal.events, secrets.state()]) + written.join("")).not.toContain("marked-");
  expect(JSON.stringify(journal.events)).toContain(reference);
});

test("while Vault cannot be read its own error is told, never what it said before", async () => {
  let sealed = false;
  const secrets = await started({
    vault: {
      read: async () => {
        if (!sealed) return "marked-before";
        throw new OpsError({
          code: "vault.sealed",
          system: "vault",
          message: text("It is sealed.", "Il est scellé."),
          hint: text("Unseal it.", "Descellez-le."),
        });
      },
    },
  });
  await secrets.resolve(reference, "host-1");
  sealed = true;
  await expect(secrets.resolve(reference, "host-1")).rejects.toMatchObject({ code: "vault.sealed" });
});

test("what an opened bundle holds comes before Vault", async () => {
  const secrets = await started({
    held: new Map([[reference, "marked-bundle"]]),
    vault: { read: () => Promise.reject(new Error("must not be asked")) },
  });
  expect((await secrets.resolve(reference, "host-1")).reveal()).toBe("marked-bundle");
});

test("without a Vault in the estate that is told", async () => {
  const secrets = await started({ vault: { read: async () => null } });
  await expect(secrets.resolve(reference, "host-1")).rejects.toMatchObject({
    code: "secrets.vault-not-configured",
  });
});
