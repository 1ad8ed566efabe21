import { type LocalText, sameText, text } from "../../../shared/text.ts";

/** Why the engine itself, or the command line, pauses a run: what the journal has, and what people read. */
const ownReasons: Readonly<Record<string, LocalText>> = {
  "console-closed": text("the console was closed for a while", "la console est restée fermée un moment"),
  "person-decides": text("a person decides", "une personne décide"),
  interrupted: text("the command was interrupted", "la commande a été interrompue"),
};

/** The words of a reason: the engine's own in both languages, a person's as they were written. */
export function reasonWords(reason: string): LocalText {
  return (Object.hasOwn(ownReasons, reason) ? ownReasons[reason] : undefined) ?? sameText(reason);
}
