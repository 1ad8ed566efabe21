import type { z } from "zod";
import type { EffectClass, Risk } from "../../../../shared/action.ts";
import type { Bound, PlanProblem } from "../../../../shared/plan.ts";
import type { Procedure } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";

/** What a plan must know of an action. */
export interface PlannableAction {
  readonly id: string;
  readonly title: LocalText;
  readonly risk: Risk;
  readonly effect: EffectClass;
  readonly input: z.ZodType<Record<string, unknown>>;
  describe(
    resource: Resource,
    input: Record<string, unknown>,
  ): { steps: LocalText[]; proof: LocalText; undo: LocalText | null };
  /** Called for nothing but whether there is one. */
  readonly undo?: unknown;
}

/** What is known now, and what can be done with it. Nothing far away is asked. */
export interface PlanParts {
  procedures: Readonly<Record<string, Procedure>>;
  /** The action of this identifier that the resource has. */
  action(id: string, resource: Resource): PlannableAction | null;
  resource(id: string): Resource | null;
  /** Every resource, in the order in which a list shows them. */
  resources(): readonly Resource[];
  /** False where only one person can be told from others, so that a gate for two could only be refused. */
  secondPerson?: boolean;
}

export type Bindings = Readonly<Record<string, Bound>>;

/** Gathers what is in the way of a plan, the first fifty. */
export class Problems {
  readonly #list: PlanProblem[] = [];

  get list(): readonly PlanProblem[] {
    return this.#list;
  }

  add(at: PlanProblem["at"], message: LocalText, hint: LocalText): void {
    if (this.#list.length < 50) this.#list.push({ at, message, hint });
  }
}

/** That a step names a resource that is not in the inventory. */
export function noResource(problems: Problems, words: string, step: string): void {
  problems.add(
    { kind: "step", id: step },
    text(`There is no resource "${shown(words)}".`, `Il n'y a pas de ressource « ${shown(words)} ».`),
    text("Name one of the estate's resources.", "Nommez une ressource du parc."),
  );
}
