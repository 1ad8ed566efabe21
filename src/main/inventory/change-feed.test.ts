import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sameText } from "../../shared/text.ts";
import { Inventory } from "./inventory.ts";
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

describe("changes", () => {
  const told = () =>
    inventory.changes().map((change) => `${change.resource}: ${change.health} ${change.text.en}`);

  test("tell what turned bad, what is well again, what came and went", async () => {
    inventory.declare("ssh", [declared("a"), declared("b")]);
    inventory.observe([read("a", "ok"), read("b", "critical")]);
    await vi.advanceTimersByTimeAsync(10);
    inventory.observe([
      read("a", "warning", {
        problems: [{ code: "disk", health: "warning", text: sameText("Disk at 91 %.") }],
      }),
      read("b", "ok"),
    ]);
    inventory.declare("ssh", [declared("a"), declared("c")]);
    expect(told()).toEqual([
      "c: unknown New in the estate.",
      "b: ok No longer in the estate.",
      "b: ok Well again.",
      "a: warning Disk at 91 %.",
      "b: critical Became critical.",
    ]);
  });

  test("begin with what comes after the first look at a cluster, and do not tell of one that is made anew", async () => {
    const cluster = declared("east/cluster", { kind: "cluster" });
    const node = (id: string) => declared(id, { kind: "node" });
    inventory.declare("east", [cluster]);
    inventory.declare("east", [cluster, node("node-1"), node("node-2")]);
    expect(told()).toEqual([]);
    await vi.advanceTimersByTimeAsync(61_000);
    inventory.redeclare("east", { added: [node("node-3")], removed: ["node-1"] });
    expect(told()).toEqual([
      "node-3: unknown New in the estate.",
      "node-1: unknown No longer in the estate.",
    ]);
    inventory.declare("east", [cluster]);
    inventory.declare("east", [cluster, node("node-2"), node("node-3")]);
    expect(told()).toHaveLength(2);
  });

  test("are silent about what a hypervisor has at the first look, told in parts, and not about a VM that comes later", async () => {
    const vm = (id: string) => declared(id, { kind: "vm" });
    inventory.declare("vcenter", []);
    inventory.redeclare("vcenter", { added: [declared("esx-1"), vm("web-1")], removed: [] });
    await vi.advanceTimersByTimeAsync(20_000);
    inventory.redeclare("vcenter", { added: [vm("web-2")], removed: [] });
    expect(told()).toEqual([]);
    await vi.advanceTimersByTimeAsync(61_000);
    const point = declared("web-1/daily", { kind: "restore-point" });
    inventory.redeclare("vcenter", { added: [vm("web-3"), point], removed: ["web-1"] });
    inventory.redeclare("vcenter", { added: [], removed: ["web-1/daily"] });
    expect(told()).toEqual(["web-3: unknown New in the estate.", "web-1: unknown No longer in the estate."]);
  });

  test("are silent about what a cluster makes and ends by itself, but not about how it stands", () => {
    inventory.declare("kubernetes", []);
    inventory.declare("kubernetes", [
      declared("api-1", { kind: "pod" }),
      declared("node-1", { kind: "node" }),
    ]);
    inventory.observe([{ ...read("api-1", "critical"), source: "kubernetes" }]);
    inventory.declare("kubernetes", [declared("node-1", { kind: "node" })]);
    expect(told()).toEqual(["api-1: critical Became critical."]);
  });

  test("are silent about a sleep, forget what is half a day old and stay bounded", async () => {
    inventory.declare("ssh", [declared("a", { staleAfter: 1e9 })]);
    inventory.observe([read("a", "ok")]);
    inventory.markAllStale(sameText("asleep"));
    inventory.observe([read("a", "ok")]);
    expect(told()).toEqual([]);
    for (let time = 0; time < 700; time++) inventory.observe([read("a", time % 2 ? "ok" : "warning")]);
    expect(told()).toHaveLength(500);
    await vi.advanceTimersByTimeAsync(13 * 3_600_000);
    expect(told()).toEqual([]);
  });
});

test("history keeps the last sixty values of the load facts", () => {
  inventory.declare("ssh", [declared("a")]);
  const start = Date.now();
  for (let point = 0; point < 70; point++) {
    const facts = point === 69 ? { "memory.used": 5 } : { "load.one": point, "disk.fullest": null };
    inventory.observe([read("a", "ok", { at: start + point, facts })]);
  }
  const history = inventory.history("a");
  expect(Object.keys(history)).toEqual(["load.one", "memory.used"]);
  expect(history["load.one"]).toHaveLength(59);
  expect(history["load.one"]?.[0]).toEqual({ at: start + 10, value: 10 });
  expect(inventory.history("none")).toEqual({});
});
