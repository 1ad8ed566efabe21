import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { sameText } from "../../../../shared/text.ts";
import { FakePve } from "../testing/fake-pve.ts";
import { FakeTasks } from "../testing/fake-tasks.ts";
import { OpenedProxmox } from "../testing/opened.ts";
import { laySample, sampleResources, sampleStatus } from "../testing/sample-cluster.ts";

const vm = "forge/vms/100";
const container = "forge/vms/101";
const template = "forge/vms/900";
const place = "/nodes/pve-1/qemu/100";
const refusal = (reason: string, status = 500) => ({ status, reason });

let pve: FakePve;
let tasks: FakeTasks;
let opened: OpenedProxmox;
/** How the VM is, as its node says it. */
let state: Record<string, unknown>;

beforeEach(async () => {
  pve = laySample(await new FakePve().start());
  tasks = new FakeTasks(pve);
  state = { status: "running", qmpstatus: "running", uptime: 3600, pid: 4711, name: "db-1" };
  pve.on(`GET ${place}/status/current`, () => ({ data: state }));
  opened = new OpenedProxmox([pve.port], { name: undefined, pins: [pve.pin] });
  await opened.observe();
});
afterEach(async () => {
  await opened.close();
  await pve.stop();
});

const off = () => {
  state = { status: "stopped", qmpstatus: "stopped", name: "db-1" };
};
/** Does as the runner does up to `apply`, of which the answer is lost; gives what settling needs. */
async function lose(id: string, given: Record<string, unknown> = {}) {
  const action = opened.action(id);
  const input = action.input.parse(given);
  const context = opened.contextOf(vm);
  const probe = await action.probe(context, input);
  expect(probe.state).toBe("needed");
  await expect(action.apply(context, input, probe)).rejects.toBeInstanceOf(OpsError);
  return { action, input, context, probe, settle: () => action.settle(context, input, probe) };
}

describe("a request whose answer was lost", () => {
  /** The node takes the request, and the connection breaks before it answers. */
  function breakOn(path: string, take: () => void) {
    pve.intercept = (seen, response) => {
      if (seen.method !== "POST" || seen.path !== path) return false;
      take();
      response.destroy();
      return true;
    };
  }
  const stop = `${place}/status/stop`;

  it("is settled by its task, and never sent again", async () => {
    breakOn(stop, () => tasks.begin("qmstop", "100", { looks: 1 }));
    const lost = await lose("proxmox.stop");
    expect(await lost.settle()).toMatchObject({ effect: "unknown" });
    off();
    expect(await lost.settle()).toMatchObject({ effect: "happened", data: { power: "off" } });
    expect(pve.count(`POST ${stop}`)).toBe(1);
  });

  it("has not happened when its task has failed, with the words of Proxmox VE", async () => {
    breakOn(stop, () => tasks.begin("qmstop", "100", { looks: 0, exit: "VM quit/powerdown failed" }));
    const settled = await (await lose("proxmox.stop")).settle();
    expect(settled).toMatchObject({ effect: "did-not-happen" });
    expect(settled.text.en).toContain("VM quit/powerdown failed");
  });

  it("has not happened when no task was begun, but only after it could have arrived", async () => {
    tasks.begin("qmstop", "100");
    breakOn(stop, () => undefined);
    const lost = await lose("proxmox.stop");
    expect(await lost.settle()).toMatchObject({ effect: "unknown" });
    opened.now += 130_000;
    expect(await lost.settle()).toMatchObject({ effect: "did-not-happen" });
  });

  it("stays unknown when somebody else began the same meanwhile", async () => {
    breakOn(`${place}/status/reset`, () => tasks.begin("qmreset", "100", { looks: 0, by: "root@pam" }));
    const settled = await (await lose("proxmox.reset")).settle();
    expect(settled).toMatchObject({ effect: "unknown" });
    expect(settled.text.en).toContain("root@pam");
  });

  it("is told by where the guest is, for a move", async () => {
    breakOn(`${place}/migrate`, () => tasks.begin("qmigrate", "100", { looks: 0 }));
    pve.on(`GET ${place}/migrate`, { running: 1, local_disks: [], local_resources: [] });
    const lost = await lose("proxmox.migrate", { node: "pve-2" });
    expect(await lost.settle()).toMatchObject({ effect: "happened", data: { node: "pve-2" } });
  });
});

describe("what Proxmox VE refuses", () => {
  it.each([
    ["cluster not ready - no quorum?", "proxmox.no-quorum"],
    ["VM is locked (backup)", "proxmox.locked"],
    ["Permission check failed (/vms/100, VM.PowerMgmt)", "proxmox.not-allowed", 403],
  ])("before any task has failed for certain: %s", async (reason, code, status = 500) => {
    off();
    pve.on(`POST ${place}/status/start`, () => refusal(reason, status));
    const { verification } = await opened.run("proxmox.start", vm);
    expect(verification).toMatchObject({ proven: false, disproven: true, data: { refused: code } });
    // It says what happened and what to do.
    expect(verification?.text.en.split(". ").length).toBeGreaterThan(1);
  });

  it("is not sent at all without quorum, and greyed", async () => {
    pve.on("GET /cluster/status", sampleStatus(0, [1, 0]));
    opened.now += 15_000;
    await opened.observe();
    const greyed = (id: string) => opened.action(id).unavailable?.(opened.resource(vm))?.en ?? null;
    expect(greyed("proxmox.snapshot-create")).toMatch(/lost its quorum/);
    expect(greyed("proxmox.migrate")).toMatch(/lost its quorum/);
    // What runs can be ended all the same.
    expect(greyed("proxmox.stop")).toBeNull();
  });

  it("a guest that is locked is left alone", async () => {
    state = { ...state, lock: "backup" };
    const { probe, committed } = await opened.run("proxmox.snapshot-create", vm, { name: "before" });
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toContain("locked (backup)");
  });

  it("rights are known beforehand, by the nearest path that has rules", async () => {
    pve.on("GET /access/permissions", {
      "/": { "VM.Audit": 1, "Sys.Audit": 1, "Datastore.Audit": 1 },
      "/vms": { "VM.Audit": 1, "VM.PowerMgmt": 0, "VM.Snapshot.Rollback": 1 },
      "/vms/101": { "VM.PowerMgmt": 1 },
    });
    opened.now += 301_000;
    await opened.observe();
    const may = (id: string, of: string) => opened.action(id).rights?.(opened.resource(of))?.allowed;
    expect(may("proxmox.stop", vm)).toBe(false);
    expect(may("proxmox.stop", container)).toBe(true);
    expect(may("proxmox.snapshot-rollback", vm)).toBe(true);
    expect(may("proxmox.snapshot-create", vm)).toBe(false);
    expect(may("proxmox.migrate", container)).toBe(false);
    expect(opened.action("proxmox.stop").rights?.(opened.resource(vm))?.text.en).toContain(
      "does not have the privilege VM.PowerMgmt on /vms/100",
    );
    expect(opened.action("proxmox.stop").unavailable?.(opened.resource(vm))?.en).toContain("VM.PowerMgmt");
  });

  it("nothing leaves when the runner withholds it in the last moment", async () => {
    off();
    const action = opened.action("proxmox.start");
    const input = action.input.parse({});
    const gone = new OpsError({
      code: "runs.not-ours",
      system: "runs",
      message: sameText("x"),
      hint: sameText("x"),
    });
    const context = opened.contextOf(vm, {
      committed: () => {
        throw gone;
      },
    });
    const probe = await action.probe(context, input);
    await expect(action.apply(context, input, probe)).rejects.toBe(gone);
    expect(pve.count(`POST ${place}/status/start`)).toBe(0);
  });
});

describe("a task", () => {
  it("that fails says why, by its log where its exit says nothing", async () => {
    const log = [
      "INFO: 12% (4.0 GiB of 32.0 GiB) in 10s",
      "ERROR: Backup of VM 100 failed - error during write: No space left on device",
      "INFO: Backup job finished with errors",
      "TASK ERROR: job errors",
    ];
    pve.on("POST /nodes/{node}/vzdump", () => ({
      data: tasks.begin("vzdump", "100", { looks: 2, exit: "job errors", log }),
    }));
    const { verification, lines } = await opened.run("proxmox.backup", vm, { storage: "backups" });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("No space left on device");
    expect(lines()).toBe(`${log.join("\n")}\n`);
  });

  it("that loses the quorum in the middle has failed, and says so", async () => {
    pve.on(`POST ${place}/snapshot`, () => ({
      data: tasks.begin("qmsnapshot", "100", { exit: "cluster not ready - no quorum?", log: [] }),
    }));
    const { verification } = await opened.run("proxmox.snapshot-create", vm, { name: "fresh" });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("no quorum");
  });

  it("that ends well without its effect is not proven", async () => {
    pve.on("POST /nodes/{node}/vzdump", () => ({ data: tasks.begin("vzdump", "100") }));
    const { verification } = await opened.run("proxmox.backup", vm, { storage: "backups" });
    expect(verification).toMatchObject({ proven: false });
    expect(verification?.disproven).toBeUndefined();
  });

  it("that disappears leaves the word to the guest", async () => {
    pve.on(`POST ${place}/status/stop`, () => {
      off();
      return { data: tasks.begin("qmstop", "100").replace("console@pve", "other@pve") };
    });
    const { verification } = await opened.run("proxmox.stop", vm);
    expect(verification).toMatchObject({ proven: true, data: { power: "off" } });
  });

  it("whose worker was killed proves nothing", async () => {
    pve.on(`POST ${place}/status/stop`, () => ({
      data: tasks.begin("qmstop", "100", { exit: "unexpected status" }),
    }));
    const { verification } = await opened.run("proxmox.stop", vm);
    expect(verification).toMatchObject({ proven: false, data: { power: "on" } });
    expect(verification?.disproven).toBeUndefined();
  });

  it("is followed on through a node that says nothing for a while, but not for ever", async () => {
    let silent = 3;
    tasks.instead = () => (silent-- > 0 ? refusal("Connection timed out", 595) : null);
    pve.on(`POST ${place}/status/stop`, () => ({ data: tasks.begin("qmstop", "100", { onEnd: off }) }));
    expect((await opened.run("proxmox.stop", vm)).verification).toMatchObject({ proven: true });
    state = { status: "running", qmpstatus: "running", uptime: 5 };
    silent = Number.POSITIVE_INFINITY;
    await expect(opened.run("proxmox.stop", vm)).rejects.toMatchObject({ code: "proxmox.node-unreachable" });
  });

  it.each([
    ["action.cancelled", true],
    ["action.console-closing", false],
  ])("is stopped when a person cancels, and goes on when the console closes: %s", async (code, isStopped) => {
    pve.on(`POST ${place}/status/stop`, () => ({ data: tasks.begin("qmstop", "100", { looks: 1e6 }) }));
    const action = opened.action("proxmox.stop");
    const input = action.input.parse({});
    const ending = new AbortController();
    const reason = new OpsError({ code, system: "actions", message: sameText("x"), hint: sameText("x") });
    const context = opened.contextOf(vm, {
      signal: ending.signal,
      progress: () => ending.abort(reason),
    });
    const probe = await action.probe(opened.contextOf(vm), input);
    const applied = await action.apply(opened.contextOf(vm), input, probe);
    await expect(action.verify(context, input, probe, applied)).rejects.toThrow();
    expect(tasks.all[0]?.isStopped).toBe(isStopped);
  });

  it("that is none is no answer of Proxmox VE", async () => {
    pve.on(`POST ${place}/status/stop`, () => ({ data: "UPID:../:x" }));
    await expect(opened.run("proxmox.stop", vm)).rejects.toMatchObject({ code: "proxmox.garbage" });
  });
});

describe("a guest", () => {
  const missing = "Configuration file 'nodes/pve-1/qemu-server/100.conf' does not exist";

  it("that was deleted under its snapshot is told to be gone", async () => {
    pve.on(`POST ${place}/snapshot`, () => {
      pve.on(`GET ${place}/status/current`, () => refusal(missing));
      pve.on("GET /cluster/resources", () => ({
        data: sampleResources().filter((row) => !("vmid" in row) || row.vmid !== 100),
      }));
      return { data: tasks.begin("qmsnapshot", "100") };
    });
    await expect(opened.run("proxmox.snapshot-create", vm, { name: "fresh" })).rejects.toMatchObject({
      code: "proxmox.gone",
    });
    // Before anything is sent, too.
    await expect(opened.run("proxmox.snapshot-create", vm, { name: "other" })).rejects.toMatchObject({
      code: "proxmox.gone",
    });
    expect(pve.count(`POST ${place}/snapshot`)).toBe(1);
  });

  it("that moved since it was seen is found where it is", async () => {
    pve.on(`GET ${place}/status/current`, () => refusal(missing));
    pve.on("GET /cluster/resources", () => ({
      data: sampleResources().map((row) =>
        "vmid" in row && row.vmid === 100 ? { ...row, node: "pve-2" } : row,
      ),
    }));
    pve.on("GET /nodes/pve-2/qemu/100/status/current", () => ({ data: state }));
    pve.on("POST /nodes/pve-2/qemu/100/status/stop", () => ({
      data: tasks.begin("qmstop", "100", { onEnd: off }),
    }));
    expect((await opened.run("proxmox.stop", vm)).verification).toMatchObject({ proven: true });
  });

  it("that HA has given up is not asked of HA again", async () => {
    off();
    state = { ...state, ha: { managed: 1, state: "error" } };
    const { probe, committed } = await opened.run("proxmox.start", vm);
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toMatch(/given it up/);
  });

  it("that does not start again is not said to have", async () => {
    pve.on(`POST ${place}/status/reboot`, () => ({ data: tasks.begin("qmreboot", "100") }));
    const { verification } = await opened.run("proxmox.reboot", vm);
    expect(verification).toMatchObject({ proven: false, data: { pid: 4711 } });
    pve.on(`POST ${place}/status/reboot`, () => ({
      data: tasks.begin("qmreboot", "100", {
        onEnd: () => {
          state = { ...state, pid: 4812, uptime: 3 };
        },
      }),
    }));
    expect((await opened.run("proxmox.reboot", vm)).verification).toMatchObject({ proven: true });
  });
});

describe("a move", () => {
  const conditions = (more: object) =>
    pve.on(`GET ${place}/migrate`, { running: 1, local_disks: [], ...more });

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
    const { probe, committed } = await opened.run("proxmox.migrate", vm, { node: "pve-2" });
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
    pve.on(`POST ${place}/migrate`, () => ({
      data: tasks.begin("qmigrate", "100", { exit: "migration aborted", log }),
    }));
    const { verification } = await opened.run("proxmox.migrate", vm, { node: "pve-2" });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("storage 'zfs' is not available on node 'pve-2'");
    const sent = pve.seen.find((each) => each.method === "POST" && each.path.endsWith("/migrate"));
    expect(sent?.parameters).toEqual({ target: "pve-2", online: "1" });
  });
});

describe("a restore", () => {
  const volume = "backups:backup/vzdump-qemu-100-2027_01_15-03_00_00.vma.zst";
  const point = `forge/backups/backups/${encodeURIComponent(volume)}`;
  const config = "name: db-1\nscsi0: local-lvm:vm-100-disk-0,size=32G\n[before]\nscsi1: x:y\n";

  it("that fails says what is left of the guest that it was to replace", async () => {
    off();
    pve.on("GET /nodes/{node}/vzdump/extractconfig", config);
    pve.on("POST /nodes/pve-1/qemu", () => ({
      data: tasks.begin("qmrestore", "100", {
        exit: "no space left",
        onEnd: () => {
          state = { ...state, lock: "create" };
        },
      }),
    }));
    const { verification, probe } = await opened.run("proxmox.restore", point);
    expect(probe.observed).toMatchObject({ existed: true, name: "db-1", disks: ["scsi0"] });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toMatch(/no space left.*guest 100 is locked \(create\): it is half made/);
    const sent = pve.seen.find((each) => each.method === "POST" && each.path === "/nodes/pve-1/qemu");
    expect(sent?.parameters).toEqual({ vmid: "100", force: "1", archive: volume });
  });

  it("never takes the place of a guest that runs, nor of one that came after the look", async () => {
    const running = await opened.run("proxmox.restore", point);
    expect([running.probe.state, running.committed]).toEqual(["impossible", 0]);
    const without = sampleResources().filter((row) => !("vmid" in row) || row.vmid !== 100);
    pve.on("GET /cluster/resources", () => ({ data: without }));
    pve.on("POST /nodes/pve-1/qemu", () =>
      refusal("unable to restore VM 100 - VM 100 already exists on node 'pve-2'"),
    );
    const { verification } = await opened.run("proxmox.restore", point);
    expect(verification).toMatchObject({ disproven: true, data: { refused: "proxmox.refused" } });
    const sent = pve.seen.findLast((each) => each.method === "POST" && each.path === "/nodes/pve-1/qemu");
    expect(sent?.parameters).not.toHaveProperty("force");
  });

  it("is not begun where the log-in may not write", async () => {
    off();
    pve.on("GET /access/permissions", {
      "/": { "VM.Audit": 1, "Sys.Audit": 1, "Datastore.Audit": 1, "VM.Allocate": 1, "VM.Backup": 1 },
    });
    opened.now += 301_000;
    await opened.observe();
    const { probe } = await opened.run("proxmox.restore", point, { storage: "local-lvm" });
    expect(probe.state).toBe("impossible");
    expect(probe.text.en).toContain("Datastore.AllocateSpace on /storage/local-lvm");
  });

  it("of a backup that is not there any more is refused", async () => {
    off();
    pve.on("GET /nodes/{node}/storage/backups/content", []);
    const { probe } = await opened.run("proxmox.restore-new", point, { name: "copy" });
    expect(probe).toMatchObject({ state: "impossible" });
    expect(probe.text.en).toMatch(/not in its storage any more/);
  });
});

describe("a clone", () => {
  const input = { name: "web-9", user: "ops", passwordFrom: "keychain:web" };
  beforeEach(() => {
    pve.on("GET /nodes/pve-1/qemu/900/status/current", { status: "stopped", template: 1 });
    pve.on("GET /nodes/pve-1/qemu/900/config", {
      ide2: "local-lvm:vm-900-cloudinit,media=cdrom",
      scsi0: "local-lvm:base-900-disk-0,size=8G",
    });
    pve.on("GET /cluster/nextid", "113");
    pve.on("POST /nodes/pve-1/qemu/900/clone", () => ({ data: tasks.begin("qmclone", "900") }));
    pve.on("GET /nodes/pve-1/qemu/113/status/current", { status: "stopped", name: "web-9" });
  });

  it("that stops on its way says where, and that its VM is there", async () => {
    pve.on("POST /nodes/pve-1/qemu/113/config", () => refusal("SSH public key validation error"));
    const { verification } = await opened.run("proxmox.clone", template, input);
    expect(verification).toMatchObject({ proven: false, disproven: true, data: { made: 113, left: true } });
    expect(verification?.text.en).toMatch(/validation error.*clone 113 \(web-9\) is there, not finished/);
    expect(pve.count("POST /nodes/pve-1/qemu/113/status/start")).toBe(0);
  });

  it("makes nothing when its secret cannot be had", async () => {
    opened.secret = "";
    const locked = new OpsError({
      code: "secrets.locked",
      system: "secrets",
      message: sameText("x"),
      hint: sameText("x"),
    });
    opened.secretFault = locked;
    await expect(opened.run("proxmox.clone", template, input)).rejects.toBe(locked);
    expect(pve.count("POST /nodes/pve-1/qemu/900/clone")).toBe(0);
  });

  it("never says its password, and takes no words that are none of a reference", async () => {
    const action = opened.action("proxmox.clone");
    expect(action.input.safeParse({ ...input, passwordFrom: "hunter2" }).success).toBe(false);
    opened.secret = "p4ss-w0rd";
    pve.password = "p4ss-w0rd";
    pve.on("POST /nodes/pve-1/qemu/113/config", () => ({ data: tasks.begin("qmconfig", "113") }));
    pve.on("POST /nodes/pve-1/qemu/113/status/start", () => ({ data: tasks.begin("qmstart", "113") }));
    pve.on("GET /nodes/pve-1/qemu/113/config", { name: "web-9", ciuser: "ops", cipassword: "**********" });
    const ran = await opened.run("proxmox.clone", template, { ...input, start: false });
    expect(ran.verification).toMatchObject({ proven: true });
    const sent = pve.seen.find((each) => each.path.endsWith("/113/config") && each.method === "POST");
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
    pve.on("POST /nodes/pve-1/qemu/113/status/start", () => ({ data: tasks.begin("qmstart", "113") }));
    pve.on("GET /nodes/pve-1/qemu/113/config", { name: "web-9" });
    tasks.begin("qmdestroy", "113", { looks: 0 });
    const ran = await opened.run("proxmox.clone", template, { name: "web-9", start: false });
    expect(ran.verification).toMatchObject({ proven: true });
    tasks.begin("qmdestroy", "113", { looks: 0, by: "root@pam" });
    const undone = await opened.action("proxmox.clone").undo?.(ran.context, ran.input, ran.probe);
    expect(undone).toMatchObject({ proven: false, disproven: true });
    expect(pve.count("DELETE /nodes/pve-1/qemu/113")).toBe(0);
  });
});
