import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunState } from "../../src/shared/run.ts";
import { type HeldState, type TrialResult, trial } from "./support/fault-trial.ts";
import { SliceLab } from "./support/lab.ts";
import type { OpenConsole } from "./support/open-console.ts";
import { openRegions } from "./support/regions-console.ts";
import { reaches, started, step } from "./support/runs.ts";

let lab: SliceLab;
let console: OpenConsole;

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const announcement = { action: "webhook.announce", on: "announce/support", input: { text: "trial" } };
const own = {
  "trial-tell": { title: "Tell", steps: [{ id: "tell", ...announcement }] },
  "trial-import": {
    title: "Import one",
    steps: [
      {
        id: "import",
        action: "kasten.import",
        on: "cluster-north/kasten-policies/kasten-io/import-identity",
        timeout: "30m",
      },
    ],
  },
  "trial-restore": {
    title: "Restore one",
    steps: [
      {
        id: "restore",
        action: "kasten.restore",
        on: "cluster-north/cluster",
        input: { latest: true, of: "identity", before: "" },
        timeout: "2h",
      },
    ],
  },
  "trial-room": {
    title: "Carry without room",
    steps: [
      { id: "import", procedure: "import-in-north" },
      { id: "restore", procedure: "restore-in-north" },
    ],
  },
  "trial-back": {
    title: "Restore and decide",
    steps: [
      {
        id: "restore",
        action: "kasten.restore",
        on: "cluster-north/cluster",
        input: { latest: true, of: "archive", before: "" },
        compensate: {
          action: "kubernetes.stop-applications",
          on: "cluster-north/cluster",
          input: { namespace: "archive" },
        },
        timeout: "2h",
      },
      { id: "go", gate: { text: "Go?" } },
    ],
  },
  "trial-invert": {
    title: "Invert",
    steps: [
      {
        id: "invert",
        action: "swift.invert-sync",
        on: "objects/replications/documents",
        input: { to: "north" },
        timeout: "30m",
      },
    ],
  },
  "trial-stop": {
    title: "Stop one",
    steps: [
      {
        id: "stop",
        action: "kubernetes.stop-applications",
        on: "cluster-east/namespaces/portal",
        timeout: "20m",
      },
      {
        id: "start",
        action: "kubernetes.start-applications",
        on: "cluster-east/namespaces/portal",
        timeout: "20m",
      },
    ],
  },
  "trial-lead-north": {
    title: "Lead to the north and see it",
    steps: [
      { id: "names", procedure: "names-to-north" },
      {
        id: "led",
        wait: { until: { resource: "checks/identity-outside", fact: "web.servedBy", is: "north" } },
        timeout: "15m",
      },
    ],
  },
  "trial-names": {
    title: "There and seen",
    steps: [
      { id: "names", procedure: "names-to-east" },
      { id: "seen", procedure: "served-by-east" },
    ],
  },
};

beforeAll(async () => {
  lab = await SliceLab.start({ sites: "regions", speed: 60 });
  console = await openRegions(lab, { procedures: own });
});
afterAll(async () => {
  await console?.close();
  await lab?.stop();
});

/** A phase of the plan under a fault, and what becomes of which step meanwhile, in which words. */
interface Row {
  fault: readonly string[];
  procedure: string;
  before?: string;
  steps: Record<string, HeldState>;
  says?: RegExp;
}

const rows: Row[] = [
  { fault: ["webhook-down"], procedure: "trial-tell", steps: { tell: "failed" } },
  { fault: ["webhook-refuses"], procedure: "trial-tell", steps: { tell: "failed" }, says: /HTTP 40/ },
  {
    fault: ["region-dead", "depot"],
    procedure: "trial-import",
    steps: { import: "waits" },
    says: /Kasten is importing/,
  },
  {
    fault: ["link-regions-cut", "north"],
    procedure: "trial-import",
    steps: { import: "waits" },
    says: /Kasten is importing/,
  },
  {
    fault: ["slow-restore", "north"],
    before: "trial-import",
    procedure: "trial-restore",
    steps: { restore: "waits" },
    says: /Kasten is restoring/,
  },
  {
    fault: ["sync-stalled", "east"],
    procedure: "trial-invert",
    steps: { invert: "waits" },
    says: /Waiting until north has/,
  },
  {
    fault: ["region-half-dead", "east"],
    procedure: "trial-stop",
    steps: { stop: "waits" },
    says: /Still running: pod/,
  },
  {
    fault: ["dns-refuses-updates", "depot"],
    procedure: "names-to-north",
    steps: { "name-identity": "failed" },
    says: /REFUSED/,
  },
  {
    // The resolver must hold the name as it led before: whatever it has not heard of yet it asks for, stale or not.
    fault: ["resolver-stale", "resolver-1"],
    before: "trial-lead-north",
    procedure: "trial-names",
    steps: { "seen/led-identity": "waits" },
  },
];

describe("a phase of the reference plan", () => {
  it.each(rows)("under $fault", async ({ fault, procedure, before, steps, says }) => {
    const claim = { steps, ...(says && { says }) };
    const befallings = [{ fault, claim }] as const;
    const { held, ...ended } = await trial(console, lab, {
      procedure,
      befallings,
      ...(before !== undefined && { before }),
    });
    expect(held.map((each) => Object.fromEntries(each.map(({ node, state }) => [node, state])))).toEqual([
      steps,
    ]);
    expect(ended).toMatchObject({ status: "completed", twice: [] } satisfies Partial<TrialResult>);
  });

  it("that is rolled back stops what was restored while it ran", async () => {
    const policy = "cluster-north/kasten-policies/kasten-io/import-archive";
    expect((await console.act("kasten.import", [policy])).state).toBe("verified");
    const run = await started(console, "trial-back", {});
    await reaches(console, run, (state) => step(state, "go")?.state === "waiting", "decided");
    expect((await console.act("web.check", ["checks/archive-north"])).state).toBe("verified");
    await console.window.procedures.rollBack({ id: run, reason: "trial" });
    const { status } = await reaches(console, run, ({ endedAt }) => endedAt !== null, "rolled back");
    expect(status).toBe("rolled-back");
    expect((await console.act("web.check", ["checks/archive-north"])).state).toBe("failed");
  });

  it("waits for room where the trials of the north were not stopped, and goes on once they are", async () => {
    const run = await started(console, "trial-room", {});
    const why = "0/3 nodes are available: 3 Insufficient memory";
    const said = (state: RunState) => {
      const task = step(state, "restore/restore-portal")?.task ?? null;
      return task === null ? undefined : console.parts.runner.taskOf(task)?.progress.at(-1)?.text.en;
    };
    const held = await reaches(
      console,
      run,
      (state) => said(state)?.includes(why) === true,
      "waiting for room",
    );
    expect([held.status, step(held, "restore/restore-archive")?.state]).toEqual(["running", "blocked"]);
    for (const name of ["build-farm", "sandbox"]) {
      const stopped = await console.act("kubernetes.stop-applications", [`cluster-north/namespaces/${name}`]);
      expect(stopped.state).toBe("verified");
    }
    const { status } = await reaches(console, run, ({ endedAt }) => endedAt !== null, "carried");
    expect(status).toBe("completed");
    expect((await console.act("web.check", ["checks/portal-north"])).state).toBe("verified");
  });
});
