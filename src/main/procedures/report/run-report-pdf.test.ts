import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { describe, expect, it } from "vitest";
import type { Language } from "../../../shared/text.ts";
import { fakeAction, fakeHost } from "../../actions/fixtures/fake-estate.ts";
import { forEach, gate, planOf, poke, step } from "../engine/fixtures/plans.ts";
import { consoleWith, hosts, journal, runPlan, settled } from "../engine/fixtures/started-engine.ts";
import { runJournal } from "./earlier-runs.ts";
import { runReportPdf } from "./run-report-pdf.ts";

const now = Date.UTC(2026, 4, 12, 8, 0, 0);

async function report(run: string, language: Language, signal?: AbortSignal): Promise<Buffer> {
  const verdict = await journal.verify();
  return runReportPdf({ run, language, ...runJournal(journal), verdict, now }, signal);
}

/** The pages of a PDF as another program reads them: their words without the breaks of lines, and the fonts. */
async function read(pdf: Buffer) {
  const loading = getDocument({ data: new Uint8Array(pdf), useSystemFonts: false, verbosity: 0 });
  const document = await loading.promise;
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    pages.push(items.map((item) => ("str" in item ? item.str : "")).join(""));
  }
  const { info } = await document.getMetadata();
  await loading.destroy();
  return { pages, words: pages.join("").replaceAll(/\s/g, ""), info };
}

const packed = (words: string) => words.replaceAll(/\s/g, "");

describe("the evidence of a run as PDF", () => {
  it("holds what the page holds, is read by another program, and brings its fonts", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const plan = planOf([step("a", poke("tower-a")), gate("go", 1, { needs: ["a"] })], {
      variables: { hosts: ["tower-a", "tower-b"] },
    });
    const waiting = await runPlan(engine, plan, "noyau → 6.12, vérifié « à l'œil » ✔");
    await engine.approve(waiting.id, "go", { accept: true, planHash: plan.hash, reason: "" });
    const run = await settled(engine, waiting.id);
    const pdf = await report(run.id, "fr");
    const { words, pages, info } = await read(pdf);
    const events = [...journal.forTask(run.id), ...journal.forTask(`${run.id}/a/1`)];
    expect(events.length).toBeGreaterThan(6);
    for (const { hash, type } of events) for (const part of [hash, type]) expect(words).toContain(part);
    for (const sentence of [
      "noyau → 6.12, vérifié « à l'œil » ✔",
      "Preuves d'une exécution",
      "achevée",
      "operator-a (bridge.example)",
      "tower-a, tower-b",
      plan.hash,
      "Le journal a été relu en entier",
      "Établi 2026-05-12 08:00:00 UTC",
      `${pages.length} / ${pages.length}`,
    ])
      expect(words).toContain(packed(sentence));
    expect(info).toMatchObject({ Title: "Preuves d'une exécution · Round", Language: "fr" });
    // No page needs a font that the reader would have to have.
    const plain = pdf.toString("latin1");
    expect(plain.match(/\/FontFile2/g)?.length).toBe(3);
    expect(plain).not.toContain("/Helvetica");
  });

  it("goes on over as many pages as it takes, each with the heads of its table and its number", async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `host-${index}`);
    for (const id of ids) hosts.set(id, fakeHost(id));
    const { engine } = consoleWith([fakeAction()]);
    const items = ids.map((id) => step(`each[${id}]/poke`, poke(id), { parent: "each", item: id }));
    const run = await runPlan(engine, planOf([forEach("each", ids, { parallel: 30 }), ...items]));
    expect(run.status).toBe("completed");
    const { pages, words } = await read(await report(run.id, "en"));
    expect(pages.length).toBeGreaterThan(3);
    for (const [index, page] of pages.entries())
      expect(packed(page)).toContain(`${index + 1}/${pages.length}`);
    for (const page of pages.slice(2, -1)) expect(packed(page)).toContain("NumberAtByEventAboutSHA-256");
    for (const id of ids) expect(words).toContain(packed(`each[${id}]/poke`));
    expect(words).toContain((await journal.verify()).lastHash);
  });

  it("can be given up halfway, and is not made of a run that there is not", async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `host-${index}`);
    for (const id of ids) hosts.set(id, fakeHost(id));
    const { engine } = consoleWith([fakeAction()]);
    const run = await runPlan(engine, planOf(ids.map((id) => step(id, poke(id)))));
    await expect(report(run.id, "en", AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    await expect(report("none", "en")).rejects.toMatchObject({ code: "run.unknown" });
  });
});
