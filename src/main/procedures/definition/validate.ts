import { type Procedure, procedureSchema, type Step } from "../../../shared/procedure.ts";
import { text } from "../../../shared/text.ts";
import { type FaultList, shown } from "../../estate/faults.ts";
import { entriesOf, find, type Located, plain } from "../../estate/located.ts";
import type { ActionCatalogue, DeclaredResources } from "./catalogue.ts";
import { checkNoReturn } from "./checks/no-return.ts";
import { checkPhases } from "./checks/phases.ts";
import { type Path, Report } from "./checks/report.ts";
import { checkSteps } from "./checks/steps.ts";
import type { Surroundings } from "./checks/surroundings.ts";
import { checkVariable } from "./checks/variables.ts";
import { inOrder } from "./graph.ts";
import { type Named, Scope } from "./scope.ts";
import { placedSteps, stepsIn } from "./steps-in.ts";

/** What procedures are checked in and against. */
export interface ValidationParts {
  /** The whole file, and the way in it to the map of procedures. */
  tree: Located;
  path: Path;
  catalogue: ActionCatalogue | null;
  resources: DeclaredResources | null;
  places: Surroundings["places"];
  applications: Surroundings["applications"];
  /** Procedures that are not in this file but may be named in it. */
  others: Readonly<Record<string, Procedure>>;
  faults: FaultList;
}

/**
 * Checks every procedure of a map against its own steps, the actions of the estate and the procedures that it names.
 * Those that do not have the shape of a procedure are passed over: their shape is reported by who read them. Never
 * throws for what is in the file.
 */
export function validateProcedures(parts: ValidationParts): void {
  const { tree, path, others, catalogue, resources, places, applications, faults } = parts;
  const report = new Report(tree, faults);
  const own: Record<string, Procedure> = {};
  const unread = new Set<string>();
  for (const [id, { value }] of entriesOf(find(tree, path)?.value)) {
    const parsed = procedureSchema.safeParse(plain(value));
    if (parsed.success) own[id] = parsed.data;
    else unread.add(id);
  }
  const around: Surroundings = {
    report,
    catalogue,
    resources,
    places,
    applications,
    procedures: { ...others, ...own },
    unread,
  };
  for (const [id, procedure] of Object.entries(own)) checkProcedure(procedure, [...path, id], around);
  checkRecursion(own, path, around);
}

function checkProcedure(procedure: Procedure, path: Path, around: Surroundings): void {
  const names = new Map<string, Named>(Object.entries(procedure.variables));
  for (const [name, variable] of Object.entries(procedure.variables)) {
    checkVariable(name, variable, [...path, "variables", name], around);
  }
  const all = checkIds(procedure.steps, [...path, "steps"], around.report);
  checkSteps(procedure.steps, [...path, "steps"], new Scope(names, () => new Set(), all), around);
  checkPhases(procedure, path, around);
  checkNoReturn(procedure.steps, [...path, "steps"], around);
}

/** Each identifier once in the whole procedure, so that a step can be named without saying where it is. */
function checkIds(steps: readonly Step[], path: Path, report: Report): Set<string> {
  const seen = new Map<string, number>();
  for (const { step, place } of placedSteps(steps, path)) {
    const line = seen.get(step.id);
    if (line !== undefined) {
      report.at([...place, "id"], {
        message: text(
          `The step "${step.id}" is already defined on line ${line}.`,
          `L'étape « ${step.id} » est déjà définie à la ligne ${line}.`,
        ),
        expected: text("an id of its own", "un id à part"),
      });
      continue;
    }
    seen.set(step.id, find(report.tree, [...place, "id"])?.value.at.line ?? 0);
  }
  return new Set(seen.keys());
}

/** A procedure must not be a part of itself, over any number of others. */
function checkRecursion(
  own: Record<string, Procedure>,
  path: Path,
  { procedures, report }: Surroundings,
): void {
  const parts = new Map<string, string[]>();
  for (const [id, { steps }] of Object.entries(procedures)) {
    parts.set(
      id,
      stepsIn(steps).flatMap(({ procedure }) => procedure ?? []),
    );
  }
  for (const cycle of inOrder(parts).cycles) {
    for (const [index, id] of cycle.slice(0, -1).entries()) {
      const way = [...cycle.slice(index), ...cycle.slice(1, index + 1)];
      const steps = own[id]?.steps ?? [];
      const found = [...placedSteps(steps, [...path, id, "steps"])].find(
        ({ step }) => step.procedure === way[1],
      );
      if (!found) continue;
      report.at([...found.place, "procedure"], {
        message: text(
          `The procedure "${shown(id)}" is a part of itself: ${way.join(" → ")}.`,
          `La procédure « ${shown(id)} » fait partie d'elle-même : ${way.join(" → ")}.`,
        ),
        expected: text(
          "procedures that end at one without others",
          "des procédures qui finissent par une sans autre",
        ),
      });
    }
  }
}
