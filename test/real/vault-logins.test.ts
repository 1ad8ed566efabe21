import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Provider from "oidc-provider";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestVault, type TestVault } from "../../src/lab/servers/vault/testing.ts";
import { openedVault } from "../../src/main/vault/testing/opened.ts";
import { vaultLoginSchema } from "../../src/shared/systems/vault.ts";
import { Browser } from "./browser.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";
import { freePort } from "./free-port.ts";

const signal = new AbortController().signal;

let vault: TestVault;
let root = "";
let open: ReturnType<typeof openedVault> | null = null;

async function startVault(): Promise<void> {
  vault = await startTestVault([{ name: "vault-1" }]);
  ({ root } = await vault.open());
}
async function send(path: string, body: object): Promise<void> {
  const { status } = await vault.ask("POST", path, { token: root, body });
  expect(status).toBeLessThan(300);
}
function opened(login: object, parts: Parameters<typeof openedVault>[2]) {
  const nodes = { one: { url: vault.urls["vault-1"] ?? "" } };
  open = openedVault(nodes, vaultLoginSchema.parse(login), parts);
  return open;
}
afterEach(async () => {
  await open?.close();
  open = null;
});

describeCounterpart(
  "OpenLDAP (Vault's log-ins)",
  findCounterpart(["slapd", "slapadd"], ["-VV"], /slapd (\S+)/),
  () => {
    let folder: string;
    let directory: ChildProcess;
    let url = "";

    beforeAll(async () => {
      await startVault();
      folder = mkdtempSync(join(tmpdir(), "passerelle-slapd-"));
      const configuration = join(folder, "slapd.conf");
      const data = join(folder, "data");
      mkdirSync(data);
      writeFileSync(
        configuration,
        [
          "include /etc/ldap/schema/core.schema",
          "modulepath /usr/lib/ldap",
          "moduleload back_mdb",
          "database mdb",
          "maxsize 10485760",
          'suffix "dc=team,dc=example"',
          `directory ${data}`,
          "",
        ].join("\n"),
      );
      const people = join(folder, "people.ldif");
      writeFileSync(
        people,
        [
          "dn: dc=team,dc=example\nobjectClass: dcObject\nobjectClass: organization\no: Team\ndc: team\n",
          "dn: cn=anna,dc=team,dc=example\nobjectClass: person\ncn: anna\nsn: Example\nuserPassword: right\n",
        ].join("\n"),
      );
      execFileSync(findProgram("slapadd") ?? "slapadd", ["-f", configuration, "-l", people], {
        timeout: 20_000,
      });
      const port = await freePort();
      url = `ldap://127.0.0.1:${port}`;
      directory = spawn(findProgram("slapd") ?? "slapd", ["-d", "0", "-f", configuration, "-h", url], {
        stdio: "ignore",
      });
      await answering(port);
      await send("sys/auth/ldap", { type: "ldap" });
      await send("auth/ldap/config", { url, userdn: "dc=team,dc=example", userattr: "cn" });
    });
    afterAll(async () => {
      if (directory.exitCode === null) {
        directory.kill();
        await once(directory, "exit");
      }
      rmSync(folder, { recursive: true });
      await vault.close();
    });

    test("whoever may bind signs in, and is known by name", async () => {
      const { access } = opened({ ldap: {} }, { answer: () => ["anna", "right"] });
      await access.signIn(signal);
      expect(access.standing).toMatchObject({ state: "signed-in", who: "ldap-anna", renewable: true });
    });

    test.each([
      ["anna", "wrong"],
      ["nobody", "right"],
      ["anna", ""],
      ["cn=anna,dc=team,dc=example", "right"],
      ["*", "right"],
    ])("%s with “%s” is refused", async (user, password) => {
      const { access } = opened({ ldap: {} }, { answer: () => [user, password] });
      await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.login-refused" });
    });

    test("a directory that has died is told as such, and signing in works again once it is back", async () => {
      const dead = await freePort();
      await send("auth/ldap/config", {
        url: `ldap://127.0.0.1:${dead}`,
        userdn: "dc=team,dc=example",
        userattr: "cn",
      });
      const { access } = opened({ ldap: { user: "anna" } }, { answer: () => ["right"] });
      await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.directory-away" });
      await send("auth/ldap/config", { url, userdn: "dc=team,dc=example", userattr: "cn" });
      await access.signIn(signal);
      expect(access.standing.state).toBe("signed-in");
    });
  },
);

const { version } = createRequire(import.meta.url)("oidc-provider/package.json") as { version: string };

describeCounterpart("oidc-provider (Vault's log-ins)", { version }, () => {
  let server: Server;
  let port: number;

  beforeAll(async () => {
    await startVault();
    port = await freePort();
    let provider: Provider;
    server = createServer((request, response) => provider.callback()(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const place = server.address();
    const issuer = `http://127.0.0.1:${typeof place === "object" && place ? place.port : 0}`;
    provider = new Provider(issuer, {
      clients: [
        {
          client_id: "vault",
          client_secret: "secret-of-vault",
          application_type: "native",
          redirect_uris: [`http://127.0.0.1:${port}/oidc/callback`],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      pkce: { required: () => true },
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    });
    await send("sys/auth/oidc", { type: "oidc" });
    await send("auth/oidc/config", {
      oidc_discovery_url: issuer,
      oidc_client_id: "vault",
      oidc_client_secret: "secret-of-vault",
      default_role: "console",
    });
    await send("auth/oidc/role/console", {
      allowed_redirect_uris: [`http://127.0.0.1:${port}/oidc/callback`],
      user_claim: "sub",
    });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await vault.close();
  });
  const login = (more: object = {}) => ({ oidc: { port, ...more } });
  const redirect = () => `http://127.0.0.1:${port}/oidc/callback`;

  test("the browser signs in at the provider and comes back; the token is of whom the provider names", async () => {
    const browser = new Browser();
    const { access, asked } = opened(login(), {
      openBrowser: async (url) => {
        const { status } = await browser.go(url, redirect(), "anna");
        expect(status).toBe(200);
      },
    });
    await access.signIn(signal);
    expect(access.standing).toMatchObject({ state: "signed-in", who: expect.stringContaining("anna") });
    expect(asked).toHaveLength(1);
  });

  test("a browser on another machine: the address that it ended at is pasted", async () => {
    const browser = new Browser();
    const { access } = opened(login(), {
      answer: async (question) => {
        const url = question.kind === "sign-in" ? (question.url ?? "") : "";
        return [await browser.lastAddress(url, redirect(), "bea")];
      },
    });
    await access.signIn(signal);
    expect(access.standing.who).toContain("bea");
  });

  test("whoever gives up at the provider is told, and so is an address of another attempt", async () => {
    const browser = new Browser();
    const first = opened(login(), {
      openBrowser: async (url) => void (await browser.go(url, redirect(), null)),
    });
    await expect(first.access.signIn(signal)).rejects.toMatchObject({ code: "vault.provider-refused" });
    await first.close();
    const second = opened(login(), { answer: () => [`${redirect()}?state=other&code=stolen`] });
    await expect(second.access.signIn(signal)).rejects.toMatchObject({ code: "vault.redirect-foreign" });
  });

  test("what comes to the loopback port from elsewhere is not taken", async () => {
    const browser = new Browser();
    const { access } = opened(login(), {
      openBrowser: async (url) => {
        const forged = await fetch(`${redirect()}?state=forged&code=forged`);
        expect(forged.status).toBe(400);
        const rebound = await fetch(`${redirect().replace("/oidc/callback", "/elsewhere")}?state=1`);
        expect(rebound.status).toBe(404);
        await browser.go(url, redirect(), "anna");
      },
    });
    await access.signIn(signal);
    expect(access.standing.state).toBe("signed-in");
  });

  test("a role that does not exist, and a port that is taken", async () => {
    const unknown = opened(login({ role: "nobody" }), { answer: () => [""] });
    await expect(unknown.access.signIn(signal)).rejects.toMatchObject({ code: "vault.login-refused" });
    await unknown.close();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
    try {
      const { access } = opened(login(), { answer: () => [""] });
      await expect(access.signIn(signal)).rejects.toMatchObject({ code: "reach.redirect-port-taken" });
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
  });
});

/** Resolves once something listens on a loopback port; rejects after 20 s. */
async function answering(port: number): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const answers = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answers) return;
    if (Date.now() > until) throw new Error("slapd does not listen");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
