import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { vaultLoginSchema } from "../../shared/systems/vault.ts";
import { isRevoked, revokeIssued } from "./certificate-authority.ts";
import { FakeVault } from "./testing/fake-vault.ts";
import { openedVault } from "./testing/opened.ts";

const serial = "39:dd:2e";
const login = vaultLoginSchema.parse({ userpass: { user: "anna", password: "keychain:password" } });
const revokedAt = 1_763_787_600;
let vault: FakeVault;
let open: ReturnType<typeof openedVault>;
let answers: { status?: number; body: unknown }[];
let sent: string[];

beforeEach(async () => {
  vault = await new FakeVault().start();
  open = openedVault({ one: { url: vault.url } }, login, { stored: { "keychain:password": "right" } });
  await open.access.signIn(new AbortController().signal);
  answers = [];
  sent = [];
  vault.instead = ({ path }) => (path === "team/pki/revoke" ? (answers.shift() ?? null) : null);
});
afterEach(async () => {
  await open.close();
  await vault.stop();
});

const revoke = () =>
  revokeIssued(
    open.access,
    { mount: "team/pki", serial },
    { signal: new AbortController().signal, committed: () => void sent.push(serial) },
  );
const code = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: { code?: string }) => error.code ?? "another",
  );

describe("what an authority has issued", () => {
  test("is taken back by its serial number, and again without harm", async () => {
    const body = { data: { revocation_time: revokedAt, state: "revoked" } };
    answers = [{ body }, { body }];
    expect(await revoke()).toBe(revokedAt * 1000);
    expect(await revoke()).toBe(revokedAt * 1000);
    expect(sent).toHaveLength(2);
    const [request] = vault.requests.filter(({ path }) => path === "team/pki/revoke");
    expect(request).toMatchObject({ method: "POST", body: { serial_number: serial } });
  });

  test.each([
    [revokedAt, true],
    [0, false],
  ])("tells whether it is revoked: since %s", async (revocation_time, expected) => {
    vault.instead = ({ path }) =>
      path === `team/pki/cert/${encodeURIComponent(serial)}` ? { body: { data: { revocation_time } } } : null;
    const { signal } = new AbortController();
    expect(await isRevoked(open.access, { mount: "team/pki", serial }, signal)).toBe(expected);
  });

  test("needs no revoking once it has expired", async () => {
    answers = [{ body: { data: null, warnings: ["certificate already expired; refusing to add to CRL"] } }];
    expect(await revoke()).toBeNull();
  });

  test.each([
    [
      "vault.certificate-unknown",
      { status: 400, body: { errors: ["certificate with serial 39:dd:2e not found"] } },
    ],
    ["vault.not-allowed", { status: 403, body: { errors: ["1 error occurred: permission denied"] } }],
    ["vault.garbage", { body: { data: { state: "revoked" } } }],
    ["vault.sealed", { status: 503, body: { errors: ["Vault is sealed"] } }],
  ])("stays where that fails: %s", async (expected, answer) => {
    answers = [answer];
    expect(await code(revoke())).toBe(expected);
  });
});
