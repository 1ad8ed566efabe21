import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

/** The command line of the lab was not understood; `words` says which part in both languages. */
export function usageError(english: string, french: string): OpsError {
  return new OpsError({
    code: "lab.usage",
    system: "lab",
    message: text(english, french),
    hint: text(
      "Use: lab start [--speed N] [--seed N] [--hosts N] [--pods N] [--cluster K] [--sites atelier|vault|provider|regions|all] [--vms N] [--folder F], lab fault …, lab clear, lab power on|off MACHINE, lab status, lab stop.",
      "Utilisez : lab start [--speed N] [--seed N] [--hosts N] [--pods N] [--cluster K] [--sites atelier|vault|provider|regions|all] [--vms N] [--folder F], lab fault …, lab clear, lab power on|off MACHINE, lab status, lab stop.",
    ),
  });
}

/** No lab answers where one was looked for. */
export function notRunning(): OpsError {
  return new OpsError({
    code: "lab.not-running",
    system: "lab",
    message: text("No lab is running.", "Aucun lab n'est en marche."),
    hint: text(
      "Start one with `passerelle lab start`, or name its folder with --folder.",
      "Lancez-en un avec `passerelle lab start`, ou indiquez son dossier avec --folder.",
    ),
  });
}

/** The folder already belongs to a lab that runs. */
export function alreadyRunning(folder: string): OpsError {
  return new OpsError({
    code: "lab.already-running",
    system: "lab",
    message: text(
      `A lab is already running in the folder ${folder}.`,
      `Un lab est déjà en marche dans le dossier ${folder}.`,
    ),
    hint: text(
      "Stop it with `passerelle lab stop`, or choose another folder with --folder.",
      "Arrêtez-le avec `passerelle lab stop`, ou choisissez un autre dossier avec --folder.",
    ),
  });
}

/** Several labs run and the command does not say which one is meant. */
export function severalRunning(folders: readonly string[]): OpsError {
  return new OpsError({
    code: "lab.several-running",
    system: "lab",
    message: text(`${folders.length} labs are running.`, `${folders.length} labs sont en marche.`),
    hint: text(
      `Name one with --folder: ${folders.join(", ")}.`,
      `Indiquez-en un avec --folder : ${folders.join(", ")}.`,
    ),
  });
}

/** The lab's folder, keys or ports cannot be used. */
export function cannotStart(folder: string, cause: unknown): OpsError {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new OpsError({
    code: "lab.cannot-start",
    system: "lab",
    message: text(
      `The lab cannot start in the folder ${folder}${code}.`,
      `Le lab ne peut pas démarrer dans le dossier ${folder}${code}.`,
    ),
    hint: text(
      "Check that the folder can be written to and has room, or remove it so that it is made anew.",
      "Vérifiez que le dossier est accessible en écriture et a de la place, ou supprimez-le pour qu'il soit recréé.",
    ),
    cause,
  });
}
