import type { Overview } from "../../shared/overview.ts";
import type { RunSummary } from "../../shared/procedure-calls.ts";
import type { Health } from "../../shared/resource.ts";
import type { RunStatus } from "../../shared/run.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** How a run stands that does not go on without a person; the others need nobody. */
const stands: Partial<Record<RunStatus, { health: Health; words: LocalText }>> = {
  waiting: { health: "warning", words: text("it waits for a person", "elle attend une décision") },
  paused: { health: "warning", words: text("it is paused", "elle est en pause") },
  "unknown-effect": {
    health: "critical",
    words: text(
      "it is not known whether one of its steps happened",
      "on ne sait pas si l'une de ses étapes a eu lieu",
    ),
  },
};

/** The runs of procedures that a person has to decide about, each with the page where that is done. */
export function runNeeds(runs: readonly RunSummary[]): Overview["needs"] {
  return runs.flatMap(({ id, title, status, reason }) => {
    const stand = stands[status];
    if (!stand) return [];
    const { health, words } = stand;
    const more = reason ? text(` (${bare(reason.en)})`, ` (${bare(reason.fr)})`) : text("", "");
    return [
      {
        key: `run:${id}`,
        health,
        text: text(`${title.en}: ${words.en}${more.en}.`, `${title.fr} : ${words.fr}${more.fr}.`),
        resource: null,
        run: id,
        page: "runs" as const,
        action: null,
      },
    ];
  });
}

/** A sentence without its full stop. */
function bare(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
