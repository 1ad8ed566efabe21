import type { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { type FarSide, rfbFault } from "../faults.ts";

/** What is wrong with a dialogue, told once it is known whose screen it is. */
export class DialectFault extends Error {
  readonly code: string;
  readonly #told: (name: string) => LocalText;
  readonly #hint: LocalText;

  constructor(code: string, told: (name: string) => LocalText, hint: LocalText, cause?: unknown) {
    super(code, { cause });
    this.name = "DialectFault";
    this.code = code;
    this.#told = told;
    this.#hint = hint;
  }

  /** The error that a person reads: `rfb.…`, with the name of the screen. */
  toOpsError(farSide: FarSide): OpsError {
    return rfbFault(farSide.system, this.code, this.#told(farSide.name), this.#hint, this);
  }
}

const openAgain = text(
  "Open the screen again; if it comes back, note the firmware version of the machine and restart its management engine.",
  "Rouvrez l'écran ; si cela se reproduit, relevez la version du micrologiciel de la machine et redémarrez son moteur de gestion.",
);

const viewerIsWrong = text(
  "Close the window of this screen and open it again.",
  "Fermez la fenêtre de cet écran et rouvrez-la.",
);

/** The pixels of a rectangle are not what its header, its length or its palette announced; `what` says which. */
export function pixelsBroken(what: LocalText, cause?: unknown): DialectFault {
  return new DialectFault(
    "pixels-broken",
    (name) =>
      text(
        `The screen of ${name} sent a picture that cannot be read: ${what.en}.`,
        `L'écran de ${name} a envoyé une image illisible : ${what.fr}.`,
      ),
    openAgain,
    cause,
  );
}

/** A rectangle reaches beyond the screen, or covers nothing. */
export function rectangleImpossible(
  rectangle: { x: number; y: number; width: number; height: number },
  screen: { width: number; height: number },
): DialectFault {
  const { x, y, width, height } = rectangle;
  return new DialectFault(
    "rectangle-impossible",
    (name) =>
      text(
        `The screen of ${name} sent ${width}×${height} pixels at ${x},${y} for a screen of ${screen.width}×${screen.height}.`,
        `L'écran de ${name} a envoyé ${width}×${height} pixels en ${x},${y} pour un écran de ${screen.width}×${screen.height}.`,
      ),
    openAgain,
  );
}

/** The size of the screen is none, or more than is ever shown. */
export function sizeImpossible(width: number, height: number): DialectFault {
  return new DialectFault(
    "size-impossible",
    (name) =>
      text(
        `The screen of ${name} announced ${width}×${height} pixels, a size that cannot be shown.`,
        `L'écran de ${name} a annoncé ${width}×${height} pixels, une taille impossible à afficher.`,
      ),
    text(
      "Lower the resolution of the machine's display, then open the screen again.",
      "Réduisez la résolution d'affichage de la machine, puis rouvrez l'écran.",
    ),
  );
}

/** A rectangle in an encoding that was never asked for. */
export function encodingUnknown(encoding: number): DialectFault {
  return new DialectFault(
    "encoding-unknown",
    (name) =>
      text(
        `The screen of ${name} sent a picture in an encoding that it was not asked for (${encoding}).`,
        `L'écran de ${name} a envoyé une image dans un codage qui ne lui a pas été demandé (${encoding}).`,
      ),
    openAgain,
  );
}

/** A message from the far side that RFB as AMT speaks it does not have. */
export function messageUnknown(type: number): DialectFault {
  return new DialectFault(
    "message-unknown",
    (name) =>
      text(
        `The screen of ${name} sent something that does not belong to a screen session (message ${type}).`,
        `L'écran de ${name} a envoyé quelque chose d'étranger à une session d'écran (message ${type}).`,
      ),
    openAgain,
  );
}

/** A text from the far side that is longer than is taken; characters. */
export function textTooLong(length: number): DialectFault {
  return new DialectFault(
    "text-too-long",
    (name) =>
      text(
        `The screen of ${name} announced a text of ${length} characters, more than is accepted.`,
        `L'écran de ${name} a annoncé un texte de ${length} caractères, plus que ce qui est accepté.`,
      ),
    openAgain,
  );
}

/** The screen changed its size and the viewer never said that it can follow. */
export function viewerCannotResize(width: number, height: number): DialectFault {
  return new DialectFault(
    "viewer-cannot-resize",
    (name) =>
      text(
        `The screen of ${name} changed to ${width}×${height} pixels, and this viewer cannot follow.`,
        `L'écran de ${name} est passé à ${width}×${height} pixels et cette visionneuse ne sait pas suivre.`,
      ),
    text("Open the screen again at its new size.", "Rouvrez l'écran à sa nouvelle taille."),
  );
}

/** The viewer asked for pixels that cannot be made. */
export function viewerFormatUnsupported(bitsPerPixel: number): DialectFault {
  return new DialectFault(
    "viewer-format-unsupported",
    (name) =>
      text(
        `The viewer of ${name} asked for pixels in a form that cannot be made (${bitsPerPixel} bits).`,
        `La visionneuse de ${name} a demandé des pixels sous une forme impossible à produire (${bitsPerPixel} bits).`,
      ),
    viewerIsWrong,
  );
}

/** The viewer sent a message that was not offered to it, or one that is too long. */
export function viewerMessageUnknown(type: number): DialectFault {
  return new DialectFault(
    "viewer-message-unknown",
    (name) =>
      text(
        `The viewer of ${name} sent a message that was not offered to it (${type}).`,
        `La visionneuse de ${name} a envoyé un message qui ne lui a pas été proposé (${type}).`,
      ),
    viewerIsWrong,
  );
}
