import { statfsSync } from "node:fs";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

const system = "journal";
/** Bytes that SQLite needs free to open a file with its log and index. */
const leastSpace = 128 * 1024;

/** The journal could not take an event; nothing that must be journalled may start. */
export function cannotWrite(cause: unknown, folder: string): OpsError {
  return isFull(cause, folder)
    ? new OpsError({
        code: "journal.cannot-write",
        system,
        message: text(
          "The journal cannot be written: the disk under the data folder is full.",
          "Le journal ne peut pas être écrit : le disque du dossier de données est plein.",
        ),
        hint: text(
          "Free some space there; actions can start again at once, without a restart.",
          "Libérez-y de la place ; les actions repartiront aussitôt, sans redémarrage.",
        ),
        cause,
      })
    : new OpsError({
        code: "journal.cannot-write",
        system,
        message: text("The journal cannot be written.", "Le journal ne peut pas être écrit."),
        hint: text(
          "Check that the data folder is mounted, writable and not failing, then try again.",
          "Vérifiez que le dossier de données est monté, accessible en écriture et sain, puis réessayez.",
        ),
        cause,
      });
}

export function eventTooLarge(bytes: number): OpsError {
  return new OpsError({
    code: "journal.event-too-large",
    system,
    message: text(
      `An event of ${bytes} bytes is too large for the journal.`,
      `Un événement de ${bytes} octets est trop grand pour le journal.`,
    ),
    hint: text(
      "Run the action on fewer resources or with a shorter input.",
      "Lancez l'action sur moins de ressources ou avec une saisie plus courte.",
    ),
  });
}

export function damaged(): OpsError {
  return new OpsError({
    code: "journal.damaged",
    system,
    message: text(
      "The end of the journal is not what the console last wrote, so it takes no more events.",
      "La fin du journal n'est pas ce que la console a écrit en dernier ; il ne reçoit plus d'événements.",
    ),
    hint: text(
      'Run "passerelle journal verify", keep journal.sqlite and journal.head as evidence in another place, then start the console anew.',
      "Lancez « passerelle journal verify », conservez journal.sqlite et journal.head ailleurs comme preuves, puis redémarrez la console.",
    ),
  });
}

export function cannotOpen(cause: unknown, folder: string): OpsError {
  return new OpsError({
    code: "journal.cannot-open",
    system,
    message: isFull(cause, folder)
      ? text(
          "The journal cannot be opened: the disk under the data folder is full.",
          "Le journal ne peut pas être ouvert : le disque du dossier de données est plein.",
        )
      : text("The journal cannot be opened.", "Le journal ne peut pas être ouvert."),
    hint: text(
      "Check the space, the owner and the health of the data folder, then start the console again.",
      "Vérifiez la place libre, le propriétaire et l'état du dossier de données, puis relancez la console.",
    ),
    cause,
  });
}

export function newerVersion(found: number, known: number): OpsError {
  return new OpsError({
    code: "journal.newer-version",
    system,
    message: text(
      `The journal has format ${found}; this console knows formats up to ${known}.`,
      `Le journal est au format ${found} ; cette console connaît les formats jusqu'à ${known}.`,
    ),
    hint: text(
      "Start the newer console that wrote it, or use another data folder.",
      "Lancez la console plus récente qui l'a écrit, ou utilisez un autre dossier de données.",
    ),
  });
}

export function noJournal(): OpsError {
  return new OpsError({
    code: "journal.not-found",
    system,
    message: text(
      "There is no journal in this data folder.",
      "Il n'y a pas de journal dans ce dossier de données.",
    ),
    hint: text(
      "Name the data folder that the console uses.",
      "Indiquez le dossier de données que la console utilise.",
    ),
  });
}

/**
 * Whether a full disk is behind a failure: SQLITE_FULL (https://sqlite.org/rescode.html#full), the operating
 * system's own words, or an input/output error where no space is left.
 */
function isFull(cause: unknown, folder: string): boolean {
  if (!(cause instanceof Error)) return false;
  if ("errcode" in cause && cause.errcode === 13) return true;
  if ("code" in cause && (cause.code === "ENOSPC" || cause.code === "EDQUOT")) return true;
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < leastSpace;
  } catch {
    return false;
  }
}
