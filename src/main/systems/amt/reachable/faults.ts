import type { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { amtFault } from "../client/faults.ts";

/** Return values of RequestStateChange (DSP1076, CIM_EnabledLogicalElement). */
const reasons: Record<number, LocalText> = {
  1: text("the firmware does not support it", "le micrologiciel ne le permet pas"),
  2: text(
    "it is not ready for it, or it is switched off in the BIOS (MEBx)",
    "il n'est pas prêt, ou la fonction est désactivée dans le BIOS (MEBx)",
  ),
  3: text("it took too long", "l'opération a duré trop longtemps"),
  4: text("it failed inside the firmware", "elle a échoué dans le micrologiciel"),
  5: text("the firmware does not know that state", "le micrologiciel ne connaît pas cet état"),
  6: text("a session is using it", "une session l'utilise"),
  16: text("the user may not do this", "l'utilisateur n'en a pas le droit"),
  4097: text("the present state does not allow it", "l'état actuel ne le permet pas"),
  4099: text("it is busy", "il est occupé"),
};

/** `amt.setting-refused`: RequestStateChange returned something else than 0. */
export function stateChangeRefused(name: string, setting: LocalText, returnValue: number): OpsError {
  const why = reasons[returnValue];
  return amtFault(
    "setting-refused",
    text(
      `AMT on ${name} refused to change “${setting.en}” (return value ${returnValue}${why ? `: ${why.en}` : ""}).`,
      `L'AMT de ${name} a refusé de changer « ${setting.fr} » (valeur de retour ${returnValue}${why ? ` : ${why.fr}` : ""}).`,
    ),
    text(
      "Look into the machine's BIOS (MEBx): what is switched off there cannot be switched on from outside.",
      "Consultez le BIOS (MEBx) de la machine : ce qui y est désactivé ne peut pas être activé à distance.",
    ),
  );
}

/** `amt.setting-not-kept`: AMT accepted the change, and reading again shows another value. */
export function settingNotKept(name: string, setting: LocalText, seen: LocalText): OpsError {
  return amtFault(
    "setting-not-kept",
    text(
      `AMT on ${name} accepted the change of “${setting.en}” but still says: ${seen.en}.`,
      `L'AMT de ${name} a accepté de changer « ${setting.fr} » mais indique toujours : ${seen.fr}.`,
    ),
    text(
      "Wait a minute and look again; if it stays so, look into the machine's BIOS (MEBx).",
      "Patientez une minute et regardez de nouveau ; si cela persiste, consultez le BIOS (MEBx) de la machine.",
    ),
  );
}
