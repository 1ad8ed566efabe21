import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";

function fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `kubernetes.${code}`, system: "kubernetes", message, hint, cause });
}

export function podVanished(cluster: string, pod: string): OpsError {
  return fault(
    "pod-gone",
    text(`The pod ${pod} is no longer in ${cluster}.`, `Le pod ${pod} n'est plus dans ${cluster}.`),
    text(
      "Look at its workload for the pod that has taken its place.",
      "Cherchez dans sa charge de travail le pod qui l'a remplacé.",
    ),
  );
}

export function noSuchContainer(pod: string, container: string): OpsError {
  return fault(
    "container-unknown",
    text(`The pod ${pod} has no container ${container}.`, `Le pod ${pod} n'a pas de conteneur ${container}.`),
    text("Choose one of its containers, or all of them.", "Choisissez l'un de ses conteneurs, ou tous."),
  );
}

export function notRunning(pod: string, why: string | null): OpsError {
  const because = why === null ? "" : ` (${why})`;
  return fault(
    "pod-not-running",
    text(`The pod ${pod} does not run${because}.`, `Le pod ${pod} ne fonctionne pas${because}.`),
    text(
      "Look at its events for what keeps it from running.",
      "Consultez ses événements pour savoir ce qui l'en empêche.",
    ),
  );
}

export function noReadyPod(workload: string): OpsError {
  return fault(
    "no-ready-pod",
    text(`No pod of ${workload} is ready.`, `Aucun pod de ${workload} n'est prêt.`),
    text(
      "Look at its pods for what keeps them from being ready.",
      "Consultez ses pods pour savoir ce qui les en empêche.",
    ),
  );
}

export function logSilent(cluster: string, seconds: number): OpsError {
  return fault(
    "log-silent",
    text(
      `${cluster} sent nothing of the log for ${seconds} seconds.`,
      `${cluster} n'a rien envoyé du journal pendant ${seconds} secondes.`,
    ),
    text(
      "Check the way to the cluster and the kubelet of the pod's node, then open the log again.",
      "Vérifiez le chemin vers la grappe et le kubelet du nœud du pod, puis rouvrez le journal.",
    ),
  );
}

export function streamRefused(cluster: string, status: number, cause?: unknown): OpsError {
  return fault(
    "stream-refused",
    text(
      `The API server of ${cluster} does not open the stream (HTTP status ${status}).`,
      `Le serveur d'API de ${cluster} n'ouvre pas le flux (statut HTTP ${status}).`,
    ),
    text(
      "Something on the way may not let WebSockets through: a proxy in front of the API server, or a version before 1.20.",
      "Un intermédiaire ne laisse peut-être pas passer les WebSockets : un proxy devant le serveur d'API, ou une version antérieure à 1.20.",
    ),
    cause,
  );
}

export function streamBroken(cluster: string, cause?: unknown): OpsError {
  return fault(
    "stream-broken",
    text(`The stream from ${cluster} broke off.`, `Le flux de ${cluster} s'est interrompu.`),
    text(
      "Check the way to the cluster and the node of the pod, then open it again.",
      "Vérifiez le chemin vers la grappe et le nœud du pod, puis rouvrez-le.",
    ),
    cause,
  );
}

export function streamSilent(cluster: string, seconds: number): OpsError {
  return fault(
    "stream-silent",
    text(
      `${cluster} has not answered on the stream for ${seconds} seconds; it was cut.`,
      `${cluster} ne répond plus sur le flux depuis ${seconds} secondes ; il a été coupé.`,
    ),
    text(
      "Check the way to the cluster, then open it again.",
      "Vérifiez le chemin vers la grappe, puis rouvrez-le.",
    ),
  );
}

export function streamGarbage(cluster: string): OpsError {
  return fault(
    "stream-garbage",
    text(
      `The stream from ${cluster} does not keep to its protocol; it was cut.`,
      `Le flux de ${cluster} ne respecte pas son protocole ; il a été coupé.`,
    ),
    text(
      "Check that the API server and the node run versions of Kubernetes that go together.",
      "Vérifiez que le serveur d'API et le nœud ont des versions compatibles de Kubernetes.",
    ),
  );
}

/** The shell could not be started, or ended otherwise than by itself; `said`: the node's own words. */
export function shellFailed(pod: string, said: string): OpsError {
  const because = said === "" ? "." : `: ${said}`;
  const car = said === "" ? "." : ` : ${said}`;
  return fault(
    "shell-failed",
    text(`The shell in the pod ${pod} failed${because}`, `Le shell du pod ${pod} a échoué${car}`),
    text(
      "An image without a shell has none to open; otherwise look at the pod's events and at its node.",
      "Une image sans shell n'en a aucun à ouvrir ; sinon, consultez les événements du pod et son nœud.",
    ),
  );
}

/** A port that could not be reached in the pod; `said`: the node's own words. */
export function portRefused(pod: string, port: number, said: string): OpsError {
  const because = said === "" ? "." : `: ${said}`;
  const car = said === "" ? "." : ` : ${said}`;
  return fault(
    "port-refused",
    text(
      `Port ${port} of the pod ${pod} could not be reached${because}`,
      `Le port ${port} du pod ${pod} n'a pas pu être atteint${car}`,
    ),
    text(
      "Check that something in the pod listens on that port.",
      "Vérifiez que quelque chose écoute sur ce port dans le pod.",
    ),
  );
}
