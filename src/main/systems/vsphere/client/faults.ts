import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import { serviceFaults } from "../../../reach/service-faults.ts";

const service = serviceFaults({
  system: "vsphere",
  speaks: text("the vSphere API", "l'API de vSphere"),
  checkPlace: text(
    "Check that `address` and `port` in the estate file are those of vCenter or of an ESXi host.",
    "Vérifiez que « address » et « port », dans le fichier de parc, sont bien ceux de vCenter ou d'un hôte ESXi.",
  ),
  tryAgain: text(
    "Try again; if it fails again, look at the load of vCenter and at the link to it.",
    "Réessayez ; si l'échec persiste, examinez la charge de vCenter et la liaison avec lui.",
  ),
});

/** An OpsError of this area; `code` comes without the `vsphere.` before it. */
export const vsphereFault = service.fault;
/** `vsphere.timed-out`: the whole answer did not come before the deadline. */
export const timedOut = service.timedOut;
/** `vsphere.closed`, `.garbage`, `.too-large`: what an exchange ends with, in the words of one vCenter. */
export const httpFaults = service.http;
/** `vsphere.garbage`: what answers does not speak the vSphere API. */
export const garbage = (name: string, cause?: unknown): OpsError => service.http(name).garbage(cause);
/** `vsphere.file-unreadable`: the authority's file cannot be read. */
export const authorityUnreadable = service.authorityUnreadable;
/** The errors of TLS in the words of one vCenter. */
export const tlsFaults = service.tls;

/** `vsphere.not-vsphere`: a web page or an HTTP error came, from a proxy or from a service that is still starting. */
export function notVsphere(name: string, status: number): OpsError {
  return vsphereFault(
    "not-vsphere",
    text(
      `Instead of the API of ${name}, something else answered (HTTP status ${status}).`,
      `Au lieu de l'API de ${name}, autre chose a répondu (statut HTTP ${status}).`,
    ),
    text(
      "vCenter may still be starting, or a proxy stands in between: look at its management page and at the hop.",
      "vCenter démarre peut-être encore, ou un mandataire s'interpose : consultez sa page de gestion et vérifiez le rebond.",
    ),
  );
}

/** `vsphere.login-refused`: user or password was not accepted. */
export function loginRefused(name: string): OpsError {
  return vsphereFault(
    "login-refused",
    text(
      `${name} refuses the user or the password; the console does not try again by itself for ten minutes, so as not to lock the account.`,
      `${name} refuse l'utilisateur ou le mot de passe ; la console ne réessaie pas d'elle-même avant dix minutes, pour ne pas verrouiller le compte.`,
    ),
    text(
      "Correct the stored password in Secrets and try it there, or check `user` in the estate file (user@domain).",
      "Corrigez le mot de passe enregistré dans Secrets et essayez-le là, ou vérifiez « user » dans le fichier de parc (utilisateur@domaine).",
    ),
  );
}

/** `vsphere.rest-not-offered`: it has no REST API of the kind that is asked for. */
export function restNotOffered(name: string): OpsError {
  return vsphereFault(
    "rest-not-offered",
    text(
      `${name} does not offer the REST API that its tags are read by.`,
      `${name} n'offre pas l'API REST par laquelle ses étiquettes sont lues.`,
    ),
    text(
      "Tags need vCenter 6.5 or later; a proxy on the way must let `/api` and `/rest` through.",
      "Les étiquettes demandent vCenter 6.5 ou plus récent ; un mandataire sur le chemin doit laisser passer « /api » et « /rest ».",
    ),
  );
}

/** `vsphere.rest-forbidden`: the user may log in there, and not read this. */
export function restForbidden(name: string): OpsError {
  return vsphereFault(
    "rest-forbidden",
    text(
      `The user may not read the tags of ${name}.`,
      `L'utilisateur n'est pas autorisé à lire les étiquettes de ${name}.`,
    ),
    text(
      "Give the user a role with `System.Read` among the global permissions: tags belong to no place in the inventory.",
      "Accordez à l'utilisateur un rôle avec « System.Read » parmi les autorisations globales : les étiquettes n'appartiennent à aucun endroit de l'inventaire.",
    ),
  );
}
