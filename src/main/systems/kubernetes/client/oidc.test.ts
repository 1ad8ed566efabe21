import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";
import { dialLoopback, quiet } from "../testing/surroundings.ts";
import { OidcTokens, type OidcUser } from "./oidc.ts";

const now = 1_700_000_000_000;
const own = makeSelfSigned("login.example");
const jwt = (seconds: number) =>
  ["e30", Buffer.from(JSON.stringify({ exp: seconds })).toString("base64url"), "c2ln"].join(".");
const fresh = jwt(now / 1000 + 3600);
const old = jwt(now / 1000 - 1);

let server: Server;
let port: number;
let asked: { path: string; authorization: string | undefined; form: URLSearchParams }[];
let dialled: { address: string; port: number }[];
let tokens: OidcTokens;
let answer: (path: string, response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  dialled = [];
  answer = provider();
  server = createServer(
    { cert: own.cert, key: own.key },
    (request, response) => void read(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  tokens = new OidcTokens({
    dial: (place) => {
      dialled.push(place);
      return dialLoopback({ address: "127.0.0.1", port: place.port });
    },
    now: () => now,
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function read(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let words = "";
  for await (const chunk of request) words += String(chunk);
  const path = request.url ?? "";
  asked.push({ path, authorization: request.headers.authorization, form: new URLSearchParams(words) });
  answer(path, response);
}

function provider(methods: string[] | undefined = undefined) {
  let round = 0;
  return (path: string, response: ServerResponse) => {
    response.setHeader("content-type", "application/json");
    if (path === "/realm/.well-known/openid-configuration") {
      const endpoint = `https://login.example:${port}/token`;
      response.end(
        JSON.stringify({ token_endpoint: endpoint, token_endpoint_auth_methods_supported: methods }),
      );
    } else {
      round += 1;
      response.end(
        JSON.stringify({ id_token: round === 1 ? old : fresh, refresh_token: `refresh-${round}` }),
      );
    }
  };
}

function user(parts: Partial<OidcUser> = {}): OidcUser {
  return {
    cluster: "east",
    issuer: `https://login.example:${port}/realm`,
    clientId: "console",
    clientSecret: "s/ecret",
    idToken: old,
    refreshToken: "refresh-0",
    authority: own.cert,
    ...parts,
  };
}

test("a token that is valid is used, and nobody is asked", async () => {
  expect(await tokens.token(user({ idToken: fresh }), quiet)).toMatchObject({ token: fresh });
  expect(dialled).toEqual([]);
});

test("one that has ended is renewed by the way to the cluster, each time with the newest refresh token", async () => {
  await tokens.token(user(), quiet);
  const found = await tokens.token(user(), quiet);
  expect(found).toEqual({ token: fresh, validUntil: now + 3_600_000 });
  expect(new Set(dialled.map(({ address }) => address))).toEqual(new Set(["login.example"]));
  const posted = asked.filter(({ path }) => path === "/token");
  expect(posted.map(({ form }) => form.get("refresh_token"))).toEqual(["refresh-0", "refresh-1"]);
  const basic = Buffer.from("console:s%2Fecret").toString("base64");
  expect(posted[0]?.authorization).toBe(`Basic ${basic}`);
  await tokens.token(user(), quiet);
  expect(asked.filter(({ path }) => path === "/token")).toHaveLength(2);
});

test("a provider that wants it so gets the client's secret in the form, and a client without one none", async () => {
  answer = provider(["client_secret_post"]);
  await tokens.token(user(), quiet);
  expect(asked.at(-1)?.form.get("client_secret")).toBe("s/ecret");
  await tokens.token(user({ clientSecret: null, refreshToken: "other" }), quiet);
  expect(asked.at(-1)?.form.get("client_id")).toBe("console");
  expect(asked.at(-1)?.authorization).toBeUndefined();
});

test("nothing is sent to a provider whose certificate nobody vouches for", async () => {
  const stranger = user({ authority: makeSelfSigned("login.example").cert });
  await expect(tokens.token(stranger, quiet)).rejects.toMatchObject({ code: "kubernetes.refresh-failed" });
  expect(asked).toEqual([]);
});

test.each([
  ["a refusal", 400, '{"error":"invalid_grant"}'],
  ["a web page", 200, "<html>"],
  ["no token", 200, "{}"],
  ["a token that is none", 200, '{"id_token":"a\\nb"}'],
  ["an error", 500, "boom"],
])("%s is told without what was said", async (_what, status, body) => {
  const usual = answer;
  answer = (path, response) => {
    if (path !== "/token") return usual(path, response);
    response.writeHead(status).end(body);
  };
  const error = await tokens.token(user(), quiet).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "kubernetes.refresh-failed" });
  expect(String(error)).not.toContain("refresh-0");
});

test("what is missing in the kubeconfig, and a provider that is not HTTPS, are told before anything is asked", async () => {
  for (const parts of [{ refreshToken: null }, { clientId: null }, { issuer: "http://login.example" }]) {
    await expect(tokens.token(user(parts), quiet)).rejects.toMatchObject({
      code: "kubernetes.refresh-failed",
    });
  }
  expect(dialled).toEqual([]);
});

test("a log-in that is closed meanwhile ends the asking", async () => {
  answer = () => undefined;
  const stop = new AbortController();
  const asking = tokens.token(user(), stop.signal);
  setTimeout(() => stop.abort(), 20);
  await expect(asking).rejects.toMatchObject({ code: "general.cancelled" });
});
