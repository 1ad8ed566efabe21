import { gunzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { count, items, type KubeObject, read, words } from "../store/object.ts";
import { TestApi } from "../testing/test-api.ts";

let api: TestApi;
afterEach(() => api.close());

const batch = "/apis/batch/v1/namespaces/shop";
const container = (command: string[], image = "registry.atelier.example/shop/tool:1") => ({
  containers: [{ name: "tool", image, command }],
});
const job = (name: string, command: string[], more: object = {}) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: { ...more, template: { spec: { restartPolicy: "Never", ...container(command) } } },
});
const podsOf = (label: string) =>
  api.cluster.pods
    .all()
    .filter(({ metadata }) => metadata.labels?.["job-name"] === label || metadata.labels?.app === label);
const states = (label: string) =>
  podsOf(label).map((pod) => {
    const [status] = pod.status.containerStatuses ?? [];
    return (
      words(status?.state, "waiting", "reason") ||
      words(status?.state, "terminated", "reason") ||
      pod.status.phase
    );
  });
const get = (name: string, namespace: string, called: string) =>
  api.cluster.object(name, namespace, called) as KubeObject;

it("runs a Job to its end, and gives one up that fails too often", async () => {
  api = await TestApi.start();
  const post = (body: object) => api.ask(`${batch}/jobs`, { method: "POST", body });
  expect((await post(job("good", ["sleep", "5"], { completions: 2 }))).status).toBe(201);
  expect((await post(job("bad", ["false"], { backoffLimit: 1 }))).status).toBe(201);
  const wrong = job("wrong", ["true"]);
  const always = {
    ...wrong,
    spec: { template: { spec: { restartPolicy: "Always", ...container(["true"]) } } },
  };
  expect((await post(always)).status).toBe(422);
  await api.settle(30_000);
  expect(get("jobs.batch", "shop", "good").status).toMatchObject({ succeeded: 2, failed: 0, active: 0 });
  expect(states("good")).toEqual(["Completed", "Completed"]);
  expect(get("jobs.batch", "shop", "bad").status).toMatchObject({ succeeded: 0, failed: 2 });
  expect(items(get("jobs.batch", "shop", "bad"), "status", "conditions")[0]).toMatchObject({
    type: "Failed",
    reason: "BackoffLimitExceeded",
  });
});

it("makes a Job whenever a CronJob is due, and keeps the last three", async () => {
  api = await TestApi.start();
  const { spec } = job("x", ["true"]);
  const cron = { schedule: "*/10 * * * *", jobTemplate: { spec } };
  const body = { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "often" }, spec: cron };
  expect((await api.ask(`${batch}/cronjobs`, { method: "POST", body })).status).toBe(201);
  for (let turn = 0; turn < 60; turn += 1) {
    api.clock.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await api.settle(20_000);
  const made = api.cluster
    .collection("jobs.batch")
    .all()
    .filter(({ metadata }) => metadata.name.startsWith("often-"));
  expect(made).toHaveLength(3);
  for (const { metadata } of made) {
    expect(Date.parse(metadata.creationTimestamp) % 600_000).toBe(0);
    expect(words(metadata.ownerReferences?.[0], "name")).toBe("often");
  }
  const wrong = { ...body, metadata: { name: "never" }, spec: { ...cron, schedule: "whenever" } };
  expect((await api.ask(`${batch}/cronjobs`, { method: "POST", body: wrong })).status).toBe(422);
});

it("shows what cannot be pulled and what crashes, and waits longer each time", async () => {
  api = await TestApi.start();
  expect(states("recommendations")).toEqual(["ImagePullBackOff", "ImagePullBackOff"]);
  expect(states("importer")).toEqual(["CrashLoopBackOff"]);
  const restarts = () => podsOf("importer")[0]?.status.containerStatuses?.[0]?.restartCount;
  expect(restarts()).toBe(41);
  await api.settle(310_000);
  expect(restarts()).toBe(42);
  const events = api.cluster
    .collection("events")
    .all()
    .map((event) => words(event, "reason"));
  expect(events).toEqual(expect.arrayContaining(["Failed", "BackOff"]));
  const [pod] = podsOf("importer");
  const log = await api.ask(`/api/v1/namespaces/staging/pods/${pod?.metadata.name}/log`);
  expect([log.status, log.text.split("\n").length]).toEqual([200, 2]);
  const [image] = podsOf("recommendations");
  const none = await api.ask(`/api/v1/namespaces/staging/pods/${image?.metadata.name}/log`);
  expect([none.status, none.body.message]).toEqual([
    400,
    expect.stringContaining("trying and failing to pull image"),
  ]);
});

it("starts what could not be pulled once it has an image that can be", async () => {
  api = await TestApi.start();
  const image = "registry.atelier.example/shop/recommendations:0.1.0";
  await api.ask("/apis/apps/v1/namespaces/staging/deployments/recommendations", {
    method: "PATCH",
    type: "application/strategic-merge-patch+json",
    body: { spec: { template: { spec: { containers: [{ name: "recommendations", image }] } } } },
  });
  await api.settle(20_000);
  expect(states("recommendations")).toEqual(["Running", "Running"]);
});

it("keeps a log of a hundred megabytes from the start", async () => {
  api = await TestApi.start();
  const [pod] = podsOf("log-flood");
  const { text } = await api.ask(
    `/api/v1/namespaces/staging/pods/${pod?.metadata.name}/log?limitBytes=200000000`,
  );
  expect(text.length).toBeGreaterThan(100_000_000);
});

it("counts what is used of a quota", async () => {
  api = await TestApi.start();
  const used = () => read(get("resourcequotas", "staging", "staging"), "status", "used");
  expect(used()).toMatchObject({ pods: "7", "requests.cpu": "350m" });
  const [pod] = podsOf("log-flood");
  await api.ask(`/api/v1/namespaces/staging/pods/${pod?.metadata.name}?gracePeriodSeconds=0`, {
    method: "DELETE",
  });
  api.clock.advance(600);
  expect(used()).toMatchObject({ pods: "7" });
});

it("keeps the templates of StatefulSets and DaemonSets, the current one with the highest number", async () => {
  api = await TestApi.start();
  const revisions = () =>
    api.cluster
      .collection("controllerrevisions.apps")
      .all()
      .filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === "ledger")
      .map((entry) => count(entry, ["revision"]))
      .sort();
  expect(revisions()).toEqual([1]);
  const set = "/apis/apps/v1/namespaces/shop/statefulsets/ledger";
  const before = read(get("statefulsets.apps", "shop", "ledger"), "spec", "template");
  const labelled = (value: string | null) =>
    api.ask(set, {
      method: "PATCH",
      type: "application/merge-patch+json",
      body: { spec: { template: { metadata: { annotations: { note: value } } } } },
    });
  await labelled("two");
  await api.settle(2_000);
  expect(revisions()).toEqual([1, 2]);
  const first = api.cluster
    .collection("controllerrevisions.apps")
    .all()
    .find(
      (entry) => count(entry, ["revision"]) === 1 && entry.metadata.ownerReferences?.[0]?.name === "ledger",
    );
  // As `kubectl rollout undo` does: the revision's data is the patch.
  await api.ask(set, {
    method: "PATCH",
    type: "application/strategic-merge-patch+json",
    body: read(first, "data"),
  });
  await api.settle(2_000);
  expect(revisions()).toEqual([2, 3]);
  expect(read(get("statefulsets.apps", "shop", "ledger"), "spec", "template")).toEqual(before);
});

it("says what nodes and pods use, of those that are heard of", async () => {
  api = await TestApi.start();
  const metrics = "/apis/metrics.k8s.io/v1beta1";
  const nodes = await api.ask(`${metrics}/nodes`, { as: "viewer" });
  expect(items(nodes.body, "items")).toHaveLength(8);
  for (const node of items(nodes.body, "items")) {
    expect(words(node, "usage", "cpu")).toMatch(/^[1-9]\d+n$/);
    expect(words(node, "usage", "memory")).toMatch(/^[1-9]\d+Ki$/);
  }
  api.world.inject(["link-cut", "web-1"]);
  expect(items((await api.ask(`${metrics}/nodes`)).body, "items")).toHaveLength(7);
  api.world.clear();
  const one = await api.ask(`${metrics}/namespaces/shop/pods/ledger-0`);
  expect(items(one.body, "containers")[0]).toMatchObject({ name: "ledger" });
  expect((await api.ask(`${metrics}/nodes/web-2`, { method: "DELETE" })).status).toBe(405);
  expect((await api.ask(`${metrics}/nodes?watch=1`)).status).toBe(405);
});

it("keeps releases as Helm does", async () => {
  api = await TestApi.start();
  const path = "/api/v1/namespaces/shop/secrets?fieldSelector=type%3Dhelm.sh%2Frelease.v1";
  const list = items((await api.ask(path, { as: "operator" })).body, "items");
  expect(list.map((secret) => words(secret, "metadata", "labels", "status"))).toEqual([
    "superseded",
    "superseded",
    "deployed",
  ]);
  const inner = Buffer.from(words(list.at(-1), "data", "release"), "base64").toString();
  const release = JSON.parse(gunzipSync(Buffer.from(inner, "base64")).toString());
  expect(release).toMatchObject({ name: "storefront", version: 3, info: { status: "deployed" } });
});
