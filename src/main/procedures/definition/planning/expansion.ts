import type { Condition } from "../../../../shared/condition.ts";
import type { PlanNode } from "../../../../shared/plan.ts";
import type { Step } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { evaluateCondition } from "../conditions/evaluate.ts";
import { ConditionFault } from "../conditions/fault.ts";
import { parseCondition } from "../conditions/parser.ts";
import { graphOf, inOrder } from "../graph.ts";
import { bindCondition } from "./bind-condition.ts";
import { Context, type OutcomeOf } from "./context.ts";
import { millisecondsOf } from "./milliseconds.ts";
import { noResource, type PlanParts, Problems } from "./parts.ts";
import type { Sliced } from "./slices.ts";
import { stepNode } from "./step-node.ts";
import { namedResource, titleOf } from "./title.ts";

const mostNodes = 20_000;
const nothingKnown = { fact: () => undefined, outcome: () => undefined };

/** A step that will not run for these values, and why. */
export interface LeftOut {
  id: string;
  title: LocalText;
  because: LocalText;
}

/** What all nodes of a list have in common. */
export type Place = Pick<
  PlanNode,
  | "id"
  | "step"
  | "title"
  | "parent"
  | "item"
  | "needs"
  | "after"
  | "when"
  | "timeout"
  | "phase"
  | "application"
  | "pointOfNoReturn"
>;

/** The nodes of a list of steps that nothing in the list comes before, and those that nothing comes after. */
export interface Ends {
  first: string[];
  last: string[];
}

/** Makes the nodes of a plan out of steps, those inside others included, each after all that it needs. */
export class Expansion {
  readonly parts: PlanParts;
  /** Those of the procedure that is run: what procedures inside it call phases of theirs is not shown. */
  readonly #phases: ReadonlySet<string>;
  readonly problems = new Problems();
  readonly leftOut: LeftOut[] = [];
  readonly nodes: PlanNode[] = [];
  readonly #byId = new Map<string, PlanNode>();
  #full = false;

  /** Every loop over a query sees the same resources. */
  constructor(parts: PlanParts, phases: readonly { id: string }[] = []) {
    this.#phases = new Set(phases.map(({ id }) => id));
    let all: readonly Resource[] | null = null;
    this.parts = {
      procedures: parts.procedures,
      action: (id, resource) => parts.action(id, resource),
      resource: (id) => parts.resource(id),
      ...(parts.secondPerson !== undefined && { secondPerson: parts.secondPerson }),
      resources() {
        all ??= parts.resources();
        return all;
      },
    };
  }

  add(node: PlanNode): void {
    this.nodes.push(node);
    this.#byId.set(node.id, node);
  }

  /** Puts nodes after others that were expanded before them. */
  chain(nodes: readonly string[], after: readonly string[]): void {
    for (const id of nodes) {
      const node = this.#byId.get(id);
      if (node) node.after = [...new Set([...node.after, ...after])];
    }
  }

  /** Whether a node is inside a procedure, at any depth. */
  isInside(id: string | null, procedure: string): boolean {
    for (let node = id === null ? undefined : this.#byId.get(id); node; ) {
      if (node.kind === "procedure" && node.procedure === procedure) return true;
      node = node.parent === null ? undefined : this.#byId.get(node.parent);
    }
    return false;
  }

  /** Whether there is room for more nodes; says once that there is none. */
  hasRoom(id: string): boolean {
    if (this.nodes.length < mostNodes) return true;
    if (!this.#full) {
      this.problems.add(
        { kind: "step", id },
        text(
          `The plan would have more than ${mostNodes} steps.`,
          `Le plan compterait plus de ${mostNodes} étapes.`,
        ),
        text("Run it over fewer resources at a time.", "Exécutez-le sur moins de ressources à la fois."),
      );
    }
    this.#full = true;
    return false;
  }

  isPhase(id: string): boolean {
    return this.#phases.has(id);
  }

  /** Expands one list of steps where `context` says. */
  *steps(steps: readonly Step[], context: Context): Sliced<Ends> {
    const { order, cycles } = inOrder(graphOf(steps).before);
    const byId = new Map(steps.map((step) => [step.id, step]));
    if (cycles.length > 0) {
      this.problems.add(
        { kind: "step", id: `${context.nodePrefix}${cycles[0]?.[0] ?? ""}` },
        text("The steps wait for each other.", "Les étapes s'attendent mutuellement."),
        text("Check the procedure's file.", "Vérifiez le fichier de la procédure."),
      );
      return { first: [], last: [] };
    }
    return yield* new ListExpansion(this, steps, context).run(order.flatMap((id) => byId.get(id) ?? []));
  }
}

/** One list of steps on its way into the plan. */
class ListExpansion {
  readonly #whole: Expansion;
  readonly #context: Context;
  readonly #before: ReadonlyMap<string, readonly string[]>;
  readonly #outcomes: Map<string, OutcomeOf>;
  /** The phase of each step: its own, or that of the step written before it. */
  readonly #phases = new Map<string, string | undefined>();
  /** What a step that was left out came after: the steps after it come after that. */
  readonly #instead = new Map<string, string[]>();

  constructor(whole: Expansion, steps: readonly Step[], context: Context) {
    this.#whole = whole;
    let phase = context.phase;
    for (const { id, phase: own } of steps) {
      if (own !== undefined && whole.isPhase(own)) phase = own;
      this.#phases.set(id, phase);
    }
    this.#outcomes = new Map(context.outcomes);
    this.#context = new Context({ ...context, outcomes: this.#outcomes });
    this.#before = graphOf(steps).before;
  }

  *run(steps: readonly Step[]): Sliced<Ends> {
    const ends: Ends = { first: [], last: [] };
    for (const step of steps) {
      const id = `${this.#context.nodePrefix}${step.id}`;
      if (!this.#whole.hasRoom(id)) break;
      const place = this.#place(step, id);
      if (place === null) continue;
      this.#outcomes.set(step.id, { leftOut: false, node: id });
      yield* stepNode(this.#whole, step, place, this.#context);
      if (place.needs.length + place.after.length === 0) ends.first.push(id);
      const followed = new Set([...place.needs, ...place.after]);
      ends.last = [...ends.last.filter((last) => !followed.has(last)), id];
    }
    return ends;
  }

  /** Null where the step will not run for these values. */
  #place(step: Step, id: string): Place | null {
    const title = titleOf(step, this.#context, this.#whole.parts);
    const named = step.needs !== undefined;
    const needs: string[] = [];
    const after: string[] = [];
    let missing: string | null = null;
    for (const need of this.#before.get(step.id) ?? []) {
      const outcome = this.#outcomes.get(need);
      if (outcome?.leftOut === false) (named ? needs : after).push(outcome.node);
      else {
        if (named) missing ??= need;
        after.push(...(this.#instead.get(need) ?? []));
      }
    }
    const when = missing === null ? this.#when(step, id) : null;
    const absent = missing === null && when !== false ? this.#absent(step) : null;
    if (missing === null && when !== false && absent === null) {
      const { stepPrefix, parent, item } = this.#context;
      return {
        id,
        step: `${stepPrefix}${step.id}`,
        title,
        parent,
        item,
        needs,
        after: [...new Set(after)],
        when,
        timeout: millisecondsOf(step.timeout),
        ...this.#belonging(step),
      };
    }
    this.#outcomes.set(step.id, { leftOut: true });
    this.#instead.set(step.id, [...new Set([...needs, ...after])]);
    this.#whole.leftOut.push({
      id,
      title,
      because: absent ?? (missing === null ? isFalse(step) : needed(missing)),
    });
    return null;
  }

  /** What a step belongs to, and whether it is a point of no return; what is not said is left out of the plan. */
  #belonging({ id, application = this.#context.application, pointOfNoReturn }: Step) {
    const phase = this.#phases.get(id);
    return {
      ...(phase !== undefined && { phase }),
      ...(application !== undefined && { application }),
      ...(pointOfNoReturn && { pointOfNoReturn }),
    };
  }

  /** Why an optional step has nothing to do here; null for any other. */
  #absent({ optional, action = "", on = "" }: Step): LocalText | null {
    if (!optional) return null;
    const resource = namedResource(on, this.#context, this.#whole.parts);
    if (resource === null || this.#whole.parts.action(action, resource) !== null) return null;
    return text(
      `No system of this estate offers ${action} on ${resource.name}.`,
      `Aucun système de ce parc n'offre ${action} sur ${resource.name}.`,
    );
  }

  #when(step: Step, id: string): PlanNode["when"] | false {
    if (step.when === undefined) return null;
    try {
      const condition = bindCondition(parseCondition(step.when), this.#context);
      const { value } = evaluateCondition(condition, nothingKnown);
      if (value === null) this.#checkResources(condition, id);
      return value === false ? false : { words: step.when, condition, value };
    } catch (thrown) {
      if (!(thrown instanceof ConditionFault)) throw thrown;
      this.#whole.problems.add(
        { kind: "step", id },
        thrown.parts.message,
        text("Check the procedure's file.", "Vérifiez le fichier de la procédure."),
      );
      return null;
    }
  }

  /** A fact of what is not there would keep the step waiting for ever. */
  #checkResources(condition: Condition, id: string): void {
    for (const resource of new Set(resourcesIn(condition))) {
      if (this.#whole.parts.resource(resource) === null) noResource(this.#whole.problems, resource, id);
    }
  }
}

/** The resources whose facts a condition asks for. */
function* resourcesIn(condition: Condition): Generator<string> {
  if (condition.kind === "fact") yield condition.resource;
  else if (condition.kind === "not") yield* resourcesIn(condition.of);
  else if ("left" in condition) {
    yield* resourcesIn(condition.left);
    yield* resourcesIn(condition.right);
  }
}

function isFalse(step: Step): LocalText {
  return text(`Its condition is false: ${step.when}.`, `Sa condition est fausse : ${step.when}.`);
}

function needed(step: string): LocalText {
  return text(
    `It needs the step "${step}", which is left out.`,
    `Elle a besoin de l'étape « ${step} », qui est laissée de côté.`,
  );
}
