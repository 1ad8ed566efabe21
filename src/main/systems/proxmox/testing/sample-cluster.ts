import type { FakePve } from "./fake-pve.ts";

/** Seconds since 1970 that the sample was made at. */
export const sampleTime = 1_800_000_000;
const gibibyte = 1024 ** 3;

export const sampleUpid = (type: string, subject = "", node = "pve-1", at = sampleTime - 600) =>
  `UPID:${node}:0012D6A3:0F3C2B1A:${at.toString(16).toUpperCase()}:${type}:${subject}:console@pve:`;

const node = (name: string, more: object = {}) => ({
  type: "node",
  id: `node/${name}`,
  node: name,
  status: "online",
  maxcpu: 16,
  cpu: 0.25,
  maxmem: 64 * gibibyte,
  mem: 16 * gibibyte,
  uptime: 86_400,
  ...more,
});

export const sampleGuest = (vmid: number, name: string, more: object = {}) => ({
  type: "qemu",
  id: `qemu/${vmid}`,
  vmid,
  name,
  node: "pve-1",
  status: "running",
  template: 0,
  maxcpu: 2,
  cpu: 0.05,
  maxmem: 4 * gibibyte,
  mem: 2 * gibibyte,
  maxdisk: 32 * gibibyte,
  disk: 0,
  uptime: 3600,
  ...more,
});

const storage = (name: string, on: string, more: object = {}) => ({
  type: "storage",
  id: `storage/${on}/${name}`,
  storage: name,
  node: on,
  status: "available",
  shared: 0,
  plugintype: "lvmthin",
  content: "rootdir,images",
  maxdisk: 100 * gibibyte,
  disk: 50 * gibibyte,
  ...more,
});

const shared = { shared: 1, plugintype: "nfs", content: "backup,iso", disk: 90 * gibibyte };

/** What `GET /cluster/resources` says of the sample: two nodes, a VM, a container, a template, storages. */
export const sampleResources = () => [
  node("pve-1"),
  node("pve-2"),
  sampleGuest(100, "db-1", { hastate: "started", tags: "blue;prod", pool: "databases" }),
  sampleGuest(101, "web-1", {
    type: "lxc",
    id: "lxc/101",
    node: "pve-2",
    maxdisk: 8 * gibibyte,
    disk: 7.8 * gibibyte,
  }),
  sampleGuest(900, "debian", { status: "stopped", template: 1 }),
  storage("local-lvm", "pve-1"),
  storage("local-lvm", "pve-2", { disk: 96 * gibibyte }),
  storage("backups", "pve-1", shared),
  storage("backups", "pve-2", shared),
  { type: "sdn", id: "sdn/pve-1/zone", node: "pve-1", sdn: "zone", status: "ok" },
];

export const sampleStatus = (quorate = 1, online = [1, 1]) => [
  { type: "cluster", id: "cluster", name: "forge", version: 2, nodes: 2, quorate },
  { type: "node", id: "node/pve-1", name: "pve-1", online: online[0], local: 1, ip: "192.0.2.11", nodeid: 1 },
  { type: "node", id: "node/pve-2", name: "pve-2", online: online[1], local: 0, ip: "192.0.2.12", nodeid: 2 },
];

/** Lays a cluster of two nodes down on a node of tests. */
export function laySample(pve: FakePve): FakePve {
  return pve
    .on("GET /cluster/resources", () => ({ data: sampleResources() }))
    .on("GET /cluster/status", sampleStatus())
    .on("GET /cluster/tasks", [
      {
        upid: sampleUpid("vzdump", "100"),
        node: "pve-1",
        type: "vzdump",
        id: "100",
        user: "root@pam",
        starttime: sampleTime - 600,
        endtime: sampleTime - 300,
        status: "job errors",
      },
    ])
    .on("GET /cluster/ha/status/current", [
      { id: "quorum", type: "quorum", node: "pve-1", status: "OK", quorate: 1 },
      { id: "master", type: "master", node: "pve-1", status: "pve-1 (active, now)" },
      { id: "lrm:pve-1", type: "lrm", node: "pve-1", status: "pve-1 (active, now)" },
      { id: "lrm:pve-2", type: "lrm", node: "pve-2", status: "pve-2 (maintenance mode, now)" },
      {
        id: "service:vm:100",
        type: "service",
        sid: "vm:100",
        node: "pve-1",
        state: "started",
        request_state: "started",
        status: "vm:100 (pve-1, started)",
      },
    ])
    .on("GET /access/permissions", {
      "/": {
        "Sys.Audit": 1,
        "Sys.Console": 1,
        "VM.Audit": 1,
        "Datastore.Audit": 1,
        "Datastore.AllocateSpace": 1,
      },
      "/vms": Object.fromEntries(
        ["Audit", "Backup", "Console", "PowerMgmt", "Snapshot", "Migrate", "Clone", "Allocate"].map(
          (name) => [`VM.${name}`, 1],
        ),
      ),
    })
    .on("GET /cluster/ha/resources", [{ sid: "vm:100", type: "vm", state: "started" }])
    .on("GET /cluster/ha/rules", [
      { rule: "apart", type: "resource-affinity", affinity: "negative", resources: "vm:100,vm:102" },
    ])
    .on("GET /cluster/config/nodes", [
      { node: "pve-1", name: "pve-1", nodeid: "1", quorum_votes: "1" },
      { node: "pve-2", name: "pve-2", nodeid: "2", quorum_votes: "1" },
    ])
    .on("GET /cluster/config/qdevice", {})
    .on("GET /cluster/backup", [
      {
        id: "backup-nightly",
        type: "vzdump",
        schedule: "mon..fri 03:00",
        storage: "backups",
        all: 1,
        exclude: "101",
        enabled: 1,
        "prune-backups": { "keep-daily": "7", "keep-last": "3" },
        "next-run": sampleTime + 3600,
      },
    ])
    .on("GET /nodes/{node}/time", {
      timezone: "Europe/Paris",
      time: sampleTime,
      localtime: sampleTime + 3600,
    })
    .on("GET /cluster/replication", [
      { id: "100-0", guest: 100, target: "pve-2", type: "local", jobnum: 0, schedule: "*/15" },
    ])
    .on("GET /nodes/pve-1/replication", [
      {
        id: "100-0",
        guest: 100,
        source: "pve-1",
        target: "pve-2",
        last_sync: sampleTime - 900,
        last_try: sampleTime - 100,
        next_sync: sampleTime + 300,
        duration: 4.5,
        fail_count: 1,
        error: "command 'zfs send' failed",
      },
    ])
    .on("GET /nodes/pve-2/replication", [])
    .on("GET /nodes/{node}/status", {
      uptime: 86_400,
      pveversion: "pve-manager/9.1.1/abcdef",
      cpuinfo: { cores: 8, cpus: 16, sockets: 1, model: "Processor of an example" },
      memory: { total: 64 * gibibyte, used: 16 * gibibyte },
      rootfs: { total: 100, used: 96 },
      swap: { total: 0, used: 0 },
      loadavg: ["0.10", "0.20", "0.30"],
      "current-kernel": { release: "6.17.2-1-pve" },
    })
    .on("GET /nodes/{node}/{kind}/{vmid}/status/current", {
      status: "running",
      qmpstatus: "running",
      agent: 1,
    })
    .on("GET /nodes/{node}/qemu/{vmid}/config", {
      scsi0: "local-lvm:vm-100-disk-0,size=32G",
      ide2: "none,media=cdrom",
      net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20",
      agent: "1",
      onboot: 1,
      ostype: "l26",
      serial0: "socket",
    })
    .on("GET /nodes/{node}/lxc/{vmid}/config", {
      rootfs: "local-lvm:vm-101-disk-0,size=8G",
      net0: "name=eth0,bridge=vmbr0",
      ostype: "debian",
    })
    .on("GET /nodes/{node}/qemu/{vmid}/snapshot", [
      { name: "current", description: "You are here!", parent: "after" },
      { name: "after", parent: "before", snaptime: sampleTime - 3600, vmstate: 1, description: "later\n" },
      { name: "before", snaptime: sampleTime - 8 * 86_400, vmstate: 0, description: "" },
    ])
    .on("GET /nodes/{node}/lxc/{vmid}/snapshot", [{ name: "current", description: "You are here!" }])
    .on("GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces", {
      result: [
        { name: "lo", "ip-addresses": [{ "ip-address": "127.0.0.1" }] },
        {
          name: "eth0",
          "ip-addresses": [{ "ip-address": "2001:db8::5" }, { "ip-address": "192.0.2.55" }],
        },
      ],
    })
    .on("GET /nodes/{node}/lxc/{vmid}/interfaces", [
      { name: "eth0", inet: "192.0.2.56/24", inet6: "fe80::1/64" },
    ])
    .on("GET /nodes/{node}/storage/backups/content", [
      {
        volid: "backups:backup/vzdump-qemu-100-2027_01_15-03_00_00.vma.zst",
        content: "backup",
        vmid: 100,
        ctime: sampleTime - 7200,
        size: 5 * gibibyte,
        format: "vma.zst",
        subtype: "qemu",
        notes: "nightly",
        protected: 1,
        verification: { state: "failed", upid: "x" },
      },
      {
        volid: "backups:backup/vzdump-lxc-777-2027_01_15-03_00_00.tar.zst",
        content: "backup",
        vmid: 777,
        ctime: sampleTime - 7200,
        subtype: "lxc",
      },
    ]);
}
