import type { Step } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionCatalogue, KnownAction } from "../catalogue.ts";
import type { Scope } from "../scope.ts";
import { checkInput, unknownAction } from "./input.ts";
import type { Path } from "./report.ts";
import { checkResource } from "./resource.ts";
import type { Surroundings } from "./surroundings.ts";
import { checkReference } from "./words.ts";

/** An action of a step: known, on a resource that can have it, with input that it takes; its retry and compensation. */
export function checkAction(step: Step, path: Path, scope: Scope, around: Surroundings): void {
  const { report } = around;
  const known =
    step.optional === undefined ? around : { ...around, catalogue: allowing(step, around.catalogue) };
  const action = find(step.action ?? "", [...path, "action"], known);
  if (step.on === undefined) {
    report.atKey([...path, "action"], {
      message: text("The step does not say on what.", "L'étape ne dit pas sur quoi."),
      expected: text('"on" with a resource', "« on » avec une ressource"),
    });
  } else checkTarget(step.on, action, [...path, "on"], scope, around);
  checkInput(step.input, action, [...path, "input"], scope, report);
  if (step.retry && action?.effect === "once") {
    report.atKey([...path, "retry"], {
      message: text(
        `"${action.id}" takes effect once and is never sent again by itself.`,
        `« ${action.id} » n'a d'effet qu'une fois et n'est jamais renvoyée d'elle-même.`,
      ),
      expected: text('no "retry"', "pas de « retry »"),
    });
  }
  if (step.compensate) checkCompensation(step.compensate, action, [...path, "compensate"], scope, known);
}

/** A catalogue that asks nothing of the actions of a step which may do without them. */
function allowing(
  { action = "", compensate }: Step,
  catalogue: ActionCatalogue | null,
): ActionCatalogue | null {
  return catalogue?.has(action) && (compensate?.action === undefined || catalogue.has(compensate.action))
    ? catalogue
    : null;
}

function find(id: string, path: Path, { report, catalogue }: Surroundings): KnownAction | null {
  if (!catalogue) return null;
  const action = catalogue.get(id);
  if (!action) report.at(path, unknownAction(id, catalogue.keys()));
  return action ?? null;
}

function checkTarget(
  on: string,
  action: KnownAction | null,
  path: Path,
  scope: Scope,
  around: Surroundings,
): void {
  const { report } = around;
  const target = checkReference(on, "resource", path, scope, report);
  if (target === "word") {
    checkResource(on, path, around, action ? { action: action.id, kinds: action.kinds } : undefined);
    return;
  }
  if (!action || target === null || !target.kinds) return;
  if (target.kinds.some((kind) => action.kinds.includes(kind))) return;
  report.at(path, {
    message: text(
      `"${action.id}" cannot be done on ${target.kinds.join(", ")}.`,
      `« ${action.id} » ne peut pas se faire sur ${target.kinds.join(", ")}.`,
    ),
    expected: text(`one of ${action.kinds.join(", ")}`, `au choix : ${action.kinds.join(", ")}`),
  });
}

function checkCompensation(
  compensate: NonNullable<Step["compensate"]>,
  action: KnownAction | null,
  path: Path,
  scope: Scope,
  around: Surroundings,
): void {
  const { report } = around;
  if ((compensate.undo === undefined) === (compensate.action === undefined)) {
    report.at(path, {
      message: text(
        "A compensation is either the step's own undo or another action.",
        "Une compensation est soit l'annulation propre à l'étape, soit une autre action.",
      ),
      expected: text('"undo: true" or "action"', "« undo: true » ou « action »"),
    });
    return;
  }
  if (compensate.action === undefined) {
    for (const key of ["on", "input"] as const) {
      if (compensate[key] === undefined) continue;
      report.atKey([...path, key], {
        message: text(`An undo takes no "${key}".`, `Une annulation ne prend pas de « ${key} ».`),
        expected: text('"undo: true" alone', "« undo: true » seul"),
      });
    }
    if (action && action.undo === undefined) {
      report.at([...path, "undo"], {
        message: text(`"${action.id}" cannot be undone.`, `« ${action.id} » ne s'annule pas.`),
        expected: text("another action that makes up for it", "une autre action qui la compense"),
      });
    }
    return;
  }
  const other = find(compensate.action, [...path, "action"], around);
  if (compensate.on !== undefined) checkTarget(compensate.on, other, [...path, "on"], scope, around);
  checkInput(compensate.input, other, [...path, "input"], scope, report);
}
