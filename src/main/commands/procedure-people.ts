import { open, readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { largestPiece } from "../../shared/people.ts";
import { text } from "../../shared/text.ts";
import type { ConsoleParts } from "../console.ts";
import { usageError } from "./options.ts";

interface NoteWords {
  text?: string | undefined;
  step?: string | undefined;
  attach?: string | undefined;
}

/** `passerelle procedure note RUN --text WORDS [--step STEP] [--attach FILE]`: writes something down about a run. */
export async function note(
  { procedures, attachments }: ConsoleParts,
  run: string,
  words: NoteWords,
): Promise<number> {
  const { notes } = procedures.engine;
  if (words.text === undefined || words.text.trim() === "") {
    throw usageError(text("procedure note takes --text WORDS.", "procedure note attend --text MOTS."));
  }
  // Nothing else of the run may be begun by a command that only writes something down.
  if (procedures.engine.run(run).endedAt === null) await procedures.engine.takeOver(run, "person-decides");
  const attachment = words.attach === undefined ? null : await attached(attachments, words.attach);
  await notes.add(run, { node: words.step ?? null, text: words.text, attachment });
  return 0;
}

/** `passerelle procedure hand-over RUN --to OPERATOR --reason WORDS`: has another operator lead a run. */
export async function handOver(
  { procedures }: ConsoleParts,
  run: string,
  { to, reason }: { to?: string | undefined; reason?: string | undefined },
): Promise<number> {
  if (to === undefined) {
    throw usageError(
      text("procedure hand-over takes --to OPERATOR.", "procedure hand-over attend --to OPÉRATEUR."),
    );
  }
  // Whoever takes it goes on with it; this command does not.
  await procedures.engine.takeOver(run, "person-decides");
  await procedures.engine.notes.handOver(run, to, reason ?? "");
  return 0;
}

/** The words of a signature's file. Throws OpsError `cli.cannot-read`. */
export async function signatureIn(file: string): Promise<string> {
  return readFile(resolve(file), "utf8").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
}

async function attached(attachments: ConsoleParts["attachments"], path: string) {
  const file = await open(resolve(path)).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    let upload: string | null = null;
    const piece = Buffer.alloc(largestPiece);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead === 0 && upload !== null) return await attachments.keep(upload, basename(path));
      upload = (await attachments.receive(upload, Buffer.from(piece.subarray(0, bytesRead)))).upload;
    }
  } finally {
    await file.close();
  }
}

function unreadable(file: string, cause: unknown): OpsError {
  return new OpsError({
    code: "cli.cannot-read",
    system: "cli",
    message: text(
      `The file ${basename(file)} could not be read.`,
      `Le fichier ${basename(file)} n'a pas pu être lu.`,
    ),
    hint: text("Check its name and that you may read it.", "Vérifiez son nom et que vous pouvez le lire."),
    cause,
  });
}
