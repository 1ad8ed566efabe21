import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { sameText } from "../../../../shared/text.ts";
import { type FakeGuest, place, refusal, startGuest, vm } from "../testing/fake-guest.ts";
import { sampleResources } from "../testing/sample-cluster.ts";

const template = "forge/vms/900";

let guest: FakeGuest;
beforeEach(async () => {
  guest = await startGuest();
});
afterEach(() => guest.stop());

describe("a guest", () => {
  const missing = "Configuration file 'nodes/pve-1/qemu-server/100.conf' does not exist";

  it("that was deleted under its snapshot is told to be gone", async () => {
    guest.pve.on(`POST ${place}/snapshot`, () => {
      guest.pve.on(`GET ${place}/status/current`, () => refusal(missing));
      guest.pve.on("GET /cluster/resources", () => ({
        data: sampleResources().filter((row) => !("vmid" in row) || row.vmid !== 100),
      }));
      return { data: guest.tasks.begin("qmsnapshot", "100") };
    });
    await expect(guest.opened.run("proxmox.snapshot-create", vm, { name: "fresh" })).rejects.toMatchObject({
      code: "proxmox.gone",
    });
    // Before anything is sent, too.
    await expect(guest.opened.run("proxmox.snapshot-create", vm, { name: "other" })).rejects.toMatchObject({
      code: "proxmox.gone",
    });
    expect(guest.pve.count(`POST ${place}/snapshot`)).toBe(1);
  });

  it("that moved since it was seen is found where it is", async () => {
    guest.pve.on(`GET ${place}/status/current`, () => refusal(missing));
    guest.pve.on("GET /cluster/resources", () => ({
      data: sampleResources().map((row) =>
        "vmid" in row && row.vmid === 100 ? { ...row, node: "pve-2" } : row,
      ),
    }));
    guest.pve.on("GET /nodes/pve-2/qemu/100/status/current", () => ({ data: guest.state }));
    guest.pve.on("POST /nodes/pve-2/qemu/100/status/stop", () => ({
      data: guest.tasks.begin("qmstop", "100", { onEnd: guest.off }),
    }));
    expect((await guest.opened.run("proxmox.stop", vm)).verification).toMatchObject({ proven: true });
  });

  it("that HA has given up is not asked of HA again", async () => {
    guest.off();
    guest.state = { ...guest.state, ha: { managed: 1, state: "error" } };
    const { probe, committed } = await guest.opened.run("proxmox.start", vm);
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toMatch(/given it up/);
  });

  it("that does not start again is not said to have", async () => {
    guest.pve.on(`POST ${place}/status/reboot`, () => ({ data: guest.tasks.begin("qmreboot", "100") }));
    const { verification } = await guest.opened.run("proxmox.reboot", vm);
    expect(verification).toMatchObject({ proven: false, data: { pid: 4711 } });
    guest.pve.on(`POST ${place}/status/reboot`, () => ({
      data: guest.tasks.begin("qmreboot", "100", {
        onEnd: () => {
          guest.state = { ...guest.state, pid: 4812, uptime: 3 };
        },
      }),
    }));
    expect((await guest.opened.run("proxmox.reboot", vm)).verification).toMatchObject({ proven: true });
  });
});

describe("a move", () => {
  const conditions = (more: object) =>
    guest.pve.on(`GET ${place}/migrate`, { running: 1, local_disks: [], ...more });

  it.each([
    [
      { local_disks: [{ volid: "local-lvm:vm-100-disk-0", size: 2 ** 35 }] },
      /local-lvm:vm-100-disk-0 \(32 GiB\)/,
    ],
    [{ local_resources: ["hostpci0"] }, /devices of its node, which do not move: hostpci0/],
    [
      {
        not_allowed_nodes: {
          "pve-2": { "blocking-ha-resources": [{ sid: "vm:102", cause: "resource-affinity" }] },
        },
      },
      /rule of HA keeps it away from pve-2 \(vm:102\)/,
    ],
    [
      { not_allowed_nodes: { "pve-2": { unavailable_storages: ["zfs"] } } },
      /pve-2 does not have the storage zfs/,
    ],
    [{ allowed_nodes: [] }, /may not go to pve-2/],
  ])("that cannot be is refused before it is sent: %o", async (more, words) => {
    conditions(more);
    const { probe, committed } = await guest.opened.run("proxmox.migrate", vm, { node: "pve-2" });
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toMatch(words);
    expect(probe.text.fr).not.toBe(probe.text.en);
  });

  it("that is refused by its task says why, and where the guest is", async () => {
    conditions({});
    const log = [
      "2027-01-15 08:00:01 starting migration of VM 100 to node 'pve-2' (192.0.2.12)",
      "2027-01-15 08:00:02 ERROR: migration aborted (duration 00:00:01): storage 'zfs' is not available on node 'pve-2'",
      "TASK ERROR: migration aborted",
    ];
    guest.pve.on(`POST ${place}/migrate`, () => ({
      data: guest.tasks.begin("qmigrate", "100", { exit: "migration aborted", log }),
    }));
    const { verification } = await guest.opened.run("proxmox.migrate", vm, { node: "pve-2" });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("storage 'zfs' is not available on node 'pve-2'");
    const sent = guest.pve.seen.find((each) => each.method === "POST" && each.path.endsWith("/migrate"));
    expect(sent?.parameters).toEqual({ target: "pve-2", online: "1" });
  });
});

describe("a restore", () => {
  const volume = "backups:backup/vzdump-qemu-100-2027_01_15-03_00_00.vma.zst";
  const point = `forge/backups/backups/${encodeURIComponent(volume)}`;
  const config = "name: db-1\nscsi0: local-lvm:vm-100-disk-0,size=32G\n[before]\nscsi1: x:y\n";

  it("that fails says what is left of the guest that it was to replace", async () => {
    guest.off();
    guest.pve.on("GET /nodes/{node}/vzdump/extractconfig", config);
    guest.pve.on("POST /nodes/pve-1/qemu", () => ({
      data: guest.tasks.begin("qmrestore", "100", {
        exit: "no space left",
        onEnd: () => {
          guest.state = { ...guest.state, lock: "create" };
        },
      }),
    }));
    const { verification, probe } = await guest.opened.run("proxmox.restore", point);
    expect(probe.observed).toMatchObject({ existed: true, name: "db-1", disks: ["scsi0"] });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toMatch(/no space left.*guest 100 is locked \(create\): it is half made/);
    const sent = guest.pve.seen.find((each) => each.method === "POST" && each.path === "/nodes/pve-1/qemu");
    expect(sent?.parameters).toEqual({ vmid: "100", force: "1", archive: volume });
  });

  it("never takes the place of a guest that runs, nor of one that came after the look", async () => {
    const running = await guest.opened.run("proxmox.restore", point);
    expect([running.probe.state, running.committed]).toEqual(["impossible", 0]);
    const without = sampleResources().filter((row) => !("vmid" in row) || row.vmid !== 100);
    guest.pve.on("GET /cluster/resources", () => ({ data: without }));
    guest.pve.on("POST /nodes/pve-1/qemu", () =>
      refusal("unable to restore VM 100 - VM 100 already exists on node 'pve-2'"),
    );
    const { verification } = await guest.opened.run("proxmox.restore", point);
    expect(verification).toMatchObject({ disproven: true, data: { refused: "proxmox.refused" } });
    const sent = guest.pve.seen.findLast(
      (each) => each.method === "POST" && each.path === "/nodes/pve-1/qemu",
    );
    expect(sent?.parameters).not.toHaveProperty("force");
  });

  it("is not begun where the log-in may not write", async () => {
    guest.off();
    guest.pve.on("GET /access/permissions", {
      "/": { "VM.Audit": 1, "Sys.Audit": 1, "Datastore.Audit": 1, "VM.Allocate": 1, "VM.Backup": 1 },
    });
    guest.opened.now += 301_000;
    await guest.opened.observe();
    const { probe } = await guest.opened.run("proxmox.restore", point, { storage: "local-lvm" });
    expect(probe.state).toBe("impossible");
    expect(probe.text.en).toContain("Datastore.AllocateSpace on /storage/local-lvm");
  });

  it("of a backup that is not there any more is refused", async () => {
    guest.off();
    guest.pve.on("GET /nodes/{node}/storage/backups/content", []);
    const { probe } = await guest.opened.run("proxmox.restore-new", point, { name: "copy" });
    expect(probe).toMatchObject({ state: "impossible" });
    expect(probe.text.en).toMatch(/not in its storage any more/);
  });
});

describe("a clone", () => {
  const input = { name: "web-9", user: "ops", passwordFrom: "keychain:web" };
  beforeEach(() => {
    guest.pve.on("GET /nodes/pve-1/qemu/900/status/current", { status: "stopped", template: 1 });
    guest.pve.on("GET /nodes/pve-1/qemu/900/config", {
      ide2: "local-lvm:vm-900-cloudinit,media=cdrom",
      scsi0: "local-lvm:base-900-disk-0,size=8G",
    });
    guest.pve.on("GET /cluster/nextid", "113");
    guest.pve.on("POST /nodes/pve-1/qemu/900/clone", () => ({ data: guest.tasks.begin("qmclone", "900") }));
    guest.pve.on("GET /nodes/pve-1/qemu/113/status/current", { status: "stopped", name: "web-9" });
  });

  it("that stops on its way says where, and that its VM is there", async () => {
    guest.pve.on("POST /nodes/pve-1/qemu/113/config", () => refusal("SSH public key validation error"));
    const { verification } = await guest.opened.run("proxmox.clone", template, input);
    expect(verification).toMatchObject({ proven: false, disproven: true, data: { made: 113, left: true } });
    expect(verification?.text.en).toMatch(/validation error.*clone 113 \(web-9\) is there, not finished/);
    expect(guest.pve.count("POST /nodes/pve-1/qemu/113/status/start")).toBe(0);
  });

  it("makes nothing when its secret cannot be had", async () => {
    guest.opened.secret = "";
    const locked = new OpsError({
      code: "secrets.locked",
      system: "secrets",
      message: sameText("x"),
      hint: sameText("x"),
    });
    guest.opened.secretFault = locked;
    await expect(guest.opened.run("proxmox.clone", template, input)).rejects.toBe(locked);
    expect(guest.pve.count("POST /nodes/pve-1/qemu/900/clone")).toBe(0);
  });

  it("never says its password, and takes no words that are none of a reference", async () => {
    const action = guest.opened.action("proxmox.clone");
    expect(action.input.safeParse({ ...input, passwordFrom: "hunter2" }).success).toBe(false);
    guest.opened.secret = "p4ss-w0rd";
    guest.pve.password = "p4ss-w0rd";
    guest.pve.on("POST /nodes/pve-1/qemu/113/config", () => ({ data: guest.tasks.begin("qmconfig", "113") }));
    guest.pve.on("POST /nodes/pve-1/qemu/113/status/start", () => ({
      data: guest.tasks.begin("qmstart", "113"),
    }));
    guest.pve.on("GET /nodes/pve-1/qemu/113/config", {
      name: "web-9",
      ciuser: "ops",
      cipassword: "**********",
    });
    const ran = await guest.opened.run("proxmox.clone", template, { ...input, start: false });
    expect(ran.verification).toMatchObject({ proven: true });
    const sent = guest.pve.seen.find((each) => each.path.endsWith("/113/config") && each.method === "POST");
    expect(sent?.parameters.cipassword).toBe("p4ss-w0rd");
    const kept = JSON.stringify([
      action.journalled?.(ran.input) ?? ran.input,
      ran.probe,
      ran.applied,
      ran.verification,
    ]);
    expect(kept).not.toContain("p4ss-w0rd");
  });

  it("is not deleted when its number was given to another meanwhile", async () => {
    guest.pve.on("POST /nodes/pve-1/qemu/113/status/start", () => ({
      data: guest.tasks.begin("qmstart", "113"),
    }));
    guest.pve.on("GET /nodes/pve-1/qemu/113/config", { name: "web-9" });
    guest.tasks.begin("qmdestroy", "113", { looks: 0 });
    const ran = await guest.opened.run("proxmox.clone", template, { name: "web-9", start: false });
    expect(ran.verification).toMatchObject({ proven: true });
    guest.tasks.begin("qmdestroy", "113", { looks: 0, by: "root@pam" });
    const undone = await guest.opened.action("proxmox.clone").undo?.(ran.context, ran.input, ran.probe);
    expect(undone).toMatchObject({ proven: false, disproven: true });
    expect(guest.pve.count("DELETE /nodes/pve-1/qemu/113")).toBe(0);
  });
});
