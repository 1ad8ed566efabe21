import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlanNode } from "../../../shared/plan.ts";
import { praRunViewSchema, type Readiness } from "../../../shared/pra.ts";
import type { RunState, StepStatus } from "../../../shared/run.ts";
import { sameText } from "../../../shared/text.ts";
import { forEach, gate, planOf, poke, step, waitFor } from "../../procedures/engine/fixtures/plans.ts";
import { planState } from "../plan-state.ts";
import { checkOf } from "../readiness/context.ts";
import { backups, hour, knownOf, minute, service, smallPlan, smallResources } from "../testing/small-pra.ts";
import { expectedEnds } from "./expected-ends.ts";
import { type RunViewParts, runView } from "./run-view.ts";
import { newlySeen } from "./served.ts";
import { viewedSteps } from "./steps.ts";

const start = 1_000_000_000_000;
const phases = ["prepare", "restore", "open"].map((id) => ({ id, title: sameText(id) }));
const nodes: PlanNode[] = [
  gate("declare", 2, { phase: "prepare" }),
  step("identity", poke("b"), { after: ["declare"], phase: "restore", application: "identity" }),
  forEach("each", ["x", "y"], { after: ["identity"], phase: "restore", application: "billing", parallel: 2 }),
  ...["x", "y"].map((item) =>
    step(`each[${item}]/poke`, poke(item), {
      parent: "each",
      item,
      phase: "restore",
      application: "billing",
    }),
  ),
  step("flip", poke("record"), { after: ["each"], phase: "open", pointOfNoReturn: true }),
  withCommit(gate("confirm", 1, { after: ["flip"], phase: "open", expires: hour })),
];
const plan = planOf(nodes, { phases });

function withCommit(node: PlanNode): PlanNode {
  return node.kind === "gate" ? { ...node, gate: { ...node.gate, commit: true } } : node;
}

function statusOf(node: string, more: Partial<StepStatus> = {}): StepStatus {
  return {
    node,
    state: "pending",
    since: start,
    startedAt: null,
    endedAt: null,
    attempts: 0,
    task: null,
    reason: null,
    skippedBy: null,
    blockedBy: null,
    forecast: 10 * minute,
    ...more,
  };
}

function runOf(steps: Record<string, Partial<StepStatus>>, more: Partial<RunState> = {}): RunState {
  return {
    id: "run",
    procedure: "forth",
    title: sameText("Forth"),
    planHash: plan.hash,
    pra: { plan: "carry", mode: "disaster", direction: "bascule" },
    variables: {},
    actor: "operator-a",
    status: "running",
    rollingBack: false,
    startedAt: start,
    endedAt: null,
    reason: null,
    plan,
    steps: plan.nodes.map(({ id }) => statusOf(id, steps[id])),
    forecast: null,
    ...more,
  };
}

function done(at: number): Partial<StepStatus> {
  return { state: "verified", startedAt: start, endedAt: start + at, since: start + at, attempts: 1 };
}

const now = start + 30 * minute;

/** No service is known to the view, unless `get` says so: applications serve by their steps. */
function viewOf(run: RunState, losses = new Map<string, number>(), more: Partial<RunViewParts> = {}) {
  const known = smallResources(now);
  const protection = backups({ "space-identity": start - minute, "space-billing": start - hour });
  const state = planState(
    smallPlan,
    knownOf((id) => known.get(id) ?? null, protection),
    now,
  );
  return runView(run, {
    plan: { id: "carry", plan: smallPlan, state, from: "East", to: "North", readiness },
    losses,
    served: new Map(),
    get: () => null,
    edition: 0,
    progressOf: (task) => (task === "t" ? { text: sameText("half"), fraction: 0.5 } : null),
    now,
    ...more,
  });
}

const readiness: Pick<Readiness, "checks" | "figure" | "evaluatedAt"> = {
  figure: 50,
  evaluatedAt: now,
  checks: [
    checkOf({
      id: "room",
      kind: "capacity",
      state: "warning",
      direction: "bascule",
      title: sameText("Room"),
      text: sameText("3 GiB"),
    }),
    checkOf({
      id: "back",
      kind: "capacity",
      state: "ready",
      direction: "return",
      title: sameText("Room"),
      text: sameText("9 GiB"),
    }),
    checkOf({
      id: "log-in",
      kind: "credentials",
      state: "blocked",
      title: sameText("Log-in"),
      text: sameText("none"),
    }),
  ],
};

const begun = { declare: done(minute), identity: done(20 * minute) };

describe("the view of a run", () => {
  it("says where it is, what runs, and what comes next", () => {
    const running = { state: "running", startedAt: start + 20 * minute, since: start, task: "t" } as const;
    const view = viewOf(
      runOf(
        { ...begun, each: running, "each[x]/poke": running, "each[y]/poke": running },
        { forecast: hour },
      ),
    );
    expect(praRunViewSchema.parse(view)).toEqual(view);
    expect(view.phases).toMatchObject([
      { id: "prepare", state: "done", done: 1, total: 1, endedAt: start + minute },
      { id: "restore", state: "running", done: 1, total: 3, endedAt: null },
      { id: "open", state: "pending", done: 0, total: 2, forecast: 20 * minute },
    ]);
    expect(view.now.map(({ node, text, fraction }) => [node, text?.en, fraction])).toEqual([
      ["each[x]/poke", "half", 0.5],
      ["each[y]/poke", "half", 0.5],
    ]);
    expect(view.next).toMatchObject({
      kind: "wait",
      node: "confirm",
      after: [{ node: "each[x]/poke" }, { node: "each[y]/poke" }],
    });
    expect(view.undo).toMatchObject({ possible: true, until: { node: "flip" } });
    expect(view.forecastEnd).toBe(now + hour);
    expect(view.clock).toEqual({
      startedAt: start + minute,
      since: "declared",
      endedAt: null,
      rto: 4 * hour,
    });
    expect(view.tiers).toMatchObject([
      { id: "vital", applications: 1, serving: 1, servedAt: start + 20 * minute },
      { id: "other", serving: 0, servedAt: null, forecastAt: start + 30 * minute },
    ]);
    expect(view.applications).toMatchObject([
      { id: "identity", state: "done", lost: null },
      { id: "billing", state: "running", servedAt: null },
    ]);
  });

  it("names one thing to do, the gravest first", () => {
    const waiting = (kind: "gate" | "person"): Partial<StepStatus> => ({
      state: kind === "gate" ? "waiting" : "failed",
      blockedBy: { kind, text: sameText("because"), nodes: [] },
      reason: sameText("it broke"),
    });
    const open = { declare: waiting("gate") };
    const asked = viewOf(runOf(open, { leader: "operator-c" }));
    expect(asked.next).toMatchObject({
      kind: "approve",
      node: "declare",
      notBy: ["operator-a", "operator-c"],
      text: { en: "go?" },
    });
    expect(asked.leader).toBe("operator-c");
    const failed = { ...open, identity: waiting("person") };
    expect(viewOf(runOf(failed)).next).toMatchObject({
      kind: "decide",
      node: "identity",
      text: { en: "it broke" },
    });
    const unknown = { ...failed, flip: { state: "unknown-effect" } as const };
    expect(viewOf(runOf(unknown)).next).toMatchObject({ kind: "settle", node: "flip" });
    expect(viewOf(runOf(begun, { status: "paused" })).next).toMatchObject({ kind: "resume", node: null });
    expect(viewOf(runOf(begun, { endedAt: now, status: "completed" })).next).toBeNull();
  });

  it("opens the window to confirm with its gate, and says that nothing is undone any more", () => {
    const opened = start + 25 * minute;
    const through = Object.fromEntries(nodes.slice(0, -1).map(({ id }) => [id, done(20 * minute)]));
    const run = runOf(
      { ...through, confirm: { state: "waiting", startedAt: opened, blockedBy: null } },
      { pastNoReturn: { node: "flip", at: opened } },
    );
    const view = viewOf(run, new Map([["identity", 7 * minute]]));
    expect(view.commit).toEqual({ node: "confirm", opensAt: opened, endsAt: opened + hour });
    expect(view.undo).toMatchObject({ possible: false, until: null });
    expect(view.clock.endedAt).toBe(start + 20 * minute);
    expect(view.applications[0]).toMatchObject({ lost: 7 * minute, servedAt: start + 20 * minute });
    expect(viewOf(runOf({})).commit).toEqual({ node: "confirm", opensAt: null, endsAt: null });
  });

  it("has nobody served by what is rolled back, and is there for a run of no plan", () => {
    const rolled = viewOf(runOf(begun, { status: "rolled-back", endedAt: now }));
    expect(rolled.applications[0]?.servedAt).toBeNull();
    const { pra: _pra, ...plain } = runOf(begun);
    const nothing = { losses: new Map(), served: new Map(), get: () => null, progressOf: () => null };
    const parts = { ...nothing, plan: null, edition: 0, now };
    const view = runView(plain, parts);
    expect(praRunViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({ plan: null, mode: null, tiers: [], applications: [], side: "unknown" });
  });
});

describe("who, since when, and by what", () => {
  const waiting: Partial<StepStatus> = {
    state: "waiting",
    blockedBy: { kind: "gate", text: sameText("g"), nodes: [] },
  };

  it("names the second person, and starts the clock once the outage is declared", () => {
    const before = viewOf(runOf({ declare: waiting }));
    expect(before.second).toBeNull();
    expect(before.clock).toMatchObject({ startedAt: start, since: "undeclared" });
    const declare = { ...done(minute), approvedBy: ["operator-b"] };
    const after = viewOf(runOf({ declare }));
    expect(after.second).toEqual({ name: "operator-b", gate: sameText("declare"), at: start + minute });
    expect(after.clock).toMatchObject({ startedAt: start + minute, since: "declared" });
    const skipped = viewOf(runOf({ declare: { ...done(minute), state: "skipped", skippedBy: "person" } }));
    expect(skipped.clock).toMatchObject({ startedAt: start, since: "run" });
    const handed = viewOf(runOf({ declare }, { leader: "operator-b" }));
    expect(handed.second).toBeNull();
  });

  it("carries what a gate shows of capacity and readiness, for its direction alone", () => {
    expect(viewOf(runOf({ declare: waiting })).gate).toBeNull();
    const shown = plan.nodes.map((node) =>
      node.kind === "gate" && node.id === "declare"
        ? { ...node, gate: { ...node.gate, shows: ["capacity" as const, "readiness" as const] } }
        : node,
    );
    const run = runOf({ declare: waiting }, { plan: { ...plan, nodes: shown } });
    const view = viewOf(run);
    expect(praRunViewSchema.parse(view)).toEqual(view);
    expect(view.gate).toMatchObject({
      node: "declare",
      capacity: [{ id: "room", text: { en: "3 GiB" } }],
      readiness: { figure: 50, blocked: [{ id: "log-in" }], count: 1 },
    });
    expect(
      viewOf({ ...run, steps: run.steps.map((step) => ({ ...step, state: "verified" as const })) }).gate,
    ).toBeNull();
  });

  it("has an application served once its service was seen to answer after its steps", () => {
    const servedIn = (
      answers: boolean | null,
      seen: Map<string, number | null>,
      more: Partial<RunState> = {},
    ) => {
      const get = (id: string) => (answers === null ? null : service(id, now, answers));
      const [identity] = viewOf(runOf(begun, more), new Map(), { get, served: seen }).applications;
      return [identity?.servedAt, identity?.servedBy];
    };
    const none = new Map<string, number | null>();
    const ended = { endedAt: now, status: "completed" } as const;
    expect(servedIn(null, none)).toEqual([start + 20 * minute, "steps"]);
    expect(servedIn(false, none)).toEqual([null, null]);
    expect(servedIn(true, none)).toEqual([null, null]);
    expect(servedIn(true, new Map([["identity", start + 21 * minute]]))).toEqual([
      start + 21 * minute,
      "service",
    ]);
    expect(servedIn(true, none, ended)).toEqual([start + 20 * minute, "steps"]);
    expect(servedIn(true, new Map([["identity", null]]), ended)).toEqual([null, null]);
  });

  it("sees a service only by a reading that is later than the steps, and at its end that none answered", () => {
    const seen = (at: number, answers: boolean, more: Partial<RunState> = {}) => {
      const run = {
        ...runOf(begun, more),
        pra: { direction: "bascule" as const, mode: "planned" as const, plan: "carry" },
      };
      return newlySeen(run, viewedSteps(run), smallPlan, new Map(), (id) => service(id, at, answers));
    };
    const before = start + 19 * minute;
    expect(seen(before, true)).toEqual([]);
    expect(seen(now, true)).toEqual([{ application: "identity", servedAt: now }]);
    expect(seen(now, false)).toEqual([]);
    const ended = { endedAt: now, status: "completed" } as const;
    expect(seen(now, false, ended)).toEqual([{ application: "identity", servedAt: null }]);
    expect(seen(now, true, { rollingBack: true })).toEqual([]);
  });
});

describe("when steps can have ended", () => {
  it("fills the lanes of loops in order, and knows nothing behind a step that never ran", () => {
    const loop = planOf([
      forEach("each", ["x", "y", "z"], { parallel: 2 }),
      ...["x", "y", "z"].map((item) => waitFor(`each[${item}]/rest`, 1, { parent: "each", item })),
      waitFor("last", 1, { after: ["each"] }),
    ]);
    const steps = loop.nodes.map(({ id }) => statusOf(id, { forecast: 10 }));
    const ends = (own: StepStatus[]) => expectedEnds({ plan: loop, steps: own }, 100);
    expect(ends(steps).get("each")).toEqual({ begin: 100, end: 120 });
    expect(ends(steps).get("last")).toEqual({ begin: 120, end: 130 });
    const unknown = steps.map((one) => (one.node === "each[y]/rest" ? { ...one, forecast: null } : one));
    expect(ends(unknown).get("each")?.end).toBeNull();
    expect(ends(unknown).get("last")?.end).toBeNull();
  });
});

describe("whatever states steps have", () => {
  const states = [
    "pending",
    "blocked",
    "running",
    "waiting",
    "verified",
    "skipped",
    "failed",
    "unknown-effect",
    "compensated",
  ] as const;
  const anyStep = fc.record({
    state: fc.constantFrom(...states),
    startedAt: fc.option(fc.integer({ min: 0, max: 20 * minute }).map((at) => start + at)),
    endedAt: fc.option(fc.integer({ min: 20 * minute, max: 29 * minute }).map((at) => start + at)),
    skippedBy: fc.constantFrom("condition", "person", null),
    forecast: fc.option(fc.integer({ min: 0, max: hour })),
    blockedBy: fc.constantFrom(
      null,
      { kind: "gate" as const, text: sameText("g"), nodes: [] },
      {
        kind: "person" as const,
        text: sameText("p"),
        nodes: [],
      },
    ),
  });
  const anyRun = fc.record({
    steps: fc.array(anyStep, { minLength: nodes.length, maxLength: nodes.length }),
    rollingBack: fc.boolean(),
    past: fc.boolean(),
  });

  it("the view is whole, counts what is there, and never calls served what is not through", () => {
    fc.assert(
      fc.property(anyRun, ({ steps, rollingBack, past }) => {
        const own = Object.fromEntries(nodes.map(({ id }, index) => [id, steps[index] ?? {}]));
        const run = runOf(own, { rollingBack, ...(past && { pastNoReturn: { node: "flip", at: start } }) });
        const view = viewOf(run);
        expect(praRunViewSchema.parse(view)).toEqual(view);
        expect(view.undo.possible).toBe(!past && !rollingBack);
        for (const phase of view.phases) {
          expect(phase.done).toBeLessThanOrEqual(phase.total);
          if (phase.state === "done") expect(phase.done).toBe(phase.total);
          if (phase.endedAt !== null) expect(["done", "done-with-skips"]).toContain(phase.state);
        }
        for (const { id, servedAt } of view.applications) {
          if (servedAt === null) continue;
          for (const one of run.steps.filter(({ node }) => isFor(node, id)))
            expect(["verified", "skipped"]).toContain(one.state);
        }
        for (const tier of view.tiers) {
          expect(tier.serving).toBeLessThanOrEqual(tier.applications);
          if (tier.servedAt !== null) expect(tier.serving).toBe(tier.applications);
        }
        if (run.steps.some(({ node, state }) => state === "unknown-effect" && node !== "each"))
          expect(view.next?.kind).toBe("settle");
      }),
    );
  });

  function isFor(node: string, application: string): boolean {
    return nodes.some(
      ({ id, kind, application: own }) => id === node && kind === "action" && own === application,
    );
  }
});
