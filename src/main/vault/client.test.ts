import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { VaultClient } from "./client.ts";
import { FakeVault } from "./testing/fake-vault.ts";
import { dialLoopback } from "./testing/opened.ts";

let active: FakeVault;
let standby: FakeVault;
let client: VaultClient;
const signal = new AbortController().signal;

function clientOf(nodes: Record<string, { url: string }>, more: object = {}): VaultClient {
  return new VaultClient({
    name: "the Vault",
    config: { nodes, ...more },
    dial: (place) => dialLoopback(place),
    folder: () => process.cwd(),
    deadline: 4000,
  });
}

beforeEach(async () => {
  active = await new FakeVault().start();
  standby = await new FakeVault().start();
  client = clientOf({ standby: { url: standby.url }, active: { url: active.url } });
});
afterEach(async () => {
  client.close();
  await Promise.all([active.stop(), standby.stop()]);
});

const says = (status: number, errors: string[] = [], headers = {}) => ({ status, headers, body: { errors } });

test("a redirection of a standby is followed to a node of the estate, and that one is asked first from then on", async () => {
  standby.redirectsTo = active.url;
  active.instead = () => ({ body: { data: { value: 1 } } });
  await client.ask({ path: "any/thing", signal });
  await client.ask({ path: "any/thing", signal });
  expect(standby.requests).toHaveLength(1);
  expect(active.requests).toHaveLength(2);
});

test("a redirection to what the estate does not name gets nothing", async () => {
  standby.redirectsTo = "https://192.0.2.99:8200";
  active.redirectsTo = "https://192.0.2.99:8200";
  await expect(client.ask({ path: "any/thing", token: "t", signal })).rejects.toMatchObject({
    code: "vault.moved-elsewhere",
  });
});

test("redirections in a circle end", async () => {
  standby.redirectsTo = active.url;
  active.redirectsTo = standby.url;
  await expect(client.ask({ path: "any/thing", signal })).rejects.toMatchObject({
    code: "vault.moved-elsewhere",
  });
});

test("a node that is sealed or dead is passed over, for reading and for writing", async () => {
  standby.sealed = true;
  active.instead = () => ({ body: {} });
  await client.ask({ method: "POST", path: "kv/data/a", body: {}, signal });
  expect(active.requests).toHaveLength(1);
  await standby.stop();
  const fresh = clientOf({ standby: { url: "http://127.0.0.1:1" }, active: { url: active.url } });
  await fresh.ask({ method: "POST", path: "kv/data/a", body: {}, signal });
  fresh.close();
  expect(active.requests).toHaveLength(2);
  standby = await new FakeVault().start();
});

test("a write whose node breaks off is not sent to another: it may have been taken", async () => {
  standby.instead = (_request, response) => {
    response.destroy();
    return "taken";
  };
  await expect(client.ask({ method: "POST", path: "kv/data/a", body: {}, signal })).rejects.toMatchObject({
    code: "vault.closed",
  });
  expect(active.requests).toHaveLength(0);
  await client.ask({ path: "kv/data/a", signal }).catch(() => null);
  expect(active.requests).toHaveLength(1);
});

test.each([
  [400, ["check-and-set parameter did not match the current version"], "vault.version-mismatch"],
  [400, ["whatever"], "vault.refused"],
  [403, ["permission denied"], "vault.not-allowed"],
  [403, ["2 errors occurred: permission denied, invalid token"], "vault.token-refused"],
  [404, [], "vault.not-found"],
  [405, ["unsupported operation"], "vault.unsupported"],
  [429, [], "vault.too-many-requests"],
  [472, [], "vault.no-active-node"],
  [473, [], "vault.no-active-node"],
  [500, ["local node not active but active cluster node not found"], "vault.no-active-node"],
  [500, ["boom"], "vault.failing"],
  [501, [], "vault.not-initialised"],
  [502, [], "vault.failing"],
  [503, ["error: sealed-by-operator-7"], "vault.sealed"],
  [503, ["upgrading"], "vault.unavailable"],
  [301, [], "vault.moved"],
])("HTTP %i %j is told as %s, without the words of the answer", async (status, errors, code) => {
  for (const node of [active, standby]) node.instead = () => says(status, errors);
  const thrown = await client.ask({ path: "any/thing", token: "t", signal }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code });
  for (const words of errors) expect(JSON.stringify(thrown)).not.toContain(words);
});

test("a node that has not caught up is asked again a few times", async () => {
  standby.instead = () => (standby.requests.length < 3 ? says(412) : { body: { ok: true } });
  expect(await client.ask({ path: "any/thing", signal })).toEqual({ ok: true });
  standby.instead = () => says(412);
  await expect(client.ask({ path: "any/thing", node: "standby", signal })).rejects.toMatchObject({
    code: "vault.behind",
  });
});

test("health is an answer of one node, whatever its status", async () => {
  standby.instead = () => ({ status: 429, body: { sealed: false, standby: true } });
  const answer = await client.exchange({
    path: "sys/health",
    node: "standby",
    alsoTake: [429, 472, 473, 501, 503],
    signal,
  });
  expect(answer).toEqual({ node: "standby", status: 429, body: { sealed: false, standby: true } });
  await expect(client.exchange({ path: "sys/health", node: "elsewhere", signal })).rejects.toMatchObject({
    code: "vault.no-such-node",
  });
});

test("garbage, a cut answer, silence and what does not fit are told", async () => {
  const one = clientOf({ active: { url: active.url } });
  const hurried = new VaultClient({
    name: "the Vault",
    config: { nodes: { active: { url: active.url } } },
    dial: (place) => dialLoopback(place),
    folder: () => process.cwd(),
    deadline: 60,
  });
  const raw = (words: string, length = words.length) => {
    active.instead = (_request, response) => {
      response.writeHead(200, { "content-length": length });
      response.write(words);
      if (length > words.length) response.destroy();
      else response.end();
      return "taken";
    };
  };
  raw("<html>");
  await expect(one.ask({ path: "a/b", signal })).rejects.toMatchObject({ code: "vault.garbage" });
  raw('{"data"', 500);
  await expect(one.ask({ path: "a/b", signal })).rejects.toMatchObject({ code: "vault.closed" });
  raw('{"data": 1}');
  await expect(one.read({ path: "a/b", signal }, z.object({ data: z.string() }))).rejects.toMatchObject({
    code: "vault.garbage",
  });
  active.instead = () => "taken";
  await expect(hurried.ask({ path: "a/b", signal })).rejects.toMatchObject({ code: "vault.timed-out" });
  one.close();
  hurried.close();
});

test("headers and queries are as documented; the namespace can be left out", async () => {
  const spaced = clientOf({ active: { url: active.url } }, { namespace: "team/one" });
  active.instead = () => ({ body: {} });
  await spaced.ask({ method: "LIST", path: "kv/metadata/", token: "t", wrapFor: 60, signal });
  await spaced.ask({ path: "sys/health", namespace: null, signal });
  spaced.close();
  expect(
    active.requests.map(({ method, path, namespace, token }) => [method, path, namespace, token]),
  ).toEqual([
    ["GET", "kv/metadata/?list=true", "team/one", "t"],
    ["GET", "sys/health", null, null],
  ]);
});

test("no token and no body goes over plain HTTP to another machine, and no token that is no header", async () => {
  const far = clientOf({ far: { url: "http://192.0.2.60:8200" } });
  await expect(far.ask({ path: "a/b", token: "t", signal })).rejects.toMatchObject({
    code: "vault.plain-token",
  });
  await expect(far.ask({ method: "POST", path: "auth/x/login", body: {}, signal })).rejects.toMatchObject({
    code: "vault.plain-token",
  });
  await expect(client.ask({ path: "a/b", token: "a\nb", signal })).rejects.toMatchObject({
    code: "vault.token-refused",
  });
  far.close();
});
