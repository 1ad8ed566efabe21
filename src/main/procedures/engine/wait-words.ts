import { factWords } from "../../../shared/facts.ts";
import type { PlannedWait } from "../../../shared/plan.ts";
import { type LocalText, sameText, text } from "../../../shared/text.ts";
import { factLabel } from "../definition/known-facts.ts";

type FactWait = Extract<PlannedWait, { kind: "until" }>;

/** What a wait waits for, as people name it: the fact by its label, its value by its words. */
export function waitWords({ resource, fact, comparison, value }: FactWait): LocalText {
  const label = factLabel(fact);
  const wanted = valueWords(fact, value);
  const of = text(`"${label.en}" of ${resource.name}`, `« ${label.fr} » de ${resource.name}`);
  switch (comparison) {
    case "read":
      return text(`It waits until ${of.en} has been read.`, `Attente d'une lecture de ${of.fr}.`);
    case "is":
      return text(`It waits until ${of.en} is: ${wanted.en}.`, `Attente, pour ${of.fr}, de : ${wanted.fr}.`);
    case "not":
      return text(
        `It waits until ${of.en} is no longer: ${wanted.en}.`,
        `Attente, pour ${of.fr}, d'autre chose que : ${wanted.fr}.`,
      );
    case "atLeast":
      return text(
        `It waits until ${of.en} is at least ${wanted.en}.`,
        `Attente, pour ${of.fr}, d'au moins ${wanted.fr}.`,
      );
    case "atMost":
      return text(
        `It waits until ${of.en} is at most ${wanted.en}.`,
        `Attente, pour ${of.fr}, d'au plus ${wanted.fr}.`,
      );
  }
}

const states: Readonly<Record<string, LocalText>> = {
  ok: text("ok", "correct"),
  warning: text("warning", "avertissement"),
  critical: text("critical", "critique"),
  unknown: text("unknown", "inconnu"),
};

function valueWords(fact: string, value: FactWait["value"]): LocalText {
  if (value === null) return text("unknown", "inconnu");
  if (typeof value === "boolean") return value ? text("yes", "oui") : text("no", "non");
  if (typeof value === "number") return sameText(String(value));
  const state = fact === "health" && Object.hasOwn(states, value) ? states[value] : undefined;
  return factWords(fact, value) ?? state ?? sameText(value);
}
