import type { Procedure } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { placedSteps } from "../steps-in.ts";
import type { Path, Report } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";

/** The phases of a procedure, and what its steps say of their phase and application. */
export function checkPhases(
  procedure: Procedure,
  path: Path,
  { report, applications }: Pick<Surroundings, "report" | "applications">,
): void {
  const phases = (procedure.phases ?? []).map(({ id }) => id);
  checkOnce(phases, path, report);
  for (const { step, place } of placedSteps(procedure.steps, [...path, "steps"])) {
    const { phase, application } = step;
    if (phase !== undefined && !phases.includes(phase)) {
      report.at([...place, "phase"], {
        message: text(
          `The procedure has no phase "${phase}".`,
          `La procédure n'a pas de phase « ${phase} ».`,
        ),
        expected: text('one of those under "phases"', "l'une de celles de « phases »"),
        word: phase,
        candidates: phases,
      });
    }
    if (application === undefined || applications === null || applications.includes(application)) continue;
    report.at([...place, "application"], {
      message: text(
        `No PRA plan has an application "${application}".`,
        `Aucun plan de PRA n'a d'application « ${application} ».`,
      ),
      expected: text('an application of a plan under "plans"', "une application d'un plan de « plans »"),
      word: application,
      candidates: applications,
    });
  }
}

function checkOnce(phases: readonly string[], path: Path, report: Report): void {
  for (const [index, id] of phases.entries()) {
    if (phases.indexOf(id) === index) continue;
    report.at([...path, "phases", index, "id"], {
      message: text(`The phase "${id}" is there twice.`, `La phase « ${id} » figure deux fois.`),
      expected: text("an id of its own", "un id à part"),
    });
  }
}
