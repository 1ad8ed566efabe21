import type { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type FarSide, rfbFault } from "./faults.ts";
import type { Unfinished } from "./translator.ts";

/** `rfb.cut-off`: the far side closed a screen in the middle of a picture. */
export function screenCutOff({ name, system }: FarSide, { missing }: Unfinished): OpsError {
  const lacking = lackingWords(missing);
  return rfbFault(
    system,
    "cut-off",
    text(
      `The screen of ${name} was closed by its far side in the middle of a picture${lacking.en}.`,
      `L'écran de ${name} a été fermé par la machine distante au milieu d'une image${lacking.fr}.`,
    ),
    text(
      "Open it again; if it comes back, restart its VNC server or its management engine.",
      "Rouvrez-le ; si cela se reproduit, redémarrez son serveur VNC ou son moteur de gestion.",
    ),
  );
}

/** `rfb.stalled`: a picture was begun and nothing more of it comes, or no picture comes at all any more. Seconds. */
export function screenStalled(
  { name, system }: FarSide,
  seconds: number,
  { missing }: Unfinished = { missing: null },
): OpsError {
  const lacking = lackingWords(missing);
  return rfbFault(
    system,
    "stalled",
    text(
      `The screen of ${name} stopped in the middle of a picture and sent nothing more that completes it within ${seconds} s${lacking.en}; it was closed.`,
      `L'écran de ${name} s'est arrêté au milieu d'une image et n'a rien envoyé qui la complète en ${seconds} s${lacking.fr} ; il a été fermé.`,
    ),
    text(
      "Open it again; if it stops again, check the network on the way to it, and restart its VNC server or its management engine.",
      "Rouvrez-le ; s'il s'arrête encore, vérifiez le réseau qui y mène, et redémarrez son serveur VNC ou son moteur de gestion.",
    ),
  );
}

function lackingWords(missing: number | null): LocalText {
  if (missing === null) return text("", "");
  return text(
    ` (bytes missing from its last rectangle: ${missing.toLocaleString("en")})`,
    ` (octets manquants à son dernier rectangle : ${missing.toLocaleString("fr")})`,
  );
}
