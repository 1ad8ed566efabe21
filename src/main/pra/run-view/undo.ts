import type { PraRunView } from "../../../shared/pra.ts";
import type { RunState } from "../../../shared/run.ts";
import { text } from "../../../shared/text.ts";

/** Whether a run can still be rolled back, and which step is the last before it cannot. */
export function undoOf(run: RunState): PraRunView["undo"] {
  const point = run.plan.nodes.find(({ pointOfNoReturn }) => pointOfNoReturn === true) ?? null;
  const until = point && { node: point.id, title: point.title };
  if (run.pastNoReturn) {
    const passed = run.plan.nodes.find(({ id }) => id === run.pastNoReturn?.node);
    const name = passed?.title ?? text(run.pastNoReturn.node, run.pastNoReturn.node);
    return {
      possible: false,
      text: text(
        `"${name.en}" has begun: the run is not rolled back any more. What undoes it is the other direction.`,
        `« ${name.fr} » a commencé : l'exécution ne se défait plus. C'est l'autre direction qui ramène en arrière.`,
      ),
      until: null,
    };
  }
  if (run.endedAt !== null)
    return {
      possible: false,
      text: text(
        "The run has ended. What undoes it is the other direction.",
        "L'exécution est terminée. C'est l'autre direction qui ramène en arrière.",
      ),
      until: null,
    };
  if (run.rollingBack)
    return {
      possible: false,
      text: text("The run is being rolled back.", "L'exécution est en train d'être défaite."),
      until: null,
    };
  return {
    possible: true,
    text: until
      ? text(
          `Everything can still be undone, until "${until.title.en}" begins.`,
          `Tout peut encore être défait, jusqu'au début de « ${until.title.fr} ».`,
        )
      : text("Everything can still be undone.", "Tout peut encore être défait."),
    until,
  };
}
