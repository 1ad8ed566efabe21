import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";
import { refuse } from "../testing/fake-answers.ts";
import { FakeApi } from "../testing/fake-api.ts";
import { node } from "../testing/objects.ts";
import { apiAt, FakeClock, quiet } from "../testing/surroundings.ts";
import type { KubernetesApi } from "./api.ts";

let server: FakeApi;
let api: KubernetesApi;

beforeEach(async () => {
  server = await FakeApi.start();
  server.store.put("nodes", node("node-1"));
  api = apiAt(server.port);
});
afterEach(async () => {
  api.close();
  await server.close();
});

const nodes = { path: "/api/v1/nodes", signal: quiet };

test("asks with the log-in and reads the answer, packed or not", async () => {
  expect(await api.ask(nodes)).toMatchObject({ items: [{ metadata: { name: "node-1" } }] });
  expect(server.received[0]?.headers).toMatchObject({
    authorization: "Bearer token-1",
    "accept-encoding": "gzip",
  });
  server.intercept.push((_received, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync('{"kind":"List"}'));
    return true;
  });
  expect(await api.ask(nodes)).toEqual({ kind: "List" });
});

test("waits as long as a busy server wishes, a few times, and then says so", async () => {
  const clock = new FakeClock();
  api.close();
  api = apiAt(server.port, { wait: clock.wait });
  let refusals = 2;
  server.intercept.push((_received, response) => {
    if (refusals === 0) return false;
    refusals -= 1;
    refuse(response, 429, "TooManyRequests", "slow down", {}, { "retry-after": "7" });
    return true;
  });
  await api.ask(nodes);
  expect(clock.waits).toEqual([7000, 7000]);
  refusals = 100;
  await expect(api.ask(nodes)).rejects.toMatchObject({ code: "kubernetes.busy" });
  expect(server.received).toHaveLength(3 + 5);
});

test("fetches another token once when one is refused, and does not ask for ever", async () => {
  let given = 0;
  api.close();
  api = apiAt(server.port, {
    credentials: async () => {
      given += 1;
      return { headers: { authorization: `Bearer token-${given}` }, certificate: null, validUntil: null };
    },
  });
  server.intercept.push((received, response) => {
    if (received.headers.authorization === "Bearer token-2") return false;
    refuse(response, 401, "Unauthorized", "Unauthorized");
    return true;
  });
  await api.ask(nodes);
  expect(given).toBe(2);
  server.intercept.unshift((_received, response) => {
    refuse(response, 401, "Unauthorized", "Unauthorized");
    return true;
  });
  await expect(api.ask(nodes)).rejects.toMatchObject({ code: "kubernetes.log-in-refused" });
  expect(given).toBe(3);
});

test("says which right is missing, without control characters", async () => {
  server.intercept.push((_received, response) => {
    refuse(response, 403, "Forbidden", `nodes is forbidden: User "jane"\u001b[31m cannot list`);
    return true;
  });
  await expect(api.ask(nodes)).rejects.toMatchObject({
    code: "kubernetes.forbidden",
    said: 'nodes is forbidden: User "jane" [31m cannot list',
  });
});

test.each([
  ["a web page", 200, "text/html", "<!DOCTYPE html><html>log in</html>", "kubernetes.not-kubernetes"],
  ["a web page that calls itself JSON", 502, "application/json", "<html>", "kubernetes.not-kubernetes"],
  ["no JSON", 200, "application/json", "{", "kubernetes.garbage"],
  ["an error without a status", 500, "text/plain", "boom", "kubernetes.server-error"],
])("tells %s from an answer", async (_what, status, type, body, code) => {
  server.intercept.push((_received, response) => {
    response.writeHead(status, { "content-type": type });
    response.end(body);
    return true;
  });
  await expect(api.ask(nodes)).rejects.toMatchObject({ code });
});

test("reads an object of ten megabytes", async () => {
  const big = "x".repeat(10 * 1024 * 1024);
  server.store.put("configmaps", { metadata: { name: "big", namespace: "shop" }, spec: { big } });
  const path = "/api/v1/namespaces/shop/configmaps/big";
  expect(await api.ask({ path, signal: quiet })).toMatchObject({ spec: { big } });
});

test("tries a kept connection that was closed meanwhile with a new one", async () => {
  await api.ask(nodes);
  let dropped = 0;
  server.intercept.push((_received, response) => {
    dropped += 1;
    if (dropped > 1) return false;
    response.socket?.destroy();
    return true;
  });
  expect(await api.ask(nodes)).toMatchObject({ kind: "List" });
});

test("an answer that breaks off, and one that never comes, are told apart", async () => {
  server.intercept.push((received, response) => {
    if (received.path.endsWith("nodes")) {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"items":[');
      setImmediate(() => response.socket?.destroy());
    }
    return true;
  });
  await expect(api.ask(nodes)).rejects.toMatchObject({ code: "kubernetes.truncated" });
  const late = api.ask({ path: "/api/v1/pods", signal: quiet, deadline: 30 });
  await expect(late).rejects.toMatchObject({ code: "kubernetes.timed-out" });
});

test("what is not HTTP is garbage, and a refused connection says so", async () => {
  const sockets = new Set<Socket>();
  const babble = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).end("SSH-2.0-hello\r\n");
  });
  await new Promise<void>((resolve) => babble.listen(0, "127.0.0.1", resolve));
  const { port } = babble.address() as { port: number };
  const other = apiAt(port);
  await expect(other.ask(nodes)).rejects.toMatchObject({ code: "kubernetes.garbage" });
  other.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => babble.close(resolve));
});

test("an aborted request ends at once and leaves no connection waiting", async () => {
  server.intercept.push(() => true);
  const stop = new AbortController();
  const asking = api.ask({ ...nodes, signal: stop.signal });
  setImmediate(() => stop.abort());
  await expect(asking).rejects.toMatchObject({ code: "general.cancelled" });
});

test("speaks TLS with the cluster's own authority, and trusts no other", async () => {
  const own = makeSelfSigned("api.example");
  const secured = await FakeApi.start({ cert: own.cert, key: own.key });
  const tls = { authority: own.cert, serverName: "api.example", insecure: false };
  const good = apiAt(secured.port, { tls });
  expect(await good.ask(nodes)).toMatchObject({ kind: "List" });
  const others = [
    apiAt(secured.port, { tls: { ...tls, authority: makeSelfSigned("api.example").cert } }),
    apiAt(secured.port, { tls: { ...tls, serverName: "other.example" } }),
  ];
  for (const other of others) {
    await expect(other.ask(nodes)).rejects.toMatchObject({ code: "kubernetes.certificate-untrusted" });
    other.close();
  }
  good.close();
  expect(secured.received).toHaveLength(1);
  await secured.close();
});

test("an API server whose certificate has expired is told before anything is sent", async () => {
  const old = makeSelfSigned("api.example", new Date(Date.now() - 1000));
  const secured = await FakeApi.start({ cert: old.cert, key: old.key });
  const late = apiAt(secured.port, {
    tls: { authority: old.cert, serverName: "api.example", insecure: false },
  });
  await expect(late.ask(nodes)).rejects.toMatchObject({ code: "kubernetes.certificate-expired" });
  expect(secured.received).toEqual([]);
  late.close();
  await secured.close();
});

test("a server that stays busy for longer than anybody waits is given up at once", async () => {
  const clock = new FakeClock();
  api.close();
  api = apiAt(server.port, { wait: clock.wait });
  server.intercept.push((_received, response) => {
    refuse(response, 429, "TooManyRequests", "slow down", {}, { "retry-after": "3600" });
    return true;
  });
  await expect(api.ask(nodes)).rejects.toMatchObject({ code: "kubernetes.busy", retryAfter: 3_600_000 });
  expect(clock.waits).toEqual([]);
});

test("asks for nothing that a name would lead to by an escape", async () => {
  const path = "/api/v1/namespaces/shop/pods/..%2Fsecrets%2Fdb";
  await expect(api.ask({ path, signal: quiet })).rejects.toMatchObject({ code: "kubernetes.name-invalid" });
  await expect(api.stream({ path: `${path}/log`, signal: quiet })).rejects.toMatchObject({
    code: "kubernetes.name-invalid",
  });
  expect(server.received).toEqual([]);
});
