import { toOpsError } from "../../../../shared/errors.ts";
import type { PlanNodeOf, PlannedAction } from "../../../../shared/plan.ts";
import type { Step } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";
import type { Context } from "./context.ts";
import type { Expansion, Place } from "./expansion.ts";
import { millisecondsOf } from "./milliseconds.ts";
import { noResource } from "./parts.ts";
import { namedResource } from "./title.ts";
import { filledData } from "./words.ts";

interface Wanted {
  action: string;
  on: string;
  input: Step["input"];
}

/** An action on its resource, with input that it takes; what is in the way goes to the problems of the plan. */
export function actionNode(whole: Expansion, step: Step, place: Place, context: Context): void {
  const wanted = { action: step.action ?? "", on: step.on ?? "", input: step.input };
  const planned = plannedAction(whole, wanted, place, context);
  if (!planned) return;
  const compensate = compensation(whole, step, place, context, planned);
  if (compensate === undefined) return;
  const { retry } = step;
  if (retry && planned.action.effect === "once") {
    whole.problems.add(
      { kind: "step", id: place.id },
      text(
        `"${planned.action.title.en}" takes effect once and is never sent again by itself.`,
        `« ${planned.action.title.fr} » n'a d'effet qu'une fois et n'est jamais renvoyée d'elle-même.`,
      ),
      text("Take the retry out of the step.", "Retirez la reprise (retry) de l'étape."),
    );
    return;
  }
  whole.add({
    ...place,
    kind: "action",
    action: planned.action,
    retry: retry ? { times: retry.times, delay: millisecondsOf(retry.delay) ?? 0 } : null,
    compensate,
  });
}

type Compensation = PlanNodeOf<"action">["compensate"];
interface Planned {
  action: PlannedAction;
  undo: LocalText | null;
  undoable: boolean;
}

/** Undefined where a compensation is asked for that cannot be had. */
function compensation(
  whole: Expansion,
  { compensate, on }: Step,
  place: Place,
  context: Context,
  planned: Planned,
): Compensation | undefined {
  if (!compensate) return null;
  if (compensate.action !== undefined) {
    const wanted = {
      action: compensate.action,
      on: compensate.on ?? on ?? "",
      input: compensate.input,
    };
    const other = plannedAction(whole, wanted, place, context);
    return other ? { kind: "action", action: other.action } : undefined;
  }
  if (planned.undoable) return { kind: "undo", text: planned.undo };
  whole.problems.add(
    { kind: "step", id: place.id },
    text(
      `"${planned.action.title.en}" cannot be undone on ${planned.action.target.name}.`,
      `« ${planned.action.title.fr} » ne s'annule pas sur ${planned.action.target.name}.`,
    ),
    text("Name another action under compensate.", "Nommez une autre action sous compensate."),
  );
  return undefined;
}

function plannedAction(whole: Expansion, wanted: Wanted, place: Place, context: Context): Planned | null {
  const at = { kind: "step" as const, id: place.id };
  const resource = targetOf(whole, wanted.on, place, context);
  if (!resource) return null;
  const action = whole.parts.action(wanted.action, resource);
  if (!action) {
    whole.problems.add(
      at,
      text(
        `${resource.name} has no action "${shown(wanted.action)}".`,
        `${resource.name} n'a pas d'action « ${shown(wanted.action)} ».`,
      ),
      text("Choose a resource that has it.", "Choisissez une ressource qui en dispose."),
    );
    return null;
  }
  const { id, title, risk, effect } = action;
  const target = { id: resource.id, name: resource.name };
  const { data: input, late } = filledData(wanted.input ?? {}, context);
  const known = { id, title, target, input, late, risk, effect };
  const undoable = action.undo !== undefined;
  // What depends on outcomes can only be described in general.
  if (late) return { action: { ...known, steps: [title], proof: atItsTime }, undo: null, undoable };
  const checked = action.input.safeParse(input);
  if (!checked.success) {
    const fields = new Set(checked.error.issues.map((issue) => issue.path.join(".") || "input"));
    whole.problems.add(
      at,
      text(
        `"${title.en}" does not take this input: ${[...fields].join(", ")}.`,
        `« ${title.fr} » n'admet pas cette entrée : ${[...fields].join(", ")}.`,
      ),
      text("Check the values that it is made of.", "Vérifiez les valeurs dont elle est faite."),
    );
    return null;
  }
  try {
    const { steps, proof, undo } = action.describe(resource, checked.data);
    return { action: { ...known, steps, proof }, undo, undoable };
  } catch (thrown) {
    const { text: message, hint } = toOpsError(thrown, "procedures");
    whole.problems.add(at, message, hint);
    return null;
  }
}

const atItsTime = text(
  "What shows its effect is told when the step is reached.",
  "Ce qui prouve son effet est indiqué quand l'étape est atteinte.",
);

/** The resource that a step names, if it is known now. */
export function targetOf(whole: Expansion, words: string, place: Place, context: Context): Resource | null {
  const resource = namedResource(words, context, whole.parts);
  if (resource) return resource;
  noResource(whole.problems, words, place.id);
  return null;
}
