import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAddresses, readGuestConfig, readSnapshots } from "./guest-details.ts";
import {
  endOf,
  readBackups,
  readClusterState,
  readHaState,
  readInventory,
  readNodeDetails,
  readReplication,
  readTasks,
} from "./records.ts";
import { powerWord } from "./seen-guest.ts";

/** Every field that is read anywhere, so that noise meets the parsers where they look. */
const field = fc.constantFrom(
  ...[
    "type",
    "node",
    "status",
    "vmid",
    "name",
    "maxcpu",
    "mem",
    "hastate",
    "tags",
    "storage",
    "content",
    "shared",
  ],
  ...[
    "id",
    "sid",
    "state",
    "quorate",
    "nodes",
    "online",
    "ip",
    "uptime",
    "cpuinfo",
    "loadavg",
    "rootfs",
    "parent",
  ],
  ...["upid", "endtime", "guest", "target", "volid", "ctime", "verification", "notes", "snaptime", "vmstate"],
  ...[
    "scsi0",
    "net0",
    "agent",
    "rootfs",
    "serial0",
    "ip-addresses",
    "ip-address",
    "inet",
    "result",
    "fail_count",
  ],
);
const value = fc.oneof(
  fc.constantFrom(
    "node",
    "qemu",
    "lxc",
    "storage",
    "cluster",
    "service",
    "lrm",
    "pve-1",
    "current",
    "vm:100",
  ),
  fc.anything({ maxDepth: 2 }),
  fc.string(),
  fc.integer(),
);
const noise = fc.oneof(
  fc.anything(),
  fc.array(fc.dictionary(field, value, { maxKeys: 12 }), { maxLength: 8 }),
);

describe("what a cluster answers", () => {
  it("never makes a parser fail, whatever it is", () => {
    fc.assert(
      fc.property(noise, noise, (data, other) => {
        const { guests, nodes } = readInventory(data);
        for (const { id, name, node } of guests) {
          expect(Number.isInteger(id) && id > 0).toBe(true);
          expect(name).not.toBe("");
          expect(node).toMatch(/^[A-Za-z0-9-]+$/);
        }
        for (const { name } of nodes) expect(name).toMatch(/^[A-Za-z0-9-]+$/);
        readClusterState(data);
        readHaState(data);
        readNodeDetails(data, 0);
        readReplication(data, [other, data]);
        readBackups(data);
        readTasks(data);
        readGuestConfig(data);
        readSnapshots(data);
        for (const address of readAddresses(data)) expect(address).toMatch(/^[0-9a-fA-F.:]+$/);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the config of a guest", () => {
  it("says its disks, storages and networks, and leaves out drives that hold nothing of it", () => {
    expect(
      readGuestConfig({
        scsi0: "ceph-vm:vm-100-disk-0,size=32G",
        virtio1: "local-zfs:vm-100-disk-1,size=8G",
        ide2: "local:iso/debian.iso,media=cdrom",
        sata0: "none,media=cdrom",
        efidisk0: "ceph-vm:vm-100-disk-2,size=4M",
        unused0: "ceph-vm:vm-100-disk-9",
        net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20,firewall=1",
        net1: "virtio=BC:24:11:00:00:02,bridge=vmbr1",
        serial0: "socket",
        serial1: "/dev/ttyS0",
      }),
    ).toMatchObject({
      disks: ["efidisk0", "scsi0", "virtio1"],
      storages: ["ceph-vm", "local-zfs"],
      networks: ["vmbr0 (VLAN 20)", "vmbr1"],
      serial: ["serial0"],
      agent: false,
      onBoot: false,
    });
  });

  it.each([
    ["1", true],
    ["1,fstrim_cloned_disks=1", true],
    ["enabled=1,type=virtio", true],
    ["fstrim_cloned_disks=1,enabled=1", true],
    ["0", false],
    ["enabled=0", false],
  ])("says by agent: %s whether the agent is used", (agent, expected) => {
    expect(readGuestConfig({ agent }).agent).toBe(expected);
  });
});

describe("the state of HA", () => {
  it("says which node is kept empty, whose manager is silent, and how each service is", () => {
    const ha = readHaState([
      { type: "master", node: "pve-2", status: "pve-2 (active, Mon)" },
      { type: "lrm", node: "pve-1", status: "pve-1 (old timestamp - dead?, Mon)" },
      { type: "lrm", node: "pve-3", status: "pve-3 (maintenance mode, Mon)" },
      { type: "service", sid: "ct:7", state: "error", node: "pve-1" },
      { type: "service", sid: "group:x", state: "started" },
    ]);
    expect(ha.master).toBe("pve-2");
    expect(ha.local.get("pve-1")).toBe("old timestamp - dead?");
    expect([...ha.maintenance]).toEqual(["pve-3"]);
    expect([...ha.services.keys()]).toEqual([7]);
  });
});

describe("words", () => {
  it.each([
    ["OK", "done"],
    ["WARNINGS: 3", "warned"],
    ["job errors", "failed"],
    ["WARNINGS: none", "failed"],
    ["", "unknown"],
    ["unexpected status", "unknown"],
  ])("%j ends a task as %s", (status, end) => {
    expect(endOf(status)).toBe(end);
  });

  it.each([
    ["running", null, "on"],
    ["stopped", null, "off"],
    ["stopped", "suspended", "suspended"],
    ["paused", null, "suspended"],
    ["unknown", null, null],
    ["constructor", null, null],
  ])("%s locked by %s is %s", (status, lock, power) => {
    expect(powerWord({ status, lock })).toBe(power);
  });
});
