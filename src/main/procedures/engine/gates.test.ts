import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Operators } from "../../../shared/people.ts";
import type { PlanNode } from "../../../shared/plan.ts";
import { codeOf } from "../../actions/fixtures/started-runner.ts";
import { requestText } from "../../people/approval.ts";
import { KeptKeys } from "../../people/kept-keys.ts";
import { PeopleDesk } from "../../people/people-desk.ts";
import { runPeople } from "../../people/run-people.ts";
import { makeKey } from "../../people/testing/keys.ts";
import type { ProcedureEngine } from "./engine.ts";
import { gate, planOf, waitFor } from "./fixtures/plans.ts";
import { clock, consoleWith, journal, restart, runPlan, settled, stepOf } from "./fixtures/started-engine.ts";
import { foldRun } from "./run-fold.ts";

const keys = { ada: makeKey(), bea: makeKey("ecdsa"), cyd: makeKey() };
let operators: Operators;
let shown: unknown;
let actor: string;
let people: PeopleDesk;

beforeEach(() => {
  operators = {
    ada: { name: "Ada", keys: [keys.ada.line], accounts: ["operator-a"] },
    bea: { name: "Bea", keys: [keys.bea.line], accounts: [] },
    cyd: { name: "Cyd", keys: [keys.cyd.line], accounts: [] },
  };
  shown = { lost: 5 };
  actor = "operator-a";
  people = new PeopleDesk({
    operators: () => operators,
    account: "operator-a",
    keys: new KeptKeys("/nonexistent"),
    record: {
      write: (event) => ({
        ...event,
        sequence: 1,
        at: 0,
        actor,
        workstation: "",
        previousHash: "",
        hash: "",
      }),
    },
    agentSocket: () => null,
  });
});
afterEach(() => {
  clock.monotonic = 0;
});

const twoGates = (more: Partial<PlanNode> = {}) =>
  planOf([{ ...gate("go", 2), ...more } as PlanNode, gate("again", 2)]);

function opened(): ProcedureEngine {
  const parts = {
    people: runPeople(people),
    shownAt: () => shown,
    actor,
  };
  return consoleWith([], parts).engine;
}

const yes = (engine: ProcedureEngine, run: string) => ({
  accept: true,
  planHash: engine.run(run).planHash,
  reason: "",
});

async function signed(
  engine: ProcedureEngine,
  run: string,
  operator: "ada" | "bea" | "cyd",
  { node = "go", verdict = "approve" as "approve" | "refuse" } = {},
): Promise<string> {
  const request = requestText(await engine.gates.ask(run, node, null));
  return signedWith(request, operator, verdict);
}

async function signedWith(
  request: string,
  operator: "ada" | "bea" | "cyd",
  verdict: "approve" | "refuse" = "approve",
) {
  const way = { kind: "key", key: keys[operator].file, passphrase: "" } as const;
  const signal = new AbortController().signal;
  return (await people.sign({ request, operator, verdict, way, signal })).signature;
}

const gateShowing = () => {
  const one = gate("go", 2);
  return one.kind === "gate" ? { gate: { ...one.gate, shows: ["data-loss" as const] } } : {};
};

describe("a gate for two people", () => {
  it("opens by the signature of another operator, which the journal keeps whole", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates());
    expect(stepOf(engine.run(id), "go").asked).toBeUndefined();
    const signature = await signed(engine, id, "bea");
    expect(stepOf(engine.run(id), "go").asked).toMatchObject({ by: "operator-a", to: null });
    expect(
      await codeOf(() => engine.approve(id, "go", { ...yes(engine, id), signature, operator: "cyd" })),
    ).toBe("run.other-signer");
    await engine.approve(id, "go", { ...yes(engine, id), signature, operator: "bea" });
    const after = await settled(engine, id);
    expect(stepOf(after, "go")).toMatchObject({ state: "verified", reason: { en: "Approved by bea." } });
    const event = journal.forTask(id).find(({ type }) => type === "run.gate-approved");
    expect(event?.data).toMatchObject({
      by: "bea",
      approval: { operator: "bea", signature, request: { run: id } },
    });
    expect(stepOf(after, "again").state).toBe("waiting");
    // The next console sees the same, of the journal alone.
    await restart();
    expect(stepOf(opened().run(id), "go").state).toBe("verified");
  });

  it("does not open by whoever started it, by their account or identifier, nor without a signature", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates());
    const own = await signed(engine, id, "ada");
    const decide = (more: object) => codeOf(() => engine.approve(id, "go", { ...yes(engine, id), ...more }));
    expect(await decide({ signature: own })).toBe("run.own-request");
    expect(await decide({})).toBe("run.own-request");
    expect(await decide({ by: "bea" })).toBe("run.needs-signature");
    expect(await codeOf(() => engine.gates.ask(id, "go", "ada"))).toBe("run.own-request");
    expect(await codeOf(() => engine.gates.ask(id, "go", "eve"))).toBe("run.unknown-operator");
    expect(stepOf(engine.run(id), "go").state).toBe("waiting");
  });

  it("refuses what was signed for another step, run, plan or state, or in an earlier try", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates(gateShowing()));
    const other = await runPlan(engine, twoGates());
    const decide = (signature: string, node = "go", run = id) =>
      codeOf(() => engine.approve(run, node, { ...yes(engine, run), signature }));
    const good = await signed(engine, id, "bea");
    expect(await decide(good, "again")).toBe("run.approval-elsewhere");
    expect(await decide(good, "go", other.id)).toBe("run.approval-elsewhere");
    const request = await engine.gates.ask(id, "go", null);
    expect(await decide(await signedWith(requestText({ ...request, planHash: "other" }), "bea"))).toBe(
      "approval.other-message",
    );
    expect(
      await codeOf(() => engine.approve(id, "go", { ...yes(engine, id), planHash: "x", signature: good })),
    ).toBe("run.plan-changed");
    shown = { lost: 6 };
    expect(await decide(good)).toBe("run.state-changed");
    const anew = await engine.gates.ask(id, "go", "bea");
    expect(anew.observed).not.toBe(request.observed);
    await engine.approve(id, "go", { accept: false, planHash: anew.planHash, reason: "not yet" });
    await settled(engine, id);
    await engine.retry(id, "go", "now");
    await settled(engine, id);
    expect(await decide(await signedWith(requestText(anew), "bea"))).toBe("run.approval-elsewhere");
    expect(await decide(await signed(engine, id, "bea"))).toBe("nothing was thrown");
  });

  it("refuses garbage, cut and huge signatures, another purpose, unknown keys and those of a removed operator", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates());
    const decide = (signature: string) =>
      codeOf(() => engine.approve(id, "go", { ...yes(engine, id), signature }));
    const good = await signed(engine, id, "bea");
    expect(await decide("approved, Bea")).toBe("approval.not-a-signature");
    expect(await decide(good.slice(0, 100))).toBe("approval.not-a-signature");
    expect(await decide("A".repeat(1_000_000))).toBe("approval.not-a-signature");
    expect(await decide(await signed(engine, id, "bea", { verdict: "refuse" }))).toBe(
      "approval.other-purpose",
    );
    operators = { ...operators, bea: { name: "Bea", keys: [keys.cyd.line], accounts: [] } };
    expect(await decide(good)).toBe("approval.unknown-key");
    const { bea: _bea, ...others } = operators;
    operators = others;
    expect(await decide(good)).toBe("approval.unknown-key");
    expect(stepOf(engine.run(id), "go").state).toBe("waiting");
  });

  it("expires by the engine's clock, whatever wall clocks say, and can be asked for again", async () => {
    const engine = opened();
    const { id } = await runPlan(
      engine,
      twoGates({ gate: { ...gateOf(), expires: 20_000_000 } } as Partial<PlanNode>),
    );
    const signature = await signed(engine, id, "bea");
    const decide = (words: string) =>
      codeOf(() => engine.approve(id, "go", { ...yes(engine, id), signature: words }));
    // A wall clock that is set an hour back or ahead neither revives nor ends a request.
    clock.wall = 3_600_000;
    expect((await engine.gates.ask(id, "go", null)).expiresAt).toBeGreaterThan(0);
    clock.wall = -3_600_000;
    clock.monotonic = 3_500_000;
    const later = await signed(engine, id, "cyd");
    clock.monotonic = 3_700_000;
    expect(await decide(signature)).toBe("run.approval-expired");
    expect(await decide(later)).toBe("nothing was thrown");
    expect((await settled(engine, id)).steps.find(({ node }) => node === "go")?.state).toBe("verified");
  });

  it("stays asked for when the console is killed, and the next one, its clock an hour behind, takes the signature", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates());
    const signature = await signed(engine, id, "bea");
    await restart();
    clock.wall = -3_600_000;
    const next = opened();
    await next.takeOver(id);
    expect(stepOf(next.run(id), "go").asked).toMatchObject({ by: "operator-a" });
    await next.approve(id, "go", { ...yes(next, id), signature });
    expect(stepOf(await settled(next, id), "go").state).toBe("verified");
  });

  it("is refused by anybody with a reason; a signed refusal is kept like an approval", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates());
    const signature = await signed(engine, id, "bea", { verdict: "refuse" });
    const no = { accept: false, planHash: engine.run(id).planHash, reason: "" };
    expect(await codeOf(() => engine.approve(id, "go", { ...no, signature }))).toBe("run.needs-reason");
    await engine.approve(id, "go", { ...no, reason: "too early", signature });
    expect(stepOf(await settled(engine, id), "go").reason?.en).toBe("Refused by bea: too early");
    const event = journal.forTask(id).find(({ type }) => type === "run.gate-refused");
    expect(event?.data).toMatchObject({ by: "bea", approval: { operator: "bea" } });
  });

  it("gives the same request while nothing has changed, and asks others for it by name", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates());
    const first = await engine.gates.ask(id, "go", null);
    expect(await engine.gates.ask(id, "go", null)).toEqual(first);
    expect(await engine.gates.ask(id, "go", "cyd")).toEqual(first);
    expect(stepOf(engine.run(id), "go").asked?.to).toBe("cyd");
    expect(journal.forTask(id).filter(({ type }) => type === "run.approval-asked")).toHaveLength(2);
  });
});

describe("the way past a gate for two people", () => {
  it("is no skip and no word of one person: of the gate, of what stands behind it, or of what it is in", async () => {
    const engine = opened();
    const part = { ...gate("part", 1), kind: "procedure", procedure: "other", parallel: 1 } as const;
    const nodes = [
      gate("go", 2),
      waitFor("behind", 1, { needs: ["go"] }),
      gate("far", 1, { needs: ["behind"] }),
      { ...part, id: "part" },
      gate("part/inner", 2, { parent: "part" }),
      gate("after", 1, { needs: ["part"] }),
      gate("free", 1),
    ];
    const { id, planHash } = await runPlan(engine, planOf(nodes));
    for (const node of ["behind", "far", "part", "after"]) {
      expect(await codeOf(() => engine.skip(id, node, "alone"))).toBe("run.closed-gate");
      expect(await codeOf(() => engine.adopt(id, node, "alone"))).toBe("run.closed-gate");
    }
    await engine.approve(id, "go", { accept: false, planHash, reason: "not yet" });
    await settled(engine, id);
    expect(await codeOf(() => engine.skip(id, "go", "alone"))).toBe("run.closed-gate");
    expect(await codeOf(() => engine.adopt(id, "go", "alone"))).toBe("run.closed-gate");
    // Nor by writing it into the journal.
    const events = journal.forTask(id);
    for (const type of ["run.skipped", "run.adopted"]) {
      for (const node of ["go", "behind", "part"]) {
        const forged = { type, task: id, actor: "ada", data: { time: 1, node, reason: "alone" } };
        const run = foldRun([...events, forged]);
        expect(run?.nodes.get(node)?.state).toBe(foldRun(events)?.nodes.get(node)?.state);
      }
    }
    // Once it is open, what stands behind it may be skipped as ever.
    await engine.retry(id, "go", "now");
    await settled(engine, id);
    await engine.approve(id, "go", { ...yes(engine, id), signature: await signed(engine, id, "bea") });
    await settled(engine, id);
    expect(await codeOf(() => engine.skip(id, "far", "alone"))).not.toBe("run.closed-gate");
  });
});

describe("what the journal says of an approval", () => {
  it("counts only where it was asked for at this gate, and is by a second person", async () => {
    const engine = opened();
    const { id, planHash } = await runPlan(engine, twoGates());
    const signature = await signed(engine, id, "bea");
    const request = await engine.gates.ask(id, "go", null);
    const good = { request, signature, operator: "bea", key: keys.bea.line, fingerprint: "" };
    const events = journal.forTask(id);
    const stateAfter = (data: object) => {
      const told = { time: 1, node: "go", planHash, by: "bea", ...data };
      const run = foldRun([...events, { type: "run.gate-approved", task: id, actor: "ada", data: told }]);
      return run?.nodes.get("go")?.approvals;
    };
    expect(stateAfter({ approval: good })).toEqual(["bea"]);
    expect(stateAfter({})).toEqual([]);
    expect(stateAfter({ by: "ada" })).toEqual([]);
    expect(stateAfter({ approval: { ...good, operator: "operator-a" } })).toEqual([]);
    expect(stateAfter({ approval: { ...good, request: { ...request, node: "again" } } })).toEqual([]);
    expect(stateAfter({ approval: { ...good, request: { ...request, run: "other" } } })).toEqual([]);
    expect(stateAfter({ approval: { ...good, request: { ...request, expiresAt: 1e15 } } })).toEqual([]);
    expect(stateAfter({ approval: good, planHash: "other" })).toEqual([]);
    expect(stateAfter({ approval: good, node: "again" })).toEqual([]);
  });
});

describe("handing over", () => {
  it("makes another operator the first person, who may not be the second", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, twoGates());
    expect(await codeOf(() => engine.notes.handOver(id, "bea", " "))).toBe("run.needs-reason");
    expect(await codeOf(() => engine.notes.handOver(id, "eve", "tired"))).toBe("run.unknown-operator");
    expect(await codeOf(() => engine.notes.handOver(id, "ada", "tired"))).toBe("run.leads-already");
    await engine.notes.handOver(id, "bea", "end of shift");
    expect(engine.run(id)).toMatchObject({ actor: "operator-a", leader: "bea" });
    const decide = (signature: string) =>
      codeOf(() => engine.approve(id, "go", { ...yes(engine, id), signature }));
    // Asked from the old leader's console: neither the old nor the new one is somebody else.
    expect(await decide(await signed(engine, id, "bea"))).toBe("run.own-request");
    expect(await decide(await signed(engine, id, "ada"))).toBe("run.own-request");
    // Asked by the new leader themself, at their own console, whoever started it is somebody else.
    await restart("bea");
    actor = "bea";
    const theirs = opened();
    await theirs.takeOver(id);
    expect(theirs.run(id).leader).toBe("bea");
    const answer = (words: string) =>
      codeOf(() => theirs.approve(id, "go", { ...yes(theirs, id), signature: words }));
    expect(await answer(await signed(theirs, id, "bea"))).toBe("run.own-request");
    expect(await answer(await signed(theirs, id, "ada"))).toBe("nothing was thrown");
    expect(stepOf(await settled(theirs, id), "go").reason?.en).toBe("Approved by ada.");
  });
});

describe("notes", () => {
  it("are kept in their order, about the run or a step, also after its end", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    const attachment = { name: "call.txt", sha256: "ab", size: 3 };
    await engine.notes.add(id, { node: "go", text: "the provider was called", attachment });
    expect(await codeOf(() => engine.notes.add(id, { node: "no", text: "?", attachment: null }))).toBe(
      "run.unknown-step",
    );
    await engine.approve(id, "go", yes(engine, id));
    await settled(engine, id);
    await engine.notes.add(id, { node: null, text: "next time call earlier", attachment: null });
    const told = [
      { by: "operator-a", node: "go", text: "the provider was called", attachment },
      { by: "operator-a", node: null, text: "next time call earlier", attachment: null },
    ];
    expect(engine.notes.of(id)).toMatchObject(told);
    await restart();
    const next = opened();
    expect(next.notes.of(id)).toMatchObject(told);
    expect(next.run(id).status).toBe("completed");
  });
});

function gateOf() {
  const one = gate("go", 2);
  if (one.kind !== "gate") throw new Error("not a gate");
  return one.gate;
}

describe("a gate that was put to somebody", () => {
  it("is signed by them at a window of their own, for what another has asked, and not for what they ask themselves", async () => {
    const first = opened();
    const { id } = await runPlan(first, twoGates());
    const asked = await first.gates.ask(id, "go", "bea");
    actor = "bea";
    await restart(actor);
    const second = opened();
    await second.takeOver(id);
    expect(await second.gates.ask(id, "go", "bea")).toEqual(asked);
    expect(journal.forTask(id).filter(({ type }) => type === "run.approval-asked")).toHaveLength(1);
    expect(await codeOf(() => second.gates.ask(id, "again", "bea"))).toBe("run.own-request");
    const signature = await signedWith(requestText(asked), "bea");
    await second.approve(id, "go", { ...yes(second, id), signature, operator: "bea" });
    expect(stepOf(await settled(second, id), "go").approvedBy).toEqual(["bea"]);
  });

  it("has to be put to them anew once its time is over", async () => {
    const first = opened();
    const { id } = await runPlan(first, twoGates());
    await first.gates.ask(id, "go", "bea");
    actor = "bea";
    await restart(actor);
    const second = opened();
    await second.takeOver(id);
    clock.monotonic += 3_700_000;
    expect(await codeOf(() => second.gates.ask(id, "go", "bea"))).toBe("run.own-request");
  });
});
