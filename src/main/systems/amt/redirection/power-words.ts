import { type LocalText, text } from "../../../../shared/text.ts";
import { powerCodes } from "../power.ts";

/** Power requests that AMT takes while a session is open: it need not be closed to watch a machine start. */
const takenMeanwhile: readonly number[] = [powerCodes.on, powerCodes.interrupt];

/** Whether a power request needs the machine's screen and serial console to be closed. */
export function needsClosedSessions(code: number): boolean {
  return !takenMeanwhile.includes(code);
}

/** "… was closed for …", « … pour … ». */
export function powerWords(code: number): LocalText {
  switch (code) {
    case powerCodes.cycle:
    case powerCodes["cycle-hard"]:
      return text("a power cycle", "une extinction suivie d'un rallumage");
    case powerCodes.off:
    case powerCodes["off-hard"]:
      return text("switching the machine off", "l'extinction de la machine");
    case powerCodes.reset:
      return text("a reset", "une réinitialisation");
    case powerCodes["graceful-off"]:
      return text("a graceful shutdown", "un arrêt propre");
    case powerCodes["graceful-reset"]:
      return text("a graceful restart", "un redémarrage propre");
    default:
      return text("a power change", "un changement d'alimentation");
  }
}

/** Said of a screen that gave way to a power change. */
export function screenGaveWay(why: LocalText): LocalText {
  return text(
    `The screen was closed for ${why.en}, which AMT refuses while it is open; it opens again by itself.`,
    `L'écran a été fermé pour ${why.fr}, qu'AMT refuse tant qu'il est ouvert ; il se rouvre de lui-même.`,
  );
}
