import { expect, test } from "vitest";
import { type Item, ItemReader } from "../list-watch/items.ts";
import { attachedClusterVersion, seenMachinePool, seenOperator, seenRoute } from "./openshift.ts";

function item(object: object): Item {
  const [found] = new ItemReader().read({ items: [object] })?.items ?? [];
  if (!found) throw new Error("no item");
  return found;
}
const condition = (type: string, status: string, message = "") => ({
  type,
  status,
  reason: "AsExpected",
  message,
});

test("the ClusterVersion says which version runs, which is wanted, and what is offered", () => {
  const attached = attachedClusterVersion(
    "east",
    item({
      metadata: { name: "version" },
      spec: { channel: "stable-4.16" },
      status: {
        desired: { version: "4.16.9" },
        history: [
          { state: "Partial", version: "4.16.9" },
          { state: "Completed", version: "4.16.3" },
        ],
        availableUpdates: [{ version: "4.16.10" }, { image: "no version" }],
        conditions: [
          condition("Progressing", "True", "Working towards 4.16.9: 310 of 900 done"),
          condition("Failing", "True", "Cluster operator etcd is degraded"),
          condition("Upgradeable", "False", "an API is going"),
        ],
      },
    }),
  );
  expect(attached?.to).toBe("east/cluster");
  expect(attached?.facts).toEqual({
    "openshift.version": "4.16.3",
    "openshift.desired": "4.16.9",
    "openshift.channel": "stable-4.16",
    "openshift.updates": ["4.16.10"],
    "openshift.upgradeable": "an API is going",
  });
  expect(attached?.problems.map(({ code, health }) => [code, health])).toEqual([
    ["kubernetes.openshift-failing", "critical"],
    ["kubernetes.openshift-progressing", "warning"],
  ]);
  expect(attached?.problems[0]?.text.fr).toContain("échoue : Cluster operator etcd");
});

test.each([
  ["True", "False", "Available", []],
  ["True", "True", "Degraded", ["warning"]],
  ["False", "True", "Unavailable", ["critical", "warning"]],
  ["Unknown", "False", "Unavailable", ["critical"]],
])("an operator with Available=%s and Degraded=%s is %s", (available, degraded, status, problems) => {
  const seen = seenOperator(
    "east",
    item({
      metadata: { name: "etcd" },
      status: {
        versions: [{ name: "operator", version: "4.16.3" }],
        conditions: [condition("Available", available), condition("Degraded", degraded)],
      },
    }),
  );
  expect(seen).toMatchObject({
    id: "east/operators/etcd",
    kind: "operator",
    parent: "east/cluster",
    facts: { "kubernetes.status": status, "openshift.version": "4.16.3" },
  });
  expect(seen?.problems.map(({ health }) => health)).toEqual(problems);
});

test("a machine pool: paused, being updated, degraded", () => {
  const pool = (paused: boolean, updating: string, degraded: string) =>
    seenMachinePool(
      "east",
      item({
        metadata: { name: "worker" },
        spec: { paused },
        status: {
          machineCount: 3,
          readyMachineCount: 2,
          updatedMachineCount: 1,
          degradedMachineCount: 0,
          configuration: { name: "rendered-worker-1" },
          conditions: [
            condition("Updating", updating),
            condition("Degraded", degraded, "node-2 cannot drain"),
          ],
        },
      }),
    );
  expect(pool(false, "False", "False")).toMatchObject({
    id: "east/machine-pools/worker",
    kind: "machine-pool",
    problems: [],
    facts: {
      "kubernetes.status": "Updated",
      "openshift.machines": 3,
      "openshift.machinesReady": 2,
      "openshift.configuration": "rendered-worker-1",
    },
  });
  expect(pool(true, "False", "False")?.facts["kubernetes.status"]).toBe("Paused");
  const worst = pool(true, "True", "True");
  expect(worst?.facts["kubernetes.status"]).toBe("Degraded");
  expect(worst?.problems.map(({ code }) => code)).toEqual([
    "kubernetes.openshift-degraded",
    "kubernetes.pool-paused",
    "kubernetes.pool-updating",
  ]);
});

test("a route has its hosts once, and says when no router takes it", () => {
  const admitted = { host: "shop.example", conditions: [{ type: "Admitted", status: "True" }] };
  const refused = { conditions: [{ type: "Admitted", status: "False", reason: "HostAlreadyClaimed" }] };
  const route = (ingress: object[]) =>
    seenRoute(
      "east",
      item({
        metadata: { name: "shop", namespace: "web" },
        spec: { host: "shop.example" },
        status: { ingress },
      }),
    );
  expect(route([admitted])).toMatchObject({
    id: "east/routes/web/shop",
    kind: "service",
    problems: [],
    facts: { "kubernetes.hosts": ["shop.example"], "kubernetes.type": "Route" },
  });
  expect(route([refused])?.problems[0]?.text.en).toContain("HostAlreadyClaimed");
});
