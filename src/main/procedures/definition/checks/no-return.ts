import type { Step } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { endedBefore, graphOf } from "../graph.ts";
import { stepsIn } from "../steps-in.ts";
import type { Path } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";

type Around = Pick<Surroundings, "report" | "procedures">;

/**
 * A point of no return: one at most on each way through the procedure, those of procedures inside it included, and none
 * inside a loop, where it would be passed by one item and not by another.
 */
export function checkNoReturn(steps: readonly Step[], path: Path, around: Around): void {
  checkList(steps, path, false, around);
}

function checkList(steps: readonly Step[], path: Path, looped: boolean, around: Around): void {
  const graph = graphOf(steps);
  const points = new Map(steps.flatMap((step, index) => (hasPoint(step, around) ? [[step.id, index]] : [])));
  for (const [index, step] of steps.entries()) {
    const place = [...path, index];
    if (step.forEach) {
      const many = looped || step.forEach.parallel > 1;
      checkList(step.forEach.steps, [...place, "forEach", "steps"], many, around);
    }
    if (!points.has(step.id)) continue;
    if (looped && (step.pointOfNoReturn || step.procedure !== undefined)) {
      around.report.at([...place, step.pointOfNoReturn ? "pointOfNoReturn" : "procedure"], {
        message: text(
          "A point of no return inside a loop of several items at once would be passed by some of them only.",
          "Un point de non-retour dans une boucle à plusieurs éléments de front ne serait franchi que par certains.",
        ),
        expected: text(
          "a step after the loop, or a loop of one item at a time",
          "une étape après la boucle, ou une boucle d'un élément à la fois",
        ),
      });
    }
    const earlier = [...endedBefore(graph, step.id)].find((id) => points.has(id));
    if (earlier === undefined) continue;
    around.report.at([...place, step.pointOfNoReturn ? "pointOfNoReturn" : "id"], {
      message: text(
        `The step "${step.id}" comes after "${earlier}", which is a point of no return already.`,
        `L'étape « ${step.id} » vient après « ${earlier} », qui est déjà un point de non-retour.`,
      ),
      expected: text(
        "one point of no return at most on each way",
        "au plus un point de non-retour par chemin",
      ),
    });
  }
}

/** Whether a step is one, or has one inside, over any number of procedures. */
function hasPoint(step: Step, around: Around, seen: ReadonlySet<string> = new Set()): boolean {
  return stepsIn([step]).some((each) => {
    if (each.pointOfNoReturn) return true;
    const { procedure } = each;
    if (procedure === undefined || seen.has(procedure)) return false;
    const inner = Object.hasOwn(around.procedures, procedure) ? around.procedures[procedure] : undefined;
    const inside = new Set(seen).add(procedure);
    return inner?.steps.some((one) => hasPoint(one, around, inside)) ?? false;
  });
}
