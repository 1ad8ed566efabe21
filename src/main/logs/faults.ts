import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

const system = "logs";

export function noLogs(resource: string): OpsError {
  return new OpsError({
    code: "log.none",
    system,
    message: text(`${resource} has no logs to read.`, `${resource} n'a pas de journaux à lire.`),
    hint: text(
      "Open the logs of a pod, a workload, a namespace or a node of a cluster.",
      "Ouvrez les journaux d'un pod, d'une charge de travail, d'un espace de noms ou d'un nœud d'une grappe.",
    ),
  });
}

export function unknownLog(): OpsError {
  return new OpsError({
    code: "log.gone",
    system,
    message: text(
      "This log is no longer held: it was closed, or nobody had looked at it for long.",
      "Ce journal n'est plus conservé : il a été fermé, ou personne ne l'a consulté depuis longtemps.",
    ),
    hint: text("Open it again.", "Rouvrez-le."),
  });
}

export function tooManyLogs(most: number): OpsError {
  return new OpsError({
    code: "log.too-many-open",
    system,
    message: text(
      `${most} logs are open already, as many as may be at once.`,
      `${most} journaux sont déjà ouverts, le maximum à la fois.`,
    ),
    hint: text("Close one of them, then try again.", "Fermez-en un, puis réessayez."),
  });
}

export function tooManySources(most: number): OpsError {
  return new OpsError({
    code: "log.too-many-sources",
    system,
    message: text(
      `There are more than ${most} containers; the logs of the others are not read.`,
      `Il y a plus de ${most} conteneurs ; les journaux des autres ne sont pas lus.`,
    ),
    hint: text(
      "Open the logs of fewer things at once: of a workload in place of its namespace, or of one container.",
      "Ouvrez moins de journaux à la fois : ceux d'une charge plutôt que de son espace de noms, ou d'un seul conteneur.",
    ),
  });
}

/** `reason`: what the expression's parser says, in English. */
export function expressionBroken(reason: string, cause: unknown): OpsError {
  const said = reason === "" ? "." : `: ${reason}.`;
  const dit = reason === "" ? "." : ` : ${reason}.`;
  return new OpsError({
    code: "log.expression-broken",
    system,
    message: text(
      `This is not a regular expression that can be searched for${said}`,
      `Ceci n'est pas une expression régulière utilisable${dit}`,
    ),
    hint: text(
      "Mend it (RE2 syntax: neither back references nor look-around), or search for it as plain words.",
      "Corrigez-la (syntaxe RE2 : ni référence arrière ni assertion avant ou arrière), ou cherchez-la comme de simples mots.",
    ),
    cause,
  });
}

export function spoolFull(cause?: unknown): OpsError {
  return new OpsError({
    code: "log.disk-full",
    system,
    message: text(
      "Reading stopped: too little space is left on the disk of the data folder. What was read before can be used.",
      "La lecture s'est arrêtée : le disque du dossier de données n'a plus assez de place. Ce qui a été lu reste utilisable.",
    ),
    hint: text(
      "Make room on that disk, then open the log again.",
      "Libérez de la place sur ce disque, puis rouvrez le journal.",
    ),
    cause,
  });
}

export function spoolUnwritable(cause: unknown): OpsError {
  return new OpsError({
    code: "log.cannot-hold",
    system,
    message: text(
      "Reading stopped: the file that holds the lines can be neither written nor read.",
      "La lecture s'est arrêtée : le fichier qui conserve les lignes ne peut être ni écrit ni lu.",
    ),
    hint: text(
      "Check the disk of the console's data folder and that the folder is yours, then open the log again.",
      "Vérifiez le disque du dossier de données de la console et que ce dossier est à vous, puis rouvrez le journal.",
    ),
    cause,
  });
}

export function searchTimedOut(seconds: number): OpsError {
  return new OpsError({
    code: "log.search-timed-out",
    system,
    message: text(
      `Going through the log took more than ${seconds} seconds and was given up.`,
      `Le parcours du journal a dépassé ${seconds} secondes et a été abandonné.`,
    ),
    hint: text(
      "Search for something simpler or in fewer logs, or when the console has less to do.",
      "Cherchez quelque chose de plus simple ou dans moins de journaux, ou quand la console est moins occupée.",
    ),
  });
}
