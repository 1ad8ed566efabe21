import { OpsError } from "../shared/errors.ts";
import { text } from "../shared/text.ts";
import type { EstateWatcher } from "./estate/watcher.ts";

/** `estate.none-in-force`: the file cannot be put in force, and no earlier one ever was. Names its first fault. */
export function noEstate(path: string, watcher: EstateWatcher): OpsError {
  const fault = watcher.state().faults[0];
  const where = fault ? `${fault.file}:${fault.line}:${fault.column}` : path;
  return new OpsError({
    code: "estate.none-in-force",
    system: "estate",
    message: text(
      `No estate can be put in force: ${where}${fault ? ` ${fault.message.en}` : ""}`,
      `Aucun parc ne peut être mis en vigueur : ${where}${fault ? ` ${fault.message.fr}` : ""}`,
    ),
    hint: text(
      `Run \`passerelle check ${path}\` for every fault, mend them and start again.`,
      `Lancez \`passerelle check ${path}\` pour voir chaque erreur, corrigez-les et recommencez.`,
    ),
  });
}
