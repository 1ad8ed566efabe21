import type { Language } from "../../shared/text.ts";
import { runJournal } from "../procedures/report/earlier-runs.ts";
import { runEvidence } from "../procedures/report/run-evidence.ts";
import { runReport } from "../procedures/report/run-report.ts";
import { largestPdf, runReportPdf } from "../procedures/report/run-report-pdf.ts";
import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import { runNoteAnswers } from "./run-notes.ts";
import { runUpdates } from "./run-updates.ts";
import { anyOf, type Services } from "./services.ts";

/** The part of the contract that is about procedures and their runs. */
export function procedureAnswers(answer: ReturnType<typeof answers>, services: Services) {
  const { procedures, estate, journal } = services;
  const { engine } = procedures;
  const runs = (changed: () => void) => engine.onChange(changed);
  const evidenceParts = async (run: string) => ({
    run,
    ...runJournal(journal),
    verdict: await journal.verify(),
    now: services.now(),
  });
  const reportParts = async ({ id, language }: { id: string; language: Language }) => ({
    ...(await evidenceParts(id)),
    language,
  });
  return {
    list: answer.procedures.list.handler(({ context, signal }) =>
      pushOnChange(
        anyOf(runs, (changed) => estate.onChange(changed)),
        () => ({ procedures: procedures.list() }),
        context,
        signal,
      ),
    ),
    plan: answer.procedures.plan.handler(({ input }) => {
      const answer = procedures.plan(input);
      return { ...answer, rights: answer.plan && services.rightsIn(answer.plan) };
    }),
    dryRun: answer.procedures.dryRun.handler(({ input, signal }) =>
      procedures.dryRun(input, signal ?? AbortSignal.timeout(dryRunLimit)),
    ),
    start: answer.procedures.start.handler(async ({ input }) => ({ run: await procedures.start(input) })),
    runs: answer.procedures.runs.handler(({ context, signal }) =>
      pushOnChange(runs, () => ({ runs: engine.runs() }), context, signal),
    ),
    run: answer.procedures.run.handler(({ input, context, signal }) =>
      runUpdates(runs, () => engine.frame(input.id), context, signal),
    ),
    planOf: answer.procedures.planOf.handler(({ input }) => engine.run(input.id).plan),
    takeOver: answer.procedures.takeOver.handler(async ({ input }) => {
      await engine.takeOver(input.id);
      return { taken: true };
    }),
    pause: answer.procedures.pause.handler(async ({ input }) => {
      await engine.pause(input.id, input.reason);
      return { paused: true };
    }),
    resume: answer.procedures.resume.handler(async ({ input }) => {
      await engine.resume(input.id, input.reason);
      return { resumed: true };
    }),
    cancel: answer.procedures.cancel.handler(async ({ input }) => {
      await engine.cancel(input.id, input.reason);
      return { cancelled: true };
    }),
    rollBack: answer.procedures.rollBack.handler(async ({ input }) => {
      await engine.rollBack(input.id, input.reason);
      return { rollingBack: true };
    }),
    retry: answer.procedures.retry.handler(async ({ input }) => {
      await engine.retry(input.id, input.node, input.reason);
      return { retried: true };
    }),
    skip: answer.procedures.skip.handler(async ({ input }) => {
      await engine.skip(input.id, input.node, input.reason);
      return { skipped: true };
    }),
    adopt: answer.procedures.adopt.handler(async ({ input }) => {
      await engine.adopt(input.id, input.node, input.reason);
      return { adopted: true };
    }),
    compensate: answer.procedures.compensate.handler(async ({ input }) => {
      await engine.compensate(input.id, input.node, input.reason);
      return { compensating: true };
    }),
    approve: answer.procedures.approve.handler(async ({ input }) => {
      const { id, node, ...decision } = input;
      await engine.approve(id, node, decision);
      return { approved: input.accept };
    }),
    ...runNoteAnswers(answer, services),
    evidence: answer.procedures.evidence.handler(async ({ input }) => ({
      evidence: runEvidence(await evidenceParts(input.id)),
    })),
    report: answer.procedures.report.handler(async ({ input }) => ({
      html: runReport(await reportParts(input)),
    })),
    reportPdf: answer.procedures.reportPdf.handler(async ({ input, signal }) => ({
      pdf: (await runReportPdf(await reportParts(input), signal, largestPdf)).toString("base64"),
    })),
  };
}

/** Milliseconds that all probes of a dry run may take together. */
const dryRunLimit = 300_000;
