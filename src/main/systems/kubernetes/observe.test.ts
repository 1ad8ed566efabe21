import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "../system.ts";
import { refuse } from "./testing/fake-answers.ts";
import { FakeApi } from "./testing/fake-api.ts";
import { budget, deployment, node, pod } from "./testing/objects.ts";
import { openSystem } from "./testing/open-system.ts";
import { RecordingSink } from "./testing/recording-sink.ts";
import { quiet, until } from "./testing/surroundings.ts";

let server: FakeApi;
let system: System;
let sink: RecordingSink;

beforeEach(async () => {
  server = await FakeApi.start();
  sink = new RecordingSink();
  system = openSystem(server.port);
  server.store.put("nodes", node("node-1"));
  server.store.put("namespaces", { metadata: { name: "shop" }, status: { phase: "Active" } });
  server.store.put("deployments", deployment("api"));
  server.store.put("poddisruptionbudgets", budget("api", 0));
  server.store.put("pods", {
    ...pod("api-5f-x"),
    metadata: {
      name: "api-5f-x",
      namespace: "shop",
      labels: { "pod-template-hash": "5f" },
      ownerReferences: [
        { kind: "ReplicaSet", name: "api-5f", uid: "u", controller: true, apiVersion: "apps/v1" },
      ],
    },
  });
});
afterEach(async () => {
  await system.close();
  await server.close();
});

const warm = () => system.observe(sink, quiet);

test("declares the cluster, and what is in it as it is found", async () => {
  expect(system.declarations().map(({ id }) => id)).toEqual(["east/cluster"]);
  await warm();
  const parents = Object.fromEntries(sink.declared.map(({ id, parent }) => [id, parent]));
  expect(parents).toEqual({
    "east/cluster": "atelier",
    "east/nodes/node-1": "east/cluster",
    "east/namespaces/shop": "east/cluster",
    "east/workloads/Deployment/shop/api": "east/namespaces/shop",
    "east/pods/shop/api-5f-x": "east/workloads/Deployment/shop/api",
  });
  expect(system.declarations()).toEqual(sink.declared);
  expect(sink.facts("east/cluster")).toMatchObject({
    "kubernetes.version": "v1.31.2",
    "kubernetes.nodes": 1,
    "kubernetes.nodesReady": 1,
    "kubernetes.pods": 1,
  });
  expect(sink.facts("east/nodes/node-1")).toMatchObject({
    "os.bootId": "boot-1",
    "kubernetes.cordoned": false,
  });
  expect(sink.facts("east/namespaces/shop")["kubernetes.budgets"]).toEqual(["api: 0 (2/2)"]);
  expect(sink.facts("east/pods/shop/api-5f-x")["kubernetes.node"]).toBe("node-1");
});

test("says what is wrong with a node, a workload and a pod", async () => {
  server.store.put("nodes", node("node-2", { spec: { unschedulable: true } }));
  server.store.put("nodes", node("node-3", { conditions: [{ type: "Ready", status: "Unknown" }] }));
  const poor = deployment("web");
  server.store.put("deployments", { ...poor, status: { ...poor.status, readyReplicas: 0 } });
  server.store.put("pods", pod("web-1", { phase: "CrashLoopBackOff" }));
  await warm();
  expect(sink.health("east/nodes/node-1")).toBe("ok");
  expect(sink.health("east/nodes/node-2")).toBe("warning");
  expect(sink.health("east/nodes/node-3")).toBe("critical");
  expect(sink.health("east/workloads/Deployment/shop/web")).toBe("critical");
  expect(sink.health("east/pods/shop/web-1")).toBe("critical");
});

test("watches what is looked at, and nothing else", async () => {
  await warm();
  expect(server.watches).toBe(0);
  await system.observe(sink, quiet, ["east/pods/shop/api-5f-x"]);
  await until(() => server.watches === 1);
  server.store.put("pods", pod("api-2"));
  await until(() => sink.last.has("east/pods/shop/api-2"));
  expect(sink.declared.some(({ id }) => id === "east/pods/shop/api-2")).toBe(true);
  server.store.remove("pods", "shop", "api-2");
  await until(() => !sink.declared.some(({ id }) => id === "east/pods/shop/api-2"));
});

test("a right that is missing costs only what it is for, and is told", async () => {
  server.intercept.push(({ path }, response) => {
    if (!path.endsWith("/persistentvolumeclaims")) return false;
    refuse(response, 403, "Forbidden", "persistentvolumeclaims is forbidden");
    return true;
  });
  await warm();
  expect(sink.health("east/cluster")).toBe("warning");
  expect(sink.health("east/nodes/node-1")).toBe("ok");
});

test("a cluster that does not answer makes everything in it unknown, and well again when it does", async () => {
  await warm();
  let down = true;
  server.intercept.push((_received, response) => {
    if (down) response.socket?.destroy();
    return down;
  });
  await warm();
  expect(sink.health("east/cluster")).toBe("error kubernetes.closed");
  expect(sink.health("east/nodes/node-1")).toBe("error kubernetes.closed");
  down = false;
  await warm();
  expect(sink.health("east/nodes/node-1")).toBe("ok");
});

test("asks only for the namespaces that the estate names", async () => {
  await system.close();
  system = openSystem(server.port, { namespaces: ["shop", "billing"] });
  await warm();
  const pods = server.received.filter(
    ({ path, query }) => path.endsWith("/pods") && !query.get("labelSelector"),
  );
  expect(pods.map(({ path }) => path)).toEqual([
    "/api/v1/namespaces/shop/pods",
    "/api/v1/namespaces/billing/pods",
  ]);
  expect(sink.declared.some(({ id }) => id === "east/namespaces/billing")).toBe(true);
});

test("pods are read seldom, after sleep everything at once, and warnings are told when they come", async () => {
  server.store.put("events", {
    metadata: { name: "e", namespace: "shop" },
    ...({
      type: "Warning",
      reason: "BackOff",
      message: "restarting",
      count: 4,
      lastTimestamp: "2026-01-01T00:00:00Z",
      involvedObject: { kind: "Pod", namespace: "shop", name: "api" },
    } as object),
  });
  await warm();
  await warm();
  const pods = () => server.received.filter(({ path }) => path === "/api/v1/pods").length;
  expect(pods()).toBe(1);
  system.distrust?.();
  await warm();
  expect(pods()).toBe(2);
  await until(() => Array.isArray(sink.facts("east/cluster")["kubernetes.warnings"]));
  expect(sink.facts("east/cluster")["kubernetes.warnings"]).toEqual([
    "Pod shop/api: BackOff restarting (×4)",
  ]);
});

test("thousands of pods are told in slices, all of them", async () => {
  for (let index = 0; index < 2500; index++) server.store.put("pods", pod(`many-${index}`));
  let most = 0;
  const tell = sink.observe.bind(sink);
  sink.observe = (observations) => {
    most = Math.max(most, observations.length);
    tell(observations);
  };
  await warm();
  expect(most).toBe(1000);
  expect([...sink.last.keys()].filter((id) => id.startsWith("east/pods/"))).toHaveLength(2501);
});
