import type { Procedures } from "../../../shared/procedure.ts";
import type { PraParts } from "../parts.ts";
import { type Evaluation, evaluate } from "../readiness/evaluate.ts";
import { knownOf, smallEstate, smallPlan } from "./small-pra.ts";
import { anyPoke, deskWith } from "./started-desk.ts";

/** The readiness of the small plan, once `change` was made. */
export async function evaluated(
  change: () => void = () => {},
  more: Partial<PraParts> = {},
  actions = [anyPoke()],
  rehearsals: Parameters<typeof evaluate>[1]["rehearsals"] = [],
  procedures: Procedures = smallEstate.procedures,
): Promise<Evaluation> {
  const { parts } = deskWith(more, actions, procedures);
  change();
  return evaluate(
    parts,
    { id: "carry", plan: smallPlan, rehearsals, known: knownIn(parts) },
    AbortSignal.timeout(10_000),
  );
}

/** What is known in those parts. */
export function knownIn({ inventory, protection }: PraParts) {
  return knownOf((id) => inventory.get(id), protection);
}

/** One of its checks; fails where there is none of that name. */
export function check({ checks }: Evaluation, id: string) {
  const found = checks.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no check ${id} among ${checks.map((one) => one.id).join(", ")}`);
  return found;
}
