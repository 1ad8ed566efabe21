import type { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { amtFault } from "../client/faults.ts";
import type { SessionKind } from "./messages.ts";

const named: Record<SessionKind, LocalText> = {
  screen: text("The screen", "L'écran"),
  serial: text("The serial console", "La console série"),
};
const theNamed: Record<SessionKind, LocalText> = {
  screen: text("the screen", "l'écran"),
  serial: text("the serial console", "la console série"),
};

const makeReachable = text(
  "Use the action “Make it reachable” on the machine: it shows what is switched off, and switches it on.",
  "Utilisez l'action « Rendre accessible » sur la machine : elle montre ce qui est désactivé, et l'active.",
);

/** `amt.screen-busy`, `amt.serial-busy`: somebody else holds the only session. */
export function sessionBusy(name: string, kind: SessionKind): OpsError {
  return amtFault(
    `${kind}-busy`,
    text(
      `Another session has ${theNamed[kind].en} of ${name} open already; AMT serves one at a time.`,
      `Une autre session tient déjà ${theNamed[kind].fr} de ${name} ; AMT n'en sert qu'une à la fois.`,
    ),
    text(
      "Ask whoever has it open to close it; a session that was cut off ends by itself after some minutes.",
      "Demandez à qui la tient ouverte de la fermer ; une session interrompue se termine d'elle-même après quelques minutes.",
    ),
  );
}

/** `amt.screen-disabled`, `amt.serial-disabled`: the firmware does not serve it. */
export function sessionDisabled(name: string, kind: SessionKind): OpsError {
  return amtFault(
    `${kind}-disabled`,
    text(
      `AMT on ${name} does not serve ${theNamed[kind].en}: it is switched off there, or this board does not have it.`,
      `L'AMT de ${name} ne sert pas ${theNamed[kind].fr} : la fonction y est désactivée, ou cette carte n'en dispose pas.`,
    ),
    makeReachable,
  );
}

/** `amt.screen-denied`, `amt.serial-denied`: the log-in is right but may not do this, or consent is missing. */
export function sessionDenied(name: string, kind: SessionKind): OpsError {
  return amtFault(
    `${kind}-denied`,
    text(
      `AMT on ${name} does not let this user open ${theNamed[kind].en}.`,
      `L'AMT de ${name} ne permet pas à cet utilisateur d'ouvrir ${theNamed[kind].fr}.`,
    ),
    text(
      "Give the AMT user the realm “Redirection”, or use one that has it.",
      "Donnez à l'utilisateur AMT le droit « Redirection », ou employez-en un qui l'a.",
    ),
  );
}

/** `amt.screen-refused`, `amt.serial-refused`: AMT refuses with a status that says no more. */
export function sessionRefused(name: string, kind: SessionKind, status: number): OpsError {
  return amtFault(
    `${kind}-refused`,
    text(
      `AMT on ${name} refused to open ${theNamed[kind].en} (status ${status}).`,
      `L'AMT de ${name} a refusé d'ouvrir ${theNamed[kind].fr} (statut ${status}).`,
    ),
    text(
      "Wait a minute and try again; if it is refused again, check its settings with the action “Make it reachable”.",
      "Patientez une minute et réessayez ; en cas de nouveau refus, vérifiez ses réglages par l'action « Rendre accessible ».",
    ),
  );
}

/** `amt.screen-closed`, `amt.serial-closed`: AMT hung up before the session had begun. */
export function sessionClosed(name: string, kind: SessionKind, cause?: unknown): OpsError {
  return amtFault(
    `${kind}-closed`,
    text(
      `AMT on ${name} hung up before ${theNamed[kind].en} was open.`,
      `L'AMT de ${name} a raccroché avant l'ouverture de ${theNamed[kind].fr}.`,
    ),
    kind === "screen"
      ? text(
          "The screen may be switched off, want somebody's consent, or have no Intel graphics: the action “Make it reachable” tells which.",
          "L'écran peut être désactivé, exiger un accord, ou ne pas avoir de carte graphique Intel : l'action « Rendre accessible » dit ce qu'il en est.",
        )
      : makeReachable,
    cause,
  );
}

/** `amt.screen-timed-out`, `amt.serial-timed-out`: the session was not open before the deadline. */
export function sessionTimedOut(name: string, kind: SessionKind, seconds: number): OpsError {
  return amtFault(
    `${kind}-timed-out`,
    text(
      `AMT on ${name} did not open ${theNamed[kind].en} within ${seconds} s.`,
      `L'AMT de ${name} n'a pas ouvert ${theNamed[kind].fr} en ${seconds} s.`,
    ),
    text(
      "It answers slowly while the machine is off or under load: wait a minute, then try again.",
      "Il répond lentement quand la machine est éteinte ou chargée : patientez une minute, puis réessayez.",
    ),
  );
}

/** `amt.redirection-log-in`: AMT knows none of the ways by which this console can log a session in. */
export function loginUnsupported(name: string): OpsError {
  return amtFault(
    "redirection-log-in",
    text(
      `AMT on ${name} accepts none of the log-ins that this console knows for screen and serial console.`,
      `L'AMT de ${name} n'accepte aucune des authentifications que cette console connaît pour l'écran et la console série.`,
    ),
    text(
      "Check that the machine's AMT user is a digest user and not one of a directory (Kerberos).",
      "Vérifiez que l'utilisateur AMT de la machine est un utilisateur digest et non celui d'un annuaire (Kerberos).",
    ),
  );
}

/** `amt.not-redirection`: something answered, but not as AMT's redirection does. */
export function notRedirection(name: string, cause?: unknown): OpsError {
  return amtFault(
    "not-redirection",
    text(
      `${name} answered with something that is not AMT's redirection.`,
      `${name} a répondu autre chose que la redirection d'AMT.`,
    ),
    text(
      "Check that the machine's address and port in the estate file are those of its AMT.",
      "Vérifiez que l'adresse et le port de la machine dans le fichier de parc sont ceux de son AMT.",
    ),
    cause,
  );
}

/** `amt.redirection-unreachable`: neither the web port nor AMT's own port leads to its redirection. */
export function redirectionUnreachable(name: string, port: number, cause: unknown): OpsError {
  return amtFault(
    "redirection-unreachable",
    text(
      `AMT on ${name} offers no redirection on its web port, and its redirection port ${port} could not be reached.`,
      `L'AMT de ${name} n'offre pas de redirection sur son port web, et son port de redirection ${port} est injoignable.`,
    ),
    text(
      "Switch its listener on with the action “Make it reachable”; where a bounce publishes the web port, let it publish this one too.",
      "Activez son écoute par l'action « Rendre accessible » ; si un rebond publie le port web, faites-lui publier celui-ci aussi.",
    ),
    cause,
  );
}

/** `amt.screen-ended`, `amt.serial-ended`: AMT ended a session that was open. */
export function sessionEnded(name: string, kind: SessionKind): OpsError {
  return amtFault(
    `${kind}-ended`,
    kind === "screen"
      ? text(
          `AMT on ${name} ended the screen's session; it does so after some minutes without keyboard or mouse, when its settings change, or when the monitor is switched off.`,
          `L'AMT de ${name} a mis fin à la session d'écran ; il le fait après quelques minutes sans clavier ni souris, quand ses réglages changent, ou quand le moniteur s'éteint.`,
        )
      : text(`AMT on ${name} ended the serial console.`, `L'AMT de ${name} a mis fin à la console série.`),
    text("Open it again.", "Rouvrez la session."),
  );
}

/** `amt.screen-lost`, `amt.serial-lost`: the way to AMT broke, or AMT answers nothing any more. */
export function sessionLost(name: string, kind: SessionKind, cause?: unknown): OpsError {
  return amtFault(
    `${kind}-lost`,
    text(
      `The connection to ${theNamed[kind].en} of ${name} was lost.`,
      `La connexion à ${theNamed[kind].fr} de ${name} a été perdue.`,
    ),
    text(
      "Open it again; if that fails, check the network and the bounce on the way to it.",
      "Rouvrez la session ; en cas d'échec, vérifiez le réseau et le rebond qui y mène.",
    ),
    cause,
  );
}

/** `amt.screen-silent`, `amt.serial-silent`: neither the session nor AMT itself says anything any more. */
export function sessionSilent(name: string, kind: SessionKind, cause?: unknown): OpsError {
  return amtFault(
    `${kind}-silent`,
    text(
      `AMT on ${name} no longer answers, so ${theNamed[kind].en} was closed: the machine has lost its mains power or its network, or the way to it is cut.`,
      `L'AMT de ${name} ne répond plus ; ${theNamed[kind].fr} a donc été fermé${kind === "serial" ? "e" : ""} : la machine a perdu le secteur ou le réseau, ou le chemin qui y mène est coupé.`,
    ),
    text(
      "Check the machine's power cord and network cable and the bounce on the way; open it again once AMT answers.",
      "Vérifiez le cordon d'alimentation et le câble réseau de la machine, et le rebond qui y mène ; rouvrez la session quand l'AMT répond.",
    ),
    cause,
  );
}

/** `amt.serial-garbage`: what came on a serial console is not its protocol. */
export function serialGarbage(name: string): OpsError {
  return amtFault(
    "serial-garbage",
    text(
      `The serial console of ${name} sent something that is not part of its protocol and was closed.`,
      `La console série de ${name} a envoyé un message étranger à son protocole et a été fermée.`,
    ),
    text("Open it again.", "Rouvrez la session."),
  );
}

/** `amt.serial-full`: more was typed or pasted than the far side takes. */
export function serialFull(name: string): OpsError {
  return amtFault(
    "serial-full",
    text(
      `The serial port of ${name} takes no more input; what was typed last did not reach it.`,
      `Le port série de ${name} n'accepte plus d'entrée ; la dernière saisie ne lui est pas parvenue.`,
    ),
    text(
      "A serial line is slow: paste less at a time, and check that something on the machine reads from it.",
      "Une ligne série est lente : collez moins à la fois, et vérifiez qu'un programme la lit sur la machine.",
    ),
  );
}

/** `amt.screen-none`: the estate file says that this machine's screen is not to be opened. */
export function noScreen(name: string): OpsError {
  return amtFault(
    "screen-none",
    text(`The estate file gives ${name} no screen.`, `Le fichier de parc ne donne pas d'écran à ${name}.`),
    text(
      "Set “screen” of the machine to “redirection”, or to its VNC port and password.",
      "Réglez « screen » de la machine sur « redirection », ou sur son port VNC et son mot de passe.",
    ),
  );
}

/** `amt.power-under-way`: a session was asked for while a power request took too long to be answered. */
export function powerUnderWay(name: string, kind: SessionKind): OpsError {
  return amtFault(
    "power-under-way",
    text(
      `${named[kind].en} of ${name} has to wait: AMT takes no power change while it is open, and one is under way.`,
      `${named[kind].fr} de ${name} doit attendre : AMT n'accepte aucun changement d'alimentation pendant la session, et il y en a un en cours.`,
    ),
    text("Open it again in a moment.", "Rouvrez dans un instant."),
  );
}

/** `amt.closed-for-power`: a serial console gave way to a power change, `why` in words. */
export function closedForPower(name: string, why: LocalText): OpsError {
  return amtFault(
    "closed-for-power",
    text(
      `The serial console of ${name} was closed for ${why.en}, which AMT refuses while it is open.`,
      `La console série de ${name} a été fermée pour ${why.fr}, qu'AMT refuse tant qu'elle est ouverte.`,
    ),
    text("Open it again.", "Rouvrez la session."),
  );
}
