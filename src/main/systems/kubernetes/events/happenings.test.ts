import { afterEach, beforeEach, expect, test } from "vitest";
import type { Happenings } from "../../../../shared/happenings.ts";
import type { System } from "../../system.ts";
import { refuse } from "../testing/fake-answers.ts";
import { FakeApi } from "../testing/fake-api.ts";
import { deployment, node, pod } from "../testing/objects.ts";
import { openSystem } from "../testing/open-system.ts";
import { RecordingSink } from "../testing/recording-sink.ts";
import { quiet, until } from "../testing/surroundings.ts";

let server: FakeApi;
let system: System;
let ending: AbortController;

beforeEach(async () => {
  server = await FakeApi.start();
  system = openSystem(server.port);
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await system.close();
  await server.close();
});

interface EventParts {
  about?: { kind: string; namespace?: string; name: string };
  reason?: string;
  message?: string;
  type?: string;
  count?: number;
  at?: string;
  more?: object;
}

function put(name: string, parts: EventParts = {}): void {
  const { about = { kind: "Pod", namespace: "shop", name: "api-1" }, reason = "BackOff", count = 1 } = parts;
  const { message = "restarting", type = "Warning", at = "2026-01-01T00:00:00Z", more = {} } = parts;
  const event = { type, reason, message, count, firstTimestamp: "2026-01-01T00:00:00Z", lastTimestamp: at };
  server.store.put("events", {
    metadata: { name, namespace: about.namespace ?? "default", uid: `uid-${name}` },
    ...({ ...event, involvedObject: about, ...more } as object),
  });
}

/** Follows a resource and keeps what was said last. */
function follow(resource: string): {
  said: Happenings[];
  last(): Happenings | undefined;
  done: Promise<void>;
} {
  const said: Happenings[] = [];
  const answers = system.happenings?.(resource, ending.signal);
  if (!answers) throw new Error("no happenings");
  const done = (async () => {
    for await (const each of answers) said.push(each);
  })();
  return { said, last: () => said.at(-1), done };
}

test("what happened to a cluster, the newest first, told anew when something happens", async () => {
  put("a", { at: "2026-01-01T00:01:00Z" });
  put("b", {
    at: "2026-01-01T00:03:00Z",
    reason: "Pulled",
    type: "Normal",
    message: "image is\u001b[31m there",
  });
  const { last } = follow("east/cluster");
  await until(() => last() !== undefined);
  expect(last()).toMatchObject({ cut: false, error: null });
  expect(last()?.happenings.map(({ reason, grave }) => [reason, grave])).toEqual([
    ["Pulled", false],
    ["BackOff", true],
  ]);
  expect(last()?.happenings[0]?.text).toBe("image is [31m there");
  expect(last()?.readAt).not.toBeNull();
  put("c", { at: "2026-01-01T00:05:00Z", reason: "Killing" });
  await until(() => last()?.happenings[0]?.reason === "Killing");
  server.store.remove("events", "shop", "c");
  await until(() => last()?.happenings.length === 2);
});

test("repeats are one line: told by several events, counted on in one, or in a series", async () => {
  put("a", { count: 3, at: "2026-01-01T00:01:00Z" });
  put("b", { count: 2, at: "2026-01-01T00:04:00Z" });
  const series = { count: 7, lastObservedTime: "2026-01-01T00:09:00.000000Z" };
  put("c", {
    reason: "Slow",
    more: { count: null, lastTimestamp: null, eventTime: "2026-01-01T00:02:00.000000Z", series },
  });
  const { last } = follow("east/namespaces/shop");
  await until(() => last()?.happenings.length === 2);
  expect(last()?.happenings).toMatchObject([
    { reason: "Slow", count: 7, at: Date.parse("2026-01-01T00:09:00Z") },
    {
      reason: "BackOff",
      count: 5,
      at: Date.parse("2026-01-01T00:04:00Z"),
      firstAt: Date.parse("2026-01-01"),
    },
  ]);
  put("b", { count: 9, at: "2026-01-01T00:10:00Z" });
  await until(() => last()?.happenings[0]?.count === 12);
});

test("a node, a pod and a namespace are asked for alone", async () => {
  put("a");
  put("b", { about: { kind: "Pod", namespace: "shop", name: "api-2" } });
  put("c", { about: { kind: "Node", name: "node-1" } });
  put("d", { about: { kind: "Pod", namespace: "billing", name: "bill-1" } });
  const shown = [follow("east/pods/shop/api-1"), follow("east/nodes/node-1"), follow("east/namespaces/shop")];
  await until(() => shown.every(({ last }) => last() !== undefined));
  expect(
    shown.map(({ last }) =>
      last()
        ?.happenings.map(({ subject }) => subject)
        .sort(),
    ),
  ).toEqual([["Pod shop/api-1"], ["Node node-1"], ["Pod shop/api-1", "Pod shop/api-2"]]);
  const selectors = server.received.filter(({ path }) => path.endsWith("/events"));
  expect(selectors.map(({ query }) => query.get("fieldSelector"))).toContain(
    "involvedObject.kind=Pod,involvedObject.name=api-1",
  );
});

test("a workload's are its own, those of what it made and of its pods; each leads to what is known", async () => {
  server.store.put("nodes", node("node-1"));
  server.store.put("deployments", deployment("api"));
  const owner = { kind: "ReplicaSet", name: "api-5f", uid: "u", controller: true, apiVersion: "apps/v1" };
  const made = pod("api-5f-x");
  server.store.put("pods", {
    ...made,
    metadata: { ...made.metadata, labels: { "pod-template-hash": "5f" }, ownerReferences: [owner] },
  });
  server.store.put("pods", pod("api-gateway-1", { owner: { kind: "StatefulSet", name: "api-gateway" } }));
  await system.observe(new RecordingSink(), quiet);
  const about = (kind: string, name: string) => ({ about: { kind, namespace: "shop", name } });
  put("a", about("Deployment", "api"));
  put("b", about("ReplicaSet", "api-5f"));
  put("c", about("Pod", "api-5f-x"));
  put("d", about("Pod", "api-5f-gone1"));
  put("e", about("Pod", "api-gateway-1"));
  put("f", about("Deployment", "api-gateway"));
  put("g", about("StatefulSet", "api"));
  const { last } = follow("east/workloads/Deployment/shop/api");
  await until(() => last() !== undefined);
  const found = last()?.happenings ?? [];
  expect(Object.fromEntries(found.map(({ subject, resource }) => [subject, resource]))).toEqual({
    "Deployment shop/api": "east/workloads/Deployment/shop/api",
    "ReplicaSet shop/api-5f": null,
    "Pod shop/api-5f-x": "east/pods/shop/api-5f-x",
    "Pod shop/api-5f-gone1": null,
  });
});

test("of thousands the newest are shown, wherever they stand in the list", async () => {
  for (let index = 0; index < 1600; index++) {
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, (index * 7919) % 1600)).toISOString();
    put(`e${index}`, { message: `number ${index}`, at });
  }
  const { last } = follow("east/cluster");
  await until(() => last() !== undefined);
  expect(last()?.happenings).toHaveLength(500);
  expect(last()?.cut).toBe(true);
  const times = last()?.happenings.map(({ at }) => at) ?? [];
  expect(times[0]).toBe(Date.UTC(2026, 0, 1, 0, 0, 1599));
  expect(times.at(-1)).toBe(Date.UTC(2026, 0, 1, 0, 0, 1100));
  expect(server.asked("GET", "/events").map(({ query }) => query.get("limit"))).toContain("500");
});

test("events that may not be read are told, and shown when they may", async () => {
  put("a");
  let denied = true;
  server.intercept.push(({ path }, response) => {
    if (!denied || !path.endsWith("/events")) return false;
    refuse(response, 403, "Forbidden", "events is forbidden");
    return true;
  });
  const { last } = follow("east/cluster");
  await until(() => last()?.error !== undefined && last()?.error !== null);
  expect(last()).toMatchObject({ happenings: [], readAt: null, error: { code: "kubernetes.forbidden" } });
  denied = false;
  await until(() => last()?.error === null && last()?.happenings.length === 1);
});

test("a watch that is too old lists anew, without what has expired", async () => {
  put("a");
  const { last } = follow("east/cluster");
  await until(() => last()?.happenings.length === 1 && server.watches === 1);
  server.endWatches();
  server.store.remove("events", "shop", "a");
  put("b", { reason: "Killing" });
  server.store.oldest = server.store.version;
  await until(() => last()?.happenings[0]?.reason === "Killing" && last()?.happenings.length === 1);
});

test("it ends with whoever looks, and with the system", async () => {
  const first = follow("east/cluster");
  await until(() => server.watches === 1);
  await system.close();
  await first.done;
  await until(() => server.watches === 0);
  system = openSystem(server.port);
  const second = follow("east/cluster");
  await until(() => server.watches === 1);
  ending.abort();
  await second.done;
  await until(() => server.watches === 0);
});

test("what has no events has none", () => {
  for (const id of [
    "east/releases/shop/front",
    "east/operators/etcd",
    "west/cluster",
    "east/pods/x",
    "east",
  ]) {
    expect(system.happenings?.(id, quiet)).toBeNull();
  }
});
