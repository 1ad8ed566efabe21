import { text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import { rolloutOf } from "../kinds/workloads.ts";
import { rights } from "../rights.ts";
import type { ClusterActionParts } from "./parts.ts";
import { rolloutWords } from "./rollout.ts";
import { switchAction } from "./switch.ts";

const rollout = {
  kinds: ["workload"],
  plural: "deployments",
  field: "paused",
  right: rights.patchDeployments,
  bulk: true,
  states: {
    on: text(
      "Its rollout is paused: a changed template replaces no pods.",
      "Son déploiement est en pause : un modèle modifié ne remplace aucun pod.",
    ),
    off: text(
      "Its rollout is not paused: a changed template replaces its pods.",
      "Son déploiement n'est pas en pause : un modèle modifié remplace ses pods.",
    ),
  },
} as const;

const schedule = {
  kinds: ["workload"],
  plural: "cronjobs",
  field: "suspend",
  right: rights.patchCronJobs,
  bulk: true,
  states: {
    on: text("It is suspended: it starts no jobs.", "Il est suspendu : il ne lance aucune tâche."),
    off: text("It starts jobs on its schedule.", "Il lance des tâches selon son calendrier."),
  },
} as const;

/** Pause and resume of a Deployment's rollout, and of a CronJob's schedule. */
export function pauseActions(parts: ClusterActionParts): Action[] {
  return [
    switchAction(parts, {
      ...rollout,
      id: "kubernetes.pause-rollout",
      title: text("Pause the rollout", "Mettre le déploiement en pause"),
      verb: text("Pause", "Mettre en pause"),
      risk: "safe",
      wanted: true,
      step: text(
        "Let a changed template replace no more pods; scaling goes on.",
        "Ne plus remplacer de pods quand le modèle change ; le nombre de pods reste réglable.",
      ),
      undo: text("Resume the rollout.", "Reprendre le déploiement."),
      notes: (object) => [rolloutWords(rolloutOf("Deployment", object))],
    }),
    switchAction(parts, {
      ...rollout,
      id: "kubernetes.resume-rollout",
      title: text("Resume the rollout", "Reprendre le déploiement"),
      verb: text("Resume", "Reprendre"),
      risk: "disruptive",
      wanted: false,
      step: text(
        "Let the controller replace the pods that are not of the template, as its strategy says.",
        "Laisser le contrôleur remplacer les pods qui ne proviennent pas du modèle, selon sa stratégie.",
      ),
      undo: text("Pause the rollout again.", "Remettre le déploiement en pause."),
      notes: (object) => [rolloutWords(rolloutOf("Deployment", object))],
    }),
    switchAction(parts, {
      ...schedule,
      id: "kubernetes.suspend",
      title: text("Suspend the schedule", "Suspendre le calendrier"),
      verb: text("Suspend", "Suspendre"),
      risk: "disruptive",
      wanted: true,
      step: text(
        "Start no more jobs; those that run go on.",
        "Ne plus lancer de tâches ; celles en cours continuent.",
      ),
      undo: text("Go on with the schedule.", "Rétablir le calendrier."),
    }),
    switchAction(parts, {
      ...schedule,
      id: "kubernetes.unsuspend",
      title: text("Go on with the schedule", "Rétablir le calendrier"),
      verb: text("Go on", "Rétablir"),
      risk: "safe",
      wanted: false,
      step: text(
        "Start jobs again at the times of its schedule; what was missed may be made up for at once.",
        "Lancer de nouveau des tâches selon le calendrier ; celles qui ont été manquées peuvent être rattrapées aussitôt.",
      ),
      undo: text("Suspend it again.", "Le suspendre de nouveau."),
    }),
  ];
}
