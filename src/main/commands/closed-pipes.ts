import { text } from "../../shared/text.ts";
import { complain, inWords, terminalLanguage } from "./terminal-words.ts";

/** EPIPE when the reader goes away, ERR_STREAM_DESTROYED for what is written after that. */
const readerGone = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

/**
 * Lets a command go on when nobody reads its words any more (`| head`): an action under way must not be stopped by
 * that. Returns whether words were lost for another reason (a full disk), of which one line tells; the command has
 * not done all that it was asked for then.
 */
export function tolerateClosedPipes(): () => boolean {
  let lost = false;
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (lost || readerGone.has(error.code ?? "")) return;
    lost = true;
    process.exitCode = 1;
    complain(
      inWords(terminalLanguage())(
        text(
          `The output could not be written (${error.code ?? "unknown"}). Give it a place with room and run the command again.`,
          `La sortie n'a pas pu être écrite (${error.code ?? "inconnu"}). Donnez-lui un emplacement disposant de place et relancez la commande.`,
        ),
      ),
    );
  });
  return () => lost;
}
