import type { DrainPod } from "../../../../shared/drain.ts";
import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import { kubernetesFault } from "../client/faults.ts";

/** `kubernetes.drain-uncordoned`: somebody let the node take pods again while it was drained. */
export function uncordonedMeanwhile(node: string): OpsError {
  return kubernetesFault(
    "drain-uncordoned",
    text(
      `Somebody uncordoned ${node} while it was being drained; the drain has stopped.`,
      `Quelqu'un a levé l'isolement de ${node} pendant son évacuation ; l'évacuation s'est arrêtée.`,
    ),
    text(
      "Find out who needs the node, then drain it again.",
      "Cherchez qui a besoin du nœud, puis relancez l'évacuation.",
    ),
  );
}

/** `kubernetes.drain-other-node`: another node has this name now. */
export function otherNode(node: string): OpsError {
  return kubernetesFault(
    "drain-other-node",
    text(
      `${node} was deleted and made anew since it was looked at; the drain has stopped.`,
      `${node} a été supprimé et recréé depuis sa vérification ; l'évacuation s'est arrêtée.`,
    ),
    text("Look at the new node before you drain it.", "Examinez le nouveau nœud avant de l'évacuer."),
  );
}

/** `kubernetes.drain-aborted`: a person stopped it. */
export function drainAborted(node: string, uncordoned: boolean, left: number): OpsError {
  return kubernetesFault(
    "drain-aborted",
    uncordoned
      ? text(
          `The drain of ${node} was aborted and the node takes new pods again. Pods that had not left: ${left}.`,
          `L'évacuation de ${node} a été abandonnée et le nœud accepte de nouveau des pods. Pods qui n'étaient pas partis : ${left}.`,
        )
      : text(
          `The drain of ${node} was aborted; the node stays cordoned. Pods that had not left: ${left}.`,
          `L'évacuation de ${node} a été abandonnée ; le nœud reste isolé. Pods qui n'étaient pas partis : ${left}.`,
        ),
    text(
      "Pods that were evicted stay where they are now; drain again to go on.",
      "Les pods évincés restent où ils sont ; relancez l'évacuation pour continuer.",
    ),
  );
}

/** `kubernetes.drain-timed-out`, naming what holds it. */
export function drainTimedOut(node: string, minutes: number, waiting: readonly DrainPod[]): OpsError {
  const few = waiting.slice(0, 5);
  const list = (language: "en" | "fr") =>
    few.map(({ namespace, name, reason }) => `${namespace}/${name}: ${reason?.[language] ?? "—"}`).join(" ");
  const more = waiting.length > few.length ? ` (+${waiting.length - few.length})` : "";
  return kubernetesFault(
    "drain-timed-out",
    text(
      `Not everything has left ${node} within ${minutes} min (${waiting.length} to go). ${list("en")}${more}`,
      `Tout n'a pas quitté ${node} en ${minutes} min (reste : ${waiting.length}). ${list("fr")}${more}`,
    ),
    text(
      "The node stays cordoned: free what holds these pods and drain again, or uncordon it.",
      "Le nœud reste isolé : libérez ce qui retient ces pods et relancez l'évacuation, ou levez l'isolement.",
    ),
  );
}

/** `kubernetes.drain-asks`: only pods are left that need a person's word. */
export function drainAsks(node: string, asking: readonly DrainPod[]): OpsError {
  const names = asking
    .slice(0, 5)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .join(", ");
  return kubernetesFault(
    "drain-asks",
    text(
      `All other pods have left ${node}; your word is needed first for ${names} (${asking.length}).`,
      `Tous les autres pods ont quitté ${node} ; votre accord est requis pour ${names} (${asking.length}).`,
    ),
    text(
      "Drain again and allow the loss of local data or of unmanaged pods, or move them yourself.",
      "Relancez en acceptant la perte des données locales ou des pods sans contrôleur, ou déplacez-les vous-même.",
    ),
  );
}
