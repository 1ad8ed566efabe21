import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import type { OpenConsole } from "./support/open-console.ts";
import { lead } from "./support/pra-run.ts";
import { applications, openRegions } from "./support/regions-console.ts";
import { reaches, started, step } from "./support/runs.ts";

let lab: SliceLab;
let console: OpenConsole;

// Whole ways, each of some fifteen seconds when nothing else keeps the machine busy.
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  lab = await SliceLab.start({ sites: "regions", speed: 60 });
  console = await openRegions(lab);
});
afterAll(async () => {
  await console?.close();
  await lab?.stop();
});

const servedBy = (name: string) => console.resource(`checks/${name}-outside`).facts["web.servedBy"]?.value;

const begun = (procedure: string, mode: "planned" | "disaster") =>
  started(console, procedure, { mode, watch: "1s" });

const isDone = (state: RunState, node: string) => step(state, node)?.state === "verified";

describe("the reference plan", () => {
  it("carries production to the north after the east has died", async () => {
    await lab.control.fault("region-dead", "east");
    const run = await begun("bascule-to-north", "disaster");
    const { state, gates } = await lead(console, lab, run);
    expect(state.status).toBe("completed");
    expect(gates).toEqual(["declare", "capacity", "fence", "accept-loss", "go", "commit"]);
    expect(applications.map(servedBy)).toEqual(applications.map(() => "north"));
    expect(console.resource("cluster-north/cluster").maintenance).toBeUndefined();
  });

  it("ends the split brain that the east is back with, and keeps what each side took in", async () => {
    await lab.control.clear();
    // What is of the east is read again, each list of its cluster in its own time.
    const needed = /^cluster-east\/(cluster|namespaces|kasten-policies)/;
    const ofEast = console.parts.inventory.all().filter(({ id }) => needed.test(id));
    await console.comesBack(...ofEast.map(({ id }) => id), "file-store/archive-files");
    const side = () => console.parts.pra.view("east-to-north").side;
    await vi.waitFor(() => expect(side()).toBe("split-brain"), { timeout: 60_000, interval: 100 });
    const { state } = await lead(
      console,
      lab,
      await started(console, "leave-one-serving", { keep: "north" }),
    );
    expect(state.status).toBe("completed");
    expect(isDone(state, "save-east/save-billing") && isDone(state, "silent-east/silent-billing")).toBe(true);
    await vi.waitFor(() => expect(side()).toBe("recovery"), { timeout: 60_000, interval: 100 });
  });

  it("carries production back as planned, over a corrupt restore point", async () => {
    const run = await begun("return-to-east", "planned");
    await lead(console, lab, run, (state) => isDone(state, "import"));
    await lab.control.fault("corrupt-restore-point", "archive");
    const node = "restore/restore-archive";
    const held = await lead(console, lab, run, (state) => step(state, node)?.state === "failed");
    expect(step(held.state, node)?.reason?.en).toContain("BLOB not found");
    expect(servedBy("archive")).toBe("north");
    await lab.control.clear();
    await console.window.procedures.retry({ id: run, node });
    await reaches(console, run, (state) => step(state, node)?.state !== "failed", "tried again");
    const { state } = await lead(console, lab, run);
    expect(state.status).toBe("completed");
    expect(applications.map(servedBy)).toEqual(applications.map(() => "east"));
    expect((await console.act("web.check", ["checks/portal-north"])).state).toBe("failed");
  });
});
