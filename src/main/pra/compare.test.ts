import { describe, expect, it, vi } from "vitest";
import { comparisonSchema, evidenceSchema } from "../../shared/evidence.ts";
import type { PraMode } from "../../shared/pra-plan.ts";
import { hosts, journal, settled } from "../procedures/engine/fixtures/started-engine.ts";
import { runJournal } from "../procedures/report/earlier-runs.ts";
import { runEvidence } from "../procedures/report/run-evidence.ts";
import { runReport } from "../procedures/report/run-report.ts";
import { comparePassages } from "./compare.ts";
import { hour, minute, smallResources } from "./testing/small-pra.ts";
import { anyPoke, deskWith } from "./testing/started-desk.ts";

/** A console on which the pokes at some towers fail. */
function desk(fails: ReadonlySet<string> = new Set()) {
  const poke = anyPoke({
    probe: async ({ resource }) => ({
      state: fails.has(resource.id) ? "impossible" : "needed",
      text: { en: "so", fr: "ainsi" },
      observed: {},
    }),
  });
  return deskWith({}, [poke]);
}

async function passage({ desk, engine }: ReturnType<typeof deskWith>, mode: PraMode = "planned") {
  const request = { plan: "carry", mode, direction: "bascule" } as const;
  const planHash = desk.prepare(request).plan?.hash ?? "";
  const run = await desk.begin({ ...request, planHash, reason: "rehearsed", confirmation: "" });
  return { run, state: await settled(engine, run) };
}

const lossesOf = (run: string) => journal.forTask(run).filter(({ type }) => type === "pra.data-loss");

async function evidenceOf(run: string) {
  return runEvidence({ run, ...runJournal(journal), verdict: await journal.verify(), now: Date.now() });
}

describe("the evidence of a run of a plan", () => {
  it("says what was promised and kept by tier and application, beside earlier runs, as data of a known shape", async () => {
    const console = desk();
    const first = await passage(console);
    await vi.waitFor(() => expect(lossesOf(first.run)).toHaveLength(2), 3000);
    await console.engine.approve(first.run, "confirm", {
      accept: true,
      planHash: first.state.planHash,
      reason: "",
    });
    await settled(console.engine, first.run);
    for (const [id, one] of smallResources(Date.now())) hosts.set(id, one);
    const second = await passage(console);
    await console.engine.approve(second.run, "confirm", {
      accept: false,
      planHash: second.state.planHash,
      reason: "not now",
    });
    await settled(console.engine, second.run);
    await console.engine.skip(second.run, "confirm", "nobody answers");
    await settled(console.engine, second.run);
    const evidence = await evidenceOf(second.run);
    expect(evidenceSchema.parse(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence);
    expect(evidence.pra).toMatchObject({ plan: "carry", mode: "planned", from: "East", to: "North" });
    expect(evidence.tiers).toMatchObject([
      { id: "vital", rto: hour, rpo: 15 * minute, applications: 1, withinRto: true },
      { id: "other", rto: 4 * hour, applications: 1, withinRto: true },
    ]);
    expect(evidence.earlier.map(({ run, status }) => [run, status])).toEqual([[first.run, "completed"]]);
    const before = await evidenceOf(first.run);
    const [identity] = before.applications;
    expect(identity).toMatchObject({ withinRpo: true, broughtBack: { name: "space-identity point" } });
    expect(Math.abs((identity?.lost ?? 0) - 5 * minute)).toBeLessThan(minute);
    expect(identity?.took).toBe((identity?.servedAt ?? 0) - (before.run.startedAt ?? 0));
    const tookBefore = before.steps.find(({ node }) => node === "identity")?.took;
    expect(evidence.steps.find(({ node }) => node === "identity")).toMatchObject({
      earlier: tookBefore,
      last: tookBefore,
      application: "identity",
    });
    expect(evidence.phases.find(({ id }) => id === "restore")?.last).toBe(
      before.phases.find(({ id }) => id === "restore")?.took,
    );
    expect(evidence.steps.find(({ node }) => node === "confirm")).toMatchObject({
      skippedBy: "person",
      reason: { en: "nobody answers" },
    });
    const html = runReport({
      run: second.run,
      language: "en",
      ...runJournal(journal),
      verdict: evidence.journal.verdict,
      now: 0,
    });
    for (const words of ["Promised and kept, by tier", "nobody answers", "Last time", "1 h 00 min"])
      expect(html).toContain(words);
  });

  it("is judged by what the plan promised when it began, and serves nothing that it did not bring", async () => {
    const console = desk(new Set(["tower-c"]));
    const { run } = await passage(console);
    await console.engine.cancel(run, "given up");
    await settled(console.engine, run);
    const evidence = await evidenceOf(run);
    expect(evidence.run.status).toBe("failed");
    expect(evidence.tiers).toMatchObject([
      { id: "vital", withinRto: true },
      { id: "other", servedAt: null, took: null, withinRto: false, withinRpo: null },
    ]);
  });
});

describe("two passages beside each other", () => {
  it("say what failed, and the earlier one is the first whichever was asked for first", async () => {
    const fails = new Set<string>();
    const console = desk(fails);
    const first = await passage(console);
    await console.engine.cancel(first.run, "enough");
    await settled(console.engine, first.run);
    fails.add("tower-c");
    const second = await passage(console);
    await console.engine.cancel(second.run, "it does not come up");
    await settled(console.engine, second.run);
    const compared = comparePassages(runJournal(journal), second.run, first.run, Date.now());
    expect(comparisonSchema.parse(JSON.parse(JSON.stringify(compared)))).toEqual(compared);
    expect([compared.one.id, compared.other.id]).toEqual([first.run, second.run]);
    const differences = Object.fromEntries(compared.steps.map(({ id, difference }) => [id, difference]));
    expect(differences).toMatchObject({ freeze: "same", billing: "failed" });
    const billing = compared.steps.find(({ id }) => id === "billing");
    expect(billing?.other?.says?.en).toContain("so");
    const back = comparePassages(runJournal(journal), first.run, first.run, Date.now());
    expect(new Set(back.steps.map(({ difference }) => difference))).toEqual(new Set(["same"]));
  });

  it("may be a rehearsal and a run: what was only asked is neither slower nor of another state, but what fails then is told", async () => {
    const fails = new Set<string>();
    const console = desk(fails);
    const rehearsal = await console.desk.rehearse("carry", "bascule", new AbortController().signal);
    fails.add("tower-c");
    const { run } = await passage(console);
    await console.engine.cancel(run, "it does not come up");
    await settled(console.engine, run);
    const compared = comparePassages(runJournal(journal), rehearsal, run, Date.now());
    const differences = Object.fromEntries(compared.steps.map(({ id, difference }) => [id, difference]));
    expect(differences).toMatchObject({ identity: "same", billing: "failed" });
    expect([...compared.tiers, ...compared.losses, ...compared.phases]).toEqual([]);
  });

  it("may be rehearsals, whose steps are new or gone; what is no passage is an error", async () => {
    const console = desk();
    const rehearsal = await console.desk.rehearse("carry", "bascule", new AbortController().signal);
    const other = await console.desk.rehearse("carry", "return", new AbortController().signal);
    const compared = comparePassages(runJournal(journal), rehearsal, other, Date.now());
    const of = (difference: string) =>
      compared.steps.filter((one) => one.difference === difference).map(({ id }) => id);
    expect(of("new")).toEqual(["home"]);
    expect(of("gone")).toContain("flip");
    expect(compared.one).toMatchObject({ mode: "rehearsal", direction: "bascule" });
    const identity = compared.steps.find(({ id }) => id === "identity");
    expect(identity).toMatchObject({
      difference: "gone",
      one: { state: "ready", took: expect.any(Number), says: { en: "so" } },
    });
    expect(compared.steps.find(({ id }) => id === "confirm")?.one).toEqual({
      state: "not-asked",
      took: null,
      says: null,
    });
    expect(() => comparePassages(runJournal(journal), rehearsal, "none", 0)).toThrow(
      expect.objectContaining({ code: "pra.unknown-passage" }),
    );
  });
});
