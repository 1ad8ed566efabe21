import { parseDuration } from "../../../../shared/estate-words.ts";
import type { Step } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";
import { checkCondition } from "../conditions/check.ts";
import { constantValue } from "../conditions/constant.ts";
import { ConditionFault } from "../conditions/fault.ts";
import { endedBefore, graphOf } from "../graph.ts";
import type { Scope } from "../scope.ts";
import { checkAction } from "./action.ts";
import { checkForEach } from "./for-each.ts";
import { checkNeeds } from "./needs.ts";
import type { Path, Report } from "./report.ts";
import { checkSubProcedure } from "./sub-procedure.ts";
import type { Surroundings } from "./surroundings.ts";
import { checkWait } from "./wait.ts";
import { checkWords } from "./words.ts";

const stepKinds = ["action", "wait", "gate", "forEach", "procedure"] as const;
const companions = {
  on: "action",
  input: "action",
  optional: "action",
  retry: "action",
  compensate: "action",
  with: "procedure",
} as const satisfies Partial<Record<keyof Step, (typeof stepKinds)[number]>>;

/** The steps of one list: what each does, what they need, and whether each can be reached. */
export function checkSteps(steps: readonly Step[], path: Path, scope: Scope, around: Surroundings): void {
  const graph = graphOf(steps);
  const never = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const place = [...path, index];
    const inner = scope.after(() => endedBefore(graph, step.id));
    checkKind(step, place, around.report);
    if (step.when !== undefined && isNever(step.when, [...place, "when"], inner, around.report))
      never.add(step.id);
    checkWords(step.title, [...place, "title"], inner, around.report);
    if (step.action !== undefined) checkAction(step, place, inner, around);
    if (step.wait) checkWait(step, step.wait, [...place, "wait"], inner, around);
    checkLimit(step.timeout, [...place, "timeout"], around.report);
    if (step.gate) {
      checkWords(step.gate.text, [...place, "gate", "text"], inner, around.report);
      checkLimit(step.gate.expires, [...place, "gate", "expires"], around.report);
    }
    if (step.forEach) checkForEach(step.forEach, [...place, "forEach"], inner, around, checkSteps);
    if (step.procedure !== undefined) checkSubProcedure(step, place, inner, around);
  }
  checkNeeds(steps, never, path, around.report);
}

function checkKind(step: Step, path: Path, report: Report): void {
  const kinds = stepKinds.filter((kind) => step[kind] !== undefined);
  const [first, second] = kinds;
  if (first === undefined) {
    report.at(path, {
      message: text(`The step "${step.id}" does nothing.`, `L'étape « ${step.id} » ne fait rien.`),
      expected: text(`one of ${stepKinds.join(", ")}`, `au choix : ${stepKinds.join(", ")}`),
    });
  } else if (second !== undefined) {
    report.atKey([...path, second], {
      message: text(
        `The step "${step.id}" is a ${first} and a ${second} at once.`,
        `L'étape « ${step.id} » est à la fois « ${first} » et « ${second} ».`,
      ),
      expected: text("two steps", "deux étapes"),
    });
  }
  for (const [key, kind] of Object.entries(companions)) {
    if (step[key as keyof typeof companions] === undefined || step[kind] !== undefined) continue;
    report.atKey([...path, key], {
      message: text(
        `"${key}" says something about ${kind === "action" ? "an action" : "a procedure"}, and the step has none.`,
        `« ${key} » concerne une ${kind === "action" ? "action" : "procédure"}, et l'étape n'en a pas.`,
      ),
      expected: text(`"${kind}"`, `« ${kind} »`),
    });
  }
}

function checkLimit(limit: string | undefined, path: Path, report: Report): void {
  if (limit === undefined || parseDuration(limit) !== 0) return;
  report.at(path, {
    message: text(
      "With no time at all, the step can only fail.",
      "Sans aucun délai, l'étape ne peut qu'échouer.",
    ),
    expected: text("a duration above zero", "une durée supérieure à zéro"),
  });
}

/** Whether a condition is false whatever happens; what is wrong with it is reported. */
function isNever(when: string, path: Path, scope: Scope, report: Report): boolean {
  try {
    if (constantValue(checkCondition(when, scope)) !== false) return false;
  } catch (thrown) {
    if (!(thrown instanceof ConditionFault)) throw thrown;
    const { at, message, ...parts } = thrown.parts;
    const place = at + 1;
    report.at(path, {
      ...parts,
      message: text(`At character ${place}: ${message.en}`, `Au caractère ${place} : ${message.fr}`),
    });
    return false;
  }
  report.at(path, {
    message: text(
      `The condition "${shown(when)}" is never true, so that the step is never reached.`,
      `La condition « ${shown(when)} » n'est jamais vraie : l'étape n'est jamais atteinte.`,
    ),
    expected: text("a condition that can be true", "une condition qui peut être vraie"),
  });
  return true;
}
