import { parseDuration } from "../../../../shared/estate-words.ts";
import { type FactDefinition, factDefinitions } from "../../../../shared/facts.ts";
import type { Step } from "../../../../shared/procedure.ts";
import { healthOrder } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";
import { factKeys } from "../known-facts.ts";
import { wholePlaceholder } from "../placeholders.ts";
import type { Scope } from "../scope.ts";
import type { Path, Report } from "./report.ts";
import { checkResource } from "./resource.ts";
import type { Surroundings } from "./surroundings.ts";
import { checkReference, checkWords } from "./words.ts";

type Wait = NonNullable<Step["wait"]>;
type Until = NonNullable<Wait["until"]>;

/** The ways in which a wait compares a fact; one of them is given. */
export const waitComparisons = ["is", "not", "atLeast", "atMost", "read", "changed"] as const;
const definitions: Record<string, FactDefinition> = factDefinitions;

/** A wait for a time, or until a fact of a resource is read that compares as it says. */
export function checkWait(step: Step, wait: Wait, path: Path, scope: Scope, around: Surroundings): void {
  const { report } = around;
  if ((wait.for === undefined) === (wait.until === undefined)) {
    report.at(path, {
      message: text(
        "A wait is either for a time or until something is so.",
        "Une attente est soit d'une durée, soit jusqu'à un état.",
      ),
      expected: text('"for" or "until"', "« for » ou « until »"),
    });
    return;
  }
  if (wait.for !== undefined) checkTime(wait.for, step, [...path, "for"], scope, report);
  if (wait.until) checkUntil(wait.until, [...path, "until"], scope, around);
}

function checkTime(time: string, step: Step, path: Path, scope: Scope, report: Report): void {
  const fixed = parseDuration(time);
  if (fixed === null) checkReference(time, "duration", path, scope, report);
  const limit = step.timeout === undefined ? null : parseDuration(step.timeout);
  if (fixed === null || limit === null || fixed < limit) return;
  report.at(path, {
    message: text(
      "The step is over its time before the wait ends.",
      "L'étape dépasse son délai avant la fin de l'attente.",
    ),
    expected: text(`less than ${step.timeout}`, `moins de ${step.timeout}`),
  });
}

function checkUntil(until: Until, path: Path, scope: Scope, around: Surroundings): void {
  const { report } = around;
  const place = [...path, "resource"];
  const found = checkReference(until.resource, "resource", place, scope, report);
  if (found === "word") checkResource(until.resource, place, around);
  if (!factKeys.includes(until.fact)) {
    report.at([...path, "fact"], {
      message: text(
        `No system reads a fact "${shown(until.fact)}".`,
        `Aucun système ne lit de fait « ${shown(until.fact)} ».`,
      ),
      expected: text("the key of a fact", "la clé d'un fait"),
      word: until.fact,
      candidates: factKeys,
    });
  }
  if (waitComparisons.filter((key) => until[key] !== undefined).length !== 1) {
    report.at(path, {
      message: text("The wait compares the fact in one way.", "L'attente compare le fait d'une seule façon."),
      expected: text(`one of ${waitComparisons.join(", ")}`, `au choix : ${waitComparisons.join(", ")}`),
    });
  }
  const words = wordsOf(until.fact);
  for (const key of ["is", "not"] as const) {
    const value = until[key];
    checkWords(value, [...path, key], scope, report);
    if (!words || value === undefined || value === null || words.includes(String(value))) continue;
    if (wholePlaceholder(String(value))) continue;
    report.at([...path, key], {
      message: text(
        `"${shown(until.fact)}" is never "${shown(String(value))}".`,
        `« ${shown(until.fact)} » ne vaut jamais « ${shown(String(value))} ».`,
      ),
      expected: text(`one of ${words.join(", ")}`, `au choix : ${words.join(", ")}`),
      word: String(value),
      candidates: words,
    });
  }
}

function wordsOf(fact: string): readonly string[] | null {
  if (fact === "health") return healthOrder;
  const words = Object.hasOwn(definitions, fact) ? definitions[fact]?.words : undefined;
  return words ? Object.keys(words) : null;
}
