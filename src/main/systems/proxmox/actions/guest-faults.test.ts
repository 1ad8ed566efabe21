import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { sameText } from "../../../../shared/text.ts";
import { type FakeGuest, place, refusal, startGuest, vm } from "../testing/fake-guest.ts";
import { sampleStatus } from "../testing/sample-cluster.ts";

const container = "forge/vms/101";

let guest: FakeGuest;
beforeEach(async () => {
  guest = await startGuest();
});
afterEach(() => guest.stop());

/** Does as the runner does up to `apply`, of which the answer is lost; gives what settling needs. */
async function lose(id: string, given: Record<string, unknown> = {}) {
  const action = guest.opened.action(id);
  const input = action.input.parse(given);
  const context = guest.opened.contextOf(vm);
  const probe = await action.probe(context, input);
  expect(probe.state).toBe("needed");
  await expect(action.apply(context, input, probe)).rejects.toBeInstanceOf(OpsError);
  return { action, input, context, probe, settle: () => action.settle(context, input, probe) };
}

describe("a request whose answer was lost", () => {
  /** The node takes the request, and the connection breaks before it answers. */
  function breakOn(path: string, take: () => void) {
    guest.pve.intercept = (seen, response) => {
      if (seen.method !== "POST" || seen.path !== path) return false;
      take();
      response.destroy();
      return true;
    };
  }
  const stop = `${place}/status/stop`;

  it("is settled by its task, and never sent again", async () => {
    breakOn(stop, () => guest.tasks.begin("qmstop", "100", { looks: 1 }));
    const lost = await lose("proxmox.stop");
    expect(await lost.settle()).toMatchObject({ effect: "unknown" });
    guest.off();
    expect(await lost.settle()).toMatchObject({ effect: "happened", data: { power: "off" } });
    expect(guest.pve.count(`POST ${stop}`)).toBe(1);
  });

  it("has not happened when its task has failed, with the words of Proxmox VE", async () => {
    breakOn(stop, () => guest.tasks.begin("qmstop", "100", { looks: 0, exit: "VM quit/powerdown failed" }));
    const settled = await (await lose("proxmox.stop")).settle();
    expect(settled).toMatchObject({ effect: "did-not-happen" });
    expect(settled.text.en).toContain("VM quit/powerdown failed");
  });

  it("has not happened when no task was begun, but only after it could have arrived", async () => {
    guest.tasks.begin("qmstop", "100");
    breakOn(stop, () => undefined);
    const lost = await lose("proxmox.stop");
    expect(await lost.settle()).toMatchObject({ effect: "unknown" });
    guest.opened.now += 130_000;
    expect(await lost.settle()).toMatchObject({ effect: "did-not-happen" });
  });

  it("stays unknown when somebody else began the same meanwhile", async () => {
    breakOn(`${place}/status/reset`, () => guest.tasks.begin("qmreset", "100", { looks: 0, by: "root@pam" }));
    const settled = await (await lose("proxmox.reset")).settle();
    expect(settled).toMatchObject({ effect: "unknown" });
    expect(settled.text.en).toContain("root@pam");
  });

  it("is told by where the guest is, for a move", async () => {
    breakOn(`${place}/migrate`, () => guest.tasks.begin("qmigrate", "100", { looks: 0 }));
    guest.pve.on(`GET ${place}/migrate`, { running: 1, local_disks: [], local_resources: [] });
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
    guest.off();
    guest.pve.on(`POST ${place}/status/start`, () => refusal(reason, status));
    const { verification } = await guest.opened.run("proxmox.start", vm);
    expect(verification).toMatchObject({ proven: false, disproven: true, data: { refused: code } });
    // It says what happened and what to do.
    expect(verification?.text.en.split(". ").length).toBeGreaterThan(1);
  });

  it("is not sent at all without quorum, and greyed", async () => {
    guest.pve.on("GET /cluster/status", sampleStatus(0, [1, 0]));
    guest.opened.now += 15_000;
    await guest.opened.observe();
    const greyed = (id: string) =>
      guest.opened.action(id).unavailable?.(guest.opened.resource(vm))?.en ?? null;
    expect(greyed("proxmox.snapshot-create")).toMatch(/lost its quorum/);
    expect(greyed("proxmox.migrate")).toMatch(/lost its quorum/);
    // What runs can be ended all the same.
    expect(greyed("proxmox.stop")).toBeNull();
  });

  it("a guest that is locked is left alone", async () => {
    guest.state = { ...guest.state, lock: "backup" };
    const { probe, committed } = await guest.opened.run("proxmox.snapshot-create", vm, { name: "before" });
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toContain("locked (backup)");
  });

  it("rights are known beforehand, by the nearest path that has rules", async () => {
    guest.pve.on("GET /access/permissions", {
      "/": { "VM.Audit": 1, "Sys.Audit": 1, "Datastore.Audit": 1 },
      "/vms": { "VM.Audit": 1, "VM.PowerMgmt": 0, "VM.Snapshot.Rollback": 1 },
      "/vms/101": { "VM.PowerMgmt": 1 },
    });
    guest.opened.now += 301_000;
    await guest.opened.observe();
    const may = (id: string, of: string) =>
      guest.opened.action(id).rights?.(guest.opened.resource(of))?.allowed;
    expect(may("proxmox.stop", vm)).toBe(false);
    expect(may("proxmox.stop", container)).toBe(true);
    expect(may("proxmox.snapshot-rollback", vm)).toBe(true);
    expect(may("proxmox.snapshot-create", vm)).toBe(false);
    expect(may("proxmox.migrate", container)).toBe(false);
    expect(guest.opened.action("proxmox.stop").rights?.(guest.opened.resource(vm))?.text.en).toContain(
      "does not have the privilege VM.PowerMgmt on /vms/100",
    );
    expect(guest.opened.action("proxmox.stop").unavailable?.(guest.opened.resource(vm))?.en).toContain(
      "VM.PowerMgmt",
    );
  });

  it("nothing leaves when the runner withholds it in the last moment", async () => {
    guest.off();
    const action = guest.opened.action("proxmox.start");
    const input = action.input.parse({});
    const gone = new OpsError({
      code: "runs.not-ours",
      system: "runs",
      message: sameText("x"),
      hint: sameText("x"),
    });
    const context = guest.opened.contextOf(vm, {
      committed: () => {
        throw gone;
      },
    });
    const probe = await action.probe(context, input);
    await expect(action.apply(context, input, probe)).rejects.toBe(gone);
    expect(guest.pve.count(`POST ${place}/status/start`)).toBe(0);
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
    guest.pve.on("POST /nodes/{node}/vzdump", () => ({
      data: guest.tasks.begin("vzdump", "100", { looks: 2, exit: "job errors", log }),
    }));
    const { verification, lines } = await guest.opened.run("proxmox.backup", vm, { storage: "backups" });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("No space left on device");
    expect(lines()).toBe(`${log.join("\n")}\n`);
  });

  it("that loses the quorum in the middle has failed, and says so", async () => {
    guest.pve.on(`POST ${place}/snapshot`, () => ({
      data: guest.tasks.begin("qmsnapshot", "100", { exit: "cluster not ready - no quorum?", log: [] }),
    }));
    const { verification } = await guest.opened.run("proxmox.snapshot-create", vm, { name: "fresh" });
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("no quorum");
  });

  it("that ends well without its effect is not proven", async () => {
    guest.pve.on("POST /nodes/{node}/vzdump", () => ({ data: guest.tasks.begin("vzdump", "100") }));
    const notes = "a \\ and {{{guestname}}}\nof it";
    const { verification } = await guest.opened.run("proxmox.backup", vm, { storage: "backups", notes });
    // A person's words are no template.
    expect(
      guest.pve.seen.find(({ method, path }) => method === "POST" && path.endsWith("vzdump")),
    ).toMatchObject({
      parameters: { "notes-template": "a \\\\ and {guestname}\\nof it", remove: "0" },
    });
    expect(verification).toMatchObject({ proven: false });
    expect(verification?.disproven).toBeUndefined();
  });

  it("that disappears leaves the word to the guest", async () => {
    guest.pve.on(`POST ${place}/status/stop`, () => {
      guest.off();
      return { data: guest.tasks.begin("qmstop", "100").replace("console@pve", "other@pve") };
    });
    const { verification } = await guest.opened.run("proxmox.stop", vm);
    expect(verification).toMatchObject({ proven: true, data: { power: "off" } });
  });

  it("whose worker was killed proves nothing", async () => {
    guest.pve.on(`POST ${place}/status/stop`, () => ({
      data: guest.tasks.begin("qmstop", "100", { exit: "unexpected status" }),
    }));
    const { verification } = await guest.opened.run("proxmox.stop", vm);
    expect(verification).toMatchObject({ proven: false, data: { power: "on" } });
    expect(verification?.disproven).toBeUndefined();
  });

  it("is followed on through a node that says nothing for a while, but not for ever", async () => {
    let silent = 3;
    guest.tasks.instead = () => (silent-- > 0 ? refusal("Connection timed out", 595) : null);
    guest.pve.on(`POST ${place}/status/stop`, () => ({
      data: guest.tasks.begin("qmstop", "100", { onEnd: guest.off }),
    }));
    expect((await guest.opened.run("proxmox.stop", vm)).verification).toMatchObject({ proven: true });
    guest.state = { status: "running", qmpstatus: "running", uptime: 5 };
    silent = Number.POSITIVE_INFINITY;
    await expect(guest.opened.run("proxmox.stop", vm)).rejects.toMatchObject({
      code: "proxmox.node-unreachable",
    });
  });

  it.each([
    ["action.cancelled", true],
    ["action.console-closing", false],
  ])("is stopped when a person cancels, and goes on when the console closes: %s", async (code, isStopped) => {
    guest.pve.on(`POST ${place}/status/stop`, () => ({
      data: guest.tasks.begin("qmstop", "100", { looks: 1e6 }),
    }));
    const action = guest.opened.action("proxmox.stop");
    const input = action.input.parse({});
    const ending = new AbortController();
    const reason = new OpsError({ code, system: "actions", message: sameText("x"), hint: sameText("x") });
    const context = guest.opened.contextOf(vm, {
      signal: ending.signal,
      progress: () => ending.abort(reason),
    });
    const probe = await action.probe(guest.opened.contextOf(vm), input);
    const applied = await action.apply(guest.opened.contextOf(vm), input, probe);
    await expect(action.verify(context, input, probe, applied)).rejects.toThrow();
    expect(guest.tasks.all[0]?.isStopped).toBe(isStopped);
  });

  it("that is none is no answer of Proxmox VE", async () => {
    guest.pve.on(`POST ${place}/status/stop`, () => ({ data: "UPID:../:x" }));
    await expect(guest.opened.run("proxmox.stop", vm)).rejects.toMatchObject({ code: "proxmox.garbage" });
  });
});
