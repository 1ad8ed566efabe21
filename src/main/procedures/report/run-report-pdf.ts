import { setImmediate } from "node:timers/promises";
import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { Paper, type Shares } from "./pdf-paper.ts";
import { type ReportModel, type ReportParts, type ReportTable, reportModel } from "./report-model.ts";

/** After so many rows other work has its turn: a long report must not hold up the console. */
const rowsAtOnce = 25;

/** The most bytes of a report that a window is sent. */
export const largestPdf = 32 * 1024 * 1024;

/**
 * The evidence of a run as a PDF (ISO 32000): the same model as the page, on A4 across, with its fonts in it and every
 * page numbered. Rejects with OpsError `run.unknown`, `run.report-too-large` (more than `most` bytes), or the signal's reason.
 */
export async function runReportPdf(
  parts: ReportParts,
  signal?: AbortSignal,
  most = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const model = reportModel(parts);
  const { default: Document } = await import("pdfkit");
  const document = new Document({
    size: "A4",
    layout: "landscape",
    margins: { top: 36, bottom: 44, left: 36, right: 36 },
    bufferPages: true,
    lang: model.language,
    displayTitle: true,
    info: {
      Title: `${model.evidence} · ${model.title}`,
      Subject: model.run,
      Creator: "Passerelle",
      Producer: "Passerelle",
      CreationDate: new Date(model.now),
    },
  });
  const pieces: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on("data", (piece: Buffer) => pieces.push(piece));
    document.once("end", resolve);
    document.once("error", reject);
  });
  const paper = new Paper(document);
  writeHead(paper, model);
  for (const table of model.measures) await writeTable(paper, table, table.heads.map(shareOf), signal);
  await writeTable(paper, model.steps, [18, 10, 9, 12, 12, 7, 8, 4, 20], signal);
  await writeTable(paper, model.decisions, [14, 20, 16, 22, 28], signal);
  for (const signed of [model.approvals, model.handOvers]) {
    if (signed) await writeTable(paper, signed, [10, 12, 10, 10, 22, 24, 12], signal);
  }
  if (model.notes) await writeTable(paper, model.notes, [14, 12, 18, 34, 22], signal);
  await writeTable(paper, model.events, [6, 14, 11, 15, 17, 37], signal);
  paper.heading(model.chain.heading);
  paper.line(model.chain.words, model.chain.intact ? "text" : "broken");
  paper.line(model.built, "quiet");
  paper.feet(`${model.evidence} · ${model.title} · ${model.run}`);
  document.end();
  await ended;
  const pdf = Buffer.concat(pieces);
  if (pdf.length > most) throw tooLarge(model.run);
  return pdf;
}

function writeHead(paper: Paper, { title, evidence, status, pairs, values, chain }: ReportModel): void {
  paper.title(title);
  paper.line(`${evidence} · ${status.words}`);
  if (!chain.intact) paper.line(chain.words, "broken");
  for (const { name, value } of pairs) paper.pair(name, value);
  if (values.pairs.length === 0) return;
  paper.heading(values.heading);
  for (const { name, value } of values.pairs) paper.pair(name, value);
}

/** The first column names what the others measure. */
function shareOf(_head: string, index: number): number {
  return index === 0 ? 20 : 10;
}

async function writeTable(
  paper: Paper,
  { heading, heads, rows, none, note }: ReportTable,
  shares: Shares,
  signal?: AbortSignal,
): Promise<void> {
  paper.heading(heading);
  if (rows.length === 0) return paper.line(none);
  if (note !== undefined) paper.line(note, "quiet");
  paper.head(heads, shares);
  for (const [index, row] of rows.entries()) {
    paper.row(row, shares, heads);
    if (index % rowsAtOnce !== rowsAtOnce - 1) continue;
    signal?.throwIfAborted();
    await setImmediate();
  }
}

function tooLarge(run: string): OpsError {
  return new OpsError({
    code: "run.report-too-large",
    system: "procedures",
    message: text(
      "The report is too large to be sent to the window.",
      "Le rapport est trop volumineux pour être envoyé à la fenêtre.",
    ),
    hint: text(
      `Write it with \`passerelle procedure report ${run} --pdf FILE\`.`,
      `Écrivez-le avec \`passerelle procedure report ${run} --pdf FICHIER\`.`,
    ),
  });
}
