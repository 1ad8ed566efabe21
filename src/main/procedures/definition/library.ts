import type { Procedure, Procedures } from "../../../shared/procedure.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { stepsIn } from "./steps-in.ts";

/** A procedure that can be chosen; `unavailable` says why it cannot be run in this estate. */
export interface ListedProcedure {
  id: string;
  origin: "built-in" | "estate";
  procedure: Procedure;
  unavailable: LocalText | null;
}

/**
 * Every procedure of an estate: its own, and those that come with the program, of which it may replace one by its own
 * of that name. `knows` says whether any system of the estate has an action.
 */
export function listProcedures(
  builtIn: Procedures,
  estate: Procedures,
  knows: (action: string) => boolean,
): ListedProcedure[] {
  const all = { ...builtIn, ...estate };
  return Object.entries(all)
    .map(([id, procedure]) => ({
      id,
      origin: Object.hasOwn(estate, id) ? ("estate" as const) : ("built-in" as const),
      procedure,
      unavailable: missing([...actionsOf(procedure, all)].filter((action) => !knows(action))),
    }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/**
 * The actions that a procedure, and those inside it, cannot do without: of steps that are always there, and of what must
 * be chosen or gone through. Whether a step with a condition can be had is told by the plan, for the values that it is made of.
 */
function actionsOf(procedure: Procedure, all: Procedures): Set<string> {
  const actions = new Set<string>();
  const seen = new Set<Procedure>();
  const open = [procedure];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const variable of Object.values(next.variables))
      if (variable.action !== undefined && variable.default === undefined) actions.add(variable.action);
    for (const { action, compensate, optional, when, procedure: inner, forEach } of stepsIn(next.steps)) {
      if (optional || when !== undefined) continue;
      if (typeof forEach?.in === "object" && forEach.in.action !== undefined) actions.add(forEach.in.action);
      if (action !== undefined) actions.add(action);
      if (compensate?.action !== undefined) actions.add(compensate.action);
      const found = inner !== undefined && Object.hasOwn(all, inner) ? all[inner] : undefined;
      if (found) open.push(found);
    }
  }
  return actions;
}

function missing(actions: readonly string[]): LocalText | null {
  if (actions.length === 0) return null;
  const words = actions.join(", ");
  return text(`No system of this estate offers ${words}.`, `Aucun système de ce parc n'offre ${words}.`);
}
