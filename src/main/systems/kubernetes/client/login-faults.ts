import type { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { kubernetesFault } from "./faults.ts";

/** `kubernetes.file-unreadable`: the kubeconfig, or a file that it or the estate names, cannot be read. */
export function fileUnreadable(file: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "file-unreadable",
    text(`The file ${file} cannot be read.`, `Le fichier ${file} est illisible.`),
    text(
      "Check the path and its permissions; relative paths start at the file that names them.",
      "Vérifiez le chemin et ses droits ; un chemin relatif part du fichier qui le nomme.",
    ),
    cause,
  );
}

/** `kubernetes.kubeconfig-broken`: it is no YAML, or lacks what a kubeconfig must have. */
export function kubeconfigBroken(file: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "kubeconfig-broken",
    text(`${file} is not a valid kubeconfig.`, `${file} n'est pas un kubeconfig valide.`),
    text(
      "Check it with `kubectl config view`: tabs, a cluster without server, or an entry without name are usual.",
      "Vérifiez-le avec « kubectl config view » : tabulations, grappe sans serveur ou entrée sans nom sont fréquentes.",
    ),
    cause,
  );
}

/** `kubernetes.context-unknown`: the kubeconfig has no such context, or the context names what is not there. */
export function contextUnknown(file: string, context: string | null, known: readonly string[]): OpsError {
  const list = known.slice(0, 10).join(", ") || "—";
  return kubernetesFault(
    "context-unknown",
    context === null
      ? text(`${file} names no current context.`, `${file} n'indique aucun contexte courant.`)
      : text(
          `${file} has no complete context "${context}".`,
          `${file} n'a pas de contexte « ${context} » complet.`,
        ),
    text(
      `Set \`context\` in the estate file to one of: ${list}; its cluster and its user must be in the file.`,
      `Indiquez dans le fichier de parc un « context » parmi : ${list} ; sa grappe et son utilisateur doivent figurer dans le fichier.`,
    ),
  );
}

/** `kubernetes.server-invalid`: the server's URL is not one, or sends a log-in in the clear. */
export function serverInvalid(cluster: string): OpsError {
  return kubernetesFault(
    "server-invalid",
    text(
      `The server of ${cluster} is not an https URL, nor an http one of the loopback interface.`,
      `Le serveur de ${cluster} n'est pas une URL https, ni une URL http de l'interface de bouclage.`,
    ),
    text(
      "Give its full URL, such as https://192.0.2.30:6443.",
      "Indiquez son URL complète, telle que https://192.0.2.30:6443.",
    ),
  );
}

/** `kubernetes.log-in-unsupported`: the kubeconfig demands a way that this console does not go. */
export function loginUnsupported(cluster: string, what: string): OpsError {
  return kubernetesFault(
    "log-in-unsupported",
    text(
      `The kubeconfig of ${cluster} demands "${what}", which this console does not use.`,
      `Le kubeconfig de ${cluster} exige « ${what} », que cette console n'emploie pas.`,
    ),
    text(
      "Use an exec plugin or a token for the log-in, and a hop (`via`) in place of a proxy.",
      "Employez un greffon exec ou un jeton pour l'authentification, et un rebond (« via ») au lieu d'un mandataire.",
    ),
  );
}

/** `kubernetes.credential-broken`: a certificate, key or token is not what it should be. */
export function credentialBroken(cluster: string, what: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "credential-broken",
    text(
      `The ${what} for ${cluster} cannot be used: it is empty, damaged or incomplete.`,
      `L'élément « ${what} » pour ${cluster} est inutilisable : vide, abîmé ou incomplet.`,
    ),
    text(
      "Replace it in the kubeconfig or in the secret store; certificates and keys are PEM.",
      "Remplacez-le dans le kubeconfig ou le coffre ; certificats et clés sont en PEM.",
    ),
    cause,
  );
}

const testPlugin = (command: string) =>
  text(
    `Run \`${command}\` in a terminal, as the kubeconfig calls it, and mend what it says.`,
    `Lancez « ${command} » dans un terminal, comme le kubeconfig l'appelle, et corrigez ce qu'il signale.`,
  );

/** `kubernetes.exec-missing`: the exec plugin is not installed, or not executable. */
export function pluginMissing(command: string, installHint: string | null, cause?: unknown): OpsError {
  const hint = installHint === null ? "" : ` ${installHint}`;
  return kubernetesFault(
    "exec-missing",
    text(
      `The log-in program ${command} of the kubeconfig cannot be started.`,
      `Le programme d'authentification ${command} du kubeconfig ne peut pas être lancé.`,
    ),
    text(
      `Install it on this workstation and make it executable.${hint}`,
      `Installez-le sur ce poste et rendez-le exécutable.${hint}`,
    ),
    cause,
  );
}

/** `kubernetes.exec-failed`: it ended with an error; its words may hold secrets and are not shown. */
export function pluginFailed(command: string, exitCode: number | null): OpsError {
  return kubernetesFault(
    "exec-failed",
    text(
      `The log-in program ${command} failed (exit code ${exitCode ?? "—"}).`,
      `Le programme d'authentification ${command} a échoué (code de sortie ${exitCode ?? "—"}).`,
    ),
    testPlugin(command),
  );
}

/** `kubernetes.exec-timed-out`: it was ended. */
export function pluginTimedOut(command: string, seconds: number): OpsError {
  return kubernetesFault(
    "exec-timed-out",
    text(
      `The log-in program ${command} gave no answer within ${seconds} s and was ended.`,
      `Le programme d'authentification ${command} n'a pas répondu en ${seconds} s et a été arrêté.`,
    ),
    text(
      "It may wait for a person or a browser: log in with it in a terminal first, then try again.",
      "Il attend peut-être une personne ou un navigateur : authentifiez-vous d'abord dans un terminal, puis réessayez.",
    ),
  );
}

/** `kubernetes.exec-garbage`: what it printed is no ExecCredential. */
export function pluginGarbage(command: string): OpsError {
  return kubernetesFault(
    "exec-garbage",
    text(
      `What the log-in program ${command} printed is not an ExecCredential with a token or a certificate.`,
      `Ce que le programme d'authentification ${command} a affiché n'est pas un ExecCredential avec un jeton ou un certificat.`,
    ),
    testPlugin(command),
  );
}

/** Why an identity provider gave no new token. */
export type RefreshTrouble = "incomplete" | "silent" | "untrusted" | "refused" | "garbage";

const refreshTroubles: Record<RefreshTrouble, (provider: string) => LocalText> = {
  incomplete: () =>
    text(
      "its token has expired, and the kubeconfig lacks the issuer, the client or the refresh token to get another",
      "son jeton a expiré, et le kubeconfig n'a pas l'émetteur, le client ou le jeton de rafraîchissement pour en obtenir un autre",
    ),
  silent: (provider) => text(`${provider} did not answer within 30 s`, `${provider} n'a pas répondu en 30 s`),
  untrusted: (provider) =>
    text(
      `the certificate of ${provider} is not vouched for or has expired; nothing was sent`,
      `le certificat de ${provider} n'est pas garanti ou a expiré ; rien n'a été envoyé`,
    ),
  refused: (provider) =>
    text(`${provider} refuses the refresh token`, `${provider} refuse le jeton de rafraîchissement`),
  garbage: (provider) =>
    text(
      `${provider} does not answer as an OpenID provider`,
      `${provider} ne répond pas comme un fournisseur OpenID`,
    ),
};

/** `kubernetes.refresh-failed`: the identity provider gave no new token. */
export function refreshFailed(
  cluster: string,
  provider: string | null,
  trouble: RefreshTrouble,
  cause?: unknown,
): OpsError {
  const why = refreshTroubles[trouble](provider ?? "");
  return kubernetesFault(
    "refresh-failed",
    text(
      `The log-in for ${cluster} could not be renewed: ${why.en}.`,
      `L'authentification pour ${cluster} n'a pas pu être renouvelée : ${why.fr}.`,
    ),
    text(
      "Log in again with the tool that made the kubeconfig, and check that the provider is reachable through the hop of the cluster.",
      "Authentifiez-vous de nouveau avec l'outil qui a créé le kubeconfig, et vérifiez que le fournisseur est joignable par le rebond de la grappe.",
    ),
    cause,
  );
}
