import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import { proxmoxFault } from "../client/faults.ts";

const openAgain = text(
  "Open it again: a new ticket is asked for each time.",
  "Rouvrez-la : un nouveau ticket est demandé à chaque fois.",
);
const openAgainOrLook = text(
  "Open it again; if it ends again, look at the node's tasks and at the link to it.",
  "Rouvrez-la ; si elle s'arrête encore, consultez les tâches du nœud et la liaison avec lui.",
);

/** `proxmox.no-console`: no VM, container or node of this cluster, or one that has no such console. */
export function noConsole(resource: string): OpsError {
  return proxmoxFault(
    "no-console",
    text(
      `Proxmox VE has no such console of ${resource}.`,
      `Proxmox VE n'a pas de telle console pour ${resource}.`,
    ),
    text(
      "Open the screen or the serial port of a VM, or the shell of a container or node.",
      "Ouvrez l'écran ou le port série d'une VM, ou le shell d'un conteneur ou d'un nœud.",
    ),
  );
}

/** `proxmox.without-serial-port`: a VM whose config has no serial port, as far as it was read. */
export function withoutSerialPort(name: string): OpsError {
  return proxmoxFault(
    "without-serial-port",
    text(
      `${name} has no serial port that a terminal could be opened on.`,
      `${name} n'a aucun port série sur lequel ouvrir un terminal.`,
    ),
    text(
      "Add one to its hardware (serial0 of type socket) and have the guest use it, or open its screen.",
      "Ajoutez-en un à son matériel (serial0 de type socket) et faites-le utiliser par l'invité, ou ouvrez son écran.",
    ),
  );
}

/** `proxmox.token-without-terminal`: API tokens open no terminals in that version. */
export function tokenWithoutTerminal(cluster: string, major: number): OpsError {
  return proxmoxFault(
    "token-without-terminal",
    text(
      `${cluster} runs version ${major} of Proxmox VE, in which an API token opens no terminal.`,
      `${cluster} est en version ${major} de Proxmox VE, dans laquelle un jeton d'API n'ouvre aucun terminal.`,
    ),
    text(
      "Give the estate file a user with `password` in place of `token`, or update the cluster to version 9; the screens of VMs open with either.",
      "Indiquez dans le fichier de parc un utilisateur avec « password » au lieu de « token », ou passez la grappe en version 9 ; les écrans des VM s'ouvrent dans les deux cas.",
    ),
  );
}

/** `proxmox.ticket-refused`: the node does not take the ticket that it gave. */
export function ticketRefused(name: string): OpsError {
  return proxmoxFault(
    "ticket-refused",
    text(
      `The ticket for the console of ${name} was refused: it was used already, or it is too old.`,
      `Le ticket de la console de ${name} a été refusé : il a déjà servi, ou il est trop ancien.`,
    ),
    text(
      "Open it again, which asks for a new ticket; if it is refused again, compare the clocks of the nodes.",
      "Rouvrez-la, ce qui demande un nouveau ticket ; si le refus persiste, comparez les horloges des nœuds.",
    ),
  );
}

/** `proxmox.console-not-waiting`: the node took the ticket, and nothing was there any more behind it. */
export function consoleNotWaiting(name: string, cause?: unknown): OpsError {
  return proxmoxFault(
    "console-not-waiting",
    text(
      `The console of ${name} was not waiting any more: Proxmox VE keeps it for 10 s, and for one who looks.`,
      `La console de ${name} n'attendait plus : Proxmox VE la garde 10 s, et pour une seule personne.`,
    ),
    openAgain,
    cause,
  );
}

/** `proxmox.console-failed`: the task behind the console failed; `said`: its own words. */
export function consoleFailed(name: string, said: string): OpsError {
  return proxmoxFault(
    "console-failed",
    text(`The console of ${name} failed: ${said}.`, `La console de ${name} a échoué : ${said}.`),
    text(
      "The node that is asked reaches the others by SSH for this: check that it can, then open the console again.",
      "Le nœud interrogé joint pour cela les autres par SSH : vérifiez qu'il y arrive, puis rouvrez la console.",
    ),
  );
}

/** `proxmox.console-refused`: the terminal did not let us in with the ticket that was just given. */
export function consoleRefused(name: string, isToken: boolean): OpsError {
  return proxmoxFault(
    "console-refused",
    text(`The terminal of ${name} does not let the user in.`, `Le terminal de ${name} refuse l'utilisateur.`),
    isToken
      ? text(
          "Early releases of version 9 let no API token in: update its nodes, or give the estate file a user with `password`.",
          "Les premières versions 9 n'acceptent aucun jeton d'API : mettez ses nœuds à jour, ou indiquez dans le fichier de parc un utilisateur avec « password ».",
        )
      : text(
          "Check that the user has VM.Console on it (Sys.Console for a node), then open it again.",
          "Vérifiez que l'utilisateur y a VM.Console (Sys.Console pour un nœud), puis rouvrez-le.",
        ),
  );
}

/** `proxmox.guest-stopped`: the VM or container does not run (any more). */
export function guestStopped(name: string): OpsError {
  return proxmoxFault(
    "guest-stopped",
    text(
      `${name} does not run; it has no console then.`,
      `${name} ne fonctionne pas, et n'a donc pas de console.`,
    ),
    text("Start it, then open its console again.", "Démarrez-la, puis rouvrez sa console."),
  );
}

/** `proxmox.guest-moving`: it is stopped, to go on on another node. */
export function guestMoving(name: string): OpsError {
  return proxmoxFault(
    "guest-moving",
    text(
      `${name} is being moved to another node, and its console ended with that.`,
      `${name} est en cours de déplacement vers un autre nœud, ce qui a mis fin à sa console.`,
    ),
    text(
      "Open the console again once it has arrived.",
      "Rouvrez la console une fois le déplacement terminé.",
    ),
  );
}

/** `proxmox.guest-moved`: it runs on another node now; a screen is opened again there by itself. */
export function guestMoved(name: string, node: string): OpsError {
  return proxmoxFault(
    "guest-moved",
    text(
      `${name} has moved to the node ${node}, and its console did not go with it.`,
      `${name} est passée sur le nœud ${node}, et sa console ne l'a pas suivie.`,
    ),
    text("Open the console again: it is there.", "Rouvrez la console : elle s'y trouve."),
  );
}

/** `proxmox.console-broken`: the connection of a console broke. */
export function consoleBroken(name: string, cause?: unknown): OpsError {
  return proxmoxFault(
    "console-broken",
    text(
      `The connection to the console of ${name} was lost.`,
      `La connexion à la console de ${name} a été perdue.`,
    ),
    openAgainOrLook,
    cause,
  );
}

/** `proxmox.console-silent`: the node has not answered for too long. */
export function consoleSilent(name: string, seconds: number): OpsError {
  return proxmoxFault(
    "console-silent",
    text(
      `The node has not answered on the console of ${name} for ${seconds} s; it was cut.`,
      `Le nœud ne répond plus sur la console de ${name} depuis ${seconds} s ; elle a été coupée.`,
    ),
    openAgainOrLook,
  );
}

/** `proxmox.console-timed-out`: it was not open before the deadline. */
export function consoleTimedOut(name: string, seconds: number): OpsError {
  return proxmoxFault(
    "console-timed-out",
    text(
      `The console of ${name} did not open within ${seconds} s.`,
      `La console de ${name} ne s'est pas ouverte en ${seconds} s.`,
    ),
    openAgainOrLook,
  );
}

/** `proxmox.console-not-reading`: it takes nothing any more of what is sent to it. */
export function consoleNotReading(name: string): OpsError {
  return proxmoxFault(
    "console-not-reading",
    text(
      `The console of ${name} no longer takes what is typed, and was closed.`,
      `La console de ${name} n'accepte plus ce qui est saisi ; elle a été fermée.`,
    ),
    openAgainOrLook,
  );
}
