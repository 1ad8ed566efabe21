import type { Preview } from "../../../shared/action.ts";
import type { LocalText } from "../../../shared/text.ts";
import { refusal } from "./verdict.ts";

/** What would come of an action on a resource; what is refused might still be opened by a reason. */
export const outcomes = ["needed", "reason", "refused", "impossible", "done"] as const;
export type Outcome = (typeof outcomes)[number];

/** Resources of which the same is said. */
export interface SameWords {
  words: LocalText;
  names: string[];
}

export interface OutcomeGroup {
  outcome: Outcome;
  count: number;
  /** The most frequent words first. */
  said: SameWords[];
}

/** What would come of it on this resource, and why in one sentence. */
export function outcomeOf(preview: Preview): { outcome: Outcome; words: LocalText } {
  const { state, text } = preview.probe;
  if (state !== "needed") return { outcome: state, words: text };
  const refused = refusal(preview);
  if (refused === null) return { outcome: "needed", words: text };
  const guard = preview.guards.find(
    (each) => !each.allowed && (refused === "reason" || !each.opensWithReason),
  );
  return { outcome: refused, words: guard?.text ?? text };
}

/** Previews by what would come of them, in the order of `outcomes`, and then by what is said; none is left out. */
export function groupByOutcome(previews: readonly Preview[]): OutcomeGroup[] {
  const groups = new Map<Outcome, Map<string, SameWords>>();
  for (const preview of previews) {
    const { outcome, words } = outcomeOf(preview);
    const said = groups.get(outcome) ?? new Map<string, SameWords>();
    const same = said.get(words.en) ?? { words, names: [] };
    same.names.push(preview.name);
    said.set(words.en, same);
    groups.set(outcome, said);
  }
  return outcomes.flatMap((outcome) => {
    const said = [...(groups.get(outcome)?.values() ?? [])];
    if (said.length === 0) return [];
    const count = said.reduce((sum, { names }) => sum + names.length, 0);
    return { outcome, count, said: said.sort((one, other) => other.names.length - one.names.length) };
  });
}

/** The different lists of steps among those that would be done, the most frequent first. */
export function differentSteps(previews: readonly Preview[]): { steps: LocalText[]; count: number }[] {
  const kinds = new Map<string, { steps: LocalText[]; count: number }>();
  for (const preview of previews) {
    const { outcome } = outcomeOf(preview);
    if (outcome !== "needed" && outcome !== "reason") continue;
    const key = preview.steps.map(({ en }) => en).join("\n");
    const kind = kinds.get(key) ?? { steps: preview.steps, count: 0 };
    kind.count += 1;
    kinds.set(key, kind);
  }
  return [...kinds.values()].sort((one, other) => other.count - one.count);
}
