import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import { serviceFaults } from "../../../reach/service-faults.ts";

const checkAddress = text(
  "Check that `addresses` and `port` in the estate file are those of Proxmox VE nodes (port 8006).",
  "Vérifiez que « addresses » et « port », dans le fichier de parc, sont ceux de nœuds Proxmox VE (port 8006).",
);
const tryAgain = text(
  "Try again; if it fails again, look at the load of the node and at the link to it.",
  "Réessayez ; si l'échec persiste, examinez la charge du nœud et la liaison avec lui.",
);

const service = serviceFaults({
  system: "proxmox",
  speaks: text("the API of Proxmox VE", "l'API de Proxmox VE"),
  checkPlace: checkAddress,
  tryAgain,
  pinnedBy: "pins",
});

/** An OpsError of this area; `code` comes without the `proxmox.` before it. */
export const proxmoxFault = service.fault;
/** `proxmox.timed-out`: the whole answer did not come before the deadline. */
export const timedOut = service.timedOut;
/** `proxmox.closed`, `.garbage`, `.too-large`: what an exchange ends with, in the words of one cluster or node. */
export const httpFaults = service.http;
/** `proxmox.closed`: the connection ended before the answer was complete. */
export const closed = (name: string, cause?: unknown): OpsError => service.http(name).closed(cause);
/** `proxmox.garbage`: what answers does not speak the Proxmox VE API. */
export const garbage = (name: string, cause?: unknown): OpsError => service.http(name).garbage(cause);
/** `proxmox.file-unreadable`: the authority's file cannot be read. */
export const authorityUnreadable = service.authorityUnreadable;
/** The errors of TLS in the words of one node's address. */
export const tlsFaults = service.tls;

/** `proxmox.not-proxmox`: a web page or a gateway's error came, from a proxy or from a node that still starts. */
export function notProxmox(name: string, status: number): OpsError {
  return proxmoxFault(
    "not-proxmox",
    text(
      `Instead of the API of ${name}, something else answered (HTTP status ${status}).`,
      `Au lieu de l'API de ${name}, autre chose a répondu (statut HTTP ${status}).`,
    ),
    text(
      "A reverse proxy or its log-in page stands in between, or the node is still starting: address the nodes themselves.",
      "Un mandataire inverse ou sa page de connexion s'interpose, ou le nœud démarre encore : adressez-vous aux nœuds eux-mêmes.",
    ),
  );
}

/** `proxmox.login-refused`: user, password or token was not accepted. */
export function loginRefused(name: string, by: "password" | "token"): OpsError {
  return by === "token"
    ? proxmoxFault(
        "login-refused",
        text(`${name} refuses the API token.`, `${name} refuse le jeton d'API.`),
        text(
          "Check that the token exists, has not expired and belongs to `user` (USER@REALM!TOKEN), and correct its secret in Secrets.",
          "Vérifiez que le jeton existe, n'a pas expiré et appartient à « user » (UTILISATEUR@DOMAINE!JETON), puis corrigez son secret dans Secrets.",
        ),
      )
    : proxmoxFault(
        "login-refused",
        text(
          `${name} refuses the user or the password; the console does not try again by itself for ten minutes, so as not to lock the account.`,
          `${name} refuse l'utilisateur ou le mot de passe ; la console ne réessaie pas d'elle-même avant dix minutes, pour ne pas verrouiller le compte.`,
        ),
        text(
          "Correct the stored password in Secrets and try it there, or check `user` in the estate file (USER@REALM).",
          "Corrigez le mot de passe enregistré dans Secrets et essayez-le là, ou vérifiez « user » dans le fichier de parc (UTILISATEUR@DOMAINE).",
        ),
      );
}

/** `proxmox.second-factor-refused`: the one-time code was not accepted. */
export function secondFactorRefused(name: string): OpsError {
  return proxmoxFault(
    "second-factor-refused",
    text(
      `${name} refuses the one-time code of the second factor; the console does not try again by itself for ten minutes.`,
      `${name} refuse le code à usage unique du second facteur ; la console ne réessaie pas d'elle-même avant dix minutes.`,
    ),
    text(
      "Check the secret under `totp`, and under Datacenter, Two Factor, that it is that of this user and not locked.",
      "Vérifiez le secret sous « totp » et, dans Datacenter, Two Factor, qu'il est bien celui de cet utilisateur et n'est pas verrouillé.",
    ),
  );
}

/** `proxmox.clock-skew`: the one-time code was refused, and the clocks are too far apart for it. */
export function clockSkew(name: string, seconds: number): OpsError {
  const apart = Math.abs(seconds);
  const [en, fr] = seconds > 0 ? ["ahead of", "en avance sur"] : ["behind", "en retard sur"];
  return proxmoxFault(
    "clock-skew",
    text(
      `${name} refuses the one-time code: its clock is ${apart} s ${en} that of this workstation, and such a code holds for 30 s.`,
      `${name} refuse le code à usage unique : son horloge est ${fr} celle de ce poste de ${apart} s, et un tel code ne vaut que 30 s.`,
    ),
    text(
      "Have both clocks set by NTP (chronyc tracking on the node), then have it read again.",
      "Faites régler les deux horloges par NTP (chronyc tracking sur le nœud), puis relancez la lecture.",
    ),
  );
}

/** `proxmox.second-factor-unknown`: it wants a second factor that is no one-time code. */
export function secondFactorUnknown(name: string): OpsError {
  return proxmoxFault(
    "second-factor-unknown",
    text(
      `${name} wants a second factor that the console cannot give, such as a security key.`,
      `${name} demande un second facteur que la console ne peut pas fournir, comme une clé de sécurité.`,
    ),
    text(
      "Give the user a one-time code (TOTP) as well, or use an API token.",
      "Donnez aussi à l'utilisateur un code à usage unique (TOTP), ou utilisez un jeton d'API.",
    ),
  );
}

/** `proxmox.totp-unreadable`: the stored secret of the second factor cannot be one. */
export function totpUnreadable(name: string): OpsError {
  return proxmoxFault(
    "totp-unreadable",
    text(
      `The stored secret of the second factor of ${name} is neither Base32 nor an otpauth address.`,
      `Le secret enregistré du second facteur de ${name} n'est ni du Base32 ni une adresse otpauth.`,
    ),
    text(
      "Store the secret as it was shown when the second factor was set up.",
      "Enregistrez le secret tel qu'il a été montré à la création du second facteur.",
    ),
  );
}

/** `proxmox.gone`: a VM or container is not there any more. */
export function guestGone(name: string): OpsError {
  return proxmoxFault(
    "gone",
    text(
      `${name} does not know this VM or container any more.`,
      `${name} ne connaît plus cette VM ou ce conteneur.`,
    ),
    text(
      "It was deleted meanwhile: have the cluster read again.",
      "L'objet a été supprimé entre-temps : faites relire la grappe.",
    ),
  );
}

/** `proxmox.nothing-shown`: the list of the cluster is empty, not even a node is in it. */
export function nothingShown(name: string): OpsError {
  return proxmoxFault(
    "nothing-shown",
    text(
      `${name} shows this user nothing at all, not even a node.`,
      `${name} ne montre rien à cet utilisateur, pas même un nœud.`,
    ),
    text(
      "Give the user, and the token if it is one with privileges of its own, the role PVEAuditor on /.",
      "Donnez à l'utilisateur, et au jeton s'il a des privilèges propres, le rôle PVEAuditor sur /.",
    ),
  );
}
