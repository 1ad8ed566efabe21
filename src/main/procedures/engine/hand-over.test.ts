import { beforeEach, describe, expect, it } from "vitest";
import { type LocalText, sameText } from "../../../shared/text.ts";
import { codeOf } from "../../actions/fixtures/started-runner.ts";
import { KeptKeys } from "../../people/kept-keys.ts";
import { PeopleDesk } from "../../people/people-desk.ts";
import { runPeople } from "../../people/run-people.ts";
import { makeKey } from "../../people/testing/keys.ts";
import { runJournal } from "../report/earlier-runs.ts";
import { handOversOf } from "../report/hand-overs.ts";
import { runReport } from "../report/run-report.ts";
import { gate, planOf } from "./fixtures/plans.ts";
import { consoleWith, journal, restart, runPlan } from "./fixtures/started-engine.ts";
import { foldRun } from "./run-fold.ts";

const keys = { ada: makeKey(), bea: makeKey("ecdsa"), cyd: makeKey() };
let people: PeopleDesk;

beforeEach(() => {
  people = new PeopleDesk({
    operators: () => operators,
    account: "operator-a",
    keys: new KeptKeys("/nonexistent"),
    record: journal,
    agentSocket: () => null,
  });
});
const operators = {
  ada: { name: "Ada", keys: [keys.ada.line], accounts: ["operator-a"] },
  bea: { name: "Bea", keys: [keys.bea.line], accounts: [] },
  cyd: { name: "Cyd", keys: [keys.cyd.line], accounts: [] },
};

const opened = () => consoleWith([], { people: runPeople(people), actor: "operator-a" }).engine;
const wayOf = (operator: keyof typeof keys) =>
  ({ kind: "key", key: keys[operator].file, passphrase: "" }) as const;
const signal = new AbortController().signal;

describe("a run that is handed over", () => {
  it("is countersigned by the key of whoever takes it, which the journal and the evidence keep", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    expect(engine.run(id).handOver).toBeUndefined();
    expect(await codeOf(() => engine.notes.countersign(id, ""))).toBe("run.not-handed-over");
    await engine.notes.handOver(id, "bea", "end of shift");
    expect(engine.run(id).handOver).toMatchObject({ to: "bea", reason: "end of shift", signed: null });
    const { request, to } = engine.notes.toCountersign(id);
    expect(JSON.parse(request)).toMatchObject({ version: 1, run: id, from: "operator-a", to: "bea" });
    await engine.notes.countersign(id, await people.signHandOver(request, to, wayOf("bea"), signal));
    const { fingerprint } = people.roster.find("bea")?.keys[0] ?? {};
    expect(engine.run(id).handOver).toMatchObject({ signed: { fingerprint } });
    expect(await codeOf(() => engine.notes.countersign(id, ""))).toBe("run.not-handed-over");
    expect(handOversOf(journal.forTask(id))).toMatchObject([
      {
        by: "operator-a",
        to: "bea",
        reason: "end of shift",
        countersigned: { operator: "bea", text: request },
      },
    ]);
    const verdict = await journal.verify();
    const report = await runReport({ run: id, language: "fr", ...runJournal(journal), verdict, now: 0 });
    expect(report).toContain("Passages de main");
    expect(report).toContain(fingerprint);
    // The next console sees the same, of the journal alone.
    await restart();
    expect(opened().run(id).handOver).toMatchObject({ signed: { fingerprint } });
  });

  it("goes to nobody who may not do what is left of it, and is paused where they lose the right on the way", async () => {
    let lacks: LocalText | null = sameText("Bea may not.");
    const asked: string[] = [];
    const { engine } = consoleWith([], {
      people: { ...runPeople(people), lacks: () => lacks },
      actor: "operator-a",
      rightLost: ({ answers }) => {
        asked.push(answers.by);
        return answers.by === "bea" && lacks !== null ? { who: "Bea", able: [] } : null;
      },
    });
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    expect(await codeOf(() => engine.notes.handOver(id, "bea", "end of shift"))).toBe(
      "run.leader-lacks-rights",
    );
    expect(engine.run(id).handOver).toBeUndefined();
    lacks = null;
    await engine.notes.handOver(id, "bea", "end of shift");
    expect(asked.at(-1)).toBe("bea");
    expect(engine.run(id).status).toBe("waiting");
    const { request, to } = engine.notes.toCountersign(id);
    const signature = await people.signHandOver(request, to, wayOf("bea"), signal);
    lacks = sameText("Bea may not any more.");
    expect(await codeOf(() => engine.notes.countersign(id, signature))).toBe("run.leader-lacks-rights");
    expect(engine.run(id).handOver).toMatchObject({ signed: null });
    // Between the question and the journal.
    let times = 0;
    const late = consoleWith([], {
      people: { ...runPeople(people), lacks: () => null },
      actor: "operator-a",
      rightLost: ({ answers }) => {
        times += 1;
        return answers.by === "bea" ? { who: "Bea", able: ["Cyd"] } : null;
      },
    }).engine;
    const other = await runPlan(late, planOf([gate("go", 1)]));
    await late.notes.handOver(other.id, "bea", "end of shift");
    expect(times).toBeGreaterThan(0);
    expect(late.run(other.id).status).toBe("paused");
    expect(late.run(other.id).reason?.en).toContain("those who may have it go on: Cyd");
  });

  it("is taken by nobody else, by no signature for something else, and by none for an earlier time", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    await engine.notes.handOver(id, "bea", "end of shift");
    const { request } = engine.notes.toCountersign(id);
    const sign = (text: string, who: keyof typeof keys) => people.signHandOver(text, who, wayOf(who), signal);
    const codeFor = async (signature: string) => codeOf(() => engine.notes.countersign(id, signature));
    expect(await codeFor(await sign(request, "cyd"))).toBe("run.other-operator");
    expect(await codeFor(await sign(`${request} `, "bea"))).toBe("approval.other-message");
    expect(await codeFor("garbage")).toBe("approval.not-a-signature");
    const [bea] = people.roster.all().filter((one) => one.id === "bea");
    if (!bea) throw new Error("bea is an operator");
    const approval = await people.signAs(bea, "passerelle-approval", Buffer.from(request), {
      way: wayOf("bea"),
      signal,
    });
    expect(await codeFor(approval)).toBe("approval.other-purpose");
    const early = await sign(request, "bea");
    await engine.notes.handOver(id, "cyd", "bea is ill");
    await engine.notes.handOver(id, "bea", "she is back");
    expect(await codeFor(early)).toBe("approval.other-message");
    expect(engine.run(id).handOver).toMatchObject({ from: "cyd", to: "bea", signed: null });
  });

  it("is not countersigned by what the journal of another run or person says", async () => {
    const engine = opened();
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    await engine.notes.handOver(id, "bea", "end of shift");
    const request = JSON.parse(engine.notes.toCountersign(id).request);
    const good = { request, signature: "s", operator: "bea", key: keys.bea.line, fingerprint: "f" };
    const signedAfter = (signed: object) => {
      const said: object = { signed };
      const data = { time: 1, by: "bea", ...said };
      const told = { type: "run.hand-over-signed", task: id, actor: "ada", data };
      return foldRun([...journal.forTask(id), told])?.handOver?.signed ?? null;
    };
    expect(signedAfter(good)).toMatchObject({ at: 1 });
    expect(signedAfter({ ...good, operator: "cyd" })).toBeNull();
    expect(signedAfter({ ...good, request: { ...request, run: "other" } })).toBeNull();
    expect(signedAfter({ ...good, request: { ...request, reason: "other" } })).toBeNull();
  });
});
