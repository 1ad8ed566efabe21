import { OpsError, toOpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** How a screen ends, as its window is told, and the code of the error for the journal. */
export interface Ending {
  reason: LocalText;
  hint: LocalText | null;
  returns: boolean;
  code: string | null;
}

/** An end in which nothing went wrong. */
export function plainly(reason: LocalText): Ending {
  return { reason, hint: null, returns: false, code: null };
}

/** The far side closed it for a change of power. */
export function returning(reason: LocalText): Ending {
  return { reason, hint: null, returns: true, code: null };
}

/** An end by an error; one that was not foreseen keeps its details to itself. */
export function wronglyEnded(thrown: unknown): Ending {
  const error = thrown instanceof OpsError ? thrown : toOpsError(thrown, "screen");
  return { reason: error.text, hint: error.hint, returns: false, code: error.code };
}

export const endedByFarSide = plainly(
  text("The far side has closed the screen.", "La machine distante a fermé l'écran."),
);
export const replayedToItsEnd = plainly(text("The recording ends here.", "L'enregistrement s'arrête ici."));
export const closedByWindow = plainly(text("The screen was closed.", "L'écran a été fermé."));
export const notTheProtocol: Ending = {
  reason: text(
    "The screen was closed because the window sent something that is not part of its protocol.",
    "L'écran a été fermé car la fenêtre a envoyé un message étranger à son protocole.",
  ),
  hint: text("Open the screen again.", "Rouvrez l'écran."),
  returns: false,
  code: "screen.not-the-protocol",
};
export const tooMuchFromViewer: Ending = {
  reason: text(
    "The screen was closed because the window sent more than a screen can take.",
    "L'écran a été fermé car la fenêtre a envoyé plus qu'un écran ne peut recevoir.",
  ),
  hint: text(
    "Open the screen again, and paste long texts in pieces.",
    "Rouvrez l'écran, et collez les longs textes par morceaux.",
  ),
  returns: false,
  code: "screen.too-much-from-viewer",
};
