import { afterEach, expect, it } from "vitest";
import { items, words } from "../store/object.ts";
import { TestApi } from "../testing/test-api.ts";

let api: TestApi;
afterEach(() => api.close());

const evict = (name: string, body: object = {}) =>
  api.ask(`/api/v1/namespaces/shop/pods/${name}/eviction`, {
    method: "POST",
    as: "operator",
    body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name }, ...body },
  });
const allowed = () => api.cluster.budgets.get("shop", "ledger")?.status.disruptionsAllowed;

it("evicts as many as the budget allows, and names the budget that stands in the way", async () => {
  api = await TestApi.start();
  expect((await evict("ledger-0", { deleteOptions: { dryRun: ["All"] } })).status).toBe(201);
  expect(api.cluster.pods.get("shop", "ledger-0")?.metadata.deletionTimestamp).toBeUndefined();
  expect((await evict("ledger-0")).status).toBe(201);
  expect(allowed()).toBe(0);
  const refused = await evict("ledger-1");
  expect(refused.status).toBe(429);
  expect(items(refused.body, "details", "causes")[0]).toEqual({
    reason: "DisruptionBudget",
    message: "The disruption budget ledger needs 2 healthy pods and has 2 currently",
  });
  // What is on its way out already costs nothing more.
  expect((await evict("ledger-0")).status).toBe(201);
  await api.settle(10_000);
  expect(allowed()).toBe(1);
  expect((await evict("ledger-1")).status).toBe(201);
});

it("never allows anything while the fault says so", async () => {
  api = await TestApi.start();
  api.world.inject(["kube-pdb-never"]);
  expect(allowed()).toBe(0);
  expect((await evict("ledger-0")).status).toBe(429);
  expect((await evict("import-once")).status).toBe(201);
  api.world.clear();
  expect((await evict("ledger-0")).status).toBe(201);
});

it("does not choose between two budgets", async () => {
  api = await TestApi.start();
  const body = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "everything" },
    spec: { maxUnavailable: 1, selector: {} },
  };
  const path = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets";
  expect((await api.ask(path, { method: "POST", body })).status).toBe(201);
  const refused = await evict("ledger-0");
  expect(refused.status).toBe(500);
  expect(words(refused.body, "message")).toContain("more than one PodDisruptionBudget");
});

it("refuses what is no eviction, or of nobody", async () => {
  api = await TestApi.start();
  expect((await evict("nobody")).status).toBe(404);
  expect((await evict("ledger-0", { kind: "Pod" })).status).toBe(400);
  expect((await evict("ledger-0", { deleteOptions: { preconditions: { uid: "other" } } })).status).toBe(409);
  expect((await evict("ledger-0", { deleteOptions: { gracePeriodSeconds: -1 } })).status).toBe(400);
});
