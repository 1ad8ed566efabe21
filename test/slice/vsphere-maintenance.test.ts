import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse, stringify } from "yaml";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { startPasserelle } from "./support/programs.ts";
import { known, reaches, started, step } from "./support/runs.ts";

let lab: SliceLab;
/** An estate of the two vCenters alone. */
let estate: string;

// Whole runs, of some seconds each when nothing else keeps the machine busy.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  lab = await SliceLab.start({ sites: "all", speed: 200 });
  estate = lab.estateWith("vcenters.yaml", (whole) => {
    const { systems, plans: _, procedures: __, certificates: ___, ...rest } = parse(whole);
    const { "vcenter-east": east, "vcenter-north": north } = systems;
    return stringify({ ...rest, systems: { "vcenter-east": east, "vcenter-north": north } });
  });
});
afterAll(async () => {
  await lab?.stop();
});

/** A host of production: DRS moves the VMs of the east by itself, those of the north are moved by hand. */
const hostOf = (region: "east" | "north", number: number) => `vcenter-${region}/hosts/host-${10 + number}`;
const common = { settle: "1s", reason: "a new fan" };

/** Opens a console on a folder of its own, and closes it whatever comes of the work. */
async function within(folder: string, work: (console: OpenConsole) => Promise<void>): Promise<void> {
  const console = await OpenConsole.open({ estate, dataFolder: lab.path(folder) });
  try {
    await work(console);
  } finally {
    await console.close();
  }
}

const factOf = (console: OpenConsole, id: string, key: string) => console.resource(id).facts[key]?.value;

/** The names of the VMs that run on a host now. */
async function guestsOf(console: OpenConsole, host: string): Promise<string[]> {
  const preview = await console.window.actions.preview({
    action: "vsphere.note-guests",
    resources: [host],
    input: {},
  });
  return Object.keys((preview[0]?.probe.observed.away ?? {}) as object).sort();
}

const isEnded = ({ endedAt }: RunState) => endedAt !== null;
const isHeld = ({ steps }: RunState) => steps.some(({ state }) => state === "failed");

describe("maintenance of a vSphere host", () => {
  it("evacuates, killed in the middle and resumed, reboots with proof, and brings its VMs back", async () => {
    const host = hostOf("north", 1);
    // The lab's time is never behind, and its hosts have run for days.
    const before = Date.now();
    const values = Object.entries({ ...common, host, machine: host, "at-a-time": "3" });
    const set = values.flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const places = ["--estate", estate, "--data", lab.path("data"), "--reason", "trial"];
    const begun = ["procedure", "run", "vsphere-host-maintenance", ...places, ...set, "--yes"];
    const killed = startPasserelle(begun);
    await killed.says("evacuate  running");
    killed.child.kill("SIGKILL");
    await killed.ended;
    // A window goes on by itself with what was left a moment ago.
    await within("data", async (console) => {
      const [left] = console.parts.procedures.engine.runs();
      const run = left?.id ?? "";
      const ended = await reaches(console, run, (state) => isEnded(state) || isHeld(state), "ended");
      expect(ended.steps.flatMap(({ state, reason }) => (state === "failed" ? [reason?.en] : []))).toEqual(
        [],
      );
      expect(ended.status).toBe("completed");
      expect(step(ended, "reboot")?.state).toBe("verified");
      await known(console, host);
      expect(factOf(console, host, "os.bootedAt")).toBeGreaterThan(before);
      expect(factOf(console, host, "hypervisor.maintenance")).toBe(false);
      expect(factOf(console, host, "hypervisor.vmsOn")).toBe(9);
      expect(console.resource(host).maintenance).toBeUndefined();
    });
  });

  it("rolled back out of an evacuation that is held up, leaves every VM and mark as it was", async () => {
    const host = hostOf("north", 2);
    await within("held", async (console) => {
      await known(console, host);
      const guests = await guestsOf(console, host);
      const [held] = guests;
      await lab.control.send(["fault", "task-stuck", `north/${held}`]);
      const run = await started(console, "vsphere-host-maintenance", {
        ...common,
        host,
        machine: host,
        "at-a-time": 2,
      });
      await reaches(console, run, (state) => step(state, "evacuate")?.state === "running", "evacuates");
      await console.until(
        "some have left",
        () => Number(factOf(console, host, "hypervisor.vmsOn")) < guests.length,
      );
      await console.window.procedures.rollBack({ id: run, reason: "enough" });
      await lab.control.send(["clear"]);
      const ended = await reaches(console, run, isEnded, "ended");
      expect(ended.status).toBe("rolled-back");
      expect(await guestsOf(console, host)).toEqual(guests);
      expect(console.resource(host).maintenance).toBeUndefined();
    });
  });

  it("is refused beforehand where a device, a local disk or a rule keeps VMs, until they are off", async () => {
    const host = hostOf("east", 4);
    await within("kept", async (console) => {
      await known(console, host, hostOf("north", 4));
      const looked = async (action: string) => {
        const [preview] = await console.window.actions.preview({ action, resources: [host], input: {} });
        return preview?.probe;
      };
      // What a form offers to choose from: what has the action, of all that the vCenters have.
      for await (const frame of await console.window.resources.list({
        action: "vsphere.evacuate",
        limit: 500,
      })) {
        expect(new Set(frame.rows.map(({ kind }) => kind))).toEqual(new Set(["host"]));
        expect([frame.total, frame.order?.includes(host)]).toEqual([14, true]);
        break;
      }
      for (const action of ["vsphere.evacuate", "vsphere.enter-maintenance"]) {
        const probe = await looked(action);
        expect([action, probe?.state]).toEqual([action, "impossible"]);
        expect(probe?.text.en).toMatch(/east-monitoring-1: Its disks are on storage that no other host/);
        expect(probe?.text.en).toMatch(/east-app-6: .*licence of the application/);
        expect(probe?.text.fr).toMatch(/east-mail-1 : CD\/DVD drive 1 .* périphérique de son hôte/);
      }
      const all = await console.parts.inventory.all();
      const names = ["east-monitoring-1", "east-mail-1", "east-app-6"];
      const kept = all.filter(({ name }) => names.includes(name));
      expect(kept).toHaveLength(names.length);
      for (const { id } of kept) {
        const task = await console.act("vsphere.guest-shutdown", [id]);
        expect([id, task.state]).toEqual([id, "verified"]);
      }
      expect((await looked("vsphere.enter-maintenance"))?.state).toBe("needed");
    });
  });
});

describe("rolling maintenance of a vSphere cluster", () => {
  it("goes no further once the cluster is not well", async () => {
    const cluster = "vcenter-east/clusters/domain-c8";
    await within("rolling", async (console) => {
      await known(console, cluster, hostOf("east", 1));
      const run = await started(console, "vsphere-rolling-maintenance", {
        ...common,
        cluster,
        patience: "1s",
      });
      const first = `round[${hostOf("east", 1)}]`;
      const second = `round[${hostOf("east", 2)}]`;
      await reaches(
        console,
        run,
        (state) => step(state, `${first}/maintenance/reboot`)?.state === "verified",
        "reboots the first",
      );
      await lab.control.send(["fault", "host-dies", "east-esx-3"]);
      const held = await reaches(
        console,
        run,
        (state) => step(state, `${second}/cluster-well`)?.state === "waiting",
        "holds before the second",
      );
      expect(step(held, `${first}/maintenance`)?.state).toBe("verified");
      // It was read since it waits, and is found wanting.
      const { seenAt } = console.resource(cluster);
      await console.window.resources.refresh({ ids: [cluster] });
      await console.until("read again", () => Number(console.resource(cluster).seenAt) > Number(seenAt));
      expect(console.resource(cluster).health).not.toBe("ok");
      const after = await reaches(console, run, () => true, "still holds");
      expect(step(after, `${second}/cluster-well`)?.state).toBe("waiting");
      expect(step(after, `${second}/maintenance`)?.state).toBe("blocked");
      await console.window.procedures.cancel({ id: run, reason: "a host is lost" });
      const ended = await reaches(console, run, isEnded, "ended");
      expect(ended.status).toBe("failed");
      expect(console.resource(hostOf("east", 2)).maintenance).toBeUndefined();
    });
  });
});
