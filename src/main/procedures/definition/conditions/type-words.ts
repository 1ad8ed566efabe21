import { type LocalText, text } from "../../../../shared/text.ts";
import type { ScopeType } from "../scope.ts";

/** What each type is called in a sentence. */
export const typeWords: Record<ScopeType | "null", LocalText> = {
  text: text("text", "du texte"),
  number: text("a number", "un nombre"),
  boolean: text("true or false", "true ou false"),
  duration: text("a duration", "une durée"),
  choice: text("a choice", "un choix"),
  resource: text("a resource", "une ressource"),
  resources: text("a list of resources", "une liste de ressources"),
  unknown: text("a value", "une valeur"),
  null: text("nothing", "aucune valeur"),
};
