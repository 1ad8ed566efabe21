import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakePve } from "./testing/fake-pve.ts";
import { OpenedProxmox } from "./testing/opened.ts";
import {
  laySample,
  sampleGuest,
  sampleResources,
  sampleStatus,
  sampleTime,
} from "./testing/sample-cluster.ts";

describe("a cluster of Proxmox VE", () => {
  let pve: FakePve;
  let opened: OpenedProxmox;

  beforeEach(async () => {
    pve = laySample(await new FakePve().start());
    opened = new OpenedProxmox([pve.port], { name: undefined, pins: [pve.pin] });
    pve.clock = () => opened.now;
  });
  afterEach(async () => {
    await opened.close();
    await pve.stop();
  });

  it("is shown with its nodes, guests, storages, replication jobs and backups, each where it belongs", async () => {
    await opened.observe();
    const shape = [...opened.declared.values()].map(({ id, kind, name, parent }) => [id, kind, name, parent]);
    expect(shape).toEqual([
      ["forge/cluster", "cluster", "forge", "atelier"],
      ["forge/nodes/pve-1", "host", "pve-1", "forge/cluster"],
      ["forge/nodes/pve-2", "host", "pve-2", "forge/cluster"],
      ["forge/vms/100", "vm", "db-1", "forge/nodes/pve-1"],
      ["forge/vms/101", "vm", "web-1", "forge/nodes/pve-2"],
      ["forge/vms/900", "vm", "debian", "forge/nodes/pve-1"],
      ["forge/storages/pve-1/local-lvm", "volume", "local-lvm", "forge/nodes/pve-1"],
      ["forge/storages/pve-2/local-lvm", "volume", "local-lvm", "forge/nodes/pve-2"],
      ["forge/storages/backups", "volume", "backups", "forge/cluster"],
      ["forge/replication/100-0", "replication", "db-1 → pve-2", "forge/vms/100"],
      ["forge/backup-jobs/backup-nightly", "backup-policy", "backup-nightly", "forge/cluster"],
      [
        "forge/backups/backups/backups%3Abackup%2Fvzdump-qemu-100-2027_01_15-03_00_00.vma.zst",
        "restore-point",
        "db-1, 2027-01-15 06:00 UTC",
        "forge/vms/100",
      ],
      [
        "forge/backups/backups/backups%3Abackup%2Fvzdump-lxc-777-2027_01_15-03_00_00.tar.zst",
        "restore-point",
        "777, 2027-01-15 06:00 UTC",
        "forge/storages/backups",
      ],
    ]);
  });

  it("tells the facts that every hypervisor tells", async () => {
    await opened.observe();
    expect(opened.facts("forge/cluster")).toMatchObject({
      "hypervisor.version": "Proxmox VE 9.1.1",
      "proxmox.quorum": "kept",
      "hypervisor.hosts": 2,
      "hypervisor.hostsEffective": 1,
      "hypervisor.vms": 2,
      "hypervisor.vmsOn": 2,
      "hypervisor.cores": 16,
      "hypervisor.ha": true,
      "proxmox.haRules": ["apart: resource-affinity, negative, vm:100,vm:102"],
    });
    expect(opened.facts("forge/nodes/pve-1")).toMatchObject({
      "power.state": "on",
      "hypervisor.cluster": "forge",
      "hypervisor.cores": 8,
      "cpu.count": 16,
      "memory.total": 64 * 1024 ** 3,
      "memory.used": 25,
      "hypervisor.maintenance": false,
      "os.bootedAt": (sampleTime - 86_400) * 1000,
      "os.kernel": "6.17.2-1-pve",
      "reach.address": "192.0.2.11",
    });
    expect(opened.facts("forge/nodes/pve-2")["hypervisor.maintenance"]).toBe(true);
    expect(opened.facts("forge/vms/100")).toMatchObject({
      "power.state": "on",
      "vm.kind": "vm",
      "vm.host": "pve-1",
      "hypervisor.cluster": "forge",
      "cpu.count": 2,
      "memory.total": 4 * 1024 ** 3,
      "vm.disks": 1,
      "vm.storages": ["local-lvm"],
      "vm.networks": ["vmbr0 (VLAN 20)"],
      "vm.snapshots": 2,
      "reach.address": "192.0.2.55, 2001:db8::5",
      "proxmox.agent": "answers",
      "proxmox.ha": "started",
      "hypervisor.tags": ["blue", "prod"],
      "proxmox.backups": 1,
      "os.name": "Linux",
    });
    expect(opened.facts("forge/vms/101")).toMatchObject({
      "vm.kind": "container",
      "reach.address": "192.0.2.56",
    });
    expect(opened.facts("forge/vms/900")["vm.template"]).toBe(true);
  });

  it("says what is wrong, in words", async () => {
    await opened.observe();
    expect(opened.problems("forge/nodes/pve-1")).toEqual(["root-full"]);
    expect(opened.problems("forge/vms/100")).toEqual(["old-snapshot", "task.vzdump"]);
    expect(opened.problems("forge/vms/101")).toEqual(["root-full"]);
    expect(opened.problems("forge/storages/pve-2/local-lvm")).toEqual(["storage-full"]);
    expect(opened.resource("forge/storages/backups").health).toBe("warning");
    expect(opened.problems("forge/replication/100-0")).toEqual(["replication-failed"]);
    const [backup] = [...opened.declared.keys()].filter((id) => id.includes("qemu-100"));
    expect(opened.resource(backup ?? "").health).toBe("critical");
  });

  it("says what a lost quorum and a dead node mean, and does not wait for that node", async () => {
    pve.on("GET /cluster/status", sampleStatus(0, [1, 0]));
    pve.on("GET /cluster/resources", () => ({
      data: sampleResources().map((row) =>
        "node" in row && row.node === "pve-2"
          ? { ...row, status: row.type === "node" ? "offline" : "unknown" }
          : row,
      ),
    }));
    await opened.observe();
    expect(opened.problems("forge/cluster")).toEqual(["no-quorum"]);
    expect(opened.resource("forge/cluster").problems[0]?.text.en).toContain("1 of 2 nodes");
    expect(opened.resource("forge/nodes/pve-2").health).toBe("critical");
    expect(opened.facts("forge/nodes/pve-2")["power.state"]).toBeNull();
    expect(opened.resource("forge/vms/101").health).toBe("unknown");
    expect(opened.problems("forge/storages/pve-2/local-lvm")).toEqual(["node-offline"]);
    expect(opened.problems("forge/storages/backups")).toEqual(["storage-full"]);
    expect(pve.count("GET /nodes/pve-2/status")).toBe(0);
    expect(pve.count("GET /nodes/pve-2/lxc/101/config")).toBe(0);
  });

  it("is a node by itself, too", async () => {
    pve.on("GET /cluster/status", sampleStatus().slice(1, 2));
    pve.on("GET /cluster/resources", () => ({
      data: sampleResources().filter((row) => !("node" in row) || row.node === "pve-1"),
    }));
    await opened.observe();
    expect(opened.resource("forge/cluster")).toMatchObject({ name: "forge", health: "ok" });
    expect(opened.facts("forge/cluster")["proxmox.quorum"]).toBe("single");
  });

  it("of version 8 has groups in place of rules", async () => {
    pve.on("GET /version", { version: "8.4.14" });
    pve.on("GET /cluster/ha/groups", [{ group: "east", type: "group", nodes: "pve-1:2,pve-2" }]);
    pve.on("GET /cluster/ha/resources", [{ sid: "vm:100", group: "east" }]);
    await opened.observe();
    expect(pve.count("GET /cluster/ha/rules")).toBe(0);
    expect(opened.facts("forge/cluster")["proxmox.haRules"]).toEqual(["east: group, pve-1:2,pve-2"]);
    expect(opened.facts("forge/vms/100")["proxmox.haGroup"]).toBe("east");
  });

  it("reads details again when they are due, and at once what is looked at", async () => {
    await opened.observe();
    const configs = () => pve.count("GET /nodes/pve-1/qemu/100/config");
    expect(configs()).toBe(1);
    opened.now += 15_000;
    await opened.observe();
    expect(configs()).toBe(1);
    await opened.observe(["forge/vms/100"]);
    expect(configs()).toBe(2);
    opened.now += 601_000;
    await opened.observe();
    expect(configs()).toBe(3);
    expect(pve.count("GET /nodes/pve-2/lxc/101/config")).toBe(2);
  });

  it("dates the boot of a node by the cluster's clock, so that a jump of ours is no reboot", async () => {
    pve.clock = () => sampleTime * 1000;
    await opened.observe();
    opened.now += 3_600_000;
    await opened.observe(["forge/nodes/pve-1"]);
    expect(opened.facts("forge/nodes/pve-1")["os.bootedAt"]).toBe((sampleTime - 86_400) * 1000);
  });

  it("takes the state of a guest from its node where the cluster's list lags behind", async () => {
    await opened.observe();
    pve.on("GET /nodes/pve-1/qemu/100/status/current", { status: "stopped", qmpstatus: "stopped" });
    opened.now += 5000;
    await opened.observe(["forge/vms/100"]);
    expect(opened.facts("forge/vms/100")["power.state"]).toBe("off");
    opened.now += 5000;
    await opened.observe();
    expect(opened.facts("forge/vms/100")["power.state"]).toBe("off");
    opened.now += 15_000;
    await opened.observe();
    expect(opened.facts("forge/vms/100")["power.state"]).toBe("on");
  });

  it("withdraws what went, and moves what moved", async () => {
    await opened.observe();
    pve.on("GET /cluster/resources", () => ({
      data: [...sampleResources().slice(0, 2), sampleGuest(100, "db-1", { node: "pve-2" })],
    }));
    opened.now += 15_000;
    await opened.observe();
    expect(opened.declared.has("forge/vms/101")).toBe(false);
    expect(opened.declared.get("forge/vms/100")?.parent).toBe("forge/nodes/pve-2");
    expect([...opened.declared.keys()].some((id) => id.startsWith("forge/backups"))).toBe(false);
  });

  it("is unknown with everything in it when it cannot be asked, and as before once it can", async () => {
    await opened.observe();
    pve.on("GET /cluster/resources", () => ({ status: 596, reason: "Broken pipe" }));
    opened.now += 15_000;
    await opened.observe();
    expect(opened.error("forge/cluster")).toBe("proxmox.node-lost");
    expect(opened.error("forge/vms/100")).toBe("proxmox.node-lost");
    pve.on("GET /cluster/resources", () => ({ data: sampleResources() }));
    opened.now += 15_000;
    await opened.observe();
    expect(opened.error("forge/vms/100")).toBeNull();
    expect(opened.resource("forge/vms/100").facts["vm.disks"]?.value).toBe(1);
  });

  it("says which right is missing, and shows the rest", async () => {
    pve.on("GET /cluster/ha/status/current", () => ({
      status: 403,
      reason: "Permission check failed (/, Sys.Audit)",
    }));
    await opened.observe();
    expect(opened.problems("forge/cluster")).toEqual(["rights.0"]);
    expect(opened.resource("forge/cluster").problems[0]?.text.en).toContain("Sys.Audit on /");
    expect(opened.facts("forge/vms/100")["vm.disks"]).toBe(1);
  });

  it("says that lists are shorter than they should be, and does not take an empty one for an empty cluster", async () => {
    pve.on("GET /access/permissions", { "/vms/100": { "VM.Audit": 1 }, "/": { "Sys.Audit": 1 } });
    await opened.observe();
    expect(opened.problems("forge/cluster")).toEqual(["lacking.Datastore.Audit"]);
    expect(opened.facts("forge/vms/100")["proxmox.backups"]).toBe(1);
    expect(opened.facts("forge/vms/101")["proxmox.backups"]).toBeNull();
    pve.on("GET /cluster/resources", []);
    opened.now += 15_000;
    await opened.observe();
    expect(opened.error("forge/cluster")).toBe("proxmox.nothing-shown");
    expect(opened.declared.size).toBeGreaterThan(5);
  });

  it("keeps the age of what a node that hangs said before", async () => {
    await opened.observe();
    const first = opened.now;
    pve.on("GET /nodes/pve-1/status", () => ({ status: 595, reason: "Connection timed out" }));
    opened.now += 61_000;
    await opened.observe();
    const kernel = opened.resource("forge/nodes/pve-1").facts["os.kernel"];
    expect(kernel).toMatchObject({ value: "6.17.2-1-pve", at: first });
    expect(opened.resource("forge/nodes/pve-2").facts["os.kernel"]?.at).toBe(opened.now);
  });

  it("never fails for what it is told, however odd", async () => {
    for (const odd of [
      null,
      7,
      "words",
      {},
      [null, 3, [], { type: "node" }, { type: "qemu", node: "../x" }],
    ]) {
      pve.on("GET /cluster/resources", () => ({ data: odd }));
      pve.on("GET /cluster/status", () => ({ data: odd }));
      pve.on("GET /cluster/ha/status/current", () => ({ data: odd }));
      pve.on("GET /cluster/tasks", () => ({ data: odd }));
      opened.now += 15_000;
      await opened.observe();
      const left = [...opened.declared.keys()].filter((id) => !id.startsWith("forge/replication/"));
      expect(left).toEqual(["forge/cluster"]);
      expect(opened.error("forge/cluster")).toBe("proxmox.garbage");
    }
  });

  it("names its secrets, and tries a new one by logging in", async () => {
    const [secret] = opened.system.secrets?.() ?? [];
    expect(secret).toEqual({ reference: "keychain:forge", usedBy: "forge/cluster" });
    const [trial] = opened.system.trials?.("keychain:forge") ?? [];
    const signal = AbortSignal.timeout(10_000);
    await expect(trial?.tryLogin("wrong", signal)).rejects.toMatchObject({ code: "proxmox.login-refused" });
    opened.secret = "wrong";
    await opened.observe();
    expect(opened.error("forge/cluster")).toBe("proxmox.login-refused");
    opened.secret = "secret";
    await opened.observe();
    expect(opened.error("forge/cluster")).toBe("proxmox.login-refused");
    await trial?.tryLogin(null, signal);
    await opened.observe();
    expect(opened.error("forge/cluster")).toBeNull();
  });
});
