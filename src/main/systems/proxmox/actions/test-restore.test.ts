import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { sameText } from "../../../../shared/text.ts";
import type { EarlierTask } from "../../../actions/action.ts";
import { type FakeGuest, refusal, startGuest } from "../testing/fake-guest.ts";
import type { Seen } from "../testing/fake-pve.ts";
import { readFilesystems } from "./agent-proof.ts";

const volume = "backups:backup/vzdump-qemu-100-2027_01_15-03_00_00.vma.zst";
const point = `forge/backups/backups/${encodeURIComponent(volume)}`;
const scratch = "/nodes/pve-1/qemu/113";
const gone = () => refusal("Configuration file 'nodes/pve-1/qemu-server/113.conf' does not exist");

let guest: FakeGuest;
/** The VM that a test restore makes; null while there is none. */
let made: { power: "running" | "stopped"; config: Record<string, string> } | null;
let written: Record<string, unknown>[];

beforeEach(async () => {
  guest = await startGuest();
  const { pve, tasks } = guest;
  made = null;
  written = [];
  const inBackup = "name: db-1\nagent: 1\nmemory: 1024\nscsi0: local-lvm:vm-100-disk-0,size=32G\n";
  pve.on("GET /nodes/{node}/vzdump/extractconfig", inBackup);
  await allow(granted);
  pve.on("GET /cluster/nextid", "113");
  pve.on("POST /nodes/pve-1/qemu", ({ parameters }: Seen) => ({
    data: tasks.begin("qmrestore", "113", {
      onEnd: () => {
        made = {
          power: "stopped",
          config: {
            name: parameters.name ?? "",
            ...{ agent: "1", scsi0: "local-lvm:vm-113-disk-0,size=32G", onboot: "1", protection: "1" },
            ...{ net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0", hostpci0: "0000:01:00.0" },
          },
        };
      },
    }),
  }));
  pve.on(`GET ${scratch}/status/current`, () =>
    made ? { data: { status: made.power, name: made.config.name } } : gone(),
  );
  pve.on(`GET ${scratch}/config`, () => (made ? { data: made.config } : gone()));
  pve.on(`POST ${scratch}/config`, ({ parameters }: Seen) => {
    for (const name of (parameters.delete ?? "").split(",")) delete made?.config[name];
    return { data: tasks.begin("qmconfig", "113", { looks: 0 }) };
  });
  pve.on(`POST ${scratch}/status/start`, () => turned("qmstart", "running"));
  pve.on(`POST ${scratch}/status/stop`, () => turned("qmstop", "stopped"));
  pve.on(`DELETE ${scratch}`, () => {
    made = null;
    return { data: tasks.begin("qmdestroy", "113", { looks: 0 }) };
  });
  pve.on(`GET ${scratch}/agent/get-fsinfo`, () => ({
    data: { result: [{ mountpoint: "/", "used-bytes": 3 * 2 ** 30, type: "ext4" }] },
  }));
});
afterEach(() => guest.stop());

const needed = ["Allocate", "Audit", "Config.Network", "Config.Options", "Monitor", "PowerMgmt"];
const granted = [...needed.map((name) => `VM.${name}`), "Datastore.Audit", "Sys.Audit"];

/** Has the log-in read what it may do. */
async function allow(names: readonly string[]) {
  guest.pve.on("GET /access/permissions", { "/": Object.fromEntries(names.map((name) => [name, 1])) });
  guest.opened.now += 301_000;
  await guest.opened.observe();
}

function turned(type: string, power: "running" | "stopped") {
  if (made) made.power = power;
  return { data: guest.tasks.begin(type, "113", { looks: 0 }) };
}
const run = (input = {}, more = {}) =>
  guest.opened.run("proxmox.test-restore", point, input, {
    journal: async (event) => void written.push(event),
    ...more,
  });
const started = () => guest.pve.count(`POST ${scratch}/status/start`);

describe("a test restore of a VM", () => {
  it("is started only once it has neither network nor devices of the real one, and is deleted", async () => {
    guest.pve.on(`POST ${scratch}/status/start`, () => {
      const left = Object.keys(made?.config ?? {}).sort();
      expect(left).toEqual(["agent", "name", "scsi0"]);
      return turned("qmstart", "running");
    });
    const { verification } = await run();
    expect(verification).toMatchObject({ proven: true, data: { objects: 1, mounted: ["/"], guest: 113 } });
    expect(verification?.text.fr).toContain("(3 Gio utilisés)");
    expect([made, started()]).toEqual([null, 1]);
    expect(written).toMatchObject([{ subject: "forge/vms/100", data: { restorePoint: point, good: true } }]);
  });

  it("is not started while a network card is left, and is deleted all the same", async () => {
    guest.pve.on(`POST ${scratch}/config`, ({ parameters }: Seen) => {
      for (const name of (parameters.delete ?? "").split(",")) {
        if (name !== "net0") delete made?.config[name];
      }
      return { data: guest.tasks.begin("qmconfig", "113", { looks: 0 }) };
    });
    const { verification } = await run();
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toMatch(/still has network cards \(net0\)/);
    expect([made, started()]).toEqual([null, 0]);
    expect(written).toMatchObject([{ data: { good: false } }]);
  });

  it("is no proof when nobody answers in it, or it stops by itself", async () => {
    guest.pve.on(`GET ${scratch}/agent/get-fsinfo`, () => {
      guest.opened.now += 60_000;
      return refusal("QEMU guest agent is not running");
    });
    const silent = await run();
    expect(silent.verification).toMatchObject({ proven: false, disproven: true });
    expect(silent.verification?.text.en).toMatch(/has not answered in time/);
    guest.pve.on(`GET ${scratch}/agent/get-fsinfo`, () => {
      if (made) made.power = "stopped";
      return refusal("QEMU guest agent is not running");
    });
    expect((await run()).verification?.text.en).toMatch(/stopped by itself/);
    expect(made).toBeNull();
    expect(written.map(({ data }) => data)).toMatchObject([{ good: false }, { good: false }]);
  });

  it("that fails to be restored says so, and what has its number by then is left alone", async () => {
    guest.pve.on("POST /nodes/pve-1/qemu", () => refusal("VM 113 already exists on node 'pve-1'"));
    made = { power: "running", config: { name: "somebody-else", scsi0: "x:y" } };
    const { verification } = await run();
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(made).toMatchObject({ power: "running" });
    expect(guest.pve.count(`DELETE ${scratch}`)).toBe(0);
  });

  it("that is broken off in the middle leaves nothing behind", async () => {
    const cancelling = new AbortController();
    guest.pve.on(`GET ${scratch}/agent/get-fsinfo`, () => {
      const [message, hint] = [sameText("Cancelled."), sameText("Start it again.")];
      cancelling.abort(new OpsError({ code: "action.cancelled", system: "console", message, hint }));
      return refusal("QEMU guest agent is not running");
    });
    await expect(run({}, { signal: cancelling.signal })).rejects.toMatchObject({ code: "action.cancelled" });
    expect(made).toBeNull();
    expect(written).toEqual([]);
  });

  it("first deletes what an earlier one left behind, and nothing of another name", async () => {
    const left = { madeId: 114, madeKind: "qemu", madeNode: "pve-1", madeName: "restore-test-db-1" };
    const earlier = (): EarlierTask[] => [
      ...[left, { ...left, madeId: 100, madeName: "db-1" }].map((observed) => ({
        ...{ task: "t", action: "proxmox.test-restore", verb: "apply" as const, at: 0 },
        observed: { ...observed, destroyed: { tasks: [], at: 0 } },
      })),
    ];
    let isThere = true;
    guest.pve.on("GET /nodes/pve-1/qemu/114/status/current", () =>
      isThere ? { data: { status: "stopped", name: "restore-test-db-1" } } : gone(),
    );
    guest.pve.on("GET /nodes/pve-1/qemu/114/config", { name: "restore-test-db-1" });
    guest.pve.on("DELETE /nodes/pve-1/qemu/114", () => {
      isThere = false;
      return { data: guest.tasks.begin("qmdestroy", "114", { looks: 0 }) };
    });
    expect((await run({}, { earlier })).verification).toMatchObject({ proven: true });
    expect(isThere).toBe(false);
    expect(guest.pve.count("DELETE /nodes/pve-1/qemu/100")).toBe(0);
  });

  it("is settled by whether its VM is there", async () => {
    const action = guest.opened.action("proxmox.test-restore");
    const input = action.input.parse({});
    const context = guest.opened.contextOf(point);
    const probe = await action.probe(context, input);
    made = { power: "running", config: { name: "restore-test-db-1" } };
    const settled = await action.settle(context, input, probe);
    expect(settled).toMatchObject({ effect: "did-not-happen", data: { guest: 113 } });
    expect(settled.text.en).toMatch(/VM 113 \(restore-test-db-1\) is left of it/);
  });

  it.each([
    ["agent: 0", /guest agent is not enabled/],
    ["agent: 1\nmemory: 999999999", /of memory left/],
  ])("is not begun where the backup says %j", async (line, why) => {
    guest.pve.on("GET /nodes/{node}/vzdump/extractconfig", `name: db-1\n${line}\n`);
    const { probe, committed } = await run();
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toMatch(why);
  });

  it("is not begun where the log-in may not ask the agent", async () => {
    await allow(granted.filter((name) => name !== "VM.Monitor"));
    const { probe } = await run();
    expect(probe.state).toBe("impossible");
    expect(probe.text.en).toContain("VM.Monitor or VM.GuestAgent.Audit");
    const offered = guest.opened.action("proxmox.test-restore");
    expect(offered.unavailable?.(guest.opened.resource(point))?.fr).toContain("VM.Monitor ou VM.GuestAgent");
  });

  it("says that a file is not there, or is too large", async () => {
    guest.pve.on(`GET ${scratch}/agent/file-read`, () => refusal("failed to open file"));
    expect((await run({ file: "/etc/none" })).verification?.text.en).toMatch(/could not be read/);
    guest.pve.on(`GET ${scratch}/agent/file-read`, { content: "x", truncated: 1 });
    expect((await run({ file: "/var/large" })).verification?.text.en).toMatch(/too large/);
  });
});

it("reads file systems out of whatever an agent says", () => {
  for (const garbage of [null, [], { result: "x" }, { result: [{}, 7, null] }]) {
    expect(readFilesystems(garbage)).toEqual([]);
  }
  expect(readFilesystems({ result: [{ mountpoint: "C:\\" }] })).toEqual([{ mountpoint: "C:\\", used: null }]);
});
