import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Estate } from "../../shared/estate.ts";
import { text } from "../../shared/text.ts";
import { CapacityEngine } from "./engine.ts";
import { gibibyte, Hypervisor } from "./testing/hypervisor.ts";

type Rules = Pick<Estate, "environments" | "sites" | "parity">;
const noRules: Rules = { environments: {}, sites: {}, parity: [] };

let engine: CapacityEngine;
let east: Hypervisor;
let rules: Rules;
beforeEach(() => {
  vi.useFakeTimers();
  rules = noRules;
  east = new Hypervisor();
  engine = new CapacityEngine({ inventory: east.inventory, estate: () => rules });
});
afterEach(() => {
  engine.close();
  east.inventory.close();
  vi.useRealTimers();
});

function only() {
  engine.settle();
  const [cluster, ...others] = engine.view().clusters;
  expect(others).toEqual([]);
  if (!cluster) throw new Error("no cluster was worked out");
  return cluster;
}

const problems = (name = "prod") =>
  east.inventory.get(east.id(name))?.problems.map(({ code, text: words }) => [code, words.en]);

test("a cluster with room says what it bears, and that it can do without any one of its hosts", () => {
  east.fourHosts();
  east.vm("off", "esx-1", 100, { "power.state": "off" }).vm("golden", "esx-1", 100, { "vm.template": true });
  east.vm("asleep", "esx-2", 100, { "power.state": "suspended" });
  east.tell();
  const cluster = only();
  expect(cluster).toMatchObject({
    name: "prod",
    site: "atelier",
    apart: { off: 2, templates: 1 },
    memory: { used: 192 * gibibyte, whole: 512 * gibibyte, ratio: 0.375, ceiling: 1, verdict: "ok" },
    processors: { used: 24, whole: 64, ceiling: null, verdict: "ok" },
    spare: { wanted: 1, verdict: "ok", text: { en: "Any one of its 4 hosts can be lost." } },
  });
  expect(cluster.memory.text.en).toBe("192 GiB assigned of 512 GiB, 1:0.38; the ceiling is 1:1.");
  expect(cluster.losses.map(({ verdict, moving, unplaced }) => [verdict, moving, unplaced])).toEqual(
    Array.from({ length: 4 }, () => ["ok", 3, 0]),
  );
  expect(cluster.losses[2]?.text).toEqual(
    text(
      "Without esx-3, all of its 3 VMs fit on the other 3 hosts; the fullest, esx-1, then has 50 % of its memory assigned.",
      "Sans esx-3, ses 3 VM tiennent toutes sur les 3 autres hôtes ; le plus rempli, esx-1, a alors 50 % de sa mémoire attribuée.",
    ),
  );
  expect(problems()).toEqual([]);
});

test("a VM that fits nowhere else is named with its size, and is a problem of the cluster", () => {
  east.fourHosts();
  east.vm("db-9", "esx-3", 72).tell();
  expect(only().spare.verdict).toBe("ok");
  east.vm("db-9", "esx-3", 90).remove("esx-3-1").tell();
  const proven = only();
  expect(proven.losses[2]).toMatchObject({
    verdict: "exceeded",
    moving: 3,
    unplaced: 1,
    vms: [{ name: "db-9", from: "esx-3", to: null, why: { en: expect.stringContaining("It needs 90 GiB") } }],
  });
  expect(problems()).toEqual([
    [
      "capacity.spare-lost",
      "Without esx-3, 2 of its 3 VMs fit on the other 3 hosts; db-9 (90 GiB) does not.",
    ],
  ]);
  expect(east.inventory.get("east/prod")?.health).toBe("warning");
  expect(east.inventory.changes()[0]?.text.en).toContain("db-9 (90 GiB) does not");
  east.remove("db-9").tell();
  engine.settle();
  expect(problems()).toEqual([]);
  expect(east.inventory.get("east/prod")?.health).toBe("ok");
});

test("the rules of the environment hold, also as soon as they are changed", () => {
  east.fourHosts();
  east.tell();
  expect(only().processors.verdict).toBe("ok");
  rules = {
    environments: { production: { capacity: { vcpuPerCore: 0.25, memoryRatio: 0.3, spareHosts: 0 } } },
    sites: { atelier: { environment: "production" } },
    parity: [],
  };
  engine.reconsider();
  const cluster = only();
  expect(cluster).toMatchObject({
    environment: "production",
    processors: { ceiling: 0.25, verdict: "exceeded" },
    memory: { ceiling: 0.3, verdict: "exceeded" },
    spare: { verdict: "ok", text: { en: "No host to spare is demanded here." } },
  });
  expect(problems()?.map(([code]) => code)).toEqual(["capacity.vcpu-ratio", "capacity.memory"]);
});

test("two hosts to spare: every pair is tried", () => {
  east.fourHosts();
  const capacity = { memoryRatio: 1, spareHosts: 2 };
  rules = { ...noRules, environments: { e: { capacity } }, sites: { atelier: { environment: "e" } } };
  east.tell();
  expect(only().spare).toMatchObject({
    verdict: "ok",
    text: { en: "Any 2 of its 4 hosts can be lost at once." },
  });
  for (const index of [4, 5])
    for (const host of ["esx-1", "esx-2", "esx-3", "esx-4"]) east.vm(`${host}-${index}`, host, 16);
  east.tell();
  expect(only().spare.verdict).toBe("exceeded");
  expect(only().losses.every(({ verdict }) => verdict === "ok")).toBe(true);
});

describe("a host that is out", () => {
  test("in maintenance: counts no more, and what is left is judged without it", () => {
    east.fourHosts();
    east.tell();
    expect(only().memory.whole).toBe(512 * gibibyte);
    east.change("esx-2", { "hypervisor.maintenance": true }).tell();
    const cluster = only();
    expect(cluster.memory).toMatchObject({ used: 192 * gibibyte, whole: 384 * gibibyte });
    expect(cluster.losses).toHaveLength(3);
    // Its VMs still run on it, and need a place as well.
    expect(cluster.losses[0]).toMatchObject({ verdict: "ok", moving: 6 });
    expect(cluster.spare.text.en).toBe("esx-2 is out already. Any one of its 3 hosts can be lost.");
  });

  test("marked by the console: the same, before anything is sent to it", () => {
    east.fourHosts();
    east.tell();
    const mark = { since: 1, until: 2, by: "operator-a", reason: "" };
    east.inventory.setMaintenance({ marks: new Map([["east/esx-1", mark]]), overdue: new Set() });
    expect(only().hosts[0]?.standing).toBe("maintenance");
    // What is in maintenance with its cluster still serves.
    east.inventory.setMaintenance({ marks: new Map([["east/prod", mark]]), overdue: new Set() });
    expect(only().hosts[0]?.standing).toBe("serving");
  });

  test("that does not answer: its VMs are taken to be on when nobody says so", () => {
    east.fourHosts();
    east.change("esx-1", { "power.state": null });
    for (const index of [1, 2, 3]) east.change(`esx-1-${index}`, { "power.state": null });
    east.tell();
    expect(only().losses[0]).toMatchObject({ hosts: ["east/esx-2"], verdict: "ok", moving: 6 });
  });

  test("dead: its VMs that are told to be on need a place", () => {
    east.fourHosts();
    east.change("esx-1", { "power.state": null }).tell();
    const cluster = only();
    expect(cluster.hosts[0]?.standing).toBe("unreachable");
    expect(cluster.losses[0]).toMatchObject({ hosts: ["east/esx-2"], moving: 6 });
  });
});

describe("what is not known is never fine", () => {
  test.each([
    [
      "a host without figures",
      () => east.change("esx-2", { "hypervisor.cores": null }),
      "esx-2 was not read",
    ],
    ["a VM without memory", () => east.change("esx-2-1", { "memory.total": null }), "1 VM was not read"],
    [
      "a VM of which nobody says whether it is on",
      () => east.change("esx-2-1", { "power.state": null }),
      "1 VM was",
    ],
  ])("%s", (_name, change, words) => {
    east.fourHosts();
    change();
    east.tell();
    const cluster = only();
    const { memory, processors, spare, losses } = cluster;
    expect([memory, processors, spare, ...losses].map(({ verdict }) => verdict)).not.toContain("ok");
    expect(memory.verdict).toBe("unknown");
    expect(spare.text.en).toContain(words);
    expect(memory.used).toBeNull();
    expect(problems()).toEqual([]);
  });

  test("everything, once its system cannot be read", () => {
    east.fourHosts();
    east.tell();
    expect(only().spare.verdict).toBe("ok");
    east.fail();
    expect(only().spare).toMatchObject({
      verdict: "unknown",
      text: {
        en: "It cannot be told: esx-1, esx-2, esx-3 and 1 more were not read lately, or without figures; 12 VMs were not read lately, or without figures.",
      },
    });
    expect(only().losses).toEqual([]);
  });

  test("what another system says of a host is no reading of its hypervisor", () => {
    east.fourHosts();
    east.tell().fail(["esx-1"]);
    const at = 9_000_000;
    east.inventory.declare("ssh", [
      {
        id: "east/esx-1",
        kind: "host",
        name: "esx-1",
        system: "ssh",
        parent: null,
        site: "atelier",
        environment: null,
        staleAfter: 60_000,
      },
    ]);
    east.inventory.observe([
      {
        resource: "east/esx-1",
        source: "ssh",
        at,
        health: "ok",
        facts: { "memory.total": 1, "power.state": "on" },
        problems: [],
      },
    ]);
    expect(only().hosts[0]).toMatchObject({ standing: "unknown", memory: 128 * gibibyte });
  });
});

test("the only host of a cluster is no problem for that either", () => {
  east.cluster("small").host("esx-9", "small").vm("a", "esx-9", 16).tell();
  expect(only()).toMatchObject({ id: "east/small", alone: true, spare: { verdict: "warning" } });
  expect(problems("small")).toEqual([]);
});

test("a host in no cluster is told of by itself, and is no problem for that", () => {
  east.host("esx-9", null).vm("a", "esx-9", 16).tell();
  expect(only()).toMatchObject({ id: "east/esx-9", alone: true, spare: { verdict: "warning" } });
  expect(problems("esx-9")).toEqual([]);
  expect(engine.without(["east/esx-9"])[0]).toMatchObject({
    verdict: "exceeded",
    text: { en: "Without esx-9, no host is left that takes VMs: 1 needs a place." },
  });
});

test("what would become of several hosts at once, with every VM", () => {
  east.fourHosts();
  const west = new Hypervisor({ system: "west", inventory: east.inventory });
  west.cluster("test").host("w-1", "test").host("w-2", "test").vm("w", "w-1", 8);
  east.tell();
  west.tell();
  const [one, other] = engine.without(["east/esx-1", "west/w-1", "east/esx-2"]);
  expect(one).toMatchObject({
    cluster: "east/prod",
    hosts: ["east/esx-1", "east/esx-2"],
    moving: 6,
    verdict: "ok",
  });
  expect(one?.vms.every(({ to }) => to === "east/esx-3" || to === "east/esx-4")).toBe(true);
  expect(one?.after.map(({ taken }) => taken)).toEqual([3, 3]);
  expect(other).toMatchObject({ cluster: "west/test", vms: [{ name: "w", to: "west/w-2" }] });
  expect(() => engine.without(["east/esx-7"])).toThrow("No hypervisor knows east/esx-7");
  expect(() => engine.without(["east/esx-1-1"])).toThrow("No hypervisor knows");
  expect(engine.withoutHost("east/esx-7")).toBeNull();
});

test("it is worked out at most once a second, and only where something changed", () => {
  east.fourHosts();
  east.cluster("test").host("t-1", "test").host("t-2", "test").vm("t", "t-1", 8);
  const told = vi.fn();
  engine.onChange(told);
  east.tell();
  vi.advanceTimersByTime(999);
  expect(told).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(told).toHaveBeenCalledTimes(1);
  const before = engine.view();
  east.change("t", { "memory.total": 9 * gibibyte }).tell();
  for (let round = 0; round < 20; round++) east.tell();
  vi.advanceTimersByTime(1000);
  expect(told).toHaveBeenCalledTimes(2);
  const after = engine.view();
  const losses = (view: typeof after, name: string) =>
    view.clusters.find((each) => each.name === name)?.losses;
  expect(losses(after, "prod")).toBe(losses(before, "prod"));
  expect(losses(after, "test")).not.toBe(losses(before, "test"));
  expect(after.clusters[0]?.readAt).toBeGreaterThan(before.clusters[0]?.readAt ?? 0);
  vi.advanceTimersByTime(60_000);
  expect(told).toHaveBeenCalledTimes(2);
});

test("a VM that moves, a host that leaves and a cluster that goes are followed", () => {
  east.fourHosts();
  east.cluster("test").host("t-1", "test").tell();
  engine.settle();
  east.change("esx-1-1", { "vm.host": "t-1" }, "t-1").tell();
  engine.settle();
  const vms = () => engine.view().clusters.map(({ name, hosts }) => [name, hosts.map((host) => host.vms)]);
  expect(vms()).toEqual([
    ["prod", [2, 3, 3, 3]],
    ["test", [1]],
  ]);
  east.remove("esx-4").tell();
  engine.settle();
  expect(engine.view().clusters[0]?.hosts).toHaveLength(3);
  east.remove("t-1").remove("test").tell();
  engine.settle();
  expect(engine.view().clusters.map(({ name }) => name)).toEqual(["prod"]);
});
