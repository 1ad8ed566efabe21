import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRequestSchema } from "../../src/shared/action.ts";
import type { RunSummary } from "../../src/shared/procedure-calls.ts";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { passerelle, startPasserelle } from "./support/programs.ts";
import { withQuickAmt } from "./support/quick-amt.ts";
import { known, reaches, started, step } from "./support/runs.ts";

let lab: SliceLab;

beforeAll(async () => {
  lab = await SliceLab.start();
});
afterAll(async () => {
  await lab?.stop();
});

const nodeOf = (machine: string) => `atelier-kubernetes/nodes/${machine}`;
const common = { "local-data": true, unmanaged: true, settle: "1s", reason: "a new fan" };

function words(verb: string): string[] {
  return ["procedure", verb, "--estate", lab.estate, "--data", lab.path("data"), "--reason", "trial"];
}

/** Reads what a maintenance has to leave behind as it was: marks, silences, cordon. */
async function stateOf(console: OpenConsole, machine: string) {
  const node = nodeOf(machine);
  const silences = await console.window.actions.preview({
    action: "alertmanager.expire-silence",
    resources: [node, machine],
    input: {},
  });
  return {
    marks: [node, machine].map((id) => console.resource(id).maintenance !== undefined),
    silenced: silences.map(({ probe }) => probe.state === "needed"),
    cordoned: console.resource(node).facts["kubernetes.cordoned"]?.value,
  };
}

const inService = { marks: [false, false], silenced: [false, false], cordoned: false };
const away = { marks: [true, true], silenced: [true, true], cordoned: true };

const begun = (console: OpenConsole, machine: string, variables: Record<string, string>) =>
  started(console, "node-maintenance", { ...common, node: nodeOf(machine), machine, ...variables });

describe("node maintenance", () => {
  it("rolled back out of a drain that no budget lets through, leaves nothing behind", async () => {
    await lab.control.send(["fault", "kube-pdb-never"]);
    const console = await OpenConsole.open({ estate: lab.estate, dataFolder: lab.path("drain") });
    try {
      await known(console, nodeOf("web-1"));
      await known(console, "web-1");
      const run = await begun(console, "web-1", { restart: "by-hand" });
      await reaches(console, run, (state) => step(state, "drain")?.state === "running", "drains");
      await console.until(
        "cordoned",
        () => console.resource(nodeOf("web-1")).facts["kubernetes.cordoned"]?.value === true,
      );
      expect(await stateOf(console, "web-1")).toEqual(away);
      expect(console.resource(nodeOf("web-1")).maintenance).toMatchObject({ reason: "a new fan" });
      const other = await console.window.actions.preview({
        action: "console.begin-maintenance",
        resources: [nodeOf("web-2")],
        input: {},
      });
      expect(other[0]?.probe).toMatchObject({
        state: "impossible",
        text: { en: expect.stringContaining("web-1") },
      });
      await console.window.procedures.rollBack({ id: run, reason: "enough" });
      const ended = await reaches(console, run, (state) => state.endedAt !== null, "ended");
      expect(ended.status).toBe("rolled-back");
      await console.until(
        "uncordoned",
        () => console.resource(nodeOf("web-1")).facts["kubernetes.cordoned"]?.value === false,
      );
      expect(await stateOf(console, "web-1")).toEqual(inService);
    } finally {
      await console.close();
      await lab.control.send(["clear"]);
    }
  }, 180_000);

  it("reboots over SSH, killed in the middle and resumed, and takes everything back into service", async () => {
    const before = await lab.machine("web-1");
    const values = Object.entries({ ...common, node: nodeOf("web-1"), machine: "web-1" });
    const set = values.flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const killed = startPasserelle([...words("run"), "node-maintenance", ...set, "--yes"]);
    await killed.says("drain  running");
    killed.child.kill("SIGKILL");
    await killed.ended;
    const listed = await passerelle([...words("list"), "--json"]);
    const { runs } = JSON.parse(listed.output) as { runs: RunSummary[] };
    const { code, output } = await passerelle([...words("resume"), runs[0]?.id ?? "", "--json"]);
    const run = JSON.parse(output) as RunState;
    expect(run.steps.filter(({ state }) => state === "failed").map(({ reason }) => reason?.en)).toEqual([]);
    expect([code, run.status]).toEqual([0, "completed"]);
    const after = await lab.machine("web-1");
    expect(after.bootId).not.toBe(before.bootId);
    const console = await OpenConsole.open({ estate: lab.estate, dataFolder: lab.path("data") });
    try {
      await known(console, nodeOf("web-1"));
      expect(await stateOf(console, "web-1")).toEqual(inService);
    } finally {
      await console.close();
    }
  }, 180_000);

  it("power cycles a tower over Intel AMT, once a person has said that it is the right one", async () => {
    const before = await lab.machine("web-2");
    const options = { estate: lab.estate, dataFolder: lab.path("amt"), definitions: withQuickAmt };
    const console = await OpenConsole.open(options);
    try {
      for (const id of [nodeOf("web-2"), "tower-b"]) await known(console, id);
      const { task } = await console.window.actions.start(
        startRequestSchema.parse({
          action: "console.begin-maintenance",
          resources: ["tower-b"],
          input: { reason: "a person's own", duration: "8h" },
        }),
      );
      await console.parts.runner.waitFor(task);
      const run = await begun(console, "web-2", { restart: "amt", machine: "tower-b" });
      await reaches(console, run, (state) => step(state, "same-machine")?.state === "waiting", "asks");
      const { hash } = await console.window.procedures.planOf({ id: run });
      await console.window.procedures.approve({
        id: run,
        node: "same-machine",
        reason: "",
        accept: true,
        planHash: hash,
      });
      const ended = await reaches(console, run, (state) => state.endedAt !== null, "ended");
      expect(ended.status).toBe("completed");
      expect((await lab.machine("web-2")).bootId).not.toBe(before.bootId);
      expect(console.resource(nodeOf("web-2")).maintenance).toBeUndefined();
      expect(console.resource("tower-b").maintenance).toMatchObject({ reason: "a person's own" });
      expect((await stateOf(console, "web-2")).cordoned).toBe(false);
    } finally {
      await console.close();
    }
  }, 180_000);
});
