import fc from "fast-check";
import { expect, test } from "vitest";
import { contentsOf } from "../../shared/live.ts";
import type { Declaration, Health, Resource, ResourceKind } from "../../shared/resource.ts";
import { Inventory } from "./inventory.ts";

const usual = { system: "east", site: null, environment: null, staleAfter: 60_000 };
const fixed: Declaration[] = [
  { ...usual, id: "cluster", kind: "cluster", name: "East", parent: null },
  { ...usual, id: "node-1", kind: "node", name: "node-1", parent: "cluster" },
  { ...usual, id: "node-2", kind: "node", name: "node-2", parent: "cluster" },
  { ...usual, id: "shop", kind: "namespace", name: "shop", parent: "cluster" },
  { ...usual, id: "api", kind: "workload", name: "api", parent: "shop" },
];
const pods = ["p-0", "p-1", "p-2", "p-3"];
const far: Declaration[] = [
  { ...usual, id: "north", kind: "site", name: "North", site: "north", system: "far", parent: null },
  { ...usual, id: "c-1", kind: "cluster", name: "Blue", site: "north", system: "far", parent: "north" },
  { ...usual, id: "c-2", kind: "cluster", name: "Green", site: "north", system: "far", parent: "north" },
  { ...usual, id: "s-1", kind: "volume", name: "fast", site: "north", system: "far", parent: "north" },
  { ...usual, id: "v-1", kind: "vm", name: "web", site: "north", system: "far", parent: null },
  { ...usual, id: "v-2", kind: "vm", name: "db", site: "north", system: "far", parent: null },
];

type Step =
  | { do: "declare"; pods: string[]; parent: string }
  | { do: "observe"; pod: string; node: string | null; namespace: string; health: Health }
  | { do: "carry"; vm: string; cluster: string | null; storages: string[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("declare" as const),
    pods: fc.subarray(pods),
    parent: fc.constantFrom("api", "shop"),
  }),
  fc.record({
    do: fc.constant("observe" as const),
    pod: fc.constantFrom(...pods),
    node: fc.constantFrom("node-1", "node-2", null),
    namespace: fc.constantFrom("shop", "billing"),
    health: fc.constantFrom<Health[]>("ok", "warning", "critical"),
  }),
  fc.record({
    do: fc.constant("carry" as const),
    vm: fc.constantFrom("v-1", "v-2"),
    cluster: fc.constantFrom("Blue", "Green", null),
    storages: fc.subarray(["fast", "slow"]),
  }),
);

test("what a resource is said to hold is what a list of its contents would show", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const inventory = new Inventory();
      inventory.declare("far", far);
      const told = { source: "far", health: "ok" as const, problems: [] };
      inventory.observe(
        ["c-1", "c-2"].map((resource) => ({
          ...told,
          resource,
          at: Date.now(),
          facts: { "hypervisor.hosts": 2 },
        })),
      );
      for (const each of steps) {
        if (each.do === "carry") {
          const facts = { "hypervisor.cluster": each.cluster, "vm.storages": each.storages };
          inventory.observe([{ ...told, resource: each.vm, at: Date.now(), facts }]);
        } else if (each.do === "declare") {
          const { parent } = each;
          const found = each.pods.map((id): Declaration => ({ ...usual, id, kind: "pod", name: id, parent }));
          inventory.declare("east", [...fixed, ...found]);
        } else {
          const { pod, node, namespace, health } = each;
          const facts = { "kubernetes.node": node, "kubernetes.namespace": namespace };
          inventory.observe([{ resource: pod, source: "east", at: Date.now(), health, facts, problems: [] }]);
        }
        for (const holder of inventory.all()) {
          expect([holder.id, inventory.contents(holder.id)]).toEqual([
            holder.id,
            plainContents(inventory.all(), holder),
          ]);
        }
      }
      inventory.close();
    }),
    { numRuns: 60 },
  );
});

/** The same by looking at everything. */
function plainContents(all: Resource[], holder: Resource) {
  const { parent, site, system, namespace, node, cluster, storage } = contentsOf(holder);
  const liesOn = (each: Resource) => {
    const storages = each.facts["vm.storages"]?.value;
    return Array.isArray(storages) && storages.some((name) => name === storage);
  };
  const isIn = (each: Resource) =>
    (parent === undefined || each.parent === parent) &&
    (site === undefined || each.site === site) &&
    (cluster === undefined || each.facts["hypervisor.cluster"]?.value === cluster) &&
    (storage === undefined || liesOn(each)) &&
    (system === undefined || each.system === system) &&
    (namespace === undefined || each.facts["kubernetes.namespace"]?.value === namespace) &&
    (node === undefined || each.facts["kubernetes.node"]?.value === node);
  const contents: Partial<Record<ResourceKind, { total: number; wrong: number }>> = {};
  for (const each of all.filter((one) => one !== holder && isIn(one))) {
    const { total, wrong } = contents[each.kind] ?? { total: 0, wrong: 0 };
    contents[each.kind] = { total: total + 1, wrong: wrong + (each.health === "ok" ? 0 : 1) };
  }
  return contents;
}

test("what is in maintenance is not wrong", () => {
  const inventory = new Inventory();
  inventory.declare("east", fixed);
  expect(inventory.contents("cluster").node).toEqual({ total: 2, wrong: 2 });
  const mark = { since: 0, until: 1, by: "operator", reason: "" };
  inventory.setMaintenance({ marks: new Map([["node-1", mark]]), overdue: new Set() });
  expect(inventory.contents("cluster").node).toEqual({ total: 2, wrong: 1 });
  inventory.setMaintenance({ marks: new Map([["node-1", mark]]), overdue: new Set(["node-1"]) });
  expect(inventory.contents("cluster").node).toEqual({ total: 2, wrong: 2 });
  inventory.close();
});
