import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "../../system.ts";
import { refuse } from "../testing/fake-answers.ts";
import { FakeApi } from "../testing/fake-api.ts";
import { budget, node, pod, type Stored } from "../testing/objects.ts";
import { openSystem } from "../testing/open-system.ts";
import { RecordingSink } from "../testing/recording-sink.ts";
import { quiet } from "../testing/surroundings.ts";
import { labelQuery } from "./label-query.ts";
import { readRelease } from "./release-payload.ts";

let server: FakeApi;
let system: System;
let sink: RecordingSink;

beforeEach(async () => {
  server = await FakeApi.start();
  sink = new RecordingSink();
  system = openSystem(server.port);
  server.store.put("nodes", node("node-1"));
  server.store.put("namespaces", { metadata: { name: "shop" }, status: { phase: "Active" } });
});
afterEach(async () => {
  await system.close();
  await server.close();
});

function payload(release: unknown): { release: string } {
  const inner = gzipSync(JSON.stringify(release)).toString("base64");
  return { release: Buffer.from(inner).toString("base64") };
}

const chart = (version: string) => ({
  info: { last_deployed: "2026-02-01T10:00:00Z", description: "hunter2" },
  config: { password: "hunter2" },
  chart: { metadata: { name: "web", version, appVersion: "2.4" } },
});

function release(
  revision: number,
  status: string,
  data = payload(chart(`1.${revision}.0`)),
): Stored & object {
  return {
    metadata: {
      name: `sh.helm.release.v1.front.v${revision}`,
      namespace: "shop",
      uid: `uid-${revision}`,
      labels: { owner: "helm", name: "front", version: String(revision), status },
    },
    ...({ type: "helm.sh/release.v1", data } as object),
  };
}

const front = "east/releases/shop/front";
const fetched = () => server.received.filter(({ path }) => path.includes("/secrets/")).length;

test("a release is its newest revision; its chart is fetched once, and nothing else of it is kept", async () => {
  server.store.put("secrets", release(9, "superseded"));
  server.store.put("secrets", release(10, "deployed"));
  server.store.put("secrets", { metadata: { name: "other", namespace: "shop", labels: { owner: "me" } } });
  await system.observe(sink, quiet);
  expect(sink.facts(front)).toMatchObject({
    "kubernetes.status": "deployed",
    "helm.chart": "web",
    "helm.chartVersion": "1.10.0",
    "helm.appVersion": "2.4",
    "helm.revision": 10,
    "helm.revisions": 2,
    "helm.deployedAt": Date.parse("2026-02-01T10:00:00Z"),
  });
  expect(sink.health(front)).toBe("ok");
  expect(JSON.stringify([...sink.last.values()])).not.toContain("hunter2");
  const lists = server.received.filter(({ path }) => path === "/api/v1/secrets");
  expect(lists[0]?.headers.accept).toContain("PartialObjectMetadataList");
  await system.observe(sink, quiet, [front]);
  expect(fetched()).toBe(1);
});

test("a newer revision takes the place of the one before, and an older one when that is gone", async () => {
  server.store.put("secrets", release(1, "deployed"));
  await system.observe(sink, quiet);
  server.store.put("secrets", release(2, "failed"));
  await system.observe(sink, quiet, [front]);
  expect(sink.health(front)).toBe("warning");
  expect(sink.facts(front)["helm.chartVersion"]).toBe("1.2.0");
  server.store.remove("secrets", "shop", "sh.helm.release.v1.front.v2");
  server.endWatches();
  await system.observe(sink, quiet, [front]);
  await expect.poll(() => sink.facts(front)["helm.revision"]).toBe(1);
  server.store.remove("secrets", "shop", "sh.helm.release.v1.front.v1");
  await expect.poll(() => sink.declared.some(({ id }) => id === front)).toBe(false);
});

test.each([
  [
    "a bomb",
    { release: Buffer.from(gzipSync(Buffer.alloc(40_000_000)).toString("base64")).toString("base64") },
  ],
  ["no gzip", { release: "AAAA" }],
  ["no JSON", { release: Buffer.from(gzipSync("{").toString("base64")).toString("base64") }],
  ["no chart", payload({ info: {} })],
  ["nothing", {}],
])("a payload that is %s costs the chart alone", async (_what, data) => {
  server.store.put("secrets", release(1, "deployed", data as { release: string }));
  await system.observe(sink, quiet);
  expect(sink.facts(front)).toMatchObject({ "helm.revision": 1, "helm.chart": null });
  await system.observe(sink, quiet, [front]);
  expect(fetched()).toBe(1);
});

test("whatever a payload is, it is read or not", async () => {
  const any = fc.oneof(fc.object(), fc.json(), fc.constant({ data: { release: 1 } }));
  await fc.assert(
    fc.asyncProperty(any, async (body) => {
      expect(await readRelease(body)).toBeNull();
    }),
  );
});

test("who may not read secrets has no releases and certificates of them, which is a fact and no trouble", async () => {
  server.store.put("secrets", release(1, "deployed"));
  server.intercept.push(({ path }, response) => {
    if (!path.endsWith("/secrets")) return false;
    refuse(response, 403, "Forbidden", "secrets is forbidden");
    return true;
  });
  await system.observe(sink, quiet);
  expect(sink.health("east/cluster")).toBe("ok");
  expect(sink.facts("east/cluster")["kubernetes.withheld"]).toEqual(["releases", "tls-secrets"]);
});

test("releases stay as they were read while they cannot be read for a moment", async () => {
  server.store.put("secrets", release(1, "deployed"));
  await system.observe(sink, quiet);
  let down = true;
  server.intercept.push(({ path }, response) => {
    if (!down || !path.endsWith("/secrets")) return false;
    refuse(response, 500, "InternalError", "etcd is away");
    return true;
  });
  await system.observe(sink, quiet, [front]);
  expect(sink.declared.some(({ id }) => id === front)).toBe(true);
  expect(sink.health("east/cluster")).toBe("ok");
  down = false;
  await system.observe(sink, quiet, [front]);
  expect(sink.health(front)).toBe("ok");
});

test("a budget that allows nothing names the pods that it holds, and one that is not met is told", async () => {
  server.store.put("poddisruptionbudgets", budget("api", 0));
  server.store.put("poddisruptionbudgets", budget("free", 1, { app: "free" }));
  const poor = budget("poor", 0, { app: "poor" });
  server.store.put("poddisruptionbudgets", { ...poor, status: { ...poor.status, currentHealthy: 1 } });
  server.store.put("pods", pod("api-1"));
  server.store.put("pods", pod("other-1", { labels: { app: "other" } }));
  await system.observe(sink, quiet);
  const facts = sink.facts("east/namespaces/shop");
  expect(facts["kubernetes.budgets"]).toEqual(["api: 0 (2/2)", "free: 1 (2/2)", "poor: 0 (1/2)"]);
  expect(facts["kubernetes.budgetsHolding"]).toEqual(["api: api-1 … (2)", "poor"]);
  expect(sink.health("east/namespaces/shop")).toBe("warning");
  const asked = () => server.received.filter(({ query }) => query.get("labelSelector") === "app=api").length;
  await system.observe(sink, quiet);
  expect(asked()).toBe(1);
});

test.each([
  [{ matchLabels: { app: "api", tier: "web" } }, "app=api,tier=web"],
  [{ matchExpressions: [{ key: "app", operator: "In", values: ["a", "b"] }] }, "app in (a,b)"],
  [{ matchExpressions: [{ key: "app", operator: "NotIn", values: ["a"] }] }, "app notin (a)"],
  [
    {
      matchExpressions: [
        { key: "a", operator: "Exists" },
        { key: "b", operator: "DoesNotExist" },
      ],
    },
    "a,!b",
  ],
  [{ matchExpressions: [{ key: "a", operator: "Gt", values: ["1"] }] }, null],
  [{}, ""],
  [{ matchLabels: 7 }, null],
  [undefined, null],
])("the selector %j is the query %j", (selector, query) => {
  expect(labelQuery(selector, "")).toBe(query);
});

test("figures of nodes and pods, where they are measured; they go when they are measured no more", async () => {
  server.store.put("pods", pod("api-1"));
  server.groups["metrics.k8s.io"] = ["v1beta1"];
  let up = true;
  server.intercept.push(({ path }, response) => {
    if (!path.startsWith("/apis/metrics.k8s.io/v1beta1/")) return false;
    if (!up)
      refuse(response, 503, "ServiceUnavailable", "the server is currently unable to handle the request");
    else
      response.end(JSON.stringify({ kind: "List", metadata: { resourceVersion: "" }, items: figures(path) }));
    return true;
  });
  await system.observe(sink, quiet);
  expect(sink.facts("east/nodes/node-1")).toMatchObject({
    "kubernetes.cpu": 1,
    "cpu.used": 25,
    "memory.used": 50,
  });
  expect(sink.last.get("east/nodes/node-1")).toMatchObject({
    readAt: { "cpu.used": Date.parse("2026-01-01T00:00:00Z") },
  });
  expect(sink.facts("east/pods/shop/api-1")).toMatchObject({
    "kubernetes.cpu": 0.3,
    "kubernetes.memory": 3 * 2 ** 20,
  });
  up = false;
  system.distrust?.();
  await system.observe(sink, quiet);
  expect(sink.facts("east/nodes/node-1")).not.toHaveProperty("cpu.used");
  expect(sink.health("east/cluster")).toBe("ok");
  expect(sink.health("east/nodes/node-1")).toBe("ok");
});

function figures(path: string): object[] {
  const timestamp = "2026-01-01T00:00:00Z";
  if (path.endsWith("/nodes")) {
    return [{ metadata: { name: "node-1" }, timestamp, usage: { cpu: "1000m", memory: "4Gi" } }];
  }
  const containers = [{ usage: { cpu: "100m", memory: "1Mi" } }, { usage: { cpu: "200m", memory: "2Mi" } }];
  return [{ metadata: { name: "api-1", namespace: "shop" }, timestamp, containers }];
}
