import type { Plan, PlanNode, PlanNodeOf, PlanProblem } from "../../../../shared/plan.ts";
import type { Procedure, Step, VariableValues } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { canonicalHashing } from "../../../journal/chain.ts";
import { stepsIn } from "../steps-in.ts";
import { bindVariables } from "./bindings.ts";
import { Context } from "./context.ts";
import { Expansion } from "./expansion.ts";
import { expandItems } from "./for-each-node.ts";
import type { PlanParts } from "./parts.ts";
import { matches } from "./select.ts";
import { atOnce, type Sliced } from "./slices.ts";
import { localWords } from "./words.ts";

export type PlanResult = { ok: true; plan: Plan } | { ok: false; problems: readonly PlanProblem[] };

/**
 * What a procedure will do, step by step, for these values and by what is known now. The definition must have passed
 * `validateProcedures`. Nothing far away is asked; the same values and the same knowledge give the same hash.
 */
export function planProcedure(id: string, given: VariableValues, parts: PlanParts): PlanResult {
  return atOnce(planning(id, given, parts));
}

/** The same work in slices: a plan of thousands of steps takes longer than others should have to wait. */
export function* planning(id: string, given: VariableValues, parts: PlanParts): Sliced<PlanResult> {
  const procedure = Object.hasOwn(parts.procedures, id) ? parts.procedures[id] : undefined;
  const whole = new Expansion(parts, procedure?.phases);
  if (!procedure) {
    whole.problems.add(
      { kind: "procedure", id },
      text(`There is no procedure "${id}".`, `Il n'y a pas de procédure « ${id} ».`),
      text("List the procedures to see which there are.", "Affichez la liste des procédures disponibles."),
    );
    return { ok: false, problems: whole.problems.list };
  }
  const { bindings, values } = bindVariables(procedure.variables, given, whole.parts, whole.problems);
  if (whole.problems.list.length > 0) return { ok: false, problems: whole.problems.list };
  const context = new Context({
    procedure: id,
    nodePrefix: "",
    stepPrefix: "",
    parent: null,
    item: null,
    bindings,
    outcomes: new Map(),
  });
  yield* whole.steps(procedure.steps, context);
  if (whole.problems.list.length > 0) return { ok: false, problems: whole.problems.list };
  const body: Omit<Plan, "hash"> = {
    procedure: id,
    title: localWords(procedure.title),
    variables: values,
    parallel: procedure.parallel,
    ...(procedure.phases && {
      phases: procedure.phases.map((phase) => ({ id: phase.id, title: localWords(phase.title) })),
    }),
    nodes: whole.nodes,
    leftOut: whole.leftOut,
    definitions: definitionsOf(whole.nodes, id, parts.procedures),
  };
  return { ok: true, plan: { ...body, hash: yield* canonicalHashing(body) } };
}

export type ExpandResult =
  | { ok: true; items: { id: string; name: string }[]; nodes: PlanNode[]; leftOut: Plan["leftOut"] }
  | { ok: false; problems: readonly PlanProblem[] };

/**
 * Asks the query of a dynamic `forEach` again and makes the nodes below it for what it gives now, by the definitions
 * that the plan has pinned. They take the place of all nodes below it, those of the plan and of earlier expansions.
 */
export function expandForEach(
  plan: Pick<Plan, "definitions" | "phases">,
  node: PlanNodeOf<"forEach">,
  parts: Omit<PlanParts, "procedures">,
): ExpandResult {
  const whole = new Expansion({ ...parts, procedures: plan.definitions }, plan.phases);
  const { dynamic } = node.forEach;
  const step = dynamic && stepOf(plan.definitions[dynamic.procedure], node.step);
  if (!dynamic || !step?.forEach) {
    whole.problems.add(
      { kind: "step", id: node.id },
      text(
        "The plan does not say how this step unfolds.",
        "Le plan ne dit pas comment cette étape se déploie.",
      ),
      text("Make a new plan and run that.", "Établissez un nouveau plan et exécutez celui-ci."),
    );
    return { ok: false, problems: whole.problems.list };
  }
  const items = whole.parts.resources().filter((resource) => matches(dynamic.query, resource, whole.parts));
  const context = new Context({
    procedure: dynamic.procedure,
    nodePrefix: "",
    stepPrefix: "",
    parent: node.parent,
    item: node.item,
    bindings: dynamic.bindings,
    outcomes: new Map(
      Object.entries(dynamic.outcomes).map(([id, outcome]) => [
        id,
        outcome === null ? { leftOut: true } : { leftOut: false, node: outcome },
      ]),
    ),
  });
  atOnce(expandItems(whole, step.forEach, items, node, context));
  if (whole.problems.list.length > 0) return { ok: false, problems: whole.problems.list };
  return {
    ok: true,
    items: items.map(({ id, name }) => ({ id, name })),
    nodes: whole.nodes,
    leftOut: whole.leftOut,
  };
}

/** Dynamic nodes are made anew while the plan runs, of the definitions as they were; without any, none are kept. */
function definitionsOf(
  nodes: readonly PlanNode[],
  id: string,
  procedures: PlanParts["procedures"],
): Plan["definitions"] {
  const definitions: Plan["definitions"] = {};
  if (!nodes.some((node) => node.kind === "forEach" && node.forEach.dynamic !== null)) return definitions;
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const procedure = Object.hasOwn(procedures, next) ? procedures[next] : undefined;
    if (!procedure || Object.hasOwn(definitions, next)) continue;
    definitions[next] = procedure;
    open.push(...stepsIn(procedure.steps).flatMap((step) => step.procedure ?? []));
  }
  return definitions;
}

function stepOf(procedure: Procedure | undefined, path: string): Step | undefined {
  const id = path.slice(path.lastIndexOf("/") + 1);
  return stepsIn(procedure?.steps ?? []).find((step) => step.id === id);
}
