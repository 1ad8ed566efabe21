import { describe, expect, it } from "vitest";
import type { JournalVerdict } from "../../../shared/journal.ts";
import type { Language } from "../../../shared/text.ts";
import { fakeAction } from "../../actions/fixtures/fake-estate.ts";
import { requestText } from "../../people/approval.ts";
import { KeptKeys } from "../../people/kept-keys.ts";
import { PeopleDesk } from "../../people/people-desk.ts";
import { runPeople } from "../../people/run-people.ts";
import { makeKey } from "../../people/testing/keys.ts";
import { gate, planOf, poke, step } from "../engine/fixtures/plans.ts";
import { consoleWith, journal, restart, runPlan, settled } from "../engine/fixtures/started-engine.ts";
import { runJournal } from "./earlier-runs.ts";
import { runReport } from "./run-report.ts";

const now = Date.UTC(2026, 4, 12, 8, 0, 0);

async function report(run: string, language: Language = "en", verdict?: JournalVerdict): Promise<string> {
  return runReport({
    run,
    language,
    ...runJournal(journal),
    verdict: verdict ?? (await journal.verify()),
    now,
  });
}

describe("the evidence of a run", () => {
  it("names what was done with its proof, what people decided, and every event by its place in the chain", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const plan = planOf([step("a", poke("tower-a")), gate("go", 1, { needs: ["a"] })], {
      variables: { hosts: ["tower-a", "tower-b"] },
    });
    const waiting = await runPlan(engine, plan, "kernel <update>");
    await engine.approve(waiting.id, "go", { accept: true, planHash: plan.hash, reason: "" });
    const run = await settled(engine, waiting.id);
    expect(run.status).toBe("completed");
    const html = await report(run.id);
    for (const words of [run.id, plan.hash, "operator-a (bridge.example)", "tower-a, tower-b", "approved"])
      expect(html).toContain(words);
    expect(html).toContain("kernel &lt;update&gt;");
    expect(html).not.toContain("<update>");
    expect(html).toContain('<span class="status completed">completed</span>');
    const events = [...journal.forTask(run.id), ...journal.forTask(`${run.id}/a/1`)];
    expect(events.length).toBeGreaterThan(6);
    for (const { hash } of events) expect(html).toContain(hash);
    const proof = run.steps.find(({ node }) => node === "a")?.reason?.en ?? "";
    expect(proof).not.toBe("");
    expect(html).toContain(proof.replaceAll("'", "&#39;").replaceAll('"', "&quot;"));
    expect(html).toContain("2026-05-12 08:00:00 UTC");
  });

  it("holds each signed decision with what it takes to check it, and the notes with their files", async () => {
    const pair = { ada: makeKey(), bea: makeKey() };
    const operators = {
      ada: { name: "Ada", keys: [pair.ada.line], accounts: ["operator-a"] },
      bea: { name: "Bea", keys: [pair.bea.line], accounts: [] },
    };
    const people = new PeopleDesk({
      operators: () => operators,
      account: "operator-a",
      keys: new KeptKeys("/nonexistent"),
      record: journal,
      agentSocket: () => null,
    });
    const { engine } = consoleWith([], { people: runPeople(people) });
    const { id, planHash } = await runPlan(engine, planOf([gate("go", 2)]));
    const request = requestText(await engine.gates.ask(id, "go", null));
    const way = { kind: "key", key: pair.bea.file, passphrase: "" } as const;
    const signal = new AbortController().signal;
    const { signature } = await people.sign({ request, operator: "bea", verdict: "approve", way, signal });
    const attachment = { name: "call.txt", sha256: "ab".repeat(32), size: 3 };
    await engine.notes.add(id, { node: "go", text: "she was called at <home>", attachment });
    await engine.approve(id, "go", { accept: true, planHash, reason: "", signature });
    await settled(engine, id);
    const html = await report(id);
    expect(html).toContain(`<pre>${request.replaceAll('"', "&quot;")}</pre>`);
    expect(html).toContain(`<pre>${signature.trimEnd()}</pre>`);
    expect(html).toContain(pair.bea.line.trim());
    for (const words of [
      "passerelle-approval",
      "bea (bridge.example)",
      "call.txt",
      attachment.sha256,
      "&lt;home&gt;",
    ])
      expect(html).toContain(words);
    expect(html).not.toContain(pair.bea.file.split("\n")[2]);
  });

  it("is the same reading after a restart, and needs nothing from elsewhere", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const { id } = await runPlan(engine, planOf([step("a", poke("tower-a"))]));
    const verdict = await journal.verify();
    const before = await report(id, "en", verdict);
    await restart();
    expect(await report(id, "en", verdict)).toBe(before);
    expect(before).not.toMatch(/<script|\bsrc=|href=|url\(/);
  });

  it("speaks French from title to chain", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const { id } = await runPlan(engine, planOf([step("a", poke("tower-a"))]));
    const html = await report(id, "fr");
    expect(html).toContain('<html lang="fr">');
    for (const words of ["Preuves d&#39;une exécution", "achevée", "vérifiée", "aucun n&#39;a été donné"])
      expect(html).toContain(words);
    expect(html).not.toMatch(/>\s*(completed|verified|Steps|Evidence)\b/);
  });

  it("says so first when the chain does not hold, and when the run has not ended", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    const intact = await journal.verify();
    const html = await report(id, "en", { ...intact, intact: false, brokenAt: 2, fault: "changed" });
    expect(html.indexOf("broken at event 2")).toBeLessThan(html.indexOf("<h2>"));
    expect(html).toContain("It has not ended.");
    expect(html).not.toContain("read again as a whole");
  });

  it("of a run that there is not is an error", async () => {
    await expect(report("none")).rejects.toMatchObject({ code: "run.unknown" });
  });
});
