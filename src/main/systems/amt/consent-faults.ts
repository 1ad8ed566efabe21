import type { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { amtFault } from "./client/faults.ts";

/** What consent is wanted for. */
export type ConsentUse = "screen" | "serial" | "boot";

/** "… before you may …", « … pour … ». */
export const useWords: Record<ConsentUse, LocalText> = {
  screen: text("see its screen", "voir son écran"),
  serial: text("open its serial console", "ouvrir sa console série"),
  boot: text("choose its next boot", "choisir son prochain démarrage"),
};

/** `amt.consent-nobody-to-ask`: this run has nobody who could type the code. */
export function nobodyToAsk(name: string, use: ConsentUse): OpsError {
  const { en, fr } = useWords[use];
  return amtFault(
    "consent-nobody-to-ask",
    text(
      `${name} wants its user's consent before anybody may ${en}, and this run cannot ask for the code.`,
      `${name} exige l'accord de son utilisateur pour ${fr}, et cette exécution ne peut pas demander le code.`,
    ),
    text(
      "Do it in the console's window, where the six digits can be typed, or take the machine out of its consent policy.",
      "Faites-le dans la fenêtre de la console, où les six chiffres peuvent être saisis, ou levez l'exigence d'accord de la machine.",
    ),
  );
}

/** `amt.consent-declined`: the person here did not want to give a code. */
export function consentDeclined(name: string): OpsError {
  return amtFault(
    "consent-declined",
    text(
      `The consent code of ${name} was declined; nothing was opened or changed.`,
      `Le code d'accord de ${name} a été refusé ; rien n'a été ouvert ni modifié.`,
    ),
    text(
      "Start again when the person at the machine can read you the six digits.",
      "Recommencez quand la personne devant la machine pourra vous lire les six chiffres.",
    ),
  );
}

/** `amt.consent-timed-out`: nobody typed the code while it was shown. */
export function consentUnanswered(name: string): OpsError {
  return amtFault(
    "consent-timed-out",
    text(
      `The consent code of ${name} was not entered in time; nothing was opened or changed.`,
      `Le code d'accord de ${name} n'a pas été saisi à temps ; rien n'a été ouvert ni modifié.`,
    ),
    text(
      "Start again with somebody at the machine, who reads the six digits off its screen.",
      "Recommencez avec quelqu'un devant la machine pour lire les six chiffres à l'écran.",
    ),
  );
}

/** `amt.consent-wrong-code`: each code was refused. */
export function wrongCodes(name: string, count: number): OpsError {
  return amtFault(
    "consent-wrong-code",
    text(
      `${name} accepted none of the ${count} consent codes.`,
      `${name} n'a accepté aucun des ${count} codes d'accord.`,
    ),
    text(
      "Make sure that you speak with the person in front of this very machine, then start again; further wrong codes block it for a while.",
      "Vérifiez que vous parlez à la personne devant cette machine-là, puis recommencez ; d'autres codes faux la bloqueront un moment.",
    ),
  );
}

/** `amt.consent-blocked`: StartOptIn returned 3, AMT's protection after a series of failures. */
export function consentBlocked(name: string): OpsError {
  return amtFault(
    "consent-blocked",
    text(
      `${name} shows no consent code for now: too many attempts have failed.`,
      `${name} n'affiche plus de code d'accord pour l'instant : trop de tentatives ont échoué.`,
    ),
    text(
      "Wait some minutes without trying, then start again.",
      "Attendez quelques minutes sans réessayer, puis recommencez.",
    ),
  );
}

/** `amt.consent-not-ready`: StartOptIn returned 2 several times. */
export function consentNotReady(name: string): OpsError {
  return amtFault(
    "consent-not-ready",
    text(
      `${name} is not ready to ask its user for consent.`,
      `${name} n'est pas prête à demander l'accord de son utilisateur.`,
    ),
    text(
      "Another request may be under way: wait five minutes, see that the machine is on, then start again.",
      "Une autre demande est peut-être en cours : attendez cinq minutes, vérifiez que la machine est allumée, puis recommencez.",
    ),
  );
}

/** `amt.consent-refused`: StartOptIn returned something else. */
export function consentRefused(name: string, use: ConsentUse, returnValue: number): OpsError {
  const { en, fr } = useWords[use];
  return amtFault(
    "consent-refused",
    text(
      `${name} wants consent before anybody may ${en}, and refuses to ask for it (return value ${returnValue}).`,
      `${name} exige un accord pour ${fr} et refuse de le demander (valeur de retour ${returnValue}).`,
    ),
    text(
      "See that the machine has a screen on its processor's graphics, or change its consent policy in its BIOS.",
      "Vérifiez que la machine a un écran branché sur le circuit graphique du processeur, ou changez l'exigence d'accord dans son BIOS.",
    ),
  );
}

/** `amt.consent-not-seen`: the code was accepted, and the machine does not count the consent as given. */
export function consentNotSeen(name: string): OpsError {
  return amtFault(
    "consent-not-seen",
    text(
      `${name} took the consent code but does not show that its user has consented.`,
      `${name} a pris le code d'accord mais n'indique pas que son utilisateur a donné son accord.`,
    ),
    text("Start again with a new code.", "Recommencez avec un nouveau code."),
  );
}
