import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { VariableValues } from "../../../shared/procedure.ts";
import type { Resource } from "../../../shared/resource.ts";
import { readBuiltInProcedures } from "./built-in.ts";
import { planProcedure } from "./planning/plan.ts";
import { resource, smallEstate, smallResources } from "./testing/small-estate.ts";

const vsphere: readonly Resource[] = [
  resource("vc/clusters/c", { kind: "cluster", name: "c" }),
  ...["one", "two"].map((name) =>
    resource(`vc/hosts/${name}`, {
      name,
      parent: "vc/clusters/c",
      facts: { "os.bootedAt": { value: 1000, source: "vc", at: 1000 } },
    }),
  ),
];

async function planOf(id: string, given: VariableValues, more: readonly Resource[] = []) {
  const { procedures, faults } = await readBuiltInProcedures();
  expect(faults).toEqual([]);
  const result = planProcedure(id, given, smallEstate(procedures, [...smallResources, ...more]));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

test("the reboot round touches a host only when the one before answers and has nothing critical", async () => {
  const plan = await planOf("safe-reboot-round", { hosts: ["tower-b", "web-1"], pause: "1m" });
  expect(plan.nodes.map(({ id, needs, after }) => [id, needs, after])).toEqual([
    ["round", [], []],
    ["round[tower-b]/reboot", [], []],
    ["round[tower-b]/answers", ["round[tower-b]/reboot"], []],
    ["round[tower-b]/healthy", ["round[tower-b]/answers"], []],
    ["round[tower-b]/settle", ["round[tower-b]/healthy"], []],
    ["round[web-1]/reboot", [], ["round[tower-b]/settle"]],
    ["round[web-1]/answers", ["round[web-1]/reboot"], []],
    ["round[web-1]/healthy", ["round[web-1]/answers"], []],
    ["round[web-1]/settle", ["round[web-1]/healthy"], []],
  ]);
  expect(plan.nodes[1]).toMatchObject({
    title: { en: "Reboot Tower B", fr: "Redémarrer Tower B" },
    when: { value: true },
  });
});

test("asked to, it reboots only hosts that want it, and decides that when it gets there", async () => {
  const plan = await planOf("safe-reboot-round", { hosts: "all", "only-if-needed": true });
  const reboots = plan.nodes.filter(({ kind }) => kind === "action");
  expect(reboots.map(({ item, when }) => [item, when?.value])).toEqual([
    ["tower-a", null],
    ["tower-b", null],
    ["tower-c", null],
    ["web-1", null],
  ]);
});

test("power on and check waits for SSH, then for health if that is wanted", async () => {
  const given = { machine: "tower-a", "must-be-healthy": false };
  const plan = await planOf("power-on-and-check", given);
  expect(plan.nodes.map(({ id, after }) => [id, after])).toEqual([
    ["power-on", []],
    ["answers", ["power-on"]],
  ]);
  expect(plan.leftOut.map(({ id }) => id)).toEqual(["healthy"]);
  expect((await planOf("power-on-and-check", { machine: "tower-a" })).nodes).toHaveLength(3);
});

const maintenance = { node: "cluster/nodes/one", machine: "web-1", "local-data": true };

test("node maintenance marks, empties, reboots and takes back in this order, and can be rolled back from each", async () => {
  const plan = await planOf("node-maintenance", maintenance);
  const order = plan.nodes.map(({ id, after }) => [after.join(), id]);
  expect(order.map(([, id]) => id)).toEqual([
    ...[
      "ready-before",
      "machine-read",
      "same-machine",
      "begin",
      "begin-machine",
      "cordon",
      "drain",
      "reboot",
    ],
    ...["new-boot", "settle", "ready", "uncordon", "healthy", "end-machine", "end"],
  ]);
  expect(order.slice(1).map(([after]) => after)).toEqual(order.slice(0, -1).map(([, id]) => id));
  expect(plan.leftOut.map(({ id }) => id)).toEqual([
    ...["silence", "silence-machine", "power-cycle", "by-hand", "sound", "sound-machine"],
  ]);
  const undone = plan.nodes.filter((node) => node.kind === "action" && node.compensate?.kind === "undo");
  expect(undone.map(({ id }) => id)).toEqual(["begin", "begin-machine", "cordon"]);
  const byId = Object.fromEntries(plan.nodes.map((node) => [node.id, node]));
  expect(byId["same-machine"]?.when?.value).toBeNull();
  expect(byId.begin).toMatchObject({ action: { input: { duration: 14_400_000, onlyIfSpared: true } } });
  expect(byId.drain).toMatchObject({
    action: { target: { name: "one" }, input: { localData: true, unmanaged: false, minutes: 30 } },
  });
  expect(byId.reboot).toMatchObject({ action: { target: { id: "web-1" } } });
  expect(byId["new-boot"]).toMatchObject({ wait: { fact: "os.bootId", comparison: "not", value: "boot-1" } });
});

test("node maintenance over AMT or by hand restarts the machine that way alone", async () => {
  const over = async (restart: string, machine: string) =>
    (await planOf("node-maintenance", { ...maintenance, restart, machine })).nodes.map(({ id }) => id);
  const ways = ["machine-read", "reboot", "power-cycle", "by-hand", "new-boot"];
  const of = (ids: string[]) => ways.filter((way) => ids.includes(way));
  expect(of(await over("amt", "tower-a"))).toEqual(["power-cycle", "new-boot"]);
  expect(of(await over("by-hand", "web-1"))).toEqual(["by-hand"]);
  await expect(over("amt", "web-1")).rejects.toThrow("web-1 has no action");
});

const hostMaintenance = { host: "vc/hosts/one", machine: "tower-a" };
const wayThrough = [
  ...[
    "begin",
    "begin-machine",
    "note",
    "evacuate",
    "enter",
    "reboot",
    "leave",
    "return",
    "end-machine",
    "end",
  ],
];

test("host maintenance marks, empties, restarts and refills in this order, and brings VMs back when rolled back", async () => {
  const plan = await planOf("vsphere-host-maintenance", hostMaintenance, vsphere);
  const actions = plan.nodes.filter(({ kind }) => kind === "action").map(({ id }) => id);
  expect(actions).toEqual(wayThrough);
  const byId = Object.fromEntries(plan.nodes.map((node) => [node.id, node]));
  for (const id of ["note", "evacuate"])
    expect(byId[id]).toMatchObject({ compensate: { action: { id: "vsphere.return-vms" } } });
  expect(byId.enter).toMatchObject({ compensate: { kind: "undo" }, action: { input: { minutes: 60 } } });
  expect(byId["new-boot"]).toMatchObject({ wait: { fact: "os.bootedAt", comparison: "not", value: 1000 } });
  const by = async (restart: string) =>
    (
      await planOf("vsphere-host-maintenance", { ...hostMaintenance, restart, "vms-back": false }, vsphere)
    ).nodes
      .map(({ id }) => id)
      .filter((id) => ["reboot", "power-cycle", "by-hand", "new-boot", "return"].includes(id));
  expect(await by("amt")).toEqual(["power-cycle", "new-boot"]);
  expect(await by("by-hand")).toEqual(["by-hand"]);
  expect(await by("none")).toEqual([]);
});

test("rolling maintenance takes the hosts of its cluster alone, one after the other, each when the cluster is well", async () => {
  const plan = await planOf("vsphere-rolling-maintenance", { cluster: "vc/clusters/c" }, vsphere);
  expect(plan.nodes[0]).toMatchObject({
    forEach: { items: [{ name: "one" }, { name: "two" }], parallel: 1 },
  });
  const [first] = plan.nodes.filter(({ id }) => id === "round[vc/hosts/two]/cluster-read");
  expect(first?.after).toEqual(["round[vc/hosts/one]/pause"]);
  const well = plan.nodes.find(({ id }) => id === "round[vc/hosts/one]/cluster-well");
  expect(well).toMatchObject({ wait: { resource: { id: "vc/clusters/c" }, fact: "health", value: "ok" } });
  const maintenance = plan.nodes.find(({ id }) => id === "round[vc/hosts/one]/maintenance");
  expect(maintenance).toMatchObject({ kind: "procedure", when: { value: null } });
});

const proxmox: readonly Resource[] = [
  resource("pve/cluster", { kind: "cluster", name: "forge" }),
  ...["one", "two"].map((name) =>
    resource(`pve/nodes/${name}`, {
      name,
      parent: "pve/cluster",
      facts: { "os.bootedAt": { value: 1000, source: "pve", at: 1000 } },
    }),
  ),
];
const nodeMaintenance = { node: "pve/nodes/one", machine: "pve/nodes/one" };

test("maintenance of a Proxmox node heeds the quorum, and brings VMs back at the end and when rolled back", async () => {
  const plan = await planOf("proxmox-node-maintenance", nodeMaintenance, proxmox);
  const order = plan.nodes.map(({ id }) => id);
  expect(order).toEqual([
    ...["online-before", "quorum-without", "begin", "begin-machine", "note", "evacuate", "reboot"],
    ...["new-boot", "online", "quorum", "settle", "storages", "ha", "return", "replication", "healthy"],
    ...["end-machine", "end"],
  ]);
  const byId = Object.fromEntries(plan.nodes.map((node) => [node.id, node]));
  for (const id of ["note", "evacuate"]) {
    expect(byId[id]).toMatchObject({ compensate: { action: { id: "proxmox.return-guests" } } });
  }
  expect(byId["quorum-without"]).toMatchObject({
    wait: { fact: "proxmox.quorumWithout", value: "kept" },
  });
  expect(byId.reboot).toMatchObject({ action: { input: { withoutQuorum: false } } });
  expect(byId["new-boot"]).toMatchObject({ wait: { fact: "os.bootedAt", comparison: "not", value: 1000 } });
});

test.each([
  ["amt", ["quorum-without", "same-machine", "power-cycle", "new-boot"]],
  ["ssh", ["quorum-without", "same-machine", "reboot-machine", "new-boot"]],
  ["off", ["quorum-without", "shut-down", "switch-on", "new-boot"]],
  ["by-hand", ["quorum-without", "by-hand"]],
  ["none", []],
])("a Proxmox node is restarted by %s that way alone", async (restart, steps) => {
  const given = { ...nodeMaintenance, machine: "tower-a", restart };
  const plan = await planOf("proxmox-node-maintenance", given, proxmox);
  const ways = ["quorum-without", "same-machine", "reboot", "power-cycle", "reboot-machine", "shut-down"];
  const all = [...ways, "switch-on", "by-hand", "new-boot"];
  expect(plan.nodes.map(({ id }) => id).filter((id) => all.includes(id))).toEqual(steps);
});

test("a quorum that is lost meanwhile is no obstacle where a person has said so", async () => {
  const given = { ...nodeMaintenance, "without-quorum": true };
  const plan = await planOf("proxmox-node-maintenance", given, proxmox);
  expect(plan.nodes.map(({ id }) => id)).not.toContain("quorum-without");
  expect(plan.nodes.find(({ id }) => id === "reboot")).toMatchObject({
    action: { input: { withoutQuorum: true } },
  });
});

test("rolling maintenance of Proxmox looks at quorum, storages, HA and replication before each node", async () => {
  const plan = await planOf("proxmox-rolling-maintenance", { cluster: "pve/cluster" }, proxmox);
  const of = (node: string) =>
    plan.nodes.flatMap(({ id }) => {
      const [, step] = id.split(`round[pve/nodes/${node}]/`);
      return step === undefined || step.includes("/") ? [] : [step];
    });
  const steps = ["cluster-read", "quorum", "nodes", "storages", "ha", "replication", "cluster-well"];
  expect(of("one").filter((step) => step !== "maintenance")).toEqual([...steps, "pause"]);
  expect(of("two")[0]).toBe("cluster-read");
  const [first] = plan.nodes.filter(({ id }) => id === "round[pve/nodes/two]/cluster-read");
  expect(first?.after).toEqual(["round[pve/nodes/one]/pause"]);
});

test("a program without its folder has none, and a broken file is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "passerelle-built-in-"));
  try {
    expect(await readBuiltInProcedures(folder)).toEqual({ procedures: {}, faults: [] });
    mkdirSync(join(folder, "resources", "procedures"), { recursive: true });
    mkdirSync(join(folder, "out", "main"), { recursive: true });
    writeFileSync(join(folder, "resources", "procedures", "a.yaml"), "a: { title: A, steps: [] }\n");
    writeFileSync(
      join(folder, "resources", "procedures", "b.yaml"),
      "b: { title: B, steps: [{ id: s, wait: { for: 1s } }] }\n",
    );
    const { procedures, faults } = await readBuiltInProcedures(join(folder, "out", "main"));
    expect(Object.keys(procedures)).toEqual(["b"]);
    expect(faults).toMatchObject([
      { file: join(folder, "resources", "procedures", "a.yaml"), line: 1, path: "a.steps" },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a Vault is sealed only once two people have decided so", async () => {
  const whole = resource("vault/cluster", { kind: "service", name: "Vault" });
  const plan = await planOf("vault-seal", { vault: whole.id }, [whole]);
  expect(plan.nodes.map(({ id, kind, after }) => [id, kind, after])).toEqual([
    ["decide", "gate", []],
    ["seal", "action", ["decide"]],
  ]);
  expect(plan.nodes[0]).toMatchObject({ gate: { approvers: 2 } });
});

test("a network is let in at the provider only once two people have decided so, for a time or for good", async () => {
  const list = resource("provider/allowlists/east", { kind: "service", name: "East" });
  const given = { list: list.id, network: "203.0.113.7", why: "Fibre works" };
  for (const [always, step, lasts] of [
    [false, "let-in", 14_400_000],
    [true, "let-in-for-good", "always"],
  ] as const) {
    const plan = await planOf("allow-network", { ...given, always }, [list]);
    expect(plan.nodes.map(({ id, needs }) => [id, needs])).toEqual([
      ["decide", []],
      [step, ["decide"]],
    ]);
    expect(plan.nodes[0]).toMatchObject({ gate: { approvers: 2 } });
    const input = { network: "203.0.113.7", for: lasts, note: "Fibre works" };
    expect(plan.nodes[1]).toMatchObject({ action: { id: "ovh.allow-network", input } });
  }
});

test("an entry at the provider is changed only once two people have decided so, with the end that was chosen", async () => {
  const entry = resource("provider/allowlists/east/101", { kind: "service", name: "203.0.113.7/32" });
  for (const [ends, step, lasts] of [
    ["keep", "change", "keep"],
    ["always", "let-in-for-good", "always"],
    ["other", "end-later", 7_200_000],
  ] as const) {
    const plan = await planOf("change-network", { entry: entry.id, why: "Longer", ends, lasts: "2h" }, [
      entry,
    ]);
    expect(plan.nodes.map(({ id, needs }) => [id, needs])).toEqual([
      ["decide", []],
      [step, ["decide"]],
    ]);
    expect(plan.nodes[0]).toMatchObject({ gate: { approvers: 2 } });
    expect(plan.nodes[1]).toMatchObject({ action: { input: { note: "Longer", for: lasts } } });
  }
});

test("a network is taken off at the provider only once two people have decided so", async () => {
  const entry = resource("provider/allowlists/east/101", { kind: "service", name: "203.0.113.7/32" });
  const plan = await planOf("remove-network", { entry: entry.id }, [entry]);
  expect(plan.nodes.map(({ id, after }) => [id, after])).toEqual([
    ["decide", []],
    ["take-off", ["decide"]],
  ]);
  expect(plan.nodes[0]).toMatchObject({ gate: { approvers: 2 } });
});
