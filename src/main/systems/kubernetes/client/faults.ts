import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";

/** An OpsError of this area; `code` comes without the `kubernetes.` before it. */
export function kubernetesFault(
  code: string,
  message: LocalText,
  hint: LocalText,
  cause?: unknown,
): OpsError {
  return new OpsError({ code: `kubernetes.${code}`, system: "kubernetes", message, hint, cause });
}

const checkServer = text(
  "Check that the address and port in the estate file or the kubeconfig are those of the API server.",
  "Vérifiez que l'adresse et le port du fichier de parc ou du kubeconfig sont ceux du serveur d'API.",
);
const tryAgain = text(
  "Try again; if it fails again, look at the load of the API server and at the link to it.",
  "Réessayez ; si l'échec persiste, examinez la charge du serveur d'API et la liaison avec lui.",
);

/** `kubernetes.timed-out`: connected, but the whole answer did not come before the deadline. */
export function answerTimedOut(cluster: string, seconds: number): OpsError {
  return kubernetesFault(
    "timed-out",
    text(
      `The API server of ${cluster} did not answer completely within ${seconds} s.`,
      `Le serveur d'API de ${cluster} n'a pas répondu entièrement en ${seconds} s.`,
    ),
    tryAgain,
  );
}

/** `kubernetes.closed`: the connection ended before an answer began. */
export function closedWithoutAnswer(cluster: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "closed",
    text(
      `The API server of ${cluster} closed the connection without an answer.`,
      `Le serveur d'API de ${cluster} a fermé la connexion sans répondre.`,
    ),
    tryAgain,
    cause,
  );
}

/** `kubernetes.truncated`: the connection ended in the middle of an answer. */
export function answerTruncated(cluster: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "truncated",
    text(
      `The answer of the API server of ${cluster} broke off.`,
      `La réponse du serveur d'API de ${cluster} s'est interrompue.`,
    ),
    tryAgain,
    cause,
  );
}

/** `kubernetes.too-large`: an answer, or one object of a watch, is larger than anything that is read here. */
export function answerTooLarge(cluster: string, mebibytes: number): OpsError {
  return kubernetesFault(
    "too-large",
    text(
      `An answer of the API server of ${cluster} is larger than ${mebibytes} MiB and was dropped.`,
      `Une réponse du serveur d'API de ${cluster} dépasse ${mebibytes} Mio et a été abandonnée.`,
    ),
    text(
      "Name the namespaces to look at in the estate file, or find the oversized object with kubectl.",
      "Indiquez les espaces de noms à observer dans le fichier de parc, ou cherchez l'objet démesuré avec kubectl.",
    ),
  );
}

/** `kubernetes.garbage`: what came is not HTTP, not JSON, or not an object of the Kubernetes API. */
export function answerGarbage(
  cluster: string,
  what: "HTTP" | "JSON" | "Kubernetes",
  cause?: unknown,
): OpsError {
  return kubernetesFault(
    "garbage",
    text(
      `The API server of ${cluster} answered with something that is not valid ${what}.`,
      `Le serveur d'API de ${cluster} a répondu autre chose que du ${what} valide.`,
    ),
    checkServer,
    cause,
  );
}

/** `kubernetes.not-kubernetes`: a web page came, from a proxy or a log-in portal as a rule. */
export function answerHtml(cluster: string, status: number): OpsError {
  return kubernetesFault(
    "not-kubernetes",
    text(
      `Instead of the API of ${cluster}, a web page answered (HTTP status ${status}).`,
      `Au lieu de l'API de ${cluster}, une page web a répondu (statut HTTP ${status}).`,
    ),
    text(
      "A proxy or a log-in page stands in between: check the address of the API server and the hop.",
      "Un mandataire ou une page de connexion s'interpose : vérifiez l'adresse du serveur d'API et le rebond.",
    ),
  );
}

/** `kubernetes.certificate-untrusted`: nothing was sent. */
export function certificateUntrusted(cluster: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "certificate-untrusted",
    text(
      `The certificate of the API server of ${cluster} is not vouched for by the cluster's authority, or is not for this name; nothing was sent.`,
      `Le certificat du serveur d'API de ${cluster} n'est pas garanti par l'autorité de la grappe, ou n'est pas à ce nom ; rien n'a été envoyé.`,
    ),
    text(
      "Check the authority in the kubeconfig or the estate file, and `serverName` when it is reached under another name.",
      "Vérifiez l'autorité dans le kubeconfig ou le fichier de parc, et « serverName » s'il est joint sous un autre nom.",
    ),
    cause,
  );
}

/** `kubernetes.certificate-expired`: the API server's own certificate is out of date; nothing was sent. */
export function serverCertificateExpired(cluster: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "certificate-expired",
    text(
      `The certificate of the API server of ${cluster} has expired or is not valid yet; nothing was sent.`,
      `Le certificat du serveur d'API de ${cluster} a expiré ou n'est pas encore valable ; rien n'a été envoyé.`,
    ),
    text(
      "Renew it on the control plane, or set this workstation's clock right.",
      "Renouvelez-le sur le plan de contrôle, ou mettez à l'heure l'horloge de ce poste.",
    ),
    cause,
  );
}

/** `kubernetes.client-certificate-expired`: what we would log in with is out of date; nothing was sent. */
export function clientCertificateExpired(cluster: string, until: string): OpsError {
  return kubernetesFault(
    "client-certificate-expired",
    text(
      `The client certificate for ${cluster} expired on ${until}; nothing was sent.`,
      `Le certificat client pour ${cluster} a expiré le ${until} ; rien n'a été envoyé.`,
    ),
    text(
      "Get a new one from whoever runs the cluster, and put it where the old one is.",
      "Demandez-en un nouveau à l'équipe de la grappe et mettez-le à la place de l'ancien.",
    ),
  );
}

/** `kubernetes.tls-failed`: no TLS connection came about, for another reason than the certificate. */
export function tlsFailed(cluster: string, cause?: unknown): OpsError {
  return kubernetesFault(
    "tls-failed",
    text(
      `No TLS connection to the API server of ${cluster} came about.`,
      `Aucune connexion TLS avec le serveur d'API de ${cluster} n'a pu être établie.`,
    ),
    checkServer,
    cause,
  );
}

/** `kubernetes.name-invalid`: a name that no object of a cluster can have; nothing is sent. */
export function nameInvalid(cluster: string): OpsError {
  return kubernetesFault(
    "name-invalid",
    text(
      `Nothing was asked of ${cluster}: the name asked for is not one that Kubernetes gives.`,
      `Rien n'a été demandé à ${cluster} : le nom demandé n'est pas de ceux que Kubernetes attribue.`,
    ),
    text("Open the resource again from its list.", "Rouvrez la ressource depuis sa liste."),
  );
}
