import type { Step } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { graphOf, inOrder } from "../graph.ts";
import type { Path, Report } from "./report.ts";

/** `never` are steps whose condition is never true. */
export function checkNeeds(
  steps: readonly Step[],
  never: ReadonlySet<string>,
  path: Path,
  report: Report,
): void {
  const places = new Map<string, number>();
  for (const [index, { id }] of steps.entries()) if (!places.has(id)) places.set(id, index);
  for (const [index, step] of steps.entries()) {
    for (const [position, need] of (step.needs ?? []).entries()) {
      if (places.has(need)) continue;
      report.at([...path, index, "needs", position], {
        message: text(
          `"${need}" is not a step of the same list.`,
          `« ${need} » n'est pas une étape de la même liste.`,
        ),
        expected: text("the id of a step beside this one", "l'id d'une étape voisine de celle-ci"),
        word: need,
        candidates: [...places.keys()].filter((id) => id !== step.id),
      });
    }
  }
  const { before } = graphOf(steps);
  const { order, cycles } = inOrder(before);
  for (const cycle of cycles) {
    const [first = "", ...others] = cycle;
    report.at([...path, places.get(first) ?? 0, "needs"], {
      message: text(
        `The steps wait for each other: ${first} needs ${others.join(", which needs ")}.`,
        `Les étapes s'attendent mutuellement : ${first} a besoin de ${others.join(", qui a besoin de ")}.`,
      ),
      expected: text(
        "needs that end at a step with none",
        "des besoins qui finissent par une étape sans besoin",
      ),
    });
  }
  checkReach(steps, order, places, never, path, report);
}

/** Named needs are left out together with what they name: such a step is never reached either. */
function checkReach(
  steps: readonly Step[],
  order: readonly string[],
  places: ReadonlyMap<string, number>,
  never: ReadonlySet<string>,
  path: Path,
  report: Report,
): void {
  const unreached = new Set(never);
  for (const id of order) {
    const index = places.get(id) ?? 0;
    const needs = steps[index]?.needs ?? [];
    const position = needs.findIndex((need) => unreached.has(need));
    if (position < 0 || unreached.has(id)) continue;
    unreached.add(id);
    report.at([...path, index, "needs", position], {
      message: text(
        `The step "${id}" is never reached: it needs "${needs[position]}", which never runs.`,
        `L'étape « ${id} » n'est jamais atteinte : elle a besoin de « ${needs[position]} », qui n'est jamais exécutée.`,
      ),
      expected: text("a step that can run", "une étape qui peut être exécutée"),
    });
  }
}
