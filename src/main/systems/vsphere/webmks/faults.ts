import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { StreamTlsFaults } from "../../../reach/secure-stream.ts";
import { vsphereFault } from "../client/faults.ts";

/** `vsphere.no-screen`: it is no VM, or not one of this system. */
export function noScreen(resource: string): OpsError {
  return vsphereFault(
    "no-screen",
    text(`vCenter has no screen of ${resource}.`, `vCenter n'a pas d'écran pour ${resource}.`),
    text("Open the screen of a VM.", "Ouvrez l'écran d'une VM."),
  );
}

/** `vsphere.ticket-refused`: the host does not take the ticket that vCenter gave for it. */
export function ticketRefused(name: string, status: number): OpsError {
  return vsphereFault(
    "ticket-refused",
    text(
      `The host of ${name} refused the ticket for its screen (HTTP status ${status}): it was used already, or is older than 30 s.`,
      `L'hôte de ${name} a refusé le ticket de son écran (statut HTTP ${status}) : il a déjà servi, ou date de plus de 30 s.`,
    ),
    text(
      "Open the screen again; if it is refused again, compare the clocks of vCenter and of the host.",
      "Rouvrez l'écran ; si le refus persiste, comparez les horloges de vCenter et de l'hôte.",
    ),
  );
}

/** `vsphere.screen-failed`: the host answers, and opens no screen. */
export function screenFailed(name: string, cause?: unknown): OpsError {
  return vsphereFault(
    "screen-failed",
    text(`The host of ${name} did not open the screen.`, `L'hôte de ${name} n'a pas ouvert l'écran.`),
    text(
      "Try again; if it fails again, look at the host in the vSphere Client.",
      "Réessayez ; si l'échec persiste, examinez l'hôte dans le client vSphere.",
    ),
    cause,
  );
}

/** `vsphere.screen-timed-out`: the host did not open the screen before the deadline. */
export function screenTimedOut(name: string, seconds: number): OpsError {
  return vsphereFault(
    "screen-timed-out",
    text(
      `The host of ${name} did not open the screen within ${seconds} s.`,
      `L'hôte de ${name} n'a pas ouvert l'écran en ${seconds} s.`,
    ),
    text(
      "A screen is shown by the ESXi host itself: check that the hop reaches it on port 443.",
      "L'écran est servi par l'hôte ESXi lui-même : vérifiez que le rebond l'atteint sur le port 443.",
    ),
  );
}

/** The errors of TLS with the host that shows the screen. */
export function hostTlsFaults(name: string, host: string): StreamTlsFaults {
  return {
    certificateChanged: (told, shown) =>
      vsphereFault(
        "host-certificate-changed",
        text(
          `${host}, the host of ${name}, shows another certificate (${shown}) than vCenter says it has (${told}); nothing was sent.`,
          `${host}, l'hôte de ${name}, présente un autre certificat (${shown}) que celui qu'annonce vCenter (${told}) ; rien n'a été envoyé.`,
        ),
        text(
          "Find out what answers at that address. After a renewed certificate, connect the host to vCenter again.",
          "Cherchez ce qui répond à cette adresse. Après le renouvellement d'un certificat, reconnectez l'hôte à vCenter.",
        ),
      ),
    certificateUntrusted: (cause) =>
      vsphereFault(
        "host-certificate-untrusted",
        text(
          `vCenter does not say which certificate ${host}, the host of ${name}, has, and no trusted authority vouches for it; nothing was sent.`,
          `vCenter n'indique pas le certificat de ${host}, l'hôte de ${name}, et aucune autorité de confiance ne le garantit ; rien n'a été envoyé.`,
        ),
        text(
          "Name the authority of the hosts under `certificateAuthority` in the estate file.",
          "Indiquez l'autorité des hôtes sous « certificateAuthority » dans le fichier de parc.",
        ),
        cause,
      ),
    tlsFailed: (cause) => screenFailed(name, cause),
  };
}
