import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunState } from "../../src/shared/run.ts";
import { provenTwice } from "./support/fault-trial.ts";
import { SliceLab } from "./support/lab.ts";
import type { OpenConsole } from "./support/open-console.ts";
import { approve, codeIn, lead, signedByBruno } from "./support/pra-run.ts";
import { applications, openRegions } from "./support/regions-console.ts";
import { reaches, started, step } from "./support/runs.ts";

let lab: SliceLab;
let console: OpenConsole;
/** Milliseconds by which the wall clock of this process is off. */
let offset = 0;

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const anHour = 3_600_000;
const short = {
  "short-gate": {
    title: "A gate that is not open for long",
    steps: [{ id: "declare", gate: { text: "Declare?", approvers: 2, expires: "3s" } }],
  },
};

beforeAll(async () => {
  const { now } = Date;
  vi.spyOn(Date, "now").mockImplementation(() => now() + offset);
  lab = await SliceLab.start({ sites: "regions", speed: 60 });
  console = await openRegions(lab, { procedures: short });
});
afterAll(async () => {
  offset = 0;
  await console?.close();
  await lab?.stop();
  vi.restoreAllMocks();
});

const patience = { timeout: 100_000, interval: 100 };
const side = () => console.parts.pra.view("east-to-north").side;
const isAsked = (node: string) => (state: RunState) => step(state, node)?.blockedBy?.kind === "gate";

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (thrown) {
    return codeIn(thrown);
  }
  return "nothing was thrown";
}

describe("who decides in the reference plan", () => {
  it("is a second person, for the state that the gate shows, and the run says since when it waits for whom", async () => {
    const { window } = console;
    const wanted = { plan: "east-to-north", mode: "disaster", direction: "bascule" } as const;
    await vi.waitFor(() => expect(side()).toBe("production"), patience);
    const { plan, typeToConfirm } = await window.pra.prepare(wanted);
    const { run } = await window.pra.start({
      ...wanted,
      planHash: plan?.hash ?? "",
      reason: "trial",
      confirmation: typeToConfirm ?? "",
    });
    const asked = await reaches(console, run, isAsked("declare"), "asked");
    expect(step(asked, "declare")).toMatchObject({ state: "waiting", since: expect.any(Number) });
    const decision = { id: run, node: "declare", accept: true, planHash: asked.plan.hash, reason: "" };
    expect(await codeOf(window.procedures.approve(decision))).toBe("run.own-request");
    const first = await signedByBruno(console, lab, run, "declare");
    const waiting = console.parts.procedures.engine.run(run);
    expect(step(waiting, "declare")?.asked).toMatchObject({ by: "ada", to: "bruno", at: expect.any(Number) });
    expect(step(waiting, "freeze-north")?.state).toBe("blocked");
    // What was signed for the state before the east died opens nothing after it.
    await lab.control.fault("region-dead", "east");
    await vi.waitFor(() => expect(side()).toBe("none"), patience);
    expect(await codeOf(window.procedures.approve({ ...decision, ...first }))).toBe("run.state-changed");
    await approve(console, lab, console.parts.procedures.engine.run(run), "declare");
    const next = await reaches(console, run, isAsked("capacity"), "declared");
    expect(step(next, "declare")?.state).toBe("verified");
    // A signature opens the gate that it was asked for, and no other.
    const onwards = await lead(console, lab, run, isAsked("fence"));
    expect(await codeOf(window.procedures.approve({ ...decision, ...first, node: "fence" }))).toBe(
      "run.approval-elsewhere",
    );
    expect(onwards.state.endedAt).toBeNull();
  });

  it("keeps its own plan when the estate's is edited, and is carried on by another console an hour behind", async () => {
    const run = console.parts.procedures.engine.runs().find(({ endedAt }) => endedAt === null)?.id ?? "";
    const before = console.parts.procedures.engine.run(run);
    const file = lab.path("lab", "regions-data.yaml");
    const words = readFileSync(file, "utf8");
    const edited = words.replace("  tell-open\n", "  tell-all\n").replace("id: tell-open", "id: tell-all");
    expect(edited).not.toBe(words);
    writeFileSync(file, edited);
    const planned = () =>
      console.window.procedures.plan({
        procedure: "bascule-to-north",
        variables: { mode: "disaster", watch: "1s" },
      });
    await vi.waitFor(
      async () => expect((await planned()).plan?.nodes.some(({ id }) => id === "tell-all")).toBe(true),
      { timeout: 60_000, interval: 200 },
    );
    // In the middle of it: Kasten has taken the order, says how far it is, and is not done before somebody has looked.
    await lab.control.fault("slow-restore", "north");
    await lead(console, lab, run, (state) => {
      const task = step(state, "restore/restore-billing")?.task ?? "";
      return /restoring billing/.test(console.parts.runner.taskOf(task)?.progress.at(-1)?.text.en ?? "");
    });
    await console.close();
    offset = -anHour;
    console = await openRegions(lab, { procedures: short, reads: false });
    await lab.control.clear();
    const held = await lead(console, lab, run, isAsked("go"));
    expect([held.state.endedAt, held.state.plan.hash]).toEqual([null, before.plan.hash]);
    // The clock is set right: what is signed by it is taken again, and what was read by the other one is an hour old.
    offset = 0;
    await console.parts.fleet.observeAll(AbortSignal.timeout(60_000));
    const { state } = await lead(console, lab, run);
    expect([state.status, state.plan.hash]).toEqual(["completed", before.plan.hash]);
    expect(state.steps.map(({ node }) => node)).toEqual(before.steps.map(({ node }) => node));
    expect(provenTwice(console, run)).toEqual([]);
    const by = (name: string) => console.resource(`checks/${name}-outside`).facts["web.servedBy"]?.value;
    expect(applications.map(by)).toEqual(applications.map(() => "north"));
  });

  it("did not answer in time: the gate closes, says so, and is asked again", async () => {
    const run = await started(console, "short-gate", {});
    const closed = await reaches(
      console,
      run,
      (state) => step(state, "declare")?.state === "failed",
      "expired",
    );
    expect(step(closed, "declare")?.reason?.en).toMatch(/expire|in time|nobody/i);
    for (;;) {
      const state = console.parts.procedures.engine.run(run);
      if (state.endedAt !== null) break;
      const gate = step(state, "declare");
      // On a busy machine it may close again before the signature is there.
      if (gate?.state === "failed") await console.window.procedures.retry({ id: run, node: "declare" });
      else if (gate?.blockedBy?.kind === "gate")
        await approve(console, lab, state, "declare").catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(console.parts.procedures.engine.run(run).status).toBe("completed");
  });
});
