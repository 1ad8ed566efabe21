import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttp, type IncomingMessage, type Server } from "node:http";
import { request } from "node:https";
import { type AddressInfo, createServer, type Server as StreamServer } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../../world/clock.ts";
import { issueWebCertificates, makeWebAuthority } from "../../web/certificates.ts";
import { elements, inside } from "../crypto/der.ts";
import { startLabVault } from "../index.ts";
import { startTestVault, type TestVault } from "../testing.ts";

let vault: TestVault;
let root: string;
const opened: (Server | StreamServer)[] = [];

beforeEach(async () => {
  vault = await startTestVault([{ name: "vault-1" }]);
  ({ root } = await vault.open(1, 1));
});
afterEach(async () => {
  for (const server of opened.splice(0)) await new Promise((resolve) => server.close(resolve));
  await vault.close();
});

const asRoot = (method: string, path: string, body?: unknown) =>
  vault.ask(method, path, { token: root, body });

async function listening<Kind extends Server | StreamServer>(server: Kind): Promise<string> {
  opened.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

it("lets users in by their passwords, and tells no more of a wrong one than of an unknown user", async () => {
  await asRoot("POST", "sys/auth/userpass", { type: "userpass" });
  await asRoot("POST", "auth/userpass/users/ada", {
    password: "right",
    token_policies: "shop",
    token_ttl: "1h",
  });
  const enter = (user: string, password: string) =>
    vault.ask("POST", `auth/userpass/login/${user}`, { body: { password } });
  expect((await enter("ada", "right")).json.auth).toMatchObject({
    policies: ["default", "shop"],
    lease_duration: 3600,
  });
  expect(await enter("ada", "wrong")).toMatchObject({
    status: 400,
    json: await enter("bruno", "any").then(({ json }) => json),
  });
});

it("gives out a role's secret so many times, and no longer than it lives", async () => {
  await asRoot("POST", "sys/auth/approle", { type: "approle" });
  await asRoot("POST", "auth/approle/role/console", { secret_id_num_uses: 2, secret_id_ttl: "10m" });
  const { role_id } = (await asRoot("GET", "auth/approle/role/console/role-id")).json.data;
  const made = async () => (await asRoot("POST", "auth/approle/role/console/secret-id")).json.data.secret_id;
  const enter = async (secret_id: string | undefined) =>
    (await vault.ask("POST", "auth/approle/login", { body: { role_id, secret_id } })).status;
  const secret = await made();
  expect([await enter(secret), await enter(secret), await enter(secret)]).toEqual([200, 200, 400]);
  const late = await made();
  vault.clock.advance(601_000);
  expect(await enter(late)).toBe(400);
});

it("binds at a directory as the user, and never without a password", async () => {
  const bound: string[] = [];
  const directory = await listening(
    createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (bytes: Buffer) => {
        const [, bind] = inside(bytes);
        const [, name, password] = elements(bind?.content ?? Buffer.alloc(0));
        bound.push(String(name?.content));
        const code = String(password?.content) === "right" ? 0 : 49;
        socket.end(Buffer.from([0x30, 12, 2, 1, 1, 0x61, 7, 0x0a, 1, code, 4, 0, 4, 0]));
      });
    }),
  );
  await asRoot("POST", "sys/auth/ldap", { type: "ldap" });
  await asRoot("POST", "auth/ldap/config", {
    url: `ldap://${directory}`,
    userdn: "ou=people,dc=atelier,dc=example",
    userattr: "uid",
  });
  const enter = (password: string) => vault.ask("POST", "auth/ldap/login/ada", { body: { password } });
  expect((await enter("right")).status).toBe(200);
  expect((await enter("wrong")).status).toBe(400);
  expect((await enter("")).status).toBe(400);
  expect(bound).toEqual(Array(2).fill("uid=ada,ou=people,dc=atelier,dc=example"));
});

it("takes the word of an OpenID issuer for a code that was asked for with its own proof, once", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  let asked = new URLSearchParams();
  let origin = "";
  const issuer = createHttp(async (incoming, response) => {
    const answer = async () => {
      if (incoming.url?.includes("openid-configuration"))
        return {
          issuer: origin,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
          jwks_uri: `${origin}/keys`,
        };
      if (incoming.url === "/keys") return { keys: [publicKey.export({ format: "jwk" })] };
      const form = new URLSearchParams(await bodyOf(incoming));
      const proof = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      if (form.get("code") !== "good" || proof !== asked.get("code_challenge"))
        return { error: "invalid_grant" };
      const exp = Math.floor(vault.clock.now() / 1000) + 60;
      const claims = { iss: origin, aud: "vault", sub: "ada", exp, nonce: asked.get("nonce") };
      const words = `${part({ alg: "ES256" })}.${part(claims)}`;
      const signature = sign("sha256", Buffer.from(words), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return { id_token: `${words}.${signature.toString("base64url")}` };
    };
    const words = JSON.stringify(await answer());
    response.writeHead(words.includes("invalid_grant") ? 400 : 200, { "content-type": "application/json" });
    response.end(words);
  });
  origin = `http://${await listening(issuer)}`;
  await asRoot("POST", "sys/auth/oidc", { type: "oidc" });
  await asRoot("POST", "auth/oidc/config", { oidc_discovery_url: origin, oidc_client_id: "vault" });
  const redirect = "http://localhost:8250/oidc/callback";
  await asRoot("POST", "auth/oidc/role/ops", { allowed_redirect_uris: [redirect], user_claim: "sub" });
  const begin = async (uri = redirect) => {
    const body = { role: "ops", redirect_uri: uri, client_nonce: "mine" };
    return vault.ask("POST", "auth/oidc/oidc/auth_url", { body });
  };
  const finish = (code: string, client = "mine") =>
    vault.ask(
      "GET",
      `auth/oidc/oidc/callback?state=${asked.get("state")}&code=${code}&client_nonce=${client}`,
    );
  const start = async () => {
    asked = new URL((await begin()).json.data.auth_url ?? "").searchParams;
  };
  expect((await begin("https://elsewhere.example/")).status).toBe(400);
  await start();
  expect((await finish("good")).json.auth).toMatchObject({ policies: ["default"] });
  // The state is good for one attempt, whoever has the code.
  expect((await finish("good")).status).toBe(400);
  await start();
  expect((await finish("bad")).status).toBe(400);
  await start();
  expect((await finish("good", "somebody")).status).toBe(400);
});

it("asks a cluster whose service account's token it is", async () => {
  const reviewed: string[] = [];
  const api = await listening(
    createHttp(async (incoming, response) => {
      const { spec } = JSON.parse(await bodyOf(incoming));
      reviewed.push(`${incoming.headers.authorization}`);
      const user = { username: "system:serviceaccount:tools:console" };
      const status = spec.token === "right" ? { authenticated: true, user } : { authenticated: false };
      response.end(JSON.stringify({ status }));
    }),
  );
  await asRoot("POST", "sys/auth/kubernetes", { type: "kubernetes" });
  const config = { kubernetes_host: `http://${api}`, token_reviewer_jwt: "reviewer" };
  await asRoot("POST", "auth/kubernetes/config", config);
  const names = { bound_service_account_names: "console" };
  await asRoot("POST", "auth/kubernetes/role/console", {
    ...names,
    bound_service_account_namespaces: "tools",
  });
  await asRoot("POST", "auth/kubernetes/role/other", { ...names, bound_service_account_namespaces: "shop" });
  const enter = async (role: string, jwt: string) =>
    (await vault.ask("POST", "auth/kubernetes/login", { body: { role, jwt } })).status;
  expect([
    await enter("console", "right"),
    await enter("console", "wrong"),
    await enter("other", "right"),
  ]).toEqual([200, 403, 403]);
  expect(reviewed).toEqual(Array(3).fill("Bearer reviewer"));
});

it("lets in who shows a certificate of a trusted authority in TLS, and nobody else", async () => {
  const now = Date.now();
  const authority = makeWebAuthority("clients", now);
  const client = issueWebCertificates(authority, { names: ["ada"], addresses: [] }, now);
  const stranger = issueWebCertificates(
    makeWebAuthority("strangers", now),
    { names: ["ada"], addresses: [] },
    now,
  );
  const own = issueWebCertificates(authority, { names: ["localhost"], addresses: ["127.0.0.1"] }, now).good;
  const secure = startLabVault({
    clock: new ManualClock(now),
    nodes: [{ name: "one" }],
    certificate: own,
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    const port = (await secure.servers[0]?.listen(0)) ?? 0;
    const ask = (
      method: string,
      path: string,
      body: object,
      more: { token?: string; key?: string; cert?: string },
    ) =>
      new Promise<{ status: number; json: Record<string, unknown> }>((resolve, reject) => {
        const { token, ...shown } = more;
        const headers = token ? { "x-vault-token": token } : {};
        const options = {
          port,
          host: "127.0.0.1",
          method,
          path: `/v1/${path}`,
          ca: authority.cert,
          headers,
          ...shown,
        };
        const sent = request({ ...options, agent: false }, async (incoming) => {
          const words = await bodyOf(incoming);
          resolve({ status: incoming.statusCode ?? 0, json: words ? JSON.parse(words) : {} });
        });
        sent.once("error", reject);
        sent.end(JSON.stringify(body));
      });
    const { json } = await ask("PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 }, {});
    const token = String(json.root_token);
    await ask("PUT", "sys/unseal", { key: (json.keys as string[])[0] }, {});
    await ask("POST", "sys/auth/cert", { type: "cert" }, { token });
    await ask(
      "POST",
      "auth/cert/certs/ops",
      { certificate: authority.cert, allowed_names: "ada" },
      { token },
    );
    const enter = async (shown: { key?: string; cert?: string }) =>
      (await ask("POST", "auth/cert/login", {}, shown)).status;
    expect(await enter(client.good)).toBe(200);
    expect(await enter(client.faulty("other-names"))).toBe(400);
    expect(await enter(client.faulty("expired"))).toBe(400);
    expect(await enter(stranger.good)).toBe(400);
    expect(await enter({})).toBe(400);
  } finally {
    await secure.close();
  }
});
