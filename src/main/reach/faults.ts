import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type Place, placeLabel } from "./place.ts";

/** An OpsError of this area; `code` comes without the `reach.` before it. */
export function reachFault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `reach.${code}`, system: "reach", message, hint, cause });
}

const checkAddress = text(
  "Check its address and port in the estate file, and that it is switched on and reachable from here.",
  "Vérifiez son adresse et son port dans le fichier de parc, et qu'il est allumé et joignable d'ici.",
);

/** The name of the place has no address. */
export function nameNotFound(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "name-not-found",
    text(
      `The name of ${placeLabel(place)} has no address in the DNS.`,
      `Le nom de ${placeLabel(place)} n'a pas d'adresse dans le DNS.`,
    ),
    text(
      "Check the spelling in the estate file and the name servers of this workstation.",
      "Vérifiez l'orthographe dans le fichier de parc et les serveurs de noms de ce poste.",
    ),
    cause,
  );
}

/** Nothing listens there: the connection was actively refused. */
export function connectionRefused(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "refused",
    text(`${placeLabel(place)} refused the connection.`, `${placeLabel(place)} a refusé la connexion.`),
    text(
      "Check the port in the estate file and that the service is running there.",
      "Vérifiez le port dans le fichier de parc et que le service y fonctionne.",
    ),
    cause,
  );
}

/** There is no route to the place. */
export function unreachable(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "unreachable",
    text(
      `${placeLabel(place)} cannot be reached from here.`,
      `${placeLabel(place)} n'est pas joignable d'ici.`,
    ),
    text(
      "Check the network and the VPN of this workstation, then the host itself.",
      "Vérifiez le réseau et le VPN de ce poste, puis la machine elle-même.",
    ),
    cause,
  );
}

/** The place did not answer at all before the deadline. */
export function noAnswer(place: Place): OpsError {
  return reachFault(
    "timed-out",
    text(`${placeLabel(place)} did not answer in time.`, `${placeLabel(place)} n'a pas répondu à temps.`),
    checkAddress,
  );
}

export type HandshakePhase = "greeting" | "key-exchange" | "log-in";
const phaseNames: Record<HandshakePhase, LocalText> = {
  greeting: text("its SSH greeting", "son annonce SSH"),
  "key-exchange": text("the key exchange", "l'échange de clés"),
  "log-in": text("the log-in", "l'ouverture de session"),
};

/** The place answers, but so slowly that the handshake did not end before the deadline. */
export function tooSlow(place: Place, phase: HandshakePhase, seconds: number): OpsError {
  return reachFault(
    "too-slow",
    text(
      `${placeLabel(place)} did not finish ${phaseNames[phase].en} within ${seconds} s.`,
      `${placeLabel(place)} n'a pas terminé ${phaseNames[phase].fr} en ${seconds} s.`,
    ),
    text(
      "The host or the link to it is overloaded or broken; look at it from another side, then try again.",
      "La machine ou la liaison est surchargée ou défaillante ; examinez-la par un autre accès, puis réessayez.",
    ),
  );
}

/** The place answers with something that is not SSH, or is damaged on the way. */
export function garbage(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "garbage",
    text(
      `${placeLabel(place)} answered with something that is not valid SSH.`,
      `${placeLabel(place)} a répondu autre chose que du SSH valide.`,
    ),
    text(
      "Check that the address and port in the estate file belong to an SSH server and that nothing in between alters the traffic.",
      "Vérifiez que l'adresse et le port du fichier de parc sont ceux d'un serveur SSH et que rien n'altère le trafic en chemin.",
    ),
    cause,
  );
}

/** The place accepted the connection and closed it before it said anything. */
export function closedEarly(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "closed-early",
    text(
      `${placeLabel(place)} closed the connection before its SSH greeting.`,
      `${placeLabel(place)} a fermé la connexion avant son annonce SSH.`,
    ),
    text(
      "It may refuse this workstation's address or have too many log-ins under way; wait a little, then look at its log.",
      "Il refuse peut-être l'adresse de ce poste ou a trop d'ouvertures de session en cours ; patientez, puis consultez son journal.",
    ),
    cause,
  );
}

/** Client and server share no algorithm of some kind. */
export function noCommonAlgorithm(place: Place, kind: LocalText, cause?: unknown): OpsError {
  return reachFault(
    "no-common-algorithm",
    text(
      `${placeLabel(place)} offers no ${kind.en} that this console accepts.`,
      `${placeLabel(place)} ne propose aucun ${kind.fr} que cette console accepte.`,
    ),
    text(
      "Update the SSH server there; outdated algorithms are not accepted.",
      "Mettez à jour le serveur SSH de cette machine ; les algorithmes dépassés ne sont pas acceptés.",
    ),
    cause,
  );
}

/** The key exchange failed for another reason. */
export function keyExchangeFailed(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "key-exchange-failed",
    text(
      `The key exchange with ${placeLabel(place)} failed.`,
      `L'échange de clés avec ${placeLabel(place)} a échoué.`,
    ),
    text(
      "Try again; if it fails again, the server or something in between is at fault: look at the server's log.",
      "Réessayez ; si l'échec persiste, le serveur ou un intermédiaire est en cause : consultez le journal du serveur.",
    ),
    cause,
  );
}

/** The far side ended the connection with a reason of its own. */
export function disconnected(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "disconnected",
    text(
      `${placeLabel(place)} ended the connection during the handshake.`,
      `${placeLabel(place)} a mis fin à la connexion pendant la négociation.`,
    ),
    text("Look at the SSH server's log there.", "Consultez le journal du serveur SSH de cette machine."),
    cause,
  );
}

/** A connection that stood was lost. */
export function connectionLost(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "connection-lost",
    text(
      `The connection to ${placeLabel(place)} was lost.`,
      `La connexion à ${placeLabel(place)} a été perdue.`,
    ),
    text(
      "Check the network and the hops on the way; the console connects again as soon as it is needed.",
      "Vérifiez le réseau et les rebonds en chemin ; la console se reconnecte dès que nécessaire.",
    ),
    cause,
  );
}

/** A hop would not open the way to an address behind it. */
export function forwardRefused(
  hop: Place,
  address: string,
  why: "prohibited" | "failed",
  cause?: unknown,
): OpsError {
  return why === "prohibited"
    ? reachFault(
        "forward-refused",
        text(
          `${placeLabel(hop)} refused to forward to ${address}: administratively prohibited.`,
          `${placeLabel(hop)} a refusé de relayer vers ${address} : interdit par son administrateur.`,
        ),
        text(
          "Allow it in the hop's SSH server (AllowTcpForwarding, PermitOpen) or choose another hop.",
          "Autorisez-le dans le serveur SSH du rebond (AllowTcpForwarding, PermitOpen) ou choisissez un autre rebond.",
        ),
        cause,
      )
    : reachFault(
        "forward-failed",
        text(
          `${placeLabel(hop)} could not reach ${address}.`,
          `${placeLabel(hop)} n'a pas pu joindre ${address}.`,
        ),
        text(
          "Check that the machine is switched on, that the port is right and that the hop has a route to it.",
          "Vérifiez que la machine est allumée, que le port est correct et que le rebond a une route vers elle.",
        ),
        cause,
      );
}

/** The server would not open a further channel, or not run a command or shell in it. */
export function channelRefused(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "channel-refused",
    text(
      `${placeLabel(place)} refused to open a session.`,
      `${placeLabel(place)} a refusé d'ouvrir une session.`,
    ),
    text(
      "Check MaxSessions and the account's shell and restrictions on that host.",
      "Vérifiez MaxSessions ainsi que l'interpréteur et les restrictions du compte sur cette machine.",
    ),
    cause,
  );
}

/** The server opened a session and then refused the command or the shell. */
export function commandRefused(place: Place, cause?: unknown): OpsError {
  return reachFault(
    "command-refused",
    text(
      `${placeLabel(place)} refused to run the command.`,
      `${placeLabel(place)} a refusé d'exécuter la commande.`,
    ),
    text(
      "The account there may be allowed forwarding only; use an account with a shell.",
      "Le compte n'y a peut-être droit qu'au relais ; utilisez un compte doté d'un interpréteur.",
    ),
    cause,
  );
}

/** The caller's deadline passed; `started` says whether the far side may have begun. */
export function deadlinePassed(place: Place, milliseconds: number, started: boolean): OpsError {
  const seconds = Math.round(milliseconds / 100) / 10;
  return started
    ? reachFault(
        "deadline",
        text(
          `The command on ${placeLabel(place)} did not end within ${seconds} s and was cut off.`,
          `La commande sur ${placeLabel(place)} n'a pas pris fin en ${seconds} s et a été interrompue.`,
        ),
        text(
          "It may have had part of its effect: look before you run it again, or allow it more time.",
          "Elle a pu produire une partie de son effet : vérifiez avant de la relancer, ou accordez-lui plus de temps.",
        ),
      )
    : reachFault(
        "deadline",
        text(
          `${placeLabel(place)} was not reached within ${seconds} s; the command was not sent.`,
          `${placeLabel(place)} n'a pas été joint en ${seconds} s ; la commande n'a pas été envoyée.`,
        ),
        checkAddress,
      );
}

/** Every connection that may be opened is full, and none became free in time. */
export function noRoom(place: Place): OpsError {
  return reachFault(
    "busy",
    text(
      `Every connection to ${placeLabel(place)} stayed busy for too long.`,
      `Toutes les connexions à ${placeLabel(place)} sont restées occupées trop longtemps.`,
    ),
    text(
      "Wait until the running tasks have ended, or close some sessions.",
      "Attendez la fin des tâches en cours, ou fermez quelques sessions.",
    ),
  );
}

/** The operation was given up by its caller. */
export function cancelled(): OpsError {
  return new OpsError({
    code: "general.cancelled",
    system: "reach",
    message: text("The operation was cancelled.", "L'opération a été annulée."),
    hint: text("Start it again when you are ready.", "Relancez-la quand vous êtes prêt."),
  });
}

/** The console is going down and opens nothing any more. */
export function closing(): OpsError {
  return reachFault(
    "closing",
    text("The console is closing its connections.", "La console ferme ses connexions."),
    text("Start the console again.", "Redémarrez la console."),
  );
}

/** The estate names a hop that it does not declare, or hops that lead back to themselves. */
export function hopUnknown(id: string, why: "missing" | "circle"): OpsError {
  return reachFault(
    "hop-unknown",
    why === "missing"
      ? text(
          `The hop ${id} is not declared in the estate file.`,
          `Le rebond ${id} n'est pas déclaré dans le fichier de parc.`,
        )
      : text(
          `The way through the hop ${id} leads back to itself.`,
          `Le chemin par le rebond ${id} revient sur lui-même.`,
        ),
    text(
      "Correct `via` or `reach.hops` in the estate file.",
      "Corrigez « via » ou « reach.hops » dans le fichier de parc.",
    ),
  );
}
