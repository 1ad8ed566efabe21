import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAffinities, wouldFailBack } from "./affinity.ts";

describe("what binds guests by HA", () => {
  test("are rules in version 9: nodes with their priorities, together, apart; off binds nothing", () => {
    const resources = [{ sid: "vm:100" }, { sid: "ct:101", failback: 0 }];
    const { nodes, together, apart } = readAffinities(resources, [
      {
        ...{ rule: "west", type: "node-affinity", strict: 1 },
        ...{ nodes: "pve-1:2,pve-2", resources: "vm:100,ct:101" },
      },
      { rule: "pair", type: "resource-affinity", affinity: "positive", resources: "vm:100,vm:102" },
      { rule: "twins", type: "resource-affinity", affinity: "negative", resources: "vm:103,vm:104" },
      { rule: "off", type: "resource-affinity", affinity: "negative", resources: "vm:1,vm:2", disable: 1 },
    ]);
    expect(nodes).toMatchObject([{ name: "west", strict: true }]);
    expect([...(nodes[0]?.priorities ?? [])]).toEqual([
      ["pve-1", 2],
      ["pve-2", 0],
    ]);
    expect([...(nodes[0]?.guests ?? [])]).toEqual([100, 101]);
    expect([...(nodes[0]?.failback ?? [])]).toEqual([100]);
    expect(together).toEqual([{ name: "pair", vms: ["100", "102"] }]);
    expect(apart).toEqual([{ name: "twins", vms: ["103", "104"] }]);
  });

  test("are groups in version 8, with who is in them told by the resources", () => {
    const resources = [
      { sid: "vm:100", group: "west" },
      { sid: "vm:101", group: "east" },
    ];
    const { nodes } = readAffinities(resources, [
      { group: "west", nodes: "pve-1:1,pve-2", restricted: 1, nofailback: 1 },
      { group: "east", nodes: "pve-2" },
    ]);
    expect(nodes).toMatchObject([
      { name: "west", strict: true, guests: new Set([100]), failback: new Set() },
      { name: "east", strict: false, guests: new Set([101]), failback: new Set([101]) },
    ]);
  });

  test("brings a guest back to a node that it prefers, where it fails back", () => {
    const [rule] = readAffinities(
      [{ sid: "vm:100" }],
      [{ rule: "west", type: "node-affinity", nodes: "pve-1:2,pve-2:2,pve-3:1", resources: "vm:100" }],
    ).nodes;
    if (!rule) throw new Error("no rule");
    expect(wouldFailBack(rule, 100, "pve-1", "pve-2")).toBe(false);
    expect(wouldFailBack(rule, 100, "pve-1", "pve-3")).toBe(true);
    expect(wouldFailBack(rule, 100, "pve-1", "pve-4")).toBe(true);
    expect(wouldFailBack(rule, 100, "pve-4", "pve-1")).toBe(false);
    expect(wouldFailBack(rule, 101, "pve-1", "pve-3")).toBe(false);
  });

  test("is read from whatever comes without failing", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (resources, rules) => {
        const { nodes, together, apart } = readAffinities(resources, rules);
        expect(Array.isArray(nodes) && Array.isArray(together) && Array.isArray(apart)).toBe(true);
      }),
    );
  });
});
