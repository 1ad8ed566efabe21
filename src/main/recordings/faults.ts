import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

const system = "recordings";

/** The file is not what a recording is, or a block of it lies about its length. */
export function damagedRecording(): OpsError {
  return new OpsError({
    code: "recording.damaged",
    system,
    message: text(
      "The recording is damaged and cannot be played beyond this point.",
      "L'enregistrement est endommagé et ne peut être lu au-delà de ce point.",
    ),
    hint: text(
      "Play an earlier part of it, or restore its file from a backup.",
      "Lisez-en une partie antérieure, ou restaurez son fichier depuis une sauvegarde.",
    ),
  });
}

export function unknownRecording(): OpsError {
  return new OpsError({
    code: "recording.unknown",
    system,
    message: text("There is no such recording.", "Cet enregistrement n'existe pas."),
    hint: text(
      "It may have been removed meanwhile; choose another one.",
      "Il a peut-être été supprimé entre-temps ; choisissez-en un autre.",
    ),
  });
}

export function recordingUnderWay(): OpsError {
  return new OpsError({
    code: "recording.under-way",
    system,
    message: text(
      "The recording is still being written.",
      "L'enregistrement est encore en cours d'écriture.",
    ),
    hint: text("Close its screen first.", "Fermez d'abord son écran."),
  });
}

export function unreadableRecording(cause: unknown): OpsError {
  return new OpsError({
    code: "recording.cannot-read",
    system,
    message: text("The recording cannot be read.", "L'enregistrement ne peut être lu."),
    hint: text(
      "Check the folder “recordings” in the console's data folder: its disk, and that its files are yours.",
      "Vérifiez le dossier « recordings » du dossier de données de la console : son disque, et que ses fichiers sont à vous.",
    ),
    cause,
  });
}

export function cannotRemove(cause: unknown): OpsError {
  return new OpsError({
    code: "recording.cannot-remove",
    system,
    message: text("The recording could not be removed.", "L'enregistrement n'a pas pu être supprimé."),
    hint: text(
      "Check that the folder “recordings” in the console's data folder is yours to write to.",
      "Vérifiez que vous pouvez écrire dans le dossier « recordings » du dossier de données de la console.",
    ),
    cause,
  });
}

/** A viewer wants the pictures in another pixel format than they were recorded in. */
export function otherPixelFormat(): OpsError {
  return new OpsError({
    code: "recording.other-pixel-format",
    system,
    message: text(
      "The recording holds another pixel format than the viewer asks for.",
      "L'enregistrement contient un autre format de pixels que celui demandé par l'afficheur.",
    ),
    hint: text(
      "Save the recording and play it with another player of FBS files.",
      "Enregistrez-le dans un fichier et lisez-le avec un autre lecteur de fichiers FBS.",
    ),
  });
}

/** Why a recording ended early, for its list; none keeps the screen from going on. */
export const troubles = {
  killed: text(
    "It ended without farewell: the console was stopped in the middle. What was written can be played.",
    "Il s'est terminé sans adieu : la console a été arrêtée au milieu. Ce qui a été écrit peut être lu.",
  ),
  diskFull: text(
    "It ended because too little space is left on the disk of the data folder; the part before can be played.",
    "Il s'est terminé car le disque du dossier de données n'a plus assez de place ; la partie précédente peut être lue.",
  ),
  cannotWrite: text(
    "It ended because its file could not be written; the part before can be played.",
    "Il s'est terminé car son fichier n'a pas pu être écrit ; la partie précédente peut être lue.",
  ),
  tooSlow: text(
    "It ended because the disk of the data folder is too slow; the part before can be played.",
    "Il s'est terminé car le disque du dossier de données est trop lent ; la partie précédente peut être lue.",
  ),
  longest: text(
    "It ended at the largest size that a recording may have; begin another one to go on.",
    "Il s'est terminé à la taille maximale d'un enregistrement ; commencez-en un autre pour continuer.",
  ),
  notUnderstood: text(
    "It ended because the screen's protocol took a turn that a recording cannot hold; the part before can be played.",
    "Il s'est terminé car le protocole de l'écran a pris un tour qu'un enregistrement ne peut contenir ; la partie précédente peut être lue.",
  ),
  empty: text(
    "Nothing was recorded: the screen ended before its first picture.",
    "Rien n'a été enregistré : l'écran s'est terminé avant sa première image.",
  ),
} as const;
