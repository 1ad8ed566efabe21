import type { PlannedWait } from "../../../../shared/plan.ts";
import type { Procedure, Step } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import { waitComparisons } from "../checks/wait.ts";
import { factLabel } from "../known-facts.ts";
import { wholePlaceholder } from "../placeholders.ts";
import { actionNode, targetOf } from "./action-node.ts";
import { bindVariables } from "./bindings.ts";
import { Context } from "./context.ts";
import type { Expansion, Place } from "./expansion.ts";
import { forEachNode } from "./for-each-node.ts";
import { millisecondsOf } from "./milliseconds.ts";
import type { Sliced } from "./slices.ts";
import { filledData, localWords } from "./words.ts";

/** Puts the node of one step into the plan, and those of the steps inside it after it. */
export function* stepNode(whole: Expansion, step: Step, place: Place, context: Context): Sliced<void> {
  if (step.action !== undefined) actionNode(whole, step, place, context);
  else if (step.wait) waitNode(whole, step.wait, place, context);
  else if (step.gate) gateNode(whole, step.gate, place, context);
  else if (step.forEach) yield* forEachNode(whole, step.forEach, place, context);
  else if (step.procedure !== undefined) yield* procedureNode(whole, step, place, context);
}

function waitNode(whole: Expansion, wait: NonNullable<Step["wait"]>, place: Place, context: Context): void {
  const planned = plannedWait(whole, wait, place, context);
  if (planned) whole.add({ ...place, kind: "wait", wait: planned });
}

function plannedWait(
  whole: Expansion,
  { for: time, until }: NonNullable<Step["wait"]>,
  place: Place,
  context: Context,
): PlannedWait | null {
  if (time !== undefined) {
    const name = wholePlaceholder(time);
    const given = name ? context.lookUp(name) : millisecondsOf(time);
    return { kind: "for", milliseconds: typeof given === "number" ? given : 0 };
  }
  const comparison = waitComparisons.find((key) => until?.[key] !== undefined);
  const resource = until && targetOf(whole, until.resource, place, context);
  if (!until || !comparison || !resource) return null;
  if (comparison === "changed") return otherThanNow(whole, until.fact, resource, place);
  const value = comparison === "read" ? null : (until[comparison] ?? null);
  const filled = typeof value === "string" ? filledData(value, context).data : value;
  return {
    kind: "until",
    resource: { id: resource.id, name: resource.name },
    fact: until.fact,
    comparison,
    value: filled,
  };
}

/** A wait for another value than the one that is known now, which must be known for that. */
function otherThanNow(whole: Expansion, fact: string, resource: Resource, place: Place): PlannedWait | null {
  const known = fact === "health" ? resource.health : resource.facts[fact]?.value;
  const value = Array.isArray(known) ? known.join(", ") : known;
  if (value === undefined || value === null) {
    whole.problems.add(
      { kind: "step", id: place.id },
      text(
        `It is not known what "${factLabel(fact).en}" of ${resource.name} is now, so that no change could be seen.`,
        `On ne connaît pas la valeur actuelle de « ${factLabel(fact).fr} » pour ${resource.name} : aucun changement ne serait visible.`,
      ),
      text("Have it read first, then plan again.", "Faites-la d'abord lire, puis planifiez de nouveau."),
    );
    return null;
  }
  const { id, name } = resource;
  return { kind: "until", resource: { id, name }, fact, comparison: "not", value };
}

function gateNode(whole: Expansion, gate: NonNullable<Step["gate"]>, place: Place, context: Context): void {
  const { data, late } = filledData(localWords(gate.text), context);
  const { approvers, expires, shows, commit } = gate;
  if (approvers === 2 && whole.parts.secondPerson === false) {
    whole.problems.add(
      { kind: "step", id: place.id },
      text(
        "The step wants the approval of a second person, and the estate names no two operators with keys: the run could never go on.",
        "L'étape demande l'accord d'une seconde personne, et le parc ne nomme pas deux opérateurs munis de clés : l'exécution ne pourrait jamais continuer.",
      ),
      text(
        "Declare two operators with their public keys in the estate file, or write approvers: 1.",
        "Déclarez deux opérateurs et leurs clés publiques dans le fichier du parc, ou écrivez approvers: 1.",
      ),
    );
  }
  whole.add({
    ...place,
    kind: "gate",
    gate: {
      text: data,
      late,
      approvers,
      expires: millisecondsOf(expires) ?? 0,
      ...(shows && { shows }),
      ...(commit && { commit }),
    },
  });
}

function* procedureNode(whole: Expansion, step: Step, place: Place, context: Context): Sliced<void> {
  const id = step.procedure ?? "";
  const procedure = own(whole.parts.procedures, id);
  if (!procedure) {
    whole.problems.add(
      { kind: "step", id: place.id },
      text(`There is no procedure "${id}".`, `Il n'y a pas de procédure « ${id} ».`),
      text("Check the procedure's file.", "Vérifiez le fichier de la procédure."),
    );
    return;
  }
  if (id === context.procedure || whole.isInside(place.parent, id)) {
    whole.problems.add(
      { kind: "step", id: place.id },
      text(`The procedure "${id}" is a part of itself.`, `La procédure « ${id} » fait partie d'elle-même.`),
      text("Check the procedure's file.", "Vérifiez le fichier de la procédure."),
    );
    return;
  }
  const given = Object.fromEntries(
    Object.entries(step.with ?? {}).map(([name, value]) => [name, valueFor(value, context)]),
  );
  const { bindings } = bindVariables(procedure.variables, given, whole.parts, whole.problems, {
    kind: "step",
    id: place.id,
  });
  whole.add({ ...place, kind: "procedure", procedure: id, parallel: procedure.parallel });
  yield* whole.steps(
    procedure.steps,
    new Context({
      procedure: id,
      nodePrefix: `${place.id}/`,
      stepPrefix: `${place.step}/`,
      parent: place.id,
      item: null,
      phase: place.phase,
      application: place.application,
      bindings,
      outcomes: new Map(),
    }),
  );
}

/** A value as the variable of a sub-procedure takes it: a placeholder as what it stands for. */
function valueFor(value: NonNullable<Step["with"]>[string], context: Context) {
  if (typeof value !== "string") return value;
  const [name = ""] = wholePlaceholder(value) ?? [];
  const bound = Object.hasOwn(context.bindings, name) ? context.bindings[name] : undefined;
  if (bound?.kind === "resources") return bound.ids;
  if (bound?.kind === "resource") return bound.id;
  if (bound?.kind === "duration") return bound.words;
  return bound?.value ?? value;
}

function own(procedures: Readonly<Record<string, Procedure>>, id: string): Procedure | undefined {
  return Object.hasOwn(procedures, id) ? procedures[id] : undefined;
}
