import type { RunSummary } from "../../../shared/procedure-calls.ts";
import type { RunStatus } from "../../../shared/run.ts";
import type { LocalText } from "../../../shared/text.ts";

/** What of the runs is wanted: words that occur in title, procedure, who started it, outcome or identifier, and a state. */
export interface RunFilter {
  words: string;
  status: RunStatus | null;
}

/** The runs that fit, in their order. Every word must occur somewhere, whatever its case and accents. */
export function filterRuns(
  runs: readonly RunSummary[],
  filter: RunFilter,
  local: (words: LocalText) => string,
): RunSummary[] {
  const wanted = plain(filter.words).split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    if (filter.status !== null && run.status !== filter.status) return false;
    if (wanted.length === 0) return true;
    const { id, procedure, actor, title, reason, variables } = run;
    const parts = [
      id,
      procedure,
      actor,
      local(title),
      reason ? local(reason) : "",
      ...Object.values(variables),
    ];
    const held = plain(parts.flat().join(" "));
    return wanted.every((word) => held.includes(word));
  });
}

function plain(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
