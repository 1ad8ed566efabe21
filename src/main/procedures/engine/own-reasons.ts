import { z } from "zod";
import { type LocalText, sameText, text } from "../../../shared/text.ts";

/** Why the engine itself, or the command line, pauses a run: what the journal has, and what people read. */
const ownReasons: Readonly<Record<string, LocalText>> = {
  "console-closed": text("the console was closed for a while", "la console est restée fermée un moment"),
  "person-decides": text("a person decides", "une personne décide"),
  interrupted: text("the command was interrupted", "la commande a été interrompue"),
};

const lost = "right-lost ";
const lostSchema = z.object({ who: z.string(), able: z.array(z.string()) });

/** Why a run is paused whose first person may not do any more what is left of it; `able` are those who may. */
export function rightLost(what: z.infer<typeof lostSchema>): string {
  return `${lost}${JSON.stringify(what)}`;
}

function rightLostWords(reason: string): LocalText | null {
  if (!reason.startsWith(lost)) return null;
  try {
    const { who, able } = lostSchema.parse(JSON.parse(reason.slice(lost.length)));
    const one = text(
      `${who} may not do any more what is left of it`,
      `${who} n'a plus le droit de faire ce qu'il en reste`,
    );
    const names = able.join(", ");
    return able.length === 0
      ? text(`${one.en}, and nobody else may`, `${one.fr}, et personne d'autre ne l'a`)
      : text(
          `${one.en}; those who may have it go on: ${names}`,
          `${one.fr} ; peuvent la relancer : ${names}`,
        );
  } catch {
    return null;
  }
}

/** The words of a reason: the engine's own in both languages, a person's as they were written. */
export function reasonWords(reason: string): LocalText {
  const own = Object.hasOwn(ownReasons, reason) ? ownReasons[reason] : rightLostWords(reason);
  return own ?? sameText(reason);
}
