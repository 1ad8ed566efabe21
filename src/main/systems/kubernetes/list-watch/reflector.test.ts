import { afterEach, beforeEach, expect, test } from "vitest";
import type { OpsError } from "../../../../shared/errors.ts";
import type { KubernetesApi } from "../client/api.ts";
import { refuse, statusOf } from "../testing/fake-answers.ts";
import { FakeApi } from "../testing/fake-api.ts";
import { pod } from "../testing/objects.ts";
import { apiAt, quiet, until } from "../testing/surroundings.ts";
import type { Form } from "./items.ts";
import { type Change, Reflector } from "./reflector.ts";
import type { WatchTimes } from "./watch.ts";

let server: FakeApi;
let api: KubernetesApi;
let reflector: Reflector<string>;
let changes: Change<string>[];
let states: (OpsError | null)[];
let waits: number[];

beforeEach(async () => {
  server = await FakeApi.start();
  api = apiAt(server.port);
  changes = [];
  states = [];
  waits = [];
  reflector = reflect();
});
afterEach(async () => {
  await reflector.close();
  api.close();
  await server.close();
});

function reflect(form: Form = "objects", times: WatchTimes = { silence: 5000, life: 60_000 }) {
  return new Reflector<string>({
    api,
    collection: { path: "/api/v1/pods", form },
    read: ({ metadata, cells }) => `${metadata.name} ${cells?.Node ?? ""}`.trim(),
    onChange: (change) => void changes.push(change),
    onState: (error) => void states.push(error),
    now: Date.now,
    wait: async (milliseconds, signal) => {
      waits.push(milliseconds);
      signal.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    },
    random: () => 0,
    times,
  });
}

const lists = () =>
  server.received.filter(({ path, query }) => path.endsWith("/pods") && !query.get("watch"));
const watched = () => server.received.filter(({ query }) => query.get("watch"));

test("lists in pages of five hundred, as rows where a row is enough", async () => {
  for (let index = 0; index < 1201; index++) server.store.put("pods", pod(`api-${index}`));
  reflector = reflect("rows");
  await reflector.refresh(quiet);
  expect(reflector.items.size).toBe(1201);
  expect(reflector.items.get("shop/api-1200")).toBe("api-1200 node-1");
  expect(lists().map(({ query }) => [query.get("limit"), query.get("continue")])).toEqual([
    ["500", null],
    ["500", "500"],
    ["500", "1000"],
  ]);
  expect(changes).toHaveLength(1);
});

test("asks for everything at once when the continuation has grown too old", async () => {
  for (let index = 0; index < 600; index++) server.store.put("pods", pod(`api-${index}`));
  server.intercept.push(({ query }, response) => {
    if (!query.get("continue")) return false;
    refuse(response, 410, "Expired", "the continue token is too old");
    return true;
  });
  await reflector.refresh(quiet);
  expect(reflector.items.size).toBe(600);
});

test("follows changes, keeps the last version by bookmarks and goes on from there", async () => {
  server.store.put("pods", pod("api-1"));
  reflector.follow(60_000);
  await until(() => server.watches === 1);
  server.store.put("pods", pod("api-2"));
  server.store.remove("pods", "shop", "api-1");
  await until(() => reflector.items.size === 1 && reflector.items.has("shop/api-2"));
  server.store.put("nodes", { metadata: { name: "n" } });
  server.bookmark();
  server.endWatches();
  await until(() => watched().length === 2);
  expect(watched()[1]?.query.get("resourceVersion")).toBe(String(server.store.version));
  expect(watched()[0]?.query.get("allowWatchBookmarks")).toBe("true");
  expect(lists()).toHaveLength(1);
  expect(states.every((state) => state === null)).toBe(true);
});

test("lists anew after 410, and drops what went meanwhile", async () => {
  server.store.put("pods", pod("api-1"));
  await reflector.refresh(quiet);
  server.store.remove("pods", "shop", "api-1");
  server.store.put("pods", pod("api-2"));
  server.store.oldest = server.store.version;
  reflector.follow(60_000);
  await until(() => reflector.items.has("shop/api-2"));
  expect([...reflector.items.keys()]).toEqual(["shop/api-2"]);
  expect(changes.at(-1)).toMatchObject({ whole: true, removed: new Map([["shop/api-1", "api-1"]]) });
});

test("backs off more and more from a watch that ends every time, and does not list for it", async () => {
  server.intercept.push(({ query }, response) => {
    if (!query.get("watch")) return false;
    response.writeHead(200, { "content-type": "application/json" }).end();
    return true;
  });
  reflector.follow(60_000);
  await until(() => waits.length >= 8);
  expect(waits.slice(0, 8)).toEqual([400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
  expect(lists()).toHaveLength(1);
});

test("cuts a watch on which nothing is heard, and one whose line is garbage", async () => {
  await reflector.close();
  reflector = reflect("objects", { silence: 20, life: 60_000 });
  reflector.follow(60_000);
  await until(() => states.some((state) => state?.code === "kubernetes.timed-out"));
  server.intercept.push(({ query }, response) => {
    if (!query.get("watch")) return false;
    response.writeHead(200, { "content-type": "application/json" });
    response.end("<html>\n");
    return true;
  });
  await until(() => states.some((state) => state?.code === "kubernetes.garbage"));
});

test("stops watching when nobody looks any more, and keeps what it knew", async () => {
  server.store.put("pods", pod("api-1"));
  reflector.follow(50);
  await until(() => reflector.items.size === 1);
  await until(() => server.watches === 0 && !reflector.live);
  const asked = server.received.length;
  server.store.put("pods", pod("api-2"));
  reflector.follow(60_000);
  await until(() => reflector.items.size === 2);
  expect(server.received.slice(asked).every(({ query }) => query.get("watch"))).toBe(true);
});

test("after sleep it trusts no watch: it lists anew and follows again", async () => {
  reflector.follow(60_000);
  await until(() => server.watches === 1);
  reflector.distrust();
  await until(() => lists().length === 2 && server.watches === 1);
});

test("an object of ten megabytes comes through a watch as any other", async () => {
  reflector.follow(60_000);
  await until(() => server.watches === 1);
  const big = pod("big");
  server.store.put("pods", { ...big, spec: { ...big.spec, filling: "x".repeat(10 * 1024 * 1024) } });
  server.store.put("pods", pod("small"));
  await until(() => reflector.items.size === 2);
  expect(lists()).toHaveLength(1);
});

test("a watch that breaks off in the middle of an event goes on from the last whole one", async () => {
  server.store.put("pods", pod("api-1"));
  await reflector.refresh(quiet);
  const broken = server.store.put("pods", pod("api-2"));
  let cuts = 1;
  server.intercept.push(({ query }, response) => {
    if (!query.get("watch") || cuts === 0) return false;
    cuts -= 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.write(JSON.stringify({ type: "ADDED", object: broken }).slice(0, 60), () => response.destroy());
    return true;
  });
  reflector.follow(60_000);
  await until(() => reflector.items.has("shop/api-2"));
  expect(watched().map(({ query }) => query.get("resourceVersion"))).toEqual(["101", "101"]);
  expect(states.some((state) => state?.code === "kubernetes.truncated")).toBe(true);
  expect(states.at(-1)).toBeNull();
});

test("says what an ERROR event says, and goes on", async () => {
  let failures = 1;
  server.intercept.push(({ query }, response) => {
    if (!query.get("watch") || failures === 0) return false;
    failures -= 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      `${JSON.stringify({ type: "ERROR", object: statusOf(500, "InternalError", "etcd is away") })}\n`,
    );
    return true;
  });
  reflector.follow(60_000);
  await until(() => server.watches === 1);
  expect(states.find((state) => state !== null)?.code).toBe("kubernetes.server-error");
});

test("a refused connection is told and tried again", async () => {
  await server.close();
  await expect(reflector.refresh(quiet)).rejects.toThrow();
  reflector.follow(60_000);
  await until(() => waits.length > 2);
  expect(states.at(-1)).not.toBeNull();
});

test("pauses after a failure, and not once it is told that the server was heard again", async () => {
  const pauses: AbortSignal[] = [];
  await reflector.close();
  reflector = new Reflector<string>({
    api,
    collection: { path: "/api/v1/pods", form: "objects" },
    read: ({ metadata }) => metadata.name,
    onChange: (change) => void changes.push(change),
    onState: (error) => void states.push(error),
    now: Date.now,
    wait: (_milliseconds, signal) => {
      pauses.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
    random: () => 0,
    times: { silence: 5000, life: 60_000 },
  });
  server.intercept.push((_request, response) => {
    refuse(response, 503, "ServiceUnavailable", "away");
    return true;
  });
  reflector.follow(60_000);
  await until(() => pauses.length === 1);
  server.intercept.length = 0;
  server.store.put("pods", pod("api-0"));
  expect(reflector.items.size).toBe(0);
  reflector.hurry();
  await until(() => reflector.items.size === 1);
  expect(states.map((state) => state === null)).toEqual(expect.arrayContaining([false, true]));
});
