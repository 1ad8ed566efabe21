import { expect } from "vitest";
import { planSchema } from "../../../../shared/plan.ts";
import type { VariableValues } from "../../../../shared/procedure.ts";
import { planProcedure } from "../planning/plan.ts";
import { procedureSource, readSource } from "./read-source.ts";
import { smallEstate } from "./small-estate.ts";

/** What becomes of a procedure of these steps in the small estate. */
export function planned(steps: string, variables = "", given: VariableValues = {}) {
  const { procedures, faults } = readSource(procedureSource(steps, variables));
  expect(faults).toEqual([]);
  const parts = smallEstate(procedures);
  const result = planProcedure("p", given, parts);
  return { parts, result };
}

/** Its plan; fails where there is none. */
export function planOf(steps: string, variables = "", given: VariableValues = {}) {
  const { result } = planned(steps, variables, given);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message.en).join(" "));
  expect(planSchema.parse(result.plan)).toEqual(result.plan);
  return result.plan;
}

/** What is in the way of a plan, one line each. */
export function problemsOf(steps: string, variables = "", given: VariableValues = {}) {
  const { result } = planned(steps, variables, given);
  return result.ok
    ? []
    : result.problems.map(({ at, message }) => `${"id" in at ? at.id : at.name}: ${message.en}`);
}
