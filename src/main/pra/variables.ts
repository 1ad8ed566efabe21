import type { PraDirection, PraMode, PraPlan } from "../../shared/pra-plan.ts";
import type { Procedure, Variable, VariableValues } from "../../shared/procedure.ts";

/** The modes that a procedure is written for; the others are gone through as one of these. */
type WrittenMode = Extract<PraMode, "planned" | "disaster">;

/** A rehearsal goes the way of a planned bascule, which has the more steps; a drill is one of the worst day. */
const goneThroughAs: Record<PraMode, WrittenMode> = {
  rehearsal: "planned",
  drill: "disaster",
  planned: "planned",
  disaster: "disaster",
};

/**
 * The variables of a plan's procedure for a mode and direction: those of the plan, and `mode` and `direction` where the
 * procedure has such.
 */
export function praVariables(
  plan: Pick<PraPlan, "directions">,
  procedure: Pick<Procedure, "variables"> | null,
  direction: PraDirection,
  mode: PraMode,
): VariableValues {
  const values: VariableValues = { ...plan.directions[direction].with };
  const has = (name: string) => procedure !== null && Object.hasOwn(procedure.variables, name);
  if (has("mode")) values.mode = takes(procedure?.variables.mode, mode) ? mode : goneThroughAs[mode];
  if (has("direction")) values.direction = direction;
  return values;
}

/** Whether a variable has a choice of its own for a mode. */
function takes(variable: Variable | undefined, mode: PraMode): boolean {
  return variable?.choices?.some(({ value }) => value === mode) ?? false;
}
