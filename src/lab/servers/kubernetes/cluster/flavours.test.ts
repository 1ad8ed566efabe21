import { afterEach, expect, it } from "vitest";
import { count, items, read, words } from "../store/object.ts";
import { TestApi } from "../testing/test-api.ts";

let api: TestApi;
afterEach(() => api.close());

const pools = "/apis/machineconfiguration.openshift.io/v1/machineconfigpools";
const pause = (pool: string, paused: boolean) =>
  api.ask(`${pools}/${pool}`, {
    method: "PATCH",
    as: "operator",
    type: "application/merge-patch+json",
    body: { spec: { paused } },
  });
const pool = async (name: string) => (await api.ask(`${pools}/${name}`, { as: "viewer" })).body;
const stateOf = (object: unknown, type: string) =>
  words(
    items(object, "status", "conditions").find((entry) => words(entry, "type") === type),
    "status",
  );
const boot = (name: string) => api.cluster.nodes.get(undefined, name)?.status.nodeInfo.bootID;
const cordoned = () =>
  api.cluster.nodes.all().flatMap(({ metadata, spec }) => (spec.unschedulable ? [metadata.name] : []));

it("has OpenShift's version, operators, pools and routes only where it is OpenShift", async () => {
  api = await TestApi.start(0, "openshift");
  const version = await api.ask("/apis/config.openshift.io/v1/clusterversions/version", { as: "viewer" });
  expect(words(items(version.body, "status", "history")[0], "version")).toMatch(/^4\.\d+\.\d+$/);
  const operators = await api.ask("/apis/config.openshift.io/v1/clusteroperators", { as: "viewer" });
  expect(items(operators.body, "items").length).toBeGreaterThan(5);
  expect((await api.ask("/apis/route.openshift.io/v1/routes", { as: "viewer" })).status).toBe(200);
  await api.close();
  api = await TestApi.start();
  expect((await api.ask(pools)).status).toBe(404);
});

it("takes no machine of a paused pool, and one after the other once it is not", async () => {
  api = await TestApi.start(0, "openshift");
  await api.settle(20_000);
  expect(await pool("worker")).toMatchObject({ status: { machineCount: 6, updatedMachineCount: 6 } });
  expect(stateOf(await pool("worker"), "Updated")).toBe("True");
  expect(await pool("trials")).toMatchObject({ status: { machineCount: 2, updatedMachineCount: 0 } });
  expect([stateOf(await pool("trials"), "Updated"), stateOf(await pool("trials"), "Updating")]).toEqual([
    "False",
    "False",
  ]);
  const before = [boot("build-1"), boot("staging-1")];
  expect((await pause("trials", false)).status).toBe(200);
  const most: number[] = [];
  for (
    let turn = 0;
    turn < 200 && count(await pool("trials"), ["status", "updatedMachineCount"]) < 2;
    turn += 1
  ) {
    await api.settle(1_000);
    most.push(cordoned().length);
  }
  await api.settle(5_000);
  expect(Math.max(...most)).toBe(1);
  expect(cordoned()).toEqual([]);
  expect(boot("build-1")).not.toBe(before[0]);
  expect(boot("staging-1")).not.toBe(before[1]);
  const done = await pool("trials");
  expect(stateOf(done, "Updated")).toBe("True");
  expect(read(done, "status", "configuration", "name")).toBe(read(done, "spec", "configuration", "name"));
});

it("ends the machine that it has begun when the pool is paused in the middle, and waits for budgets", async () => {
  api = await TestApi.start(0, "openshift");
  api.world.inject(["kube-pdb-never"]);
  const name = "10-worker";
  const made = await api.ask("/apis/machineconfiguration.openshift.io/v1/machineconfigs", {
    method: "POST",
    body: {
      apiVersion: "machineconfiguration.openshift.io/v1",
      kind: "MachineConfig",
      metadata: { name, labels: { "machineconfiguration.openshift.io/role": "worker" } },
      spec: { kernelArguments: ["quiet"] },
    },
  });
  expect(made.status).toBe(201);
  await api.settle(60_000);
  expect(cordoned()).toHaveLength(1);
  expect(stateOf(await pool("worker"), "Updating")).toBe("True");
  await pause("worker", true);
  api.world.clear();
  await api.settle(60_000);
  expect(cordoned()).toEqual([]);
  expect(await pool("worker")).toMatchObject({ status: { updatedMachineCount: 1 } });
});

it("speaks of budgets and evictions as before policy/v1 where it is old", async () => {
  api = await TestApi.start(0, "old");
  expect((await api.ask("/version")).body.gitVersion).toBe("v1.20.15");
  expect((await api.ask("/apis/policy/v1/poddisruptionbudgets")).status).toBe(404);
  const budgets = await api.ask("/apis/policy/v1beta1/poddisruptionbudgets");
  expect(items(budgets.body, "items").map((budget) => words(budget, "apiVersion"))).toContain(
    "policy/v1beta1",
  );
  const pods = items((await api.ask("/api/v1")).body, "resources");
  expect(pods.find((entry) => words(entry, "name") === "pods/eviction")).toMatchObject({
    version: "v1beta1",
  });
  const body = { apiVersion: "policy/v1beta1", kind: "Eviction", metadata: { name: "ledger-0" } };
  const path = "/api/v1/namespaces/shop/pods/ledger-0/eviction";
  const wrong = { ...body, apiVersion: "policy/v1" };
  expect((await api.ask(path, { method: "POST", body: wrong })).status).toBe(400);
  expect((await api.ask(path, { method: "POST", body })).status).toBe(201);
});
