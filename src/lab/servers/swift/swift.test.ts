import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { scaledClock } from "../../world/clock.ts";
import { type LabSwift, type SwiftFaults, startLabSwift } from "./index.ts";

const users = [
  { account: "files", user: "ops", password: "word", credential: { id: "c-1", secret: "credential" } },
];
const faults: Record<string, SwiftFaults> = {};
const cluster = new Map<string, LabSwift>();
const ports = new Map<string, number>();
let failures: unknown[] = [];

beforeEach(async () => {
  failures = [];
  for (const name of ["east", "north"]) {
    faults[name] = {};
    const swift = startLabSwift({
      clock: scaledClock(100, Date.UTC(2025, 0, 6)),
      region: name,
      users,
      realm: { name: "shop", key: "realm" },
      peer: (other) => cluster.get(other.toLowerCase()) ?? null,
      certificate: null,
      faults: () => faults[name] ?? {},
      syncEvery: 1000,
      onFailure: (error) => failures.push(error),
    });
    cluster.set(name, swift);
    ports.set(name, await swift.listen(0));
  }
});
afterEach(async () => {
  await Promise.all([...cluster.values()].map((swift) => swift.close()));
  expect(failures).toEqual([]);
});

const place = (name: string) => `http://127.0.0.1:${ports.get(name)}`;

async function login(
  name: string,
): Promise<(method: string, path: string, more?: RequestInit) => Promise<Response>> {
  const answer = await fetch(`${place(name)}/auth/v1.0`, {
    headers: { "x-auth-user": "files:ops", "x-auth-key": "word" },
  });
  const token = answer.headers.get("x-auth-token") ?? "";
  const url = answer.headers.get("x-storage-url") ?? "";
  return (method, path, more = {}) =>
    fetch(`${url}${path}`, { ...more, method, headers: { "x-auth-token": token, ...more.headers } });
}

const sync = { "x-container-sync-to": "//shop/NORTH/AUTH_files/b", "x-container-sync-key": "k" };

test("an object put at one is copied to the other, and so is its deletion", async () => {
  const [east, north] = [await login("east"), await login("north")];
  expect((await north("PUT", "/b", { headers: { "x-container-sync-key": "k" } })).status).toBe(201);
  expect((await east("PUT", "/a", { headers: sync })).status).toBe(201);
  const put = await east("PUT", "/a/x/y z", { body: "hello", headers: { "x-object-meta-by": "me" } });
  expect(put.status).toBe(201);
  await vi.waitFor(async () => expect((await north("GET", "/b/x/y z")).status).toBe(200), 5000);
  const copied = await north("GET", "/b/x/y z");
  expect(await copied.text()).toBe("hello");
  expect(copied.headers.get("x-object-meta-by")).toBe("me");
  const original = await east("HEAD", "/a/x/y z");
  expect(copied.headers.get("x-timestamp")).toBe(original.headers.get("x-timestamp"));
  expect(await (await north("GET", "/b?format=json")).json()).toMatchObject([{ name: "x/y z", bytes: 5 }]);
  await east("DELETE", "/a/x/y z");
  await vi.waitFor(async () => expect((await north("HEAD", "/b/x/y z")).status).toBe(404), 5000);
});

test("with another key nothing is taken, and it arrives once the keys are the same", async () => {
  const [east, north] = [await login("east"), await login("north")];
  await north("PUT", "/b", { headers: { "x-container-sync-key": "other" } });
  await east("PUT", "/a", { headers: sync });
  await east("PUT", "/a/one", { body: "1" });
  const a = cluster.get("east")?.store.container("AUTH_files", "a");
  expect(a?.unsynced()).toHaveLength(1);
  expect((await north("HEAD", "/b/one")).status).toBe(404);
  await north("POST", "/b", { headers: { "x-container-sync-key": "k" } });
  await vi.waitFor(async () => expect((await north("HEAD", "/b/one")).status).toBe(200), 5000);
  await vi.waitFor(() => expect(a?.unsynced()).toEqual([]), 5000);
});

test("stopped or down, nothing is copied; a lag holds back what is young", async () => {
  const [east, north] = [await login("east"), await login("north")];
  await north("PUT", "/b", { headers: { "x-container-sync-key": "k" } });
  await east("PUT", "/a", { headers: sync });
  faults.east = { syncLag: 1e9 };
  await east("PUT", "/a/one", { body: "1" });
  faults.north = { down: true };
  cluster.get("north")?.changed();
  faults.east = {};
  await expect(north("HEAD", "/b/one")).rejects.toThrow();
  faults.east = { syncStopped: true };
  faults.north = {};
  expect((await north("HEAD", "/b/one")).status).toBe(404);
  faults.east = {};
  await vi.waitFor(async () => expect((await north("HEAD", "/b/one")).status).toBe(200), 5000);
});

test("Keystone's log-in gives a catalogue, by password or application credential", async () => {
  const ask = (identity: object, scope?: object) =>
    fetch(`${place("east")}/v3/auth/tokens`, {
      method: "POST",
      body: JSON.stringify({ auth: { identity, scope } }),
    });
  const byPassword = (password: string) =>
    ask(
      { methods: ["password"], password: { user: { name: "ops", domain: { name: "Default" }, password } } },
      { project: { name: "files", domain: { name: "Default" } } },
    );
  expect((await byPassword("wrong")).status).toBe(401);
  for (const asked of [
    () => byPassword("word"),
    () =>
      ask({
        methods: ["application_credential"],
        application_credential: { id: "c-1", secret: "credential" },
      }),
  ]) {
    const answer = await asked();
    expect(answer.status).toBe(201);
    const body = (await answer.json()) as { token: { catalog: { endpoints: { url: string }[] }[] } };
    const url = body.token.catalog[0]?.endpoints[0]?.url ?? "";
    expect(url).toBe(`${place("east")}/v1/AUTH_files`);
    const token = answer.headers.get("x-subject-token") ?? "";
    expect((await fetch(url, { method: "HEAD", headers: { "x-auth-token": token } })).status).toBe(204);
    cluster.get("east")?.forgetTokens();
    expect((await fetch(url, { method: "HEAD", headers: { "x-auth-token": token } })).status).toBe(401);
  }
});

test("full URLs are no targets, and another account is nobody's", async () => {
  const east = await login("east");
  const wrong = { "x-container-sync-to": "https://192.0.2.1/v1/AUTH_files/b" };
  expect((await east("PUT", "/a", { headers: wrong })).status).toBe(400);
  expect((await east("GET", "/../AUTH_other")).status).toBe(403);
  faults.east = { garbage: true };
  expect(await (await east("GET", "")).text()).toContain("<html>");
  faults.east = { truncated: true };
  await expect(east("GET", "?format=json").then((answer) => answer.text())).rejects.toThrow();
});
