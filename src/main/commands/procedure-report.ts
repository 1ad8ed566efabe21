import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { readTaskEvents } from "../journal/read-only.ts";
import { verifyJournal } from "../journal/verify.ts";
import { runReport } from "../procedures/report/run-report.ts";
import { runReportPdf } from "../procedures/report/run-report-pdf.ts";
import { dataFolder, parseOptions, usageError } from "./options.ts";
import { complain, inWords, say, terminalLanguage } from "./terminal-words.ts";

/**
 * `passerelle procedure report RUN [--html FILE] [--pdf FILE]`: the evidence of a run as one HTML page or PDF, in the terminal's language,
 * from the journal of the data folder alone, also while a console runs. Without a file it is printed. Exit code 1 when
 * the journal's chain does not hold; the page says so too.
 */
export async function procedureReport(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, { html: { type: "string" }, pdf: { type: "string" } });
  const [run, ...more] = positionals;
  if (run === undefined || more.length > 0) {
    throw usageError(text("procedure report takes a run.", "procedure report attend une exécution."));
  }
  const folder = dataFolder(values.data);
  const language = terminalLanguage();
  const verdict = await verifyJournal(folder);
  const eventsOf = (task: string) => readTaskEvents(folder, task);
  const parts = { run, language, eventsOf, verdict, now: Date.now() };
  const keep = async (file: string, report: string | Buffer) => {
    await writeFile(resolve(file), report, { mode: 0o600 }).catch((cause: unknown) => {
      throw cannotWriteReport(file, cause);
    });
    complain(
      inWords(language)(
        text(`The report of ${run} is in ${file}.`, `Le rapport de ${run} est dans ${file}.`),
      ),
    );
  };
  if (values.html === undefined && values.pdf === undefined) say(runReport(parts));
  if (values.html !== undefined) await keep(values.html, runReport(parts));
  if (values.pdf !== undefined) await keep(values.pdf, await runReportPdf(parts));
  return verdict.intact ? 0 : 1;
}

function cannotWriteReport(file: string, cause: unknown): OpsError {
  return new OpsError({
    code: "cli.cannot-write",
    system: "cli",
    message: text(
      `The report could not be written to ${file}.`,
      `Le rapport n'a pas pu être écrit dans ${file}.`,
    ),
    hint: text(
      "Check that the folder exists, that you may write there and that there is room.",
      "Vérifiez que le dossier existe, que vous pouvez y écrire et qu'il reste de la place.",
    ),
    cause,
  });
}
