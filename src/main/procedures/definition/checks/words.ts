import { text } from "../../../../shared/text.ts";
import { typeWords } from "../conditions/type-words.ts";
import { piecesOf, textsIn, wholePlaceholder } from "../placeholders.ts";
import type { Found, Scope, ScopeType } from "../scope.ts";
import type { Path, Report } from "./report.ts";

type Known = Extract<Found, { kind: "known" }>;

/** Every placeholder in the texts of a value must be well formed and name something that words can be made of. */
export function checkWords(value: unknown, path: Path, scope: Scope, report: Report): void {
  for (const found of textsIn(value, path)) checkText(found.words, found.path, scope, report);
}

function checkText(words: string, path: Path, scope: Scope, report: Report): void {
  const taken = piecesOf(words);
  if (!taken.ok) {
    report.at(path, taken);
    return;
  }
  for (const piece of taken.pieces) {
    if (piece.kind === "words") continue;
    const found = scope.find(piece.path);
    if (found.kind === "unknown") report.at(path, found);
    else if (found.type === "resource" || found.type === "resources") {
      report.at(path, {
        message: text(
          `"${piece.path.join(".")}" is ${typeWords[found.type].en} and has no words of its own.`,
          `« ${piece.path.join(".")} » est ${typeWords[found.type].fr} et n'a pas de mots à elle seule.`,
        ),
        expected: text(
          "its .name or its .id, where it is one",
          "son .name ou son .id, s'il s'agit d'une seule",
        ),
      });
    }
  }
}

/** A value that is nothing but a placeholder of this type, or a word that stands for itself; null when it is neither. */
export function checkReference(
  words: string,
  type: ScopeType,
  path: Path,
  scope: Scope,
  report: Report,
): Known | "word" | null {
  const name = wholePlaceholder(words);
  if (!name) {
    if (!words.includes("${")) return "word";
    report.at(path, {
      message: text(
        "A placeholder cannot be a part of the words here.",
        "Un paramètre ne peut pas être une partie des mots ici.",
      ),
      expected: text("one placeholder and nothing else", "un seul paramètre et rien d'autre"),
    });
    return null;
  }
  const found = scope.find(name);
  if (found.kind === "unknown") {
    report.at(path, found);
    return null;
  }
  if (found.type === type || found.type === "unknown") return found;
  report.at(path, {
    message: text(
      `"${name.join(".")}" is ${typeWords[found.type].en}; here stands ${typeWords[type].en}.`,
      `« ${name.join(".")} » est ${typeWords[found.type].fr} ; ici se place ${typeWords[type].fr}.`,
    ),
    expected: typeWords[type],
    ...(name.length === 1
      ? { word: name[0] ?? "", candidates: type === "unknown" ? [] : scope.ofType(type) }
      : {}),
  });
  return null;
}
