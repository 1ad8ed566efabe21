import { resolve } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { replaceFile } from "../files/replace-file.ts";
import { verifyJournal } from "../journal/verify.ts";
import { runEvidence } from "../procedures/report/run-evidence.ts";
import { runReport } from "../procedures/report/run-report.ts";
import { runReportPdf } from "../procedures/report/run-report-pdf.ts";
import { dataFolder, parseOptions, usageError } from "./options.ts";
import { readRunJournal } from "./run-journal.ts";
import { complain, inWords, say, terminalLanguage } from "./terminal-words.ts";

const options = { html: { type: "string" }, pdf: { type: "string" }, json: { type: "string" } } as const;

/**
 * `passerelle procedure report RUN [--html FILE] [--pdf FILE] [--json FILE]`: the evidence of a run as one HTML page or PDF in the
 * terminal's language, or as data (`evidenceSchema`), from the journal of the data folder alone, also while a console
 * runs. Without a file the page is printed. Exit code 1 when
 * the journal's chain does not hold; the page says so too.
 */
export async function procedureReport(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, options);
  const [run, ...more] = positionals;
  if (run === undefined || more.length > 0) {
    throw usageError(text("procedure report takes a run.", "procedure report attend une exécution."));
  }
  const folder = dataFolder(values.data);
  const language = terminalLanguage();
  const verdict = await verifyJournal(folder);
  const parts = { run, language, ...readRunJournal(folder), verdict, now: Date.now() };
  const keep = async (file: string, report: string | Buffer) => {
    await replaceFile(resolve(file), report).catch((cause: unknown) => {
      throw cause instanceof OpsError ? cause : cannotWriteReport(file, cause);
    });
    complain(
      inWords(language)(
        text(`The report of ${run} is in ${file}.`, `Le rapport de ${run} est dans ${file}.`),
      ),
    );
  };
  if ([values.html, values.pdf, values.json].every((file) => file === undefined)) say(runReport(parts));
  if (values.html !== undefined) await keep(values.html, runReport(parts));
  if (values.pdf !== undefined) await keep(values.pdf, await runReportPdf(parts));
  if (values.json !== undefined) await keep(values.json, `${JSON.stringify(runEvidence(parts), null, 2)}\n`);
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
