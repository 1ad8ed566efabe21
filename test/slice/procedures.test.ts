import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListedProcedure, PlanAnswer, RunSummary } from "../../src/shared/procedure-calls.ts";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { passerelle, startPasserelle } from "./support/programs.ts";

let lab: SliceLab;

beforeAll(async () => {
  lab = await SliceLab.start();
});
afterAll(async () => {
  await lab?.stop();
});

const hosts = ["--set", "hosts=db-2,db-1", "--set", "pause=1s"];

function procedure(verb: string, ...more: string[]) {
  return passerelle([...words(verb), ...more, "--json"]);
}

function words(verb: string): string[] {
  return ["procedure", verb, "--estate", lab.estate, "--data", lab.path("data"), "--reason", "trial"];
}

/** How often a machine was told to reboot, by its own log, which outlives the reboot. */
async function rebootsOf(host: string): Promise<number> {
  const command = "journalctl -n 500 | grep -c 'systemd-logind.*rebooting'; true";
  const { output } = await passerelle([
    "act",
    "ssh.run-command",
    host,
    ...["--estate", lab.estate, "--data", lab.path("other"), "--yes", "--reason", "count"],
    ...["--input", JSON.stringify({ command })],
  ]);
  return Number(output.split("\n")[0]);
}

describe("passerelle procedure", () => {
  it("lists what there is, plans without touching anything, and probes in a dry run", async () => {
    const before = (await lab.machine("db-2")).bootId;
    const listed = await procedure("list");
    const { procedures } = JSON.parse(listed.output) as { procedures: ListedProcedure[] };
    expect(procedures.find(({ id }) => id === "safe-reboot-round")).toMatchObject({ unavailable: null });
    const planned = await procedure("plan", "safe-reboot-round", ...hosts);
    const { plan } = JSON.parse(planned.output) as PlanAnswer;
    expect(plan?.nodes.map(({ id }) => id)).toContain("round[db-2]/reboot");
    const missing = await procedure("plan", "safe-reboot-round");
    expect(missing.code).toBe(1);
    expect((JSON.parse(missing.output) as PlanAnswer).problems[0]?.at).toMatchObject({ name: "hosts" });
    const dry = await procedure("dry-run", "safe-reboot-round", ...hosts);
    const { steps } = JSON.parse(dry.output) as { steps: { preview: { probe: { state: string } } | null }[] };
    expect(steps.map((step) => step.preview?.probe.state)).toEqual(["needed", "needed"]);
    expect((await lab.machine("db-2")).bootId).toBe(before);
  });

  it("goes on with a run whose console was killed in the middle, and reboots no host twice", async () => {
    const before = [await rebootsOf("db-2"), await rebootsOf("db-1")];
    const killed = startPasserelle([...words("run"), "safe-reboot-round", ...hosts, "--yes"]);
    await killed.says("round[db-2]/reboot  running");
    killed.child.kill("SIGKILL");
    await killed.ended;
    const listed = await procedure("list");
    const { runs } = JSON.parse(listed.output) as { runs: RunSummary[] };
    const [left] = runs;
    expect(left?.endedAt).toBeNull();
    const { code, output } = await procedure("resume", left?.id ?? "");
    const run = JSON.parse(output) as RunState;
    expect([code, run.status]).toEqual([0, "completed"]);
    const ended = run.steps.find(({ node }) => node === "round[db-2]/reboot")?.endedAt ?? 0;
    const next = run.steps.find(({ node }) => node === "round[db-1]/reboot")?.startedAt ?? 0;
    expect(next).toBeGreaterThan(ended);
    const after = [await rebootsOf("db-2"), await rebootsOf("db-1")];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1]);
  });
});
