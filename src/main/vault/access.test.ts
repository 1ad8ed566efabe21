import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { VaultLogin } from "../../shared/systems/vault.ts";
import { vaultLoginSchema } from "../../shared/systems/vault.ts";
import { FakeVault } from "./testing/fake-vault.ts";
import { openedVault } from "./testing/opened.ts";

let vault: FakeVault;
let open: ReturnType<typeof openedVault> | null = null;
const signal = new AbortController().signal;

beforeEach(async () => {
  vault = await new FakeVault().start();
  vault.secrets.set("app/db", { password: "s3cret", port: 5432, nested: { a: 1 } });
});
afterEach(async () => {
  await open?.close();
  open = null;
  await vault.stop();
});

function opened(login: unknown, parts: Parameters<typeof openedVault>[2] = {}) {
  const parsed: VaultLogin | null = login === null ? null : vaultLoginSchema.parse(login);
  open = openedVault({ one: { url: vault.url } }, parsed, parts);
  return open;
}
const approle = { appRole: { roleId: "role-1", secretId: "keychain:secret-id" } };
const stored = {
  "keychain:secret-id": "secret-1",
  "keychain:password": "right",
  "keychain:token": "hvs.static",
};
const read = () => open?.desk.read("vault:kv/app/db#password");

describe("log-ins", () => {
  test("AppRole signs in by itself when something is asked for, once for many askers", async () => {
    const { access, journal, concealed } = opened(approle, { stored });
    expect(access.standing.state).toBe("signed-out");
    await Promise.all([1, 2, 3].map(() => access.ask({ path: "auth/token/lookup-self", signal })));
    expect(vault.asked("auth/approle/login")).toBe(1);
    expect(access.standing).toMatchObject({ state: "signed-in", method: "appRole", needsPerson: false });
    expect(journal.map(({ type }) => type)).toEqual(["vault.login-intent", "vault.signed-in"]);
    expect(concealed).toContain("hvs.fake-token-1");
    expect(JSON.stringify([journal, access.standing])).not.toMatch(/hvs\.|secret-1/);
  });

  test("a wrapped secret-id is unwrapped once; a spent or foreign wrapping is told", async () => {
    const login = { appRole: { ...approle.appRole, secretId: "ask", wrapped: true } };
    const path = "auth/approle/role/console/secret-id";
    vault.wrapped.set("w-1", { path, secretId: "secret-1" });
    vault.wrapped.set("w-2", { path: "cubbyhole/response", secretId: "secret-1" });
    let given = "w-1";
    const { access } = opened(login, { stored, answer: () => [given] });
    await access.signIn(signal);
    await access.signOut(signal);
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.wrapping-spent" });
    given = "w-2";
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.wrapping-foreign" });
    // What was put in its place is left alone.
    expect(vault.wrapped.has("w-2")).toBe(true);
  });

  test("user and password are asked of the person where the estate has none, and only when one signs in", async () => {
    const { access, asked, concealed } = opened({ ldap: {} }, { answer: () => ["anna", "right"] });
    await expect(read()).rejects.toMatchObject({ code: "vault.not-signed-in" });
    expect(asked).toEqual([]);
    await access.signIn(signal);
    expect(vault.asked("auth/ldap/login/anna")).toBe(1);
    expect(concealed).toContain("right");
    expect(concealed).not.toContain("anna");
    expect(await read()).toBe("s3cret");
  });

  test("a wrong or empty password is refused, and not sent again by itself", async () => {
    const { access, clock } = opened(
      { userpass: { user: "anna", password: "keychain:password" } },
      { stored: { "keychain:password": "wrong" } },
    );
    await expect(read()).rejects.toMatchObject({ code: "vault.login-refused" });
    await expect(read()).rejects.toMatchObject({ code: "vault.login-refused" });
    expect(vault.asked("auth/userpass")).toBe(1);
    clock.pass(61_000);
    await expect(read()).rejects.toMatchObject({ code: "vault.login-refused" });
    expect(vault.asked("auth/userpass")).toBe(2);
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.login-refused" });
    expect(vault.asked("auth/userpass")).toBe(3);
  });

  test("a directory that is away is no wrong password", async () => {
    vault.instead = ({ path }) =>
      path.startsWith("auth/ldap")
        ? { status: 400, body: { errors: ["ldap operation failed: failed to connect to ldap://192.0.2.7"] } }
        : null;
    const { access } = opened({ ldap: { user: "anna", password: "keychain:password" } }, { stored });
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.directory-away" });
  });

  test("a token that was brought along is not revoked; one that is no good is refused", async () => {
    vault.tokens.set("hvs.static", { ttl: 0, renewable: false, renewsFor: 0, name: "token" });
    const { access, close } = opened({ token: "keychain:token" }, { stored });
    await access.signIn(signal);
    expect(access.standing).toMatchObject({ who: "token", expiresAt: null });
    await close();
    open = null;
    expect(vault.revoked).toEqual([]);
    vault.tokens.clear();
    const { access: again } = opened({ token: "keychain:token" }, { stored });
    await expect(again.signIn(signal)).rejects.toMatchObject({ code: "vault.login-refused" });
  });

  test("the service account's token is read anew each time", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vault-"));
    try {
      const { access } = opened(
        { kubernetes: { role: "console", tokenFile: "token" } },
        { folder: () => folder },
      );
      await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.login-file" });
      await writeFile(join(folder, "token"), "jwt-1\n");
      await access.signIn(signal);
      expect(access.standing.state).toBe("signed-in");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a second factor is asked for and given", async () => {
    vault.instead = ({ path, body }) => {
      if (path.startsWith("auth/userpass")) {
        const any = [{ type: "totp", id: "method-1", uses_passcode: true }];
        return {
          body: {
            auth: {
              client_token: "",
              mfa_requirement: { mfa_request_id: "request-1", mfa_constraints: { main: { any } } },
            },
          },
        };
      }
      if (path !== "sys/mfa/validate") return null;
      const right = JSON.stringify(body.mfa_payload) === '{"method-1":["123456"]}';
      return right ? vault.logIn() : { status: 403, body: { errors: ["permission denied"] } };
    };
    let code = "000000";
    const login = { userpass: { user: "anna", password: "keychain:password" } };
    const { access } = opened(login, { stored, answer: () => [code] });
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.second-factor" });
    code = "123456";
    await access.signIn(signal);
    expect(access.standing.state).toBe("signed-in");
  });

  test("a sealed Vault and one without a log-in are told as such", async () => {
    vault.sealed = true;
    const { access } = opened(approle, { stored });
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.sealed" });
    await open?.close();
    opened(null);
    await expect(read()).rejects.toMatchObject({ code: "vault.no-login" });
  });
});

describe("the token's life", () => {
  test("a token revoked during use is followed by one new log-in, and what was asked is sent again", async () => {
    const { access } = opened(approle, { stored });
    await read();
    vault.tokens.clear();
    expect((await access.ask({ path: "kv/data/app/db", signal })) as object).toHaveProperty("data");
    expect(vault.asked("auth/approle/login")).toBe(2);
  });

  test("where a person must sign in, a revoked token is told and nothing is asked", async () => {
    const { access, asked } = opened({ userpass: { user: "anna" } }, { answer: () => ["right"] });
    await access.signIn(signal);
    vault.tokens.clear();
    await expect(access.ask({ path: "kv/data/app/db", signal })).rejects.toMatchObject({
      code: "vault.token-refused",
    });
    expect(access.standing).toMatchObject({ state: "signed-out", error: { code: "vault.token-refused" } });
    expect(asked).toHaveLength(1);
  });

  test("what is not allowed leaves the token alone", async () => {
    const { access } = opened(approle, { stored });
    await access.signIn(signal);
    vault.instead = ({ path }) =>
      path === "sys/seal" ? { status: 403, body: { errors: ["permission denied"] } } : null;
    await expect(access.ask({ method: "POST", path: "sys/seal", signal })).rejects.toMatchObject({
      code: "vault.not-allowed",
    });
    expect(access.standing.state).toBe("signed-in");
    expect(vault.asked("sys/seal")).toBe(1);
  });

  test("it is renewed in time, and a new log-in takes the place of one that cannot live longer", async () => {
    const { access, clock } = opened(approle, { stored });
    await access.signIn(signal);
    clock.pass(2_640_000);
    await vi.waitFor(() => expect(vault.asked("auth/token/renew-self")).toBe(1));
    await vi.waitFor(() => expect(access.standing.expiresAt).toBe(clock.now() + 3_600_000));
    vault.grants = { ...vault.grants, renewsFor: 60 };
    for (const token of vault.tokens.values()) token.renewsFor = 60;
    clock.pass(2_640_000);
    await vi.waitFor(() => expect(access.standing.endsAt).toBe(clock.now() + 60_000));
    clock.pass(45_000);
    await vi.waitFor(() => expect(vault.asked("auth/approle/login")).toBe(2));
    await vi.waitFor(() => expect(vault.revoked).toEqual(["hvs.fake-token-1"]));
  });

  test("it is revoked at the end, and a Vault that does not answer does not hold that up", async () => {
    const { access, close, journal } = opened(approle, { stored });
    await access.signIn(signal);
    await close();
    expect(vault.revoked).toEqual(["hvs.fake-token-1"]);
    expect(journal.at(-1)?.type).toBe("vault.signed-out");
    open = null;
    const second = opened(approle, { stored });
    await second.access.signIn(signal);
    vault.instead = (_request, response) => {
      response.destroy();
      return "taken";
    };
    await second.close();
    open = null;
  });
});

describe("references", () => {
  test("KV 2 and KV 1 by their mounts, versions, numbers as words", async () => {
    vault.secrets.set("app/db?2", { password: "older" });
    vault.secrets.set("plain/one", { password: "of-kv-1" });
    const { desk } = opened(approle, { stored });
    expect(await desk.read("vault:kv/app/db#password")).toBe("s3cret");
    expect(await desk.read("vault:kv/app/db#port")).toBe("5432");
    expect(await desk.read("vault:kv/app/db?version=2#password")).toBe("older");
    expect(await desk.read("vault:kv1/plain/one#password")).toBe("of-kv-1");
    expect(vault.asked("sys/internal/ui/mounts")).toBe(2);
  });

  test.each([
    ["vault:kv/app/db#nested", "vault.no-such-field"],
    ["vault:kv/app/db#absent", "vault.no-such-field"],
    ["vault:kv/app/none#password", "vault.no-such-secret"],
    ["vault:kv/app/old#password", "vault.deleted-version"],
    ["vault:elsewhere/app#password", "vault.not-found"],
    ["vault:kv/../sys/health#password", "vault.malformed-reference"],
    ["vault:kv//app#password", "vault.malformed-reference"],
    ["vault:kv#password", "vault.malformed-reference"],
  ])("%s: %s", async (reference, code) => {
    vault.secrets.set("app/old", { deleted: true });
    const { desk } = opened(approle, { stored });
    await expect(desk.read(reference)).rejects.toMatchObject({ code });
  });

  test("many askers ask once; after half a minute it is asked for anew, never taken from memory", async () => {
    const { desk, clock } = opened(approle, { stored });
    await Promise.all([1, 2, 3, 4].map(() => desk.read("vault:kv/app/db#password")));
    expect(vault.asked("kv/data/app/db")).toBe(1);
    clock.pass(29_000);
    await desk.read("vault:kv/app/db#port");
    expect(vault.asked("kv/data/app/db")).toBe(1);
    clock.pass(1000);
    vault.sealed = true;
    await expect(desk.read("vault:kv/app/db#password")).rejects.toMatchObject({ code: "vault.sealed" });
  });

  test("what a lease is for is held with it, renewed, and let go of when it ends", async () => {
    const { desk, clock, access } = opened(approle, { stored });
    const user = await desk.read("vault:database/creds/reader#username");
    clock.pass(120_000);
    expect(await desk.read("vault:database/creds/reader#username")).toBe(user);
    clock.pass(320_000);
    await vi.waitFor(() => expect(vault.asked("sys/leases/renew")).toBe(1));
    await access.signOut(signal);
    await access.signIn(signal);
    expect(await desk.read("vault:database/creds/reader#username")).not.toBe(user);
  });

  test("with a token that was brought along, leases are revoked at the end", async () => {
    vault.tokens.set("hvs.static", { ttl: 0, renewable: false, renewsFor: 0, name: "token" });
    const { desk, close } = opened({ token: "keychain:token" }, { stored });
    await desk.read("vault:database/creds/reader#password");
    await close();
    open = null;
    expect(vault.leasesRevoked).toHaveLength(1);
  });

  test("of several Vaults the one that is marked is read; without a mark it is not guessed", async () => {
    const { desk } = opened(approle, { stored });
    expect(desk.standingForReferences()?.id).toBe("vault");
    const { vaultSystemSchema } = await import("../../shared/systems/vault.ts");
    const config = (references: boolean) =>
      vaultSystemSchema.parse({
        type: "vault",
        nodes: { one: { url: vault.url } },
        login: approle,
        references,
      });
    const second = desk.open("second", config(false), "second/service");
    await expect(desk.read("vault:kv/app/db#password")).rejects.toMatchObject({ code: "vault.several" });
    const third = desk.open("third", config(true), "third/service");
    expect(await desk.read("vault:kv/app/db#password")).toBe("s3cret");
    await desk.close(third);
    await desk.close(second);
  });
});
