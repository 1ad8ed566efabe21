import { afterEach, beforeEach, expect, test, vi } from "vitest";
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
  const pod = "east/pods/shop/api-5f-x";
  for (const id of ["east/nodes/node-1", pod]) expect(sink.health(id)).toBe("error kubernetes.closed");
  down = false;
  await warm();
  for (const id of ["east/nodes/node-1", pod]) expect(sink.health(id)).toBe("ok");
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

test("who may see some namespaces alone has no trouble with the rest of the cluster", async () => {
  await system.close();
  system = openSystem(server.port, { namespaces: ["shop", "billing"] });
  server.intercept.push(({ path }, response) => {
    if (path !== "/api/v1/nodes" && path !== "/api/v1/namespaces") return false;
    refuse(response, 403, "Forbidden", `${path} is forbidden`);
    return true;
  });
  await warm();
  expect(sink.health("east/cluster")).toBe("ok");
  expect(sink.facts("east/cluster")["kubernetes.withheld"]).toEqual(["nodes", "namespaces"]);
  expect(sink.health("east/namespaces/billing")).toBe("ok");
  expect(sink.declared.some(({ id }) => id === "east/pods/shop/api-5f-x")).toBe(true);
});

test("of the namespaces of a cluster those that the estate names are read, and stay when they are deleted", async () => {
  await system.close();
  system = openSystem(server.port, { namespaces: ["shop"] });
  server.store.put("namespaces", { metadata: { name: "other" }, status: { phase: "Active" } });
  await warm();
  const namespaces = () => sink.declared.filter(({ kind }) => kind === "namespace").map(({ name }) => name);
  expect(namespaces()).toEqual(["shop"]);
  expect(sink.facts("east/namespaces/shop")["kubernetes.status"]).toBe("Active");
  server.store.remove("namespaces", null, "shop");
  await warm();
  expect(namespaces()).toEqual(["shop"]);
});

test("a token without any right is told for each kind, and nothing is called well by it", async () => {
  server.intercept.push(({ path }, response) => {
    if (path === "/version" || path === "/apis") return false;
    refuse(response, 403, "Forbidden", `User "nobody" cannot list ${path}`);
    return true;
  });
  await warm();
  expect(sink.health("east/cluster")).toBe("warning");
  const last = sink.last.get("east/cluster");
  const codes = last && "problems" in last ? last.problems.map(({ code }) => code) : [];
  expect(codes).toContain("kubernetes.unreadable-nodes");
  expect(codes).toContain("kubernetes.unreadable-pods");
  expect(sink.declared.map(({ id }) => id)).toEqual(["east/cluster"]);
});

test("what is deleted while it is looked at goes, and what takes its name comes", async () => {
  await warm();
  const id = "east/pods/shop/api-5f-x";
  await system.observe(sink, quiet, [id]);
  await until(() => server.watches === 1);
  server.store.remove("pods", "shop", "api-5f-x");
  await until(() => !sink.declared.some((each) => each.id === id));
  await system.observe(sink, quiet, [id]);
  server.store.put("pods", pod("api-5f-x", { node: "node-2", owner: null }));
  await until(() => sink.declared.find((each) => each.id === id)?.runsOn === "east/nodes/node-2");
  expect(sink.declared.find((each) => each.id === id)?.parent).toBe("east/namespaces/shop");
});

test("a kind that the server no longer has goes with all that was of it, and comes back with it", async () => {
  server.store.put("ingresses", { metadata: { name: "front", namespace: "shop" }, spec: {} });
  const has = () => sink.declared.some(({ id }) => id === "east/ingresses/shop/front");
  await warm();
  expect(has()).toBe(true);
  const gone = server.groups["networking.k8s.io"] ?? [];
  delete server.groups["networking.k8s.io"];
  server.intercept.push(({ path }, response) => {
    if (!path.startsWith("/apis/networking.k8s.io/v1/") || "networking.k8s.io" in server.groups) return false;
    refuse(response, 404, "NotFound", "the server could not find the requested resource");
    return true;
  });
  await warm();
  expect(has()).toBe(false);
  expect(sink.health("east/cluster")).toBe("ok");
  server.groups["networking.k8s.io"] = gone;
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 700_000);
  await warm();
  vi.restoreAllMocks();
  expect(has()).toBe(true);
});

test("a kind is asked for in the version that has it, where several versions of its group are there", async () => {
  server.groups.batch = ["v1", "v1beta1"];
  server.resources["batch/v1"] = ["jobs"];
  await warm();
  const asked = server.received.filter(({ path }) => path.endsWith("/cronjobs")).map(({ path }) => path);
  expect(asked).toEqual(["/apis/batch/v1beta1/cronjobs"]);
  expect(server.asked("GET", "/apis/batch/v1beta1")).toHaveLength(1);
  expect(server.asked("GET", "/apis/policy/v1")).toHaveLength(0);
});

test("only what the server says it has is asked for", async () => {
  server.groups = { apps: ["v1"], "config.openshift.io": ["v1"] };
  await warm();
  const asked = new Set(server.received.map(({ path }) => path.split("/").slice(0, 3).join("/")));
  expect(asked).toContain("/apis/config.openshift.io");
  for (const group of ["batch", "metrics.k8s.io", "route.openshift.io", "networking.k8s.io"]) {
    expect(asked).not.toContain(`/apis/${group}`);
  }
});

test("what changes costs what changed, however much there is", async () => {
  for (let index = 0; index < 3000; index++) server.store.put("pods", pod(`many-${index}`));
  await warm();
  await system.observe(sink, quiet, ["east/pods/shop/many-0"]);
  await until(() => server.watches === 1);
  const declaredBefore = sink.told;
  let observed = 0;
  const tell = sink.observe.bind(sink);
  sink.observe = (observations) => {
    observed += observations.length;
    tell(observations);
  };
  for (let index = 0; index < 50; index++) {
    server.store.remove("pods", "shop", `many-${index}`);
    server.store.put("pods", pod(`more-${index}`));
    server.store.put("pods", pod(`many-${100 + index}`, { phase: "Pending" }));
  }
  await until(() => sink.health("east/pods/shop/many-149") === "warning");
  expect(sink.told - declaredBefore).toBe(100);
  // Fifty that came, fifty that changed, and the cluster itself with each telling.
  expect(observed).toBeLessThan(110);
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
