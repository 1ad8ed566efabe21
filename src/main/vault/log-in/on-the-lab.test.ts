import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLabVault } from "../../../lab/servers/vault/index.ts";
import { startTestVault, type TestVault } from "../../../lab/servers/vault/testing.ts";
import { issueWebCertificates, makeWebAuthority } from "../../../lab/servers/web/certificates.ts";
import { ManualClock } from "../../../lab/world/clock.ts";
import { vaultLoginSchema, vaultSystemSchema } from "../../../shared/systems/vault.ts";
import { openedVault } from "../testing/opened.ts";

const signal = new AbortController().signal;

let folder: string;
let vault: TestVault | null = null;
let open: ReturnType<typeof openedVault> | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-vault-"));
});
afterEach(async () => {
  await open?.close();
  open = null;
  await vault?.close();
  vault = null;
  rmSync(folder, { recursive: true });
});

async function started(): Promise<{ url: string; send(path: string, body: object): Promise<void> }> {
  const one = await startTestVault([{ name: "one" }]);
  vault = one;
  const { root } = await one.open();
  return {
    url: one.urls.one ?? "",
    async send(path, body) {
      const { status } = await one.ask("POST", path, { token: root, body });
      expect(status).toBeLessThan(300);
    },
  };
}

function opened(url: string, login: object, parts: Parameters<typeof openedVault>[2] = {}) {
  open = openedVault({ one: { url } }, vaultLoginSchema.parse(login), { folder: () => folder, ...parts });
  return open;
}

describe("AppRole", () => {
  const login = { appRole: { roleId: "console", secretId: "keychain:secret-id" } };
  const stored = { "keychain:secret-id": "once" };

  test("a secret-id that was good for one log-in is told at the next, which is not sent again by itself", async () => {
    const { url, send } = await started();
    await send("sys/auth/approle", { type: "approle" });
    await send("auth/approle/role/console", { role_id: "console", secret_id_num_uses: 1 });
    await send("auth/approle/role/console/custom-secret-id", { secret_id: "once" });
    const { access, journal } = opened(url, login, { stored });
    await access.signIn(signal);
    await access.signOut(signal);
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.login-refused" });
    const attempts = () => journal.filter(({ type }) => type === "vault.login-intent").length;
    const before = attempts();
    await expect(access.ask({ path: "sys/mounts", signal })).rejects.toMatchObject({
      code: "vault.login-refused",
    });
    expect(attempts()).toBe(before);
  });

  test("a namespace that Vault does not have is refused, and nothing is signed in", async () => {
    const { url, send } = await started();
    await send("sys/auth/approle", { type: "approle" });
    await send("auth/approle/role/console", { role_id: "console" });
    await send("auth/approle/role/console/custom-secret-id", { secret_id: "once" });
    const { access } = opened(url, login, { stored, namespace: "nowhere" });
    await expect(access.signIn(signal)).rejects.toMatchObject({
      code: "vault.not-found",
    });
    expect(access.standing).toMatchObject({ state: "signed-out", who: null });
  });
});

describe("Kubernetes", () => {
  test("whoever the cluster vouches for gets in by the token in the file, as it is at that moment", async () => {
    const cluster = await reviewing("right");
    try {
      const { url, send } = await started();
      await send("sys/auth/kubernetes", { type: "kubernetes" });
      await send("auth/kubernetes/config", { kubernetes_host: cluster.url, token_reviewer_jwt: "reviewer" });
      await send("auth/kubernetes/role/console", {
        bound_service_account_names: "console",
        bound_service_account_namespaces: "tools",
      });
      writeFileSync(join(folder, "token"), "wrong");
      const login = (role: string) => ({ kubernetes: { role, tokenFile: "token" } });
      const { access, concealed } = opened(url, login("console"));
      await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.login-refused" });
      writeFileSync(join(folder, "token"), "right\n");
      await access.signIn(signal);
      expect(access.standing).toMatchObject({ state: "signed-in", method: "kubernetes" });
      expect(concealed).toEqual(expect.arrayContaining(["wrong", "right"]));
      await open?.close();
      await expect(opened(url, login("nobody")).access.signIn(signal)).rejects.toMatchObject({
        code: "vault.login-refused",
      });
      writeFileSync(join(folder, "token"), "");
      await open?.close();
      await expect(opened(url, login("console")).access.signIn(signal)).rejects.toMatchObject({
        code: "vault.login-file",
      });
    } finally {
      await cluster.close();
    }
  });
});

/** The reviews of a cluster that knows one token, of the service account `console` in `tools`. */
async function reviewing(token: string): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    let words = "";
    for await (const piece of request) words += piece;
    const authenticated = JSON.parse(words).spec.token === token;
    const user = { username: "system:serviceaccount:tools:console", uid: "1" };
    response.writeHead(201, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ kind: "TokenReview", status: { authenticated, ...(authenticated && { user }) } }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const place = server.address();
  return {
    url: `http://127.0.0.1:${typeof place === "object" && place ? place.port : 0}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("TLS certificates", () => {
  const now = Date.now();
  const authority = makeWebAuthority("clients", now);
  const ada = issueWebCertificates(authority, { names: ["ada"], addresses: [] }, now);
  const strangers = makeWebAuthority("strangers", now);
  const stranger = issueWebCertificates(strangers, { names: ["ada"], addresses: [] }, now);

  /** A Vault behind TLS that lets in who shows a certificate of the authority for the name ada. */
  async function secured() {
    const own = issueWebCertificates(authority, { names: ["localhost"], addresses: ["127.0.0.1"] }, now);
    const server = startLabVault({
      clock: new ManualClock(now),
      nodes: [{ name: "one" }],
      certificate: own.good,
      onFailure: (error) => {
        throw error;
      },
    });
    const url = `https://127.0.0.1:${await server.servers[0]?.listen(0)}`;
    const { cluster, requests } = server;
    const { shares, rootToken } = cluster.init({ shares: 1, threshold: 1 });
    const [node] = cluster.nodes;
    if (!node) throw new Error("there is no node");
    for (const share of shares) cluster.unseal(node, share);
    for (const [path, body] of [
      ["sys/auth/cert", { type: "cert" }],
      ["auth/cert/certs/ops", { certificate: authority.cert, allowed_names: "ada" }],
    ] as const) {
      const { status } = await requests.handle(node, {
        ...{ method: "POST", path, body, token: rootToken.id, query: new URLSearchParams() },
        ...{ namespace: "", wrapFor: 0, isRedirected: false, clientCertificate: null },
      });
      expect(status).toBeLessThan(300);
    }
    writeFileSync(join(folder, "authority.pem"), authority.cert);
    return { url, close: () => server.close() };
  }

  function showing(url: string, { cert, key }: { cert: string; key: string }) {
    writeFileSync(join(folder, "client.pem"), cert);
    const stored = { "keychain:key": key };
    const made = opened(url, { token: "keychain:key" }, { stored });
    // The same desk, with an authority of one's own and the log-in by certificate.
    const config = vaultSystemSchema.parse({
      type: "vault",
      nodes: { one: { url } },
      certificateAuthority: "authority.pem",
      login: { certificate: { certificate: "client.pem", key: "keychain:key" } },
    });
    return { ...made, access: made.desk.open("secured", config, "secured/cluster") };
  }

  test("whoever shows a certificate of the right authority is signed in; the key never leaves", async () => {
    const server = await secured();
    try {
      const { access, desk, journal } = showing(server.url, ada.good);
      await access.signIn(signal);
      expect(access.standing).toMatchObject({ state: "signed-in", method: "certificate" });
      expect(JSON.stringify(journal)).not.toContain(ada.good.key.slice(40, 90));
      await desk.close(access);
    } finally {
      await server.close();
    }
  });

  test.each([
    ["of another authority", stranger.good, "vault.login-refused"],
    ["that has ended", ada.faulty("expired"), "vault.login-refused"],
    ["for another name", ada.faulty("other-names"), "vault.login-refused"],
    ["with another's key", { cert: ada.good.cert, key: stranger.good.key }, "vault.login-key"],
    ["with a key that is none", { cert: ada.good.cert, key: "no key" }, "vault.login-key"],
    ["that is none", { cert: "no certificate", key: ada.good.key }, "vault.login-file"],
  ])("one %s is refused", async (_which, shown, code) => {
    const server = await secured();
    try {
      const { access, desk } = showing(server.url, shown);
      await expect(access.signIn(signal)).rejects.toMatchObject({ code });
      expect(access.standing.state).toBe("signed-out");
      await desk.close(access);
    } finally {
      await server.close();
    }
  });
});
