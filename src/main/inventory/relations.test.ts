import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Inventory } from "./inventory.ts";
import { noRelations } from "./relations.ts";
import { declared, read } from "./testing/words.ts";

let inventory: Inventory;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-20T12:00:00Z") });
  inventory = new Inventory();
});
afterEach(() => {
  inventory.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("a host holds its VMs, a site what has no other parent", () => {
  inventory.declare("estate", [declared("north", { kind: "site", site: "north", system: "estate" })]);
  inventory.declare("ssh", [
    declared("tower-a", { site: "north" }),
    declared("tower-b", { site: "north" }),
    declared("web-1", { site: "north", parent: "tower-a", kind: "vm" }),
    declared("web-2", { site: "north", parent: "tower-a", kind: "vm" }),
  ]);
  inventory.observe([read("tower-b", "critical")]);
  const ids = (rows: { id: string }[]) => rows.map((row) => row.id);
  expect(ids(inventory.relations("north").children)).toEqual(["tower-b", "tower-a"]);
  const related = inventory.relations("web-2");
  expect([related.parent?.id, ids(related.siblings), ids(related.children)]).toEqual([
    "tower-a",
    ["web-1"],
    [],
  ]);
  expect(inventory.relations("tower-a").parent?.id).toBe("north");
  expect(ids(inventory.relations("tower-a").children)).toEqual(["web-1", "web-2"]);
  expect(inventory.relations("none")).toEqual(noRelations);
});

test("what runs on a node, and the machine that the node is", () => {
  const facts = { "os.bootId": "7d3b6c1e-0000-4000-8000-00000000000a" };
  inventory.declare("ssh", [declared("vm-1", { kind: "vm" }), declared("vm-2", { kind: "vm" })]);
  inventory.declare("east", [
    declared("east/nodes/n", { kind: "node", parent: "east/cluster" }),
    declared("east/pods/a", { kind: "pod", parent: "east/namespaces/shop", runsOn: "east/nodes/n" }),
  ]);
  inventory.observe([read("east/nodes/n", "ok", { facts }), read("vm-1", "ok", { facts })]);
  const ids = (rows: { id: string }[]) => rows.map((row) => row.id);
  expect(inventory.relations("east/pods/a").runsOn?.id).toBe("east/nodes/n");
  expect(ids(inventory.relations("east/nodes/n").carries)).toEqual(["east/pods/a"]);
  expect(ids(inventory.relations("east/nodes/n").sameMachine)).toEqual(["vm-1"]);
  expect(ids(inventory.relations("vm-1").sameMachine)).toEqual(["east/nodes/n"]);
  expect(inventory.relations("vm-2").sameMachine).toEqual([]);
  inventory.observe([read("vm-1", "ok", { at: Date.now() + 1, facts: { "os.bootId": "0000000000000000" } })]);
  inventory.redeclare("east", { added: [], removed: ["east/pods/a"] });
  expect(inventory.relations("east/nodes/n").sameMachine).toEqual([]);
  expect(inventory.relations("east/nodes/n").carries).toEqual([]);
});

test("a hypervisor's host without identifiers is taken for those of its name at the site", () => {
  const told = { "hypervisor.cores": 8 };
  inventory.declare("ssh", [
    declared("forge-1", { site: "north" }),
    declared("elsewhere", { name: "forge-1", site: "south" }),
  ]);
  inventory.declare("pve", [declared("pve/forge-1", { name: "forge-1", site: "north" })]);
  const byName = (id: string) => inventory.relations(id).byName.map((row) => row.id);
  expect(byName("forge-1")).toEqual([]);
  inventory.observe([read("pve/forge-1", "ok", { source: "pve", facts: told })]);
  expect([byName("forge-1"), byName("pve/forge-1"), byName("elsewhere")]).toEqual([
    ["pve/forge-1"],
    ["forge-1"],
    [],
  ]);
  // Two that could be meant are none.
  inventory.declare("other", [declared("other/forge-1", { name: "forge-1", site: "north" })]);
  inventory.observe([read("other/forge-1", "ok", { source: "other", facts: told })]);
  expect([byName("forge-1"), byName("pve/forge-1")]).toEqual([[], []]);
  inventory.declare("other", []);
  expect(byName("forge-1")).toEqual(["pve/forge-1"]);
  const facts = { ...told, "hardware.uuid": "4c4c4544-0042-3010-8054-b4c04f564433" };
  inventory.observe([read("pve/forge-1", "ok", { source: "pve", at: Date.now() + 1, facts })]);
  expect(byName("forge-1")).toEqual([]);
});
